import type { Pool } from 'pg'
import type { PgBoss } from 'pg-boss'
import { query } from '../db/statement.ts'
import { dayIn } from '../domain/calendar-date.ts'
import { LedgerOfRuns } from '../earning/give-way.ts'
import { RUNNING } from '../earning/runs.sql.ts'
import { startRun } from '../earning/runs.ts'
import { workOnRun } from '../earning/work.ts'
import type { RunBatchReport } from '../earning/working.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { EARNING_BOOKS } from '../ledger/read/earning-books.ts'

/** Works on one run, beside others who do. */
const WORK = 'earning-runs'

/** Begins the runs of the night. */
const NIGHT = 'earning-nights'

/** A day begins somewhere in every quarter of an hour. */
const EVERY_QUARTER = '*/15 * * * *'

const QUEUE = {
  retryLimit: 10,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  heartbeatSeconds: 20,
  expireInSeconds: 6 * 3_600,
  deleteAfterSeconds: 3_600,
} as const

export interface EarningOptions {
  /** Of the service's role, to the database that commands go to. */
  readonly db: Pool
  readonly ledger: Pick<Ledger, 'stats' | 'submit'>
  /** Runs that this process works on at the same time. */
  readonly workers: number
  /** Whether books are run every night; else somebody else sees to that. */
  readonly nightly: boolean
  readonly now: () => Date
  readonly trouble: (message: string, error: unknown) => void
  /** Told what became of each batch. */
  readonly batch: (report: RunBatchReport) => void
}

export interface Earning {
  /** Somebody has asked for a run. */
  started(run: OfRun): void
  /** It is night somewhere: begins the runs that are due. */
  night(): Promise<void>
  /** Ends what is under way between two batches. */
  close(): Promise<void>
}

interface OfRun {
  readonly book: string
  readonly run: string
}

/** Works on runs that anybody asks for, and begins those of the night. Any number of processes do both. */
export async function startEarning(boss: PgBoss, options: EarningOptions): Promise<Earning> {
  const { db, workers, nightly, now, trouble, batch } = options
  const ledger = new LedgerOfRuns(options.ledger)
  const closing = new AbortController()
  const { signal } = closing
  const underWay = new Set<Promise<unknown>>()
  const watched = async (message: string, use: () => Promise<void>): Promise<void> => {
    const working = use()
    underWay.add(working)
    try {
      await working
    } catch (error) {
      if (!signal.aborted) trouble(message, error)
      throw error
    } finally {
      underWay.delete(working)
    }
  }
  const help = (one: OfRun): void => {
    // One job for each worker of this process; those of others that have time take some too.
    Promise.all(Array.from({ length: workers }, () => boss.send(WORK, one, QUEUE)))
      .then(() => workersOfRuns.forEach((worker) => boss.notifyWorker(worker)))
      .catch((error: unknown) => trouble('a run could not be handed to those who work on it', error))
  }
  await boss.createQueue(WORK, { policy: 'standard', ...QUEUE })
  await boss.createQueue(NIGHT, { policy: 'stately', ...QUEUE })
  const workersOfRuns: string[] = []
  for (let at = 0; at < workers; at++) {
    workersOfRuns.push(
      await boss.work<OfRun>(WORK, { pollingIntervalSeconds: 2 }, ([job]) =>
        watched('a run could not be worked on', () => workOnRun({ db, ledger, signal, batch }, job!.data)),
      ),
    )
  }
  const worker = await boss.work(NIGHT, { pollingIntervalSeconds: 10 }, () =>
    watched('the runs of the night could not begin', async () => {
      if (nightly) await beginRuns({ db, now }, help)
      // Whatever a killed process left.
      for (const one of await query(db, RUNNING, [])) help(one)
    }),
  )
  await boss.schedule(NIGHT, EVERY_QUARTER, {}, { key: 'nightly', singletonKey: 'nightly' })
  const night = async (): Promise<void> => {
    await boss.send(NIGHT, {}, { singletonKey: 'nightly' })
    boss.notifyWorker(worker)
  }
  await night()
  return {
    started: help,
    night,
    async close() {
      closing.abort()
      await Promise.allSettled(underWay)
    },
  }
}

/** Begins what is due in every book, through its today. @param begun told of each run that is new */
async function beginRuns({ db, now }: Pick<EarningOptions, 'db' | 'now'>, begun: (run: OfRun) => void): Promise<void> {
  for (const { book, timeZone } of await query(db, EARNING_BOOKS, [])) {
    const through = dayIn(timeZone, now())
    const night = { book, through, entities: null, policies: null, by: 'system:earning' }
    const started = await startRun(db, { ...night, idempotencyKey: ` nightly:${through}` })
    if (started.outcome === 'started') begun({ book, run: started.run.id })
  }
}
