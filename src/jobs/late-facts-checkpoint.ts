import type { Pool } from 'pg'
import { query, run } from '../db/statement.ts'
import type { RecountCause } from '../domain/request/request.ts'
import type { LeasedCheckpoints } from '../following/follow-books.ts'
import { LEASE_SECONDS } from '../following/lease.ts'
import {
  ADD_LATE_FACTS,
  FIND_UNDEALT,
  FIND_WAITING,
  GIVE_BACK_LATE_FACTS,
  LEASE_LATE_FACTS,
  MOVE_LATE_FACTS,
  READ_DEFINITIONS,
} from './late-facts-statements.ts'

/** A request whose days could not be counted again, since a period is closed that has to be open. */
export interface WaitingRequest {
  readonly request: string
  readonly cause: RecountCause
}

/** What is kept of a book beside the position up to which its definitions are dealt with. */
export interface KeptWaiting {
  readonly waiting: readonly WaitingRequest[]
}

/** The checkpoints of late facts; the head of a book is here its last definition. */
export function lateFactsCheckpoints(db: Pool): LeasedCheckpoints<KeptWaiting> {
  const lease = async (book: string, name: string) =>
    (await query(db, LEASE_LATE_FACTS, [book, name, LEASE_SECONDS]))[0]
  return {
    async behind({ afterBook, books }) {
      const page = await query(db, FIND_UNDEALT, [afterBook, books])
      return {
        behind: page.filter(({ due }) => due).map(({ book }) => ({ book, key: book })),
        upToBook: page.length < books ? undefined : page.at(-1)!.book,
      }
    },
    async lease(book, name) {
      let leased = await lease(book, name)
      // A book without a checkpoint gets one. Where nothing was added, there is one, and somebody has it.
      if (leased === undefined && (await run(db, ADD_LATE_FACTS, [book])) > 0) leased = await lease(book, name)
      if (leased === undefined) return undefined
      // Read after the lease: whatever is read from here on knows all definitions up to there.
      const [head] = await query(db, READ_DEFINITIONS, [book])
      return { position: leased.position, head: head!.definitions, waiting: fromStored(leased.waiting) }
    },
    renew: async (book, name) => (await lease(book, name)) !== undefined,
    async move(book, name, from, { position, waiting }) {
      return (await run(db, MOVE_LATE_FACTS, [book, name, from, position, toStored(waiting)])) === 1
    },
    giveBack: (book, name) => run(db, GIVE_BACK_LATE_FACTS, [book, name]),
  }
}

type StoredWaiting = [request: string, position: number, type: RecountCause['type'], about: string]

function fromStored(text: string | null): WaitingRequest[] {
  const stored = text === null ? [] : (JSON.parse(text) as StoredWaiting[])
  return stored.map(([request, position, type, about]) => ({ request, cause: { position, type, about } }))
}

function toStored(waiting: readonly WaitingRequest[]): string | null {
  if (waiting.length === 0) return null
  return JSON.stringify(
    waiting.map(({ request, cause: { position, type, about } }): StoredWaiting => [request, position, type, about]),
  )
}

/** Books looked at in one go. */
const BOOKS = 1_000

/** All books with requests that wait for a period to be reopened. */
export async function* waitingBooks(db: Pool): AsyncGenerator<string, void, undefined> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: readonly { readonly book: string }[] = await query(db, FIND_WAITING, [after, BOOKS])
    for (const { book } of page) yield book
    after = page.length < BOOKS ? undefined : page.at(-1)!.book
  }
}
