import type { ClientBase } from 'pg'
import { readPacked } from '../ledger/rows/packed-rows.ts'
import { claimFrom, eventsFrom, ownedEventFrom, positionOf, transactionFrom } from './batch-rows.ts'
import { READ_CLAIMS, READ_EVENTS, READ_REQUESTS, READ_TRANSACTIONS } from './batch-statements.ts'
import type { Batch, Projection } from './projection.ts'

/** What is next in a book: everything of the events after `after` up to and including `upTo`. */
export type ReadBatch = Omit<Batch, 'book' | 'into'>

interface BatchAsked {
  readonly book: string
  readonly after: number
  /** A position that the caller has seen. */
  readonly head: number
  /** Transactions or claims, and events, that a batch should have. */
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
  let lines = 0
  for (let asked = slice(after), reading = readSlice(tx, reads, asked); ; ) {
    const isLast = asked.head >= head || asked.head - after >= most || lines + SLICE_TRANSACTIONS > most
    const next = slice(asked.head)
    const ahead = isLast ? undefined : readSlice(tx, reads, next)
    // Where this slice fails, so does what is behind it on the connection.
    ahead?.catch(() => {})
    const done = await reading
    read.push(done)
    lines += done.transactions.length + done.claims.length
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
    claims: read.flatMap(({ claims }) => claims),
  }
}

async function readSlice(tx: ClientBase, reads: Projection['reads'], asked: BatchAsked): Promise<ReadBatch> {
  const { book, after, head } = asked
  const read = reads === 'requests and claims' ? readRequestsAndClaims(tx, asked) : readTransactions(tx, reads, asked)
  if ((await read).upTo > after || head === after) return read
  // A single event that is larger than a batch.
  return readSlice(tx, reads, { book, after, head: after + 1, most: UNBOUNDED })
}

/** As a limit, which is counted up by one. */
const UNBOUNDED = 2 ** 52

async function readTransactions(
  tx: ClientBase,
  reads: 'transactions' | 'events and transactions',
  { book, after, head, most }: BatchAsked,
): Promise<ReadBatch> {
  const [transactionRows, eventRows] = await Promise.all([
    readPacked(tx, READ_TRANSACTIONS, [book, after, head, most + 1]),
    reads === 'transactions' ? undefined : readPacked(tx, READ_EVENTS, [book, after, head, most]),
  ])
  const transactions = transactionRows.map(transactionFrom)
  const upTo = Math.min(
    endOfLines(transactions, { head, most }),
    eventRows === undefined || eventRows.length < most ? head : positionOf(eventRows.at(-1)!),
  )
  const whole = transactions.filter(({ position }) => position <= upTo)
  return { after, upTo, transactions: whole, events: eventsFrom(eventRows ?? [], whole, upTo), claims: [] }
}

async function readRequestsAndClaims(tx: ClientBase, { book, after, head, most }: BatchAsked): Promise<ReadBatch> {
  const [claimRows, eventRows] = await Promise.all([
    readPacked(tx, READ_CLAIMS, [book, after, head, most + 1]),
    readPacked(tx, READ_REQUESTS, [book, after, head, most]),
  ])
  const claims = claimRows.map(claimFrom)
  const events = eventRows.map(ownedEventFrom)
  const upTo = Math.min(endOfLines(claims, { head, most }), events.length < most ? head : events.at(-1)!.position)
  const isWhole = ({ position }: { readonly position: number }): boolean => position <= upTo
  return { after, upTo, transactions: [], events: events.filter(isWhole), claims: claims.filter(isWhole) }
}

/** Up to where there are all lines: one more than `most` was asked for, which tells whether the last event is whole. */
function endOfLines(
  lines: readonly { readonly position: number }[],
  { head, most }: Pick<BatchAsked, 'head' | 'most'>,
): number {
  return lines.length <= most ? head : lines.at(-1)!.position - 1
}
