import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { supervise } from '../db/embedded/supervise.ts'
import { startEmbedded } from '../db/embedded.ts'
import { migrate } from '../db/migrate.ts'
import { installJobs } from '../jobs/install.ts'
import { waitForDatabase } from './wait-for-database.ts'

export interface Database {
  readonly url: string
  readonly embedded: boolean
  /** The migrations that were run just now. */
  readonly migrated: readonly string[]
  /** To be called when no connection of this process is left. */
  stop(): Promise<void>
}

interface Opening {
  readonly logger: Logger
  /** Aborted when the service is to stop instead. */
  readonly signal: AbortSignal
}

/**
 * The database to use, running and migrated: the one of `DATABASE_URL`, else an embedded one in the data folder.
 * @throws Error with a message for the person who started the service
 */
export async function openDatabase(config: Config, { logger, signal }: Opening): Promise<Database> {
  const { databaseUrl: url } = config
  if (url === undefined) return openEmbedded(config.dataDir, logger)
  const migrated = await waitForDatabase(() => prepare(url), {
    url,
    waitMs: config.databaseWaitMs,
    signal,
    say: (words) => process.stderr.write(`Daybook waits for its database: ${words}\n`),
  })
  return { url, embedded: false, migrated, stop: async () => {} }
}

async function prepare(url: string): Promise<string[]> {
  const migrated = await migrate({ url })
  await installJobs(url)
  return migrated
}

async function openEmbedded(dataDir: string, logger: Logger): Promise<Database> {
  const options = { dataDir, durable: true }
  const server = await startEmbedded(options)
  const migrated = await prepare(server.url).catch(async (error: unknown) => {
    await server.stopIfUnused()
    throw error
  })
  const leave = supervise(server, options, {
    onRestarted: () => logger.warn('the embedded database was gone and has been started again'),
    onTrouble: (message, error) => logger.error({ err: error }, message),
    onLost: (message) => {
      logger.fatal(message)
      process.exit(1)
    },
  })
  return {
    url: server.url,
    embedded: true,
    migrated,
    async stop() {
      await leave()
      await server.stopIfUnused()
    },
  }
}
