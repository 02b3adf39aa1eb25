import type { Pool } from 'pg'
import { readHead } from '../read/head.ts'
import { verifyAccounts } from './accounts.ts'
import { verifyCarryOvers } from './carry-overs.ts'
import { verifyChain } from './chain.ts'
import { verifyClaims } from './claims.ts'
import { verifyDefinitions } from './definitions.ts'
import { earliest, type Finding } from './finding.ts'
import { verifyHolds } from './holds.ts'
import type { Extent } from './ranges.ts'
import { verifyRequests } from './requests.ts'
import { verifyReversals } from './reversals.ts'
import { verifySnapshots } from './snapshots.ts'
import { verifyUniqueness } from './uniqueness.ts'

/** What came of looking at everything that is stored of a book. */
export type Verification =
  | {
      readonly ok: true
      readonly events: number
      readonly transactions: number
      /** Of the last event: whoever noted it earlier can compare. */
      readonly hash: string
    }
  /** The first position that does not fit, and how; null where what does not fit belongs to no position. */
  | ({ readonly ok: false } & Finding)

export interface VerifyProgress {
  readonly position: number
  readonly head: number
}

/**
 * Verifies a book as its head stands now, while it is written to:
 * first the record itself (every event put together again and hashed, what its lines must be, what may be there once),
 * then, where that is whole, what is derived from it (accounts, carry-overs, claimed days, requests, holds, definitions, snapshots).
 *
 * Not covered: profiles, which are beside the record; and `events.fingerprint`, which only tells a replay from a reused
 * key. A record that somebody has rewritten from some position on, hashes and all, is whole in itself: compare `hash`
 * with one that was noted before.
 *
 * Memory is bounded. Reads only; takes no locks.
 * @returns undefined where the book does not exist
 */
export async function verifyBook(
  db: Pool,
  book: string,
  onProgress: (progress: VerifyProgress) => void = () => {},
): Promise<Verification | undefined> {
  const head = await readHead(db, book)
  if (head === undefined) return undefined
  const stop = new AbortController()
  const extent: Extent = { book, upTo: head.position, signal: stop.signal }
  // All at once: the chain is work for this process, the rest for the server. They are judged in order all the same:
  // what is derived from a record that is not whole says nothing.
  const ofTheRecord = settled([verifyReversals(db, extent), verifyUniqueness(db, book)])
  const ofWhatIsDerived = settled([
    verifyDefinitions(db, book),
    verifyCarryOvers(db, extent),
    verifyClaims(db, extent),
    verifyAccounts(db, extent),
    verifySnapshots(db, extent),
    verifyRequests(db, book, stop.signal),
    verifyHolds(db, book, stop.signal),
  ])
  try {
    const chain = await verifyChain(db, book, head, (position) => onProgress({ position, head: head.position }))
    if ('problem' in chain) return { ok: false, ...chain }
    const finding = earliest((await ofTheRecord)()) ?? earliest((await ofWhatIsDerived)())
    return finding === undefined ? { ok: true, ...chain } : { ok: false, ...finding }
  } finally {
    stop.abort()
    await Promise.all([ofTheRecord, ofWhatIsDerived])
  }
}

/** Waits for all; what comes of it throws the first error, once it is asked for. */
async function settled<T>(checks: readonly Promise<T>[]): Promise<() => T[]> {
  const results = await Promise.allSettled(checks)
  return () =>
    results.map((result) => {
      if (result.status === 'rejected') throw result.reason
      return result.value
    })
}
