import type { ClientBase } from 'pg'
import type { CalendarDate } from '../domain/calendar-date.ts'
import type { EventType } from '../domain/event.ts'
import type { Component, TransactionType } from '../domain/transaction.ts'
import { fieldOrNull, fieldsOf, orNull, packed, readPacked } from '../ledger/rows/packed-rows.ts'
import type { ProjectedEvent, ProjectedTransaction, Projection } from './projection.ts'

/** What is next in a book: everything of the events after `after` up to and including `upTo`. */
export interface ReadBatch {
  readonly after: number
  readonly upTo: number
  readonly events: readonly ProjectedEvent[]
  readonly transactions: readonly ProjectedTransaction[]
}

/** Whatever an event concerns nobody in particular with: a book or a policy that is defined. No entity has such an id. */
export const BOOK_ITSELF = '(book)'

/** The owner of an event, as an expression over a row of `ledger.events` named `e`. */
export const OWNER_SQL = `coalesce(
                 (select entity_id
                    from ledger.transactions
                   where book_id = e.book_id
                     and position = e.position
                   order by line
                   limit 1),
                 e.data ->> 'entity',
                 '${BOOK_ITSELF}')`

/** A book, the positions after one up to another, and how many rows at most. */
const RANGE = ['text', 'int8', 'int8', 'int8'] as const

const TRANSACTION_FIELDS = 9

export const READ_TRANSACTIONS = packed({
  name: 'projecting-transactions',
  columns: ['position', 'line', 'type', 'component', 'entity_id', 'policy_id', 'resource', 'amount', 'effective_on'],
  from: `(
               select position, line, type, component, entity_id, policy_id, resource, amount, effective_on
                 from ledger.transactions
                where book_id = $1
                  and position > $2
                  and position <= $3
                order by position, line
                limit $4
             ) as t`,
  order: 'position, line',
  params: RANGE,
})

const EVENT_FIELDS = 8

const EVENT_COLUMNS = [
  'position',
  'type',
  `(extract(epoch from recorded_at) * 1000)::bigint`,
  'actor_type',
  'actor_id',
  orNull('stream'),
  orNull('stream_version'),
  'data',
]

export const READ_EVENTS = packed({
  name: 'projecting-events',
  columns: EVENT_COLUMNS,
  from: `(
               select position, type, recorded_at, actor_type, actor_id, stream, stream_version, data
                 from ledger.events
                where book_id = $1
                  and position > $2
                  and position <= $3
                order by position
                limit $4
             ) as e`,
  order: 'position',
  params: RANGE,
})

const REQUEST_FIELDS = EVENT_FIELDS + 1

// What is not about a request is passed over by the server: most of a book has nothing to do with them.
export const READ_REQUESTS = packed({
  name: 'projecting-requests',
  columns: [...EVENT_COLUMNS, 'owner'],
  from: `(
               select position, type, recorded_at, actor_type, actor_id, stream, stream_version, data,
                      ${OWNER_SQL} as owner
                 from ledger.events e
                where book_id = $1
                  and position > $2
                  and position <= $3
                  and type like 'request-%'
                order by position
                limit $4
             ) as e`,
  order: 'position',
  params: RANGE,
})

interface BatchAsked {
  readonly book: string
  readonly after: number
  /** A position that the caller has seen. */
  readonly head: number
  /** Transactions, and events, that a batch should have. */
  readonly most: number
}

/** Few enough that other work of this process gets its turn between two of them. */
const SLICE_POSITIONS = 5_000
const SLICE_TRANSACTIONS = 10_000

/**
 * Reads what is next, in whole events: a single one is never cut. Positions are dense and in commit order, so whatever is
 * visible is everything. A large batch is read in slices: while one is taken apart here, the server reads the next.
 */
export async function readBatch(
  tx: ClientBase,
  reads: Projection['reads'],
  { book, after, head, most }: BatchAsked,
): Promise<ReadBatch> {
  const slice = (from: number): BatchAsked => ({
    book,
    after: from,
    head: Math.min(head, from + SLICE_POSITIONS),
    most: Math.min(most, SLICE_TRANSACTIONS),
  })
  const read: ReadBatch[] = []
  let transactions = 0
  for (let asked = slice(after), reading = readSlice(tx, reads, asked); ; ) {
    const isLast = asked.head >= head || asked.head - after >= most || transactions + SLICE_TRANSACTIONS > most
    const next = slice(asked.head)
    const ahead = isLast ? undefined : readSlice(tx, reads, next)
    // Where this slice fails, so does what is behind it on the connection.
    ahead?.catch(() => {})
    const done = await reading
    read.push(done)
    transactions += done.transactions.length
    if (ahead === undefined) break
    if (done.upTo < asked.head) {
      // It was full before its end: the next one is not what comes next.
      await ahead
      break
    }
    asked = next
    reading = ahead
  }
  return joined(read)
}

function joined(read: readonly ReadBatch[]): ReadBatch {
  const [first] = read
  if (read.length === 1) return first!
  return {
    after: first!.after,
    upTo: read.at(-1)!.upTo,
    events: read.flatMap(({ events }) => events),
    transactions: read.flatMap(({ transactions }) => transactions),
  }
}

async function readSlice(tx: ClientBase, reads: Projection['reads'], asked: BatchAsked): Promise<ReadBatch> {
  if (reads === 'requests') return readRequests(tx, asked)
  const { book, after, head, most } = asked
  // One more tells whether the last event is whole.
  const lines = most + 1
  const [transactionRows, eventRows] = await Promise.all([
    readPacked(tx, READ_TRANSACTIONS, [book, after, head, lines]),
    reads === 'transactions' ? undefined : readPacked(tx, READ_EVENTS, [book, after, head, most]),
  ])
  const transactions = transactionRows.map(transactionFrom)
  const upTo = Math.min(
    transactions.length < lines ? head : transactions.at(-1)!.position - 1,
    eventRows === undefined || eventRows.length < most ? head : Number(fieldsOf(eventRows.at(-1)!, EVENT_FIELDS)[0]),
  )
  // A single event that is larger than a batch.
  if (upTo === after && head > after) return readSlice(tx, reads, { book, after, head: after + 1, most: UNBOUNDED })
  const whole = transactions.filter(({ position }) => position <= upTo)
  return { after, upTo, transactions: whole, events: eventsFrom(eventRows ?? [], whole, upTo) }
}

async function readRequests(tx: ClientBase, { book, after, head, most }: BatchAsked): Promise<ReadBatch> {
  const rows = await readPacked(tx, READ_REQUESTS, [book, after, head, most])
  const events = rows.map((row) => {
    const fields = fieldsOf(row, REQUEST_FIELDS)
    return eventFrom(fields, fields[EVENT_FIELDS]!)
  })
  return { after, upTo: rows.length < most ? head : events.at(-1)!.position, transactions: [], events }
}

/** As a limit, which is counted up by one. */
const UNBOUNDED = 2 ** 52

function transactionFrom(row: string): ProjectedTransaction {
  const [position, line, type, component, entity, policy, resource, amount, effectiveOn] = fieldsOf(
    row,
    TRANSACTION_FIELDS,
  )
  return {
    position: Number(position),
    line: Number(line),
    type: type as TransactionType,
    component: component as Component,
    entity: entity!,
    policy: policy!,
    resource: resource!,
    amount: amount!,
    effectiveOn: effectiveOn as CalendarDate,
  }
}

function eventsFrom(
  rows: readonly string[],
  transactions: readonly ProjectedTransaction[],
  upTo: number,
): ProjectedEvent[] {
  const firstEntity = new Map<number, string>()
  for (const { position, entity } of transactions) if (!firstEntity.has(position)) firstEntity.set(position, entity)
  const events: ProjectedEvent[] = []
  for (const row of rows) {
    const fields = fieldsOf(row, EVENT_FIELDS)
    const position = Number(fields[0])
    if (position > upTo) break
    events.push(eventFrom(fields, firstEntity.get(position) ?? entityIn(fields[EVENT_FIELDS - 1]!) ?? BOOK_ITSELF))
  }
  return events
}

function eventFrom(fields: readonly string[], owner: string): ProjectedEvent {
  const [position, type, recordedAt, actorType, actorId, stream, streamVersion, dataText] = fields
  const version = fieldOrNull(streamVersion!)
  return {
    position: Number(position),
    type: type as EventType,
    recordedAt: new Date(Number(recordedAt)),
    actor: { type: actorType!, id: actorId! },
    stream: fieldOrNull(stream!),
    streamVersion: version === null ? null : Number(version),
    dataText: dataText!,
    owner,
  }
}

function entityIn(dataText: string): string | undefined {
  const { entity } = JSON.parse(dataText) as { entity?: unknown }
  return typeof entity === 'string' ? entity : undefined
}
