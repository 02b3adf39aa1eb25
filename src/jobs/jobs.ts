import type { Pool } from 'pg'
import type { PgBoss } from 'pg-boss'
import { pruneEntries } from '../audit/prune.ts'
import type { RunBatchReport } from '../earning/working.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { worldNow } from '../world-clock.ts'
import { type Earning, startEarning } from './earning.ts'
import { followHolds } from './follow-holds.ts'
import {
  type FollowLateFactsOptions,
  followLateFacts,
  type LateFacts,
  type LateFactsWatcher,
} from './follow-late-facts.ts'
import { followPlayedTime } from './played-nights.ts'
import { openQueues } from './queues.ts'
import { retainAll } from './retain.ts'

export interface JobsWatcher extends LateFactsWatcher {
  /** What became of one batch of a run. */
  runBatch?(report: RunBatchReport): void
}

export interface JobsOptions extends FollowLateFactsOptions {
  readonly ledger: Pick<Ledger, 'stats' | 'submit'>
  readonly watcher: JobsWatcher
  /** For the queues: as `openQueues` takes them. */
  readonly queues: Pool
  /** How many days the audit trail is kept. */
  readonly auditDays: number
  /** Whether whoever is the last administrator of every book, as a user, is erased by nothing that runs by itself. */
  readonly keepsAdmin?: boolean
  /** Whether books are run every night. */
  readonly nightly?: boolean
  /** What age is reckoned from, and what today is. */
  readonly now?: () => Date
}

export interface Jobs extends Pick<LateFacts, 'defined'> {
  /** Somebody has asked for a run. */
  startedRun(run: { readonly book: string; readonly run: string }): void
  /** Takes no more jobs, and ends those under way between two commands. */
  close(): Promise<void>
}

/** Counts again what waits for a period to be reopened. */
const COUNT_WAITING = 'late-facts-books'

/** Erases what is too old. */
const RETAIN = 'retention'

const DAY_MS = 86_400_000

/** How often a process asks for jobs that others have sent. */
const POLL_SECONDS = 10

/** One job runs and one waits, whoever sends how many; one whose process died is taken up by another. */
const QUEUE = {
  policy: 'stately',
  retryLimit: 10,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 300,
  heartbeatSeconds: 20,
  expireInSeconds: 6 * 3_600,
  deleteAfterSeconds: 3_600,
} as const

/** Starts what runs by itself. A job only issues commands, with keys that make a second run change nothing. */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { queues, watcher } = options
  const boss = await openQueues({ queues, onError: (error) => watcher.trouble('a queue failed', error) })
  const trouble = (message: string, error: unknown): void => watcher.trouble(message, error)
  const lateFacts = followLateFacts(options)
  const holds = followHolds({ db: options.db, ledger: options.ledger, books: options.limits.books, trouble })
  let earning: Earning | undefined
  let stopPlaying = (): void => {}
  const close = async (): Promise<void> => {
    stopPlaying()
    await Promise.all([lateFacts.close(), holds.close()])
    await earning?.close()
    await boss.stop()
  }
  try {
    await startCounting(boss, lateFacts, watcher)
    const retain = await startRetaining(boss, options)
    earning = await startEarning(boss, {
      db: options.db,
      ledger: options.ledger,
      workers: options.limits.books,
      nightly: options.nightly ?? true,
      now: options.now ?? worldNow,
      trouble,
      batch: (report) => watcher.runBatch?.(report),
    })
    const runs = earning
    const begun = (begin: () => Promise<void>) => () =>
      void begin().catch((error: unknown) => watcher.trouble('what is to run by night could not begin', error))
    stopPlaying = followPlayedTime({ quarter: begun(() => runs.night()), day: begun(retain) })
  } catch (error) {
    await close()
    throw error
  }
  return {
    defined: (book, type) => lateFacts.defined(book, type),
    startedRun: (run) => earning?.started(run),
    close,
  }
}

/** Once an hour, and at each start, one of all processes counts what waits. */
async function startCounting(boss: PgBoss, lateFacts: LateFacts, watcher: JobsWatcher): Promise<void> {
  await boss.createQueue(COUNT_WAITING, QUEUE)
  const worker = await boss.work(COUNT_WAITING, { pollingIntervalSeconds: POLL_SECONDS }, async () => {
    try {
      await lateFacts.countWaiting()
    } catch (error) {
      watcher.trouble('requests that wait for a period could not be counted', error)
      throw error
    }
  })
  // Books that are behind were once looked for by a job of every minute.
  await boss.unschedule(COUNT_WAITING, 'undealt')
  await boss.schedule(COUNT_WAITING, '30 * * * *', {}, { key: 'waiting', singletonKey: 'waiting' })
  await boss.send(COUNT_WAITING, {}, { singletonKey: 'waiting' })
  boss.notifyWorker(worker)
}

/** Once a night, and at each start, one of all processes erases what is too old. @returns has that done now */
async function startRetaining(
  boss: PgBoss,
  { db, ledger, watcher, auditDays, keepsAdmin = false, now = worldNow }: JobsOptions,
): Promise<() => Promise<void>> {
  await boss.createQueue(RETAIN, QUEUE)
  const worker = await boss.work(RETAIN, { pollingIntervalSeconds: POLL_SECONDS }, async () => {
    try {
      await retainAll({ db, ledger, now, keepsAdmin })
      await pruneEntries(db, new Date(now().getTime() - auditDays * DAY_MS))
    } catch (error) {
      watcher.trouble('what is too old could not be erased', error)
      throw error
    }
  })
  await boss.schedule(RETAIN, '45 1 * * *', {}, { key: 'nightly', singletonKey: 'nightly' })
  const retain = async (): Promise<void> => {
    await boss.send(RETAIN, {}, { singletonKey: 'nightly' })
    boss.notifyWorker(worker)
  }
  await retain()
  return retain
}
