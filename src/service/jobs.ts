import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Metrics } from '../http/metrics/metrics.ts'
import { mayBeUser } from '../identity/last-admin.ts'
import { type Jobs, type JobsWatcher, startJobs } from '../jobs/jobs.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { openJobsPool, openQueuesPool } from './pools.ts'

export interface ServiceJobsOptions {
  /** Of the database that commands go to. */
  readonly url: string
  readonly config: Config
  readonly metrics: Metrics
  readonly logger: Logger
}

/** The jobs of this process. The ledger tells them of definitions, and they give it commands: one is there before the other. */
export interface ServiceJobs extends Jobs {
  /** What was defined before is found. */
  start(ledger: Ledger): Promise<void>
}

/** What runs by itself in this process; nothing, where the configuration leaves it to others. */
export function openServiceJobs({ url, config, metrics, logger }: ServiceJobsOptions): ServiceJobs {
  const watcher: JobsWatcher = {
    lateFacts({ book, ...report }) {
      metrics.jobs.lateFacts(report)
      const { recounted } = report
      if (recounted > 0) logger.info({ book, recounted }, 'requests were counted again after a late fact')
    },
    uncounted(about) {
      metrics.jobs.uncounted()
      logger.warn(about, 'a request could not be counted again')
    },
    runBatch: (report) => metrics.jobs.runBatch(report),
    trouble(message, error) {
      metrics.jobs.trouble()
      logger.error({ err: error }, message)
    },
  }
  let jobs: Jobs | undefined
  const ending: (() => Promise<unknown>)[] = []
  return {
    async start(ledger) {
      if (config.jobWorkers === 0) return
      const onError = (error: Error): void => logger.warn({ err: error }, 'a connection for jobs broke')
      const db = openJobsPool(url, config, onError)
      const queues = openQueuesPool(url, onError)
      ending.push(() => Promise.all([db.end(), queues.end()]))
      const limits = { books: config.jobWorkers, recounts: config.recounts }
      jobs = await startJobs({
        queues,
        db,
        ledger,
        limits,
        watcher,
        auditDays: config.auditDays,
        nightly: config.nightly === 'on',
        keepsAdmin: mayBeUser(config),
      })
      ending.push(jobs.close.bind(jobs))
    },
    defined: (book, type) => jobs?.defined(book, type),
    startedRun: (run) => jobs?.startedRun(run),
    async close() {
      for (const end of ending.toReversed()) await end()
    },
  }
}
