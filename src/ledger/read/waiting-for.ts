import type { Pool } from 'pg'
import { narrowed, query, type RowOf, statement } from '../../db/statement.ts'
import { dayIn } from '../../domain/calendar-date.ts'
import type { RequestState } from '../../domain/request/request.ts'
import type { FoldedRequest, ShownRequest } from '../../domain/request/shown.ts'
import type { RequestTerms } from '../../domain/request/terms.ts'
import type { TermsHistory, TermsVersion } from '../../domain/request/terms-in-force.ts'
import {
  type DecidersKnown,
  type Delegate,
  isWaiting,
  type WaitingFor,
  waitingFor,
} from '../../domain/request/waiting-for.ts'

// Whatever was defined after $4 is looked up as it was before. Streams are read as ranges of one, in order: only their own
// index gives that order.
export const DECIDERS = statement({
  name: 'read-deciders',
  columns: {
    what: narrowed<'book' | 'delegate' | 'manager' | 'terms'>('text'),
    id: 'text',
    other: 'text?',
    from: 'date?',
    to: 'date?',
    terms: 'json?',
  },
  params: ['text', 'text[]', 'text[]', 'int8'],
  text: `
      with managers as materialized (
             select k.entity, case when n.position <= $4 then n.manager else earlier.manager end as manager
               from unnest($2::text[]) as k(entity)
              cross join lateral (
                      select manager, position
                        from ledger.entities
                       where book_id = $1
                         and entity_id = k.entity
                       limit 1) as n
               left join lateral (
                      select data ->> 'manager' as manager
                        from ledger.events
                       where n.position > $4
                         and book_id = $1
                         and stream >= 'entity:' || k.entity
                         and stream <= 'entity:' || k.entity
                         and position <= $4
                       order by stream desc, stream_version desc
                       limit 1) as earlier on true
           ),
           versions as materialized (
             select v.*
               from unnest($3::text[]) as k(policy)
              cross join lateral (
                      select policy_id, version, effective_from, requests
                        from ledger.policy_versions
                       where book_id = $1
                         and policy_id >= k.policy
                         and policy_id <= k.policy
                         and position <= $4
                       order by policy_id, version) as v
           ),
           deciders as materialized (
             select unnest($2::text[]) as id
              union
             select manager from managers where manager is not null
              union
             select holder
               from versions
              cross join lateral json_each(requests -> 'roles') as role(name, holders)
              cross join lateral json_array_elements_text(role.holders) as holder
           )
      select 'book' as what, e.data ->> 'timeZone' as id, null as other, null::date as from, null::date as to, null::json as terms
        from (
               select data
                 from ledger.events
                where book_id = $1
                  and stream >= 'book'
                  and stream <= 'book'
                  and position <= $4
                order by stream desc, stream_version desc
                limit 1
             ) as e
       union all
      select 'manager', entity, manager, null, null, null
        from managers
       where manager is not null
       union all
      select 'terms', policy_id, null, effective_from, null, requests
        from versions
       union all
      select 'delegate', k.id, d.delegate_id, coalesce(d.from_day, earlier.from_day), coalesce(d.to_day, earlier.to_day), null
        from deciders k
       cross join lateral (
               select delegate_id, case when position <= $4 then from_day end as from_day,
                      case when position <= $4 then to_day end as to_day
                 from ledger.delegations
                where book_id = $1
                  and entity_id >= k.id
                  and entity_id <= k.id
                order by entity_id, delegate_id) as d
        left join lateral (
               select (data ->> 'from')::date as from_day, (data ->> 'to')::date as to_day
                 from ledger.events
                where d.from_day is null
                  and book_id = $1
                  and stream >= 'delegation:' || k.id || '/' || d.delegate_id
                  and stream <= 'delegation:' || k.id || '/' || d.delegate_id
                  and position <= $4
                order by stream desc, stream_version desc
                limit 1) as earlier on true
       where coalesce(d.from_day, earlier.from_day) is not null`,
})

/** As what is known: up to a position, and on the day of an instant. */
export interface KnownThen {
  readonly upTo: number
  readonly at: Date
}

/** A request as it is shown, with whom it waits for. */
export type RequestItem = ShownRequest & { readonly waitingFor: readonly WaitingFor[] }

/** Adds to requests whom they wait for; nothing is read where none of them does. */
export async function withWaitingFor(
  db: Pool,
  book: string,
  requests: readonly FoldedRequest[],
  then: KnownThen,
): Promise<RequestItem[]> {
  const waiting = requests.filter(({ state }) => isWaiting(state)).map(({ state }) => state)
  const known = waiting.length === 0 ? undefined : await readDeciders(db, book, waiting, then)
  return requests.map(({ shown, state }) => {
    return { ...shown, waitingFor: known === undefined ? [] : waitingFor(known, state) }
  })
}

async function readDeciders(
  db: Pool,
  book: string,
  waiting: readonly RequestState[],
  { upTo, at }: KnownThen,
): Promise<DecidersKnown> {
  const entities = new Set(waiting.map(({ entity }) => entity))
  const policies = new Set(waiting.flatMap(({ lines }) => lines.map(({ policy }) => policy)))
  const rows = await query(db, DECIDERS, [book, [...entities], [...policies], upTo])
  const timeZone = rows.find(({ what }) => what === 'book')!.id
  const terms = new Map<string, [TermsVersion, ...TermsVersion[]]>()
  for (const row of rows) if (row.what === 'terms') push(terms, row.id, termsFrom(row))
  const delegates = new Map<string, [Delegate, ...Delegate[]]>()
  for (const { what, id, other: delegate, from, to } of rows) {
    if (what === 'delegate') push(delegates, id, { delegate: delegate!, from: from!, to: to! })
  }
  return {
    policies: terms satisfies ReadonlyMap<string, TermsHistory>,
    managers: new Map(rows.flatMap(({ what, id, other }) => (what === 'manager' ? [[id, other!] as const] : []))),
    delegates,
    today: dayIn(timeZone, at),
  }
}

function termsFrom({ from, terms }: RowOf<typeof DECIDERS>): TermsVersion {
  // A cast: what a policy says about requests was checked before it was recorded.
  return { effectiveFrom: from!, requests: terms === null ? null : (JSON.parse(terms) as RequestTerms) }
}

function push<Item>(map: Map<string, [Item, ...Item[]]>, key: string, item: Item): void {
  const items = map.get(key)
  if (items === undefined) map.set(key, [item])
  else items.push(item)
}
