import { sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, present, read, tables } from '../../db/compiled.ts'
import { narrowed, query, type RowOf, statement } from '../../db/statement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { type RequestFact, type RequestStatus, requestFact } from '../../domain/request/request.ts'
import { type RequestEvent, type ShownRequest, shownRequest } from '../../domain/request/shown.ts'
import { TRANSACTION, TRANSACTION_COLUMNS, type TransactionRow, transactionFromRow } from '../rows/transaction-row.ts'
import { cursorsOf, type Page } from './cursor.ts'
import { besideHead, pageBesideHead } from './with-head.ts'

export interface RequestsAsked {
  readonly book: string
  readonly status?: RequestStatus | undefined
  readonly entity?: string | undefined
  readonly manager?: string | undefined
  readonly resource?: string | undefined
  /** Only requests that reach into these days. */
  readonly from?: CalendarDate | undefined
  readonly to?: CalendarDate | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

interface RequestFilters extends Omit<RequestsAsked, 'cursor' | 'limit'> {
  readonly after: number | undefined
  readonly limit: number
}

// Several indexes may serve it, by what is asked, so no plan is kept.
export const REQUESTS = compiled({
  optional: ['status', 'entity', 'manager', 'resource', 'from', 'to', 'after'],
  query: ({ book, status, entity, manager, resource, from, to, after, limit }: RequestFilters) => {
    const managerNow = tables
      .selectFrom('ledger.entities as n')
      .select('n.manager')
      .where('n.book_id', '=', book)
      .where('n.entity_id', '=', sql.ref<string>('requests.entity_id'))
    const found = tables
      .selectFrom('ledger.requests as requests')
      .select(['request_id', 'version', 'submitted_position'])
      .where((eb) => eb.and({ book_id: book, ...present({ status, entity_id: entity, resource }) }))
      .$if(manager !== undefined, (rows) => rows.where((eb) => eb(managerNow, '=', manager!)))
      .$if(from !== undefined, (rows) => rows.where('to_day', '>=', from!))
      .$if(to !== undefined, (rows) => rows.where('from_day', '<=', to!))
      .$if(after !== undefined, (rows) => rows.where('submitted_position', '>', after!))
      .orderBy('submitted_position')
      .limit(limit)
    return besideHead(book, found, ['submitted_position'])
  },
})

/**
 * Requests in the order in which they were submitted, each with its whole history.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listRequests(
  db: Pool,
  { cursor, limit, ...filters }: RequestsAsked,
): Promise<({ head: number } & Page<ShownRequest>) | undefined> {
  const { book, status, entity, manager, resource, from, to } = filters
  const cursors = cursorsOf('requests', [book, status, entity, manager, resource, from, to], ['number'])
  const after = cursors.parse(cursor)?.[0]
  const found = pageBesideHead(await read(db, REQUESTS, { ...filters, after, limit: limit + 1 }), limit, {
    key: 'request_id',
    item: ({ request_id: request, version }) => ({ request, upTo: version }),
    cursor: (row) => cursors.after([row.submitted_position]),
  })
  return found && { ...found, items: await readShown(db, book, found.items) }
}

export const READ_REQUEST = statement({
  name: 'read-request',
  columns: { head: 'int8', version: 'int8?' },
  params: ['text', 'text'],
  text: `
      select h.position as head,
             (select version from ledger.requests where book_id = $1 and request_id = $2) as version
        from ledger.heads h
       where h.book_id = $1`,
})

/** @returns undefined where the book does not exist, no item where the request does not */
export async function readRequest(
  db: Pool,
  { book, request }: { readonly book: string; readonly request: string },
): Promise<{ head: number; item: ShownRequest | undefined } | undefined> {
  const [row] = await query(db, READ_REQUEST, [book, request])
  if (row === undefined) return undefined
  if (row.version === null) return { head: row.head, item: undefined }
  const [item] = await readShown(db, book, [{ request, upTo: row.version }])
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
  // As a range of one, in order: only the streams' own index gives that order.
  text: `
      select k.request, e.*
        from unnest($2::text[], $3::bigint[]) as k(request, up_to)
       cross join lateral (
               select position, type, recorded_at, actor_type, actor_id, data, erasable ->> 'reason' as reason
                 from ledger.events
                where book_id = $1
                  and stream >= 'request:' || k.request
                  and stream <= 'request:' || k.request
                  and stream_version <= k.up_to
                order by stream, stream_version) as e`,
})

/** The events of requests from their first up to a version each, by request. What they read never changes. */
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
  const events = rows.map((row) => ({ request: row.request, event: eventFrom(row, lines.get(row.position) ?? []) }))
  const streams = new Map<string, RequestEvent[]>()
  for (const { request, event } of events) {
    const stream = streams.get(request)
    if (stream === undefined) streams.set(request, [event])
    else stream.push(event)
  }
  return streams
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
export interface Absence {
  readonly request: string
  readonly entity: string
  readonly resource: string
  readonly status: 'approved' | 'pending'
  readonly days: readonly { readonly date: CalendarDate; readonly portion: string }[]
}

/** More than anybody would look at. */
const MOST_ABSENCES = 1_000

export const ABSENT_WITH = statement({
  columns: { request_id: 'text', version: 'int8' },
  params: ['text', 'text', 'date', 'date'],
  text: `
      select r.request_id, r.version
        from (
               select manager, department
                 from ledger.entities
                where book_id = $1
                  and entity_id = $2
             ) as one
        join ledger.entities n on n.book_id = $1
                              and n.entity_id <> $2
                              and (n.manager = one.manager
                                   or (one.manager is null and n.department = one.department))
        join ledger.requests r on r.book_id = $1
                              and r.entity_id = n.entity_id
                              and r.status in ('pending', 'approved')
                              and r.from_day <= $4
                              and r.to_day >= $3
       order by r.entity_id, r.submitted_position
       limit ${MOST_ABSENCES}`,
})

/**
 * What a decision about a request may want to know of others: who has the same manager, or where nobody is said the same
 * department, and is away on one of its days. By entity, then in the order in which they were submitted.
 * @returns undefined where the book does not exist, no item where the request does not
 */
export async function listAbsences(
  db: Pool,
  { book, request }: { readonly book: string; readonly request: string },
): Promise<{ head: number; item: { items: readonly Absence[] } | undefined } | undefined> {
  const asked = await readRequest(db, { book, request })
  if (asked?.item === undefined) return asked && { head: asked.head, item: undefined }
  const { entity, from, to } = asked.item
  const rows = await query(db, ABSENT_WITH, [book, entity, from, to])
  const others = await readShown(
    db,
    book,
    rows.map(({ request_id, version }) => ({ request: request_id, upTo: version })),
  )
  const dates = new Set(asked.item.days.map(({ date }) => date))
  const items = others.flatMap((other) => {
    const days = other.days.filter(({ date }) => dates.has(date)).map(({ date, portion }) => ({ date, portion }))
    const status = other.status === 'pending' ? ('pending' as const) : ('approved' as const)
    const { id, entity, resource } = other
    return days.length === 0 ? [] : [{ request: id, entity, resource, status, days: withoutTwins(days) }]
  })
  return { head: asked.head, item: { items } }
}

/** A day that is drawn from two accounts is one day. */
function withoutTwins<Day extends { readonly date: CalendarDate }>(days: readonly Day[]): Day[] {
  return days.filter(({ date }, index) => days[index - 1]?.date !== date)
}
