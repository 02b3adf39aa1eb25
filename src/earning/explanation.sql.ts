import { narrowed, statement } from '../db/statement.ts'
import type { EventType } from '../domain/event.ts'
import { TRANSACTION } from '../ledger/rows/transaction-row.ts'

/**
 * An account in one look: where its book stands, how its policy counts (null: there is no such policy), what was carried over
 * by events that have no transaction, and its lines up to a day and a position, the oldest first, each with what its event says
 * of it. An account without lines is one row, of which the columns of a line are null.
 *
 * $4: the last day; null: all. $5: the last position; null: the head. $6: so many lines at most.
 */
export const EXPLAINED_ACCOUNT = statement({
  name: 'explained-account',
  columns: {
    head: 'int8',
    time_zone: 'text',
    policy_resource: 'text?',
    unit: 'text?',
    scale: 'int2?',
    carried: 'json?',
    ...TRANSACTION,
    event_type: narrowed<EventType>('text'),
    policy_version: 'int4?',
    data: 'json?',
    decision: 'json?',
    to: 'text?',
    reason: 'text?',
  },
  params: ['text', 'text', 'text', 'date?', 'int8?', 'int8'],
  text: `
      select h.position as head, b.time_zone, p.resource as policy_resource, p.unit, p.scale, c.carried, t.*
        from ledger.heads h
        join ledger.books b
          on b.book_id = h.book_id
        left join lateral (
             select resource, unit, scale
               from ledger.policy_versions
              where book_id = $1
                and policy_id = $3
              order by version desc
              limit 1) as p on true
        left join lateral (
             select json_agg(json_build_object(
                      'position', o.position, 'event_type', e.type, 'data', e.data, 'decision', e.decision) order by o.position) as carried
               from ledger.carry_overs o
               join ledger.events e
                 on e.book_id = o.book_id
                and e.position = o.position
              where o.book_id = $1
                and o.entity_id = $2
                and o.policy_id = $3
                and ($4::date is null or o.on_day <= $4)
                and o.position <= coalesce($5, h.position)
                and not exists (
                      select
                        from ledger.transactions l
                       where l.book_id = o.book_id
                         and l.position = o.position)) as c on true
        left join lateral (
             select ${Object.keys(TRANSACTION)
               .map((column) => `l.${column}`)
               .join(', ')},
                    e.type as event_type,
                    coalesce(e.decision ->> 'policyVersion', e.decision -> 'policyVersions' ->> $3)::integer as policy_version,
                    case when l.rule is not null then e.data end as data,
                    case when l.rule is not null then e.decision end as decision,
                    case when l.type = 'adjustment'
                         then coalesce(e.data -> 'lines' -> l.line::text ->> 'to', e.data ->> 'to') end as to,
                    coalesce(e.erasable -> 'lines' -> l.line::text ->> 'reason', e.erasable ->> 'reason') as reason
               from ledger.transactions l
               join ledger.events e
                 on e.book_id = l.book_id
                and e.position = l.position
              where l.book_id = $1
                and l.entity_id = $2
                and l.policy_id = $3
                and ($4::date is null or l.effective_on <= $4)
                and l.position <= coalesce($5, h.position)
              order by l.position, l.line
              limit $6) as t on true
       where h.book_id = $1
       order by t.position, t.line`,
})
