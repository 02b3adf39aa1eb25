import type { Logger } from 'pino'
import { projections } from '../../projections/registry.ts'
import type { Config } from '../config.ts'
import type { ProjectingMetrics } from '../http/metrics/projecting-metrics.ts'
import { installProjections } from '../projecting/builds.ts'
import { type Lag, openLag } from '../projecting/lag.ts'
import { openProjectingPool } from '../projecting/pools.ts'
import { startProjectingThread } from './projecting-thread.ts'

export interface ReadModels {
  /** Against the true heads; as of a second ago at most. */
  lag(): Promise<readonly Lag[]>
  /** Waits for the batches under way. */
  close(): Promise<void>
}

export interface ReadModelsOptions {
  /** Of the database that commands go to. */
  readonly url: string
  readonly config: Pick<Config, 'projectingWorkers'>
  readonly metrics: ProjectingMetrics
  readonly logger: Logger
}

/** Makes the tables of read models that are new, and has this process take part in keeping all of them up to date. */
export async function startReadModels({
  url,
  config: { projectingWorkers: workers },
  metrics,
  logger,
}: ReadModelsOptions): Promise<ReadModels> {
  const onError = (error: Error): void => logger.warn({ err: error }, 'a connection for projecting broke')
  // To install them and to see how far they are; what applies them has connections of its own.
  const pool = openProjectingPool(url, { workers: 0, onError })
  const lag = openLag(pool, projections)
  metrics.watchLag(lag)
  try {
    await installProjections(pool, projections)
  } catch (error) {
    await pool.end()
    throw error
  }
  if (workers === 0) return { lag, close: () => pool.end() }
  const projecting = startProjectingThread({
    url,
    workers,
    watcher: {
      broke: onError,
      batch: (report) => metrics.batch(report),
      parked({ projection, book, entities }) {
        metrics.parked(projection, entities.length)
        logger.error({ projection, book, entities }, 'entities could not be applied any further, and are parked')
      },
      trouble(message, error) {
        metrics.trouble()
        logger.error({ err: error }, message)
      },
    },
  })
  return {
    lag,
    async close() {
      await projecting.close()
      await pool.end()
    },
  }
}
