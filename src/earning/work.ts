import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { run as execute, query } from '../db/statement.ts'
import { type BatchWorked, type LedgerOfRuns, restAfter } from './give-way.ts'
import type { AccountOfRun } from './load-accounts.ts'
import type { RecordedKind } from './post-account.ts'
import {
  END_BATCH,
  END_RUN,
  FORGET_BATCHES,
  GIVE_BACK_BATCH,
  MOVE_BOOK,
  OPEN_BATCHES,
  READ_RUN,
  RUN_SCOPE,
  TAKE_BATCH,
} from './runs.sql.ts'
import { postedBy, problemsOf } from './runs.ts'
import { workOutAccounts } from './work-accounts.ts'
import type { Working } from './working.ts'

/**
 * A batch whose process died is taken by another one so much later. One that takes longer than this, on a busy machine, is
 * worked out twice and posted once.
 */
const LEASE_SECONDS = 10

/** Batches that are worked on at the same time: while one is read another one is posted. */
const LANES = 2

/** How often somebody looks whether a batch was left that others work on. */
const LOOK_MS = 500

/**
 * Works out batches of a run until nobody has any left, and says what the run came to. While others give commands to the same
 * process, it rests between its batches. Any number of processes may do so at
 * once: each batch is worked out by one of them, and the keys of postings keep what a killed one left from being posted twice.
 * @throws whatever the database throws: the batch is given back, and the run goes on with whoever comes next
 */
export async function workOnRun(working: WorkingOnRun, of: OfRun): Promise<void> {
  const { db, signal } = working
  for (;;) {
    await Promise.all(Array.from({ length: LANES }, () => workWhileThereIsSome(working, of)))
    if (await endRun(db, of)) return
    await sleep(LOOK_MS, undefined, { signal })
  }
}

interface WorkingOnRun extends Working {
  readonly ledger: LedgerOfRuns
}

interface OfRun {
  readonly book: string
  readonly run: string
}

/** One batch after the other, until there is none that nobody works on. */
async function workWhileThereIsSome(working: WorkingOnRun, { book, run }: OfRun): Promise<void> {
  const { db, signal } = working
  const lease = randomUUID()
  for (;;) {
    signal.throwIfAborted()
    const [known] = await query(db, READ_RUN, [book, run])
    if (known === undefined || known.status !== 'running') return
    const [batch] = await query(db, TAKE_BATCH, [book, run, lease, LEASE_SECONDS])
    if (batch === undefined) return
    let worked: BatchWorked
    try {
      const accounts = batch.entities.map((entity, at): AccountOfRun => ({ entity, policy: batch.policies[at]! }))
      const [began, othersBefore] = [performance.now(), working.ledger.others]
      const { problems, recorded } = await workOutAccounts(working, { book, run, through: known.through, accounts })
      const said = problems.length === 0 ? null : JSON.stringify(problems)
      await execute(db, END_BATCH, [book, run, batch.number, lease, said, JSON.stringify(countsOf(recorded))])
      working.batch?.({ accounts: accounts.length, recorded: recorded.length, problems: problems.length })
      worked = {
        ms: performance.now() - began,
        own: recorded.length,
        others: working.ledger.others - othersBefore,
      }
    } catch (error) {
      await execute(db, GIVE_BACK_BATCH, [book, run, batch.number, lease]).catch(() => {})
      throw error
    }
    await sleep(restAfter(worked), undefined, { signal })
  }
}

/** @returns false where others still work on it */
async function endRun(db: Pool, { book, run }: OfRun): Promise<boolean> {
  const [open] = await query(db, OPEN_BATCHES, [book, run])
  if (open!.open > 0) return false
  const [known] = await query(db, READ_RUN, [book, run])
  if (known === undefined || known.status !== 'running') return true
  const { postings, amounts } = await postedBy(db, book, known)
  const problems = await problemsOf(db, book, run)
  const [scope] = await query(db, RUN_SCOPE, [book, run])
  const texts = [JSON.stringify(postings), JSON.stringify(amounts), JSON.stringify(problems)] as const
  await execute(db, END_RUN, [book, run, 'done', ...texts])
  if (scope!.isEverybody) await execute(db, MOVE_BOOK, [book, known.through])
  await execute(db, FORGET_BATCHES, [book, run])
  return true
}

/** As `earning.batches.posted` keeps it. */
function countsOf(recorded: readonly RecordedKind[]): readonly number[] {
  return KINDS.map((kind) => recorded.filter((one) => one === kind).length)
}

const KINDS: readonly RecordedKind[] = ['accrual', 'carry-over', 'lapse', 'correction']
