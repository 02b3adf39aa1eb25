import { type RawBuilder, sql } from 'kysely'
import type { Pool } from 'pg'
import { andOneOf, isOneOf, read, written } from '../../db/compiled.ts'
import { narrowed, query, type RowOf, statement } from '../../db/statement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { amongThese, knowsOf, type Reader } from '../../domain/reach.ts'
import { displacedIn } from '../../domain/request/evolve-request.ts'
import { type RequestFact, requestFact } from '../../domain/request/request.ts'
import { foldRequest, type RequestEvent, type ShownRequest, shownRequest } from '../../domain/request/shown.ts'
import { worldNow } from '../../world-clock.ts'
import { TRANSACTION, TRANSACTION_COLUMNS, type TransactionRow, transactionFromRow } from '../rows/transaction-row.ts'
import { type AbsentByLine, absentByLines } from './absent-by-lines.ts'
import { isKnown } from './kinds.ts'
import { requestsToDecide } from './queue.ts'
import { todayIn } from './today.ts'
import { type RequestItem, withWaitingFor } from './waiting-for.ts'

interface RequestOf {
  readonly book: string
  readonly request: string
  readonly reach: readonly string[] | undefined
  /** The entities that the reader is, and today in the book's time zone: what waits for them. */
  readonly deciders: readonly string[]
  readonly today: CalendarDate | undefined
  readonly hidden: readonly string[]
}

export const READ_REQUEST = written({
  name: 'read-request',
  optional: ['reach'],
  columns: { head: 'int8', version: 'int8?' },
  query: (asked: RequestOf) => sql`
      select h.position as head,
             (select version from ledger.requests where book_id = ${asked.book} and request_id = ${asked.request}${andWithin(asked)}) as version
        from ledger.heads h
       where h.book_id = ${asked.book}`,
})

function andWithin({ book, request, reach, deciders, today, hidden }: RequestOf): RawBuilder<unknown> {
  if (reach === undefined) return sql``
  const theirs = requestsToDecide({ book, deciders, today: today! })
  return sql` and (${isOneOf('entity_id', reach)} and ${isKnown({ own: deciders, hidden })} or exists (select from ${theirs} as theirs where theirs.request_id = ${request}))`
}

export interface RequestAsked {
  readonly book: string
  readonly request: string
  /** Who sees what waits for them, too. */
  readonly reader: Reader
  readonly now?: Date
}

/** @returns undefined where the book does not exist, no item where the request does not or is out of reach */
export async function readRequest(
  db: Pool,
  { book, request, reader, now = worldNow() }: RequestAsked,
): Promise<{ head: number; item: RequestItem | undefined } | undefined> {
  const reach = amongThese(reader.reach)
  const today = reach && (await todayIn(db, book, now))
  const { entities: deciders, hidden = [] } = reader
  const [row] = await read(db, READ_REQUEST, { book, request, reach, deciders, today, hidden })
  if (row === undefined) return undefined
  if (row.version === null) return { head: row.head, item: undefined }
  const streams = await readRequestEvents(db, book, [{ request, upTo: row.version }])
  const folded = foldRequest(streams.get(request)!)
  const [item] = await withWaitingFor(db, book, [folded], { upTo: row.head, at: now })
  return { head: row.head, item }
}

/** A request, and the last of its versions that is looked at. */
interface RequestUpTo {
  readonly request: string
  readonly upTo: number
}

async function readShown(db: Pool, book: string, requests: readonly RequestUpTo[]): Promise<ShownRequest[]> {
  const streams = await readRequestEvents(db, book, requests)
  return requests.map(({ request }) => shownRequest(streams.get(request)!))
}

export const REQUEST_EVENTS = statement({
  name: 'read-request-events',
  columns: {
    request: 'text',
    position: 'int8',
    type: narrowed<RequestFact['type']>('text'),
    recorded_at: 'timestamptz',
    actor_type: 'text',
    actor_id: 'text',
    data: 'json',
    reason: 'text?',
  },
  params: ['text', 'text[]', 'int8[]'],
  // As a range of one, in order: only the streams' own index gives that order. Behind them, events of others that moved it.
  text: `
      select k.request, e.*
        from unnest($2::text[], $3::bigint[]) as k(request, up_to)
       cross join lateral (
               (select position, type, recorded_at, actor_type, actor_id, data, erasable ->> 'reason' as reason
                  from ledger.events
                 where book_id = $1
                   and stream >= 'request:' || k.request
                   and stream <= 'request:' || k.request
                   and stream_version <= k.up_to
                 order by stream, stream_version)
               union all
               (select m.*
                  from (
                         select moved_at
                           from ledger.requests
                          where book_id = $1
                            and request_id = k.request
                            and moved_at is not null
                          limit 1
                       ) as r
                 cross join lateral json_array_elements_text(r.moved_at) as p(position)
                 cross join lateral (
                         select position, type, recorded_at, actor_type, actor_id, data, null::text
                           from ledger.events
                          where book_id = $1
                            and position >= p.position::bigint
                            and position <= p.position::bigint
                          order by position) as m)) as e`,
})

/** The events of requests, and those of others that moved them, from their first up to a version each, by request. What they read never changes. */
export async function readRequestEvents(
  db: Pool,
  book: string,
  requests: readonly RequestUpTo[],
): Promise<ReadonlyMap<string, readonly RequestEvent[]>> {
  if (requests.length === 0) return new Map()
  const rows = await query(db, REQUEST_EVENTS, [
    book,
    requests.map(({ request }) => request),
    requests.map(({ upTo }) => upTo),
  ])
  const lines = await readLines(
    db,
    book,
    rows.map(({ position }) => position),
  )
  const last = new Map(requests.map(({ request, upTo }) => [request, upTo]))
  const events = rows
    .map((row) => ({ request: row.request, event: eventFrom(row, lines.get(row.position) ?? []) }))
    .filter(({ request, event }) => versionAfter(event, request) <= last.get(request)!)
    .toSorted((a, b) => a.event.position - b.event.position)
  const streams = new Map<string, RequestEvent[]>()
  for (const { request, event } of events) {
    const stream = streams.get(request)
    if (stream === undefined) streams.set(request, [event])
    else stream.push(event)
  }
  return streams
}

/** The version of a request after an event about it, or about another one that moved it. */
function versionAfter({ fact }: RequestEvent, request: string): number {
  return (displacedIn(fact, request) ?? fact.data).version
}

export const REQUEST_LINES = statement({
  name: 'read-request-lines',
  columns: TRANSACTION,
  params: ['text', 'int8[]'],
  text: `
      select t.*
        from unnest($2::bigint[]) as k(position)
       cross join lateral (
               select ${TRANSACTION_COLUMNS}
                 from ledger.transactions
                where book_id = $1
                  and position = k.position
                order by position, line) as t`,
})

async function readLines(db: Pool, book: string, positions: readonly number[]) {
  return Map.groupBy(await query(db, REQUEST_LINES, [book, positions]), ({ position }) => position)
}

function eventFrom(row: RowOf<typeof REQUEST_EVENTS>, lines: readonly TransactionRow[]): RequestEvent {
  return {
    fact: requestFact(row.type, JSON.parse(row.data)),
    position: row.position,
    recordedAt: row.recorded_at.toISOString(),
    actor: { type: row.actor_type, id: row.actor_id },
    comment: row.reason,
    transactions: lines.map(transactionFromRow),
  }
}

/** Somebody of the same team who is away, or wants to be, on the same days. */
export type Absence = AbsentByRequest | AbsentByLine | AbsentSomehow

/** By what is not for the reader to know: that they are away is all that is said, by what is approved. */
interface AbsentSomehow {
  readonly entity: string
  readonly days: readonly { readonly date: CalendarDate; readonly portion: string }[]
}

interface AbsentByRequest {
  readonly request: string
  readonly transaction: null
  readonly entity: string
  readonly resource: string
  readonly status: 'approved' | 'pending'
  readonly days: readonly { readonly date: CalendarDate; readonly portion: string }[]
}

/** More than anybody would look at. */
const MOST_ABSENCES = 1_000

interface AbsentWith {
  readonly book: string
  readonly entity: string
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly reach: readonly string[] | undefined
}

export const ABSENT_WITH = written({
  optional: ['reach'],
  columns: { request_id: 'text', version: 'int8' },
  query: ({ book, entity, from, to, reach }: AbsentWith) => sql`
      select r.request_id, r.version
        from (
               select manager, department
                 from ledger.entities
                where book_id = ${book}
                  and entity_id = ${entity}
             ) as one
        join ledger.entities n on n.book_id = ${book}
                              and n.entity_id <> ${entity}${andOneOf('n.entity_id', reach)}
                              and (n.manager = one.manager
                                   or (one.manager is null and n.department = one.department))
        join ledger.requests r on r.book_id = ${book}
                              and r.entity_id = n.entity_id
                              and r.status in ('pending', 'approved')
                              and r.from_day <= ${to}
                              and r.to_day >= ${from}
       order by r.entity_id, r.submitted_position
       limit ${sql.lit(MOST_ABSENCES)}`,
})

/**
 * What a decision about a request may want to know of others: who has the same manager, or where nobody is said the same
 * department, and is away on one of its days. By entity; of each, requests in the order in which they were submitted, then
 * lines of no request by day. Of those within reach.
 * @returns undefined where the book does not exist, no item where the request does not
 */
export async function listAbsences(
  db: Pool,
  { book, request, reader }: RequestAsked,
): Promise<{ head: number; item: { items: readonly Absence[] } | undefined } | undefined> {
  const asked = await readRequest(db, { book, request, reader })
  if (asked?.item === undefined) return asked && { head: asked.head, item: undefined }
  const { entity, from, to } = asked.item
  const reach = amongThese(reader.reach)
  const rows = await read(db, ABSENT_WITH, { book, entity, from, to, reach })
  const others = await readShown(
    db,
    book,
    rows.map(({ request_id, version }) => ({ request: request_id, upTo: version })),
  )
  const lines = await absentByLines(db, { book, entity, from, to, reach, limit: MOST_ABSENCES })
  const dates = new Set(asked.item.days.map(({ date }) => date))
  const byRequests = others.flatMap((other): AbsentByRequest[] => {
    const days = other.days.filter(({ date }) => dates.has(date)).map(({ date, portion }) => ({ date, portion }))
    const status = other.status === 'pending' ? ('pending' as const) : ('approved' as const)
    const { id, entity, resource } = other
    return days.length === 0
      ? []
      : [{ request: id, transaction: null, entity, resource, status, days: withoutTwins(days) }]
  })
  const byLines = lines.filter(({ days }) => dates.has(days[0]!.date))
  const all = [...byRequests, ...byLines]
  const [known, unknown] = [all.filter((one) => knowsOf(reader, one)), all.filter((one) => !knowsOf(reader, one))]
  // Sorting keeps the order of those that are of one entity.
  const items = [...known, ...awaySomehow(unknown)].toSorted((a, b) =>
    a.entity < b.entity ? -1 : a.entity > b.entity ? 1 : 0,
  )
  return { head: asked.head, item: { items: items.slice(0, MOST_ABSENCES) } }
}

/** Of each the days on which they are away, and neither by what nor by how many. */
function awaySomehow(unknown: readonly (AbsentByRequest | AbsentByLine)[]): readonly AbsentSomehow[] {
  const approved = unknown.filter(({ status }) => status === 'approved')
  return Array.from(
    Map.groupBy(approved, ({ entity }) => entity),
    ([entity, ofEntity]) => {
      const portions = Map.groupBy(
        ofEntity.flatMap(({ days }) => days),
        ({ date }) => date,
      )
      const days = Array.from(portions, ([date, ofDate]) => ({ date, portion: wholePortion(ofDate) }))
      return { entity, days: days.toSorted((a, b) => (a.date < b.date ? -1 : 1)) }
    },
  )
}

/** Two halves are a whole day. */
function wholePortion(ofDate: readonly { readonly portion: string }[]): string {
  const [one, ...others] = new Set(ofDate.map(({ portion }) => portion))
  return others.length > 0 ? 'full' : one!
}

/** A day that is drawn from two accounts is one day. */
function withoutTwins<Day extends { readonly date: CalendarDate }>(days: readonly Day[]): Day[] {
  return days.filter(({ date }, index) => days[index - 1]?.date !== date)
}
