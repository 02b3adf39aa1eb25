import type { PoolClient } from 'pg'
import { inOneWrite } from '../../db/one-write.ts'
import { begin, commit } from '../../db/transaction.ts'
import type { RecordCommand } from '../command.ts'
import type { PolicyCache } from '../policies.ts'
import { readHead } from '../read/head.ts'
import type { Addition } from './addition.ts'
import { type Append, append, printAppend } from './append.ts'
import { type Decided, decideAll, type Outcome } from './decide-all.ts'
import { needsOf } from './group-needs.ts'
import { lookAhead } from './look-ahead.ts'
import { openLapsed } from './open-lapsed.ts'
import type { Opened } from './opened.ts'
import { type LockedHead, lockHead } from './opening/head.ts'
import { readKeys } from './opening/keys.ts'
import { rolledBack } from './rolled-back.ts'
import { sentTogether } from './sent-together.ts'
import { type Attempted, type Known, noSuchBook, readOriginals, type Settled, settle } from './settle.ts'
import { Tip } from './tip.ts'

/** A group that is committed: what became of its commands, in order, and the end of the book after it. */
export interface Committed {
  readonly settled: readonly Settled[]
  readonly tip: Tip | undefined
  /** Before its commands something ended by itself: there are new events even where they recorded nothing. */
  readonly lapsed: boolean
}

/**
 * Records a group of commands of one book in one database transaction: open under the lock, decide, append, commit.
 * @throws whatever the database throws; then nothing is in the record unless COMMIT was already under way
 */
export async function recordGroup(
  tx: PoolClient,
  book: string,
  group: readonly Attempted<RecordCommand>[],
  policies: PolicyCache,
): Promise<Committed> {
  const commands = group.map(({ command }) => command)
  const [, found] = await Promise.all(
    inOneWrite(tx, () => [begin(tx), openLapsed(tx, book, needsOf(commands), policies)] as const),
  )
  if (found === undefined) {
    return rolledBack(tx, { settled: group.map(() => noSuchBook(book)), tip: undefined, lapsed: false })
  }
  const { opened, lapsed } = found
  const decided = decideAll(opened, commands)
  const { outcomes, addition } = decided
  noteAttempts(group, outcomes)
  const [originals] = await sentTogether(tx, () => [
    readOriginals(tx, book, outcomes),
    addition === undefined ? undefined : appendUnderLock(tx, book, opened.head, addition),
    commit(tx),
  ])
  return { settled: settleAll(group, outcomes, { originals, opened }), tip: Tip.after(opened, decided), lapsed }
}

/** A group decided on the tip, before what the tip rests on is known to be committed. */
export interface Ahead {
  readonly opened: Opened
  readonly decided: Decided
  /** undefined: nothing to append. */
  readonly append: Append | undefined
}

/** @returns undefined where the group has to be opened under the lock */
export async function decideAhead(
  db: PoolClient,
  book: string,
  group: readonly Attempted<RecordCommand>[],
  from: { readonly tip: Tip; readonly trusting: boolean },
): Promise<Ahead | undefined> {
  const commands = group.map(({ command }) => command)
  const opened = await lookAhead(db, book, needsOf(commands), from)
  if (opened === undefined) return undefined
  const decided = decideAll(opened, commands)
  const { addition } = decided
  return { opened, decided, append: addition && printAppend(book, opened.head, addition, opened.uncheckedKeys) }
}

/**
 * Appends a group that was decided ahead, in one round trip: lock, append if the head is where it was decided on, commit.
 * @returns undefined where the head had moved, or a key that was not looked for is taken: nothing is recorded, and
 *   nothing of the decision may be answered
 * @throws whatever the database throws; then nothing is in the record unless COMMIT was already under way
 */
export async function recordAhead(
  tx: PoolClient,
  book: string,
  group: readonly Attempted<RecordCommand>[],
  { opened, decided: { outcomes }, append: prepared }: Ahead,
): Promise<readonly Settled[] | undefined> {
  noteAttempts(group, outcomes)
  const [originals, holds] = await sentTogether(tx, () => [
    readOriginals(tx, book, outcomes),
    prepared === undefined ? isStill(tx, book, opened) : appendAlone(tx, prepared),
  ])
  return holds ? settleAll(group, outcomes, { originals, opened }) : undefined
}

/**
 * A group that records nothing needs no lock: it is right if, at some moment after it arrived, the head was where we
 * decided and its unchecked keys were free.
 */
async function isStill(db: PoolClient, book: string, { head, uncheckedKeys }: Opened): Promise<boolean> {
  const [found, taken] = await Promise.all([
    readHead(db, book),
    // A key is never given back: one that is free after the head was read was free then.
    uncheckedKeys.length === 0 ? undefined : readKeys(db, book, uncheckedKeys),
  ])
  return (
    found?.position === head.position && found.hash === head.hash && (taken === undefined || taken.known.size === 0)
  )
}

// Before the append is sent: whatever breaks after that, the outcome can be looked up.
function noteAttempts(group: readonly Attempted[], outcomes: readonly Outcome[]): void {
  outcomes.forEach((outcome, index) => {
    if (outcome.outcome === 'recorded') group[index]!.attempted = outcome.event.hash
  })
}

function settleAll(
  group: readonly Attempted[],
  outcomes: readonly Outcome[],
  { originals, opened }: { readonly originals: Known['originals']; readonly opened: Opened },
): Settled[] {
  const known: Known = { originals, policies: opened.state.policies }
  return outcomes.map((outcome, index) => settle(outcome, group[index]!, known))
}

/** Appends a group whose book is not locked. */
async function appendAlone(tx: PoolClient, prepared: Append): Promise<boolean> {
  if (prepared.releases.length === 0) return append(tx, prepared)
  // Releases are a statement of their own, and the two must be one.
  const [, , written] = await sentTogether(tx, () => [
    begin(tx),
    lockHead(tx, prepared.book),
    append(tx, prepared),
    commit(tx),
  ])
  return written
}

/** Appends to a book that was locked before its group was decided. */
export async function appendUnderLock(
  tx: PoolClient,
  book: string,
  head: LockedHead,
  addition: Addition,
): Promise<void> {
  const written = await append(tx, printAppend(book, head, addition))
  // The lock is held since before the decision, so a head that moved means that somebody wrote past it.
  if (!written) throw new Error(`the head of ${book} moved under its lock`)
}
