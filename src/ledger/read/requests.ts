import type { Pool } from 'pg'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { type RequestFact, type RequestStatus, requestFact } from '../../domain/request/request.ts'
import { type RequestEvent, type ShownRequest, shownRequest } from '../../domain/request/shown.ts'
import { TRANSACTION_COLUMNS, type TransactionRow, transactionFromRow } from '../rows/transaction-row.ts'
import { conditions, when } from './conditions.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'
import { foundIn } from './with-head.ts'

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

/**
 * Requests in the order in which they were submitted, each with its whole history.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listRequests(
  db: Pool,
  { book, status, entity, manager, resource, from, to, cursor, limit }: RequestsAsked,
): Promise<({ head: number } & Page<ShownRequest>) | undefined> {
  const cursors = cursorsOf('requests', [book, status, entity, manager, resource, from, to], ['number'])
  const after = cursors.parse(cursor)
  const where = conditions(book, {
    status: when(status, 'status = ?'),
    entity: when(entity, 'entity_id = ?'),
    manager: when(
      manager,
      '(select n.manager from ledger.entities n where n.book_id = $1 and n.entity_id = requests.entity_id) = ?',
    ),
    resource: when(resource, 'resource = ?'),
    from: when(from, 'to_day >= ?'),
    to: when(to, 'from_day <= ?'),
    after: when(after?.[0], 'submitted_position > ?'),
  })
  const { rows } = await db.query<{ head: number; request_id: string; version: number; submitted_position: number }>({
    text: `
      select h.position as head, r.*
        from ledger.heads h
        left join lateral (
               select request_id, version, submitted_position
                 from ledger.requests
                where ${where.sql}
                order by submitted_position
                limit $${where.values.length + 1}) as r on true
       where h.book_id = $1
       order by r.submitted_position`,
    values: [...where.values, limit + 1],
  })
  const found = foundIn(rows, 'request_id')
  if (found === undefined) return undefined
  const page = pageOf(found.rows, limit, {
    item: ({ request_id: request, version }) => ({ request, upTo: version }),
    cursor: (row) => cursors.after([row.submitted_position]),
  })
  const requests = await readShown(db, book, page.items)
  return { head: found.head, items: requests, nextCursor: page.nextCursor }
}

/** @returns undefined where the book does not exist, no item where the request does not */
export async function readRequest(
  db: Pool,
  { book, request }: { readonly book: string; readonly request: string },
): Promise<{ head: number; item: ShownRequest | undefined } | undefined> {
  const { rows } = await db.query<{ head: number; version: number | null }>({
    name: 'read-request',
    text: `
      select h.position as head,
             (select version from ledger.requests where book_id = $1 and request_id = $2) as version
        from ledger.heads h
       where h.book_id = $1`,
    values: [book, request],
  })
  const [row] = rows
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

interface EventRow {
  readonly request: string
  readonly position: number
  readonly type: RequestFact['type']
  readonly recorded_at: Date
  readonly actor_type: string
  readonly actor_id: string
  readonly data: string
  readonly reason: string | null
}

/** The events of requests from their first up to a version each, by request. What they read never changes. */
export async function readRequestEvents(
  db: Pool,
  book: string,
  requests: readonly RequestUpTo[],
): Promise<ReadonlyMap<string, readonly RequestEvent[]>> {
  if (requests.length === 0) return new Map()
  const { rows } = await db.query<EventRow>({
    name: 'read-request-events',
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
    values: [book, requests.map(({ request }) => request), requests.map(({ upTo }) => upTo)],
  })
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

async function readLines(db: Pool, book: string, positions: readonly number[]) {
  const { rows } = await db.query<TransactionRow>({
    name: 'read-request-lines',
    text: `
      select t.*
        from unnest($2::bigint[]) as k(position)
       cross join lateral (
               select ${TRANSACTION_COLUMNS}
                 from ledger.transactions
                where book_id = $1
                  and position = k.position
                order by position, line) as t`,
    values: [book, positions],
  })
  return Map.groupBy(rows, ({ position }) => position)
}

function eventFrom(row: EventRow, lines: readonly TransactionRow[]): RequestEvent {
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
  const { rows } = await db.query<{ request_id: string; version: number }>({
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
    values: [book, entity, from, to],
  })
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
