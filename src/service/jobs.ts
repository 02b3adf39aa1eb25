import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { withStartupOptions } from '../db/pool.ts'
import type { Metrics } from '../http/metrics.ts'
import { type Jobs, startJobs } from '../jobs/jobs.ts'
import type { Ledger } from '../ledger/writer.ts'
import { openJobsPool, SERVICE_ROLE } from './pools.ts'

export interface ServiceJobsOptions {
  /** Of the database that commands go to. */
  readonly url: string
  readonly config: Config
  readonly ledger: Ledger
  readonly metrics: Metrics
  readonly logger: Logger
}

/** Has this process take part in what runs by itself; or none of it, where the configuration says so. */
export async function startServiceJobs({ url, config, ledger, metrics, logger }: ServiceJobsOptions): Promise<Jobs> {
  if (config.jobWorkers === 0) return NO_JOBS
  const db = openJobsPool(url, config, (error) => logger.warn({ err: error }, 'a connection for jobs broke'))
  try {
    const jobs = await startJobs({
      url: withStartupOptions(url, { role: SERVICE_ROLE }),
      db,
      ledger,
      limits: { books: config.jobWorkers, recounts: config.recounts },
      watcher: {
        lateFacts({ book, ...report }) {
          metrics.jobs.lateFacts(report)
          const { recounted } = report
          if (recounted > 0) logger.info({ book, recounted }, 'requests were counted again after a late fact')
        },
        uncounted(about) {
          metrics.jobs.uncounted()
          logger.warn(about, 'a request could not be counted again')
        },
        trouble(message, error) {
          metrics.jobs.trouble()
          logger.error({ err: error }, message)
        },
      },
    })
    return {
      defined: (book, type) => jobs.defined(book, type),
      async close() {
        await jobs.close()
        await db.end()
      },
    }
  } catch (error) {
    await db.end()
    throw error
  }
}

const NO_JOBS: Jobs = { defined: () => {}, close: async () => {} }
