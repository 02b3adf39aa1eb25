import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { supervise } from '../db/embedded/supervise.ts'
import { startEmbedded } from '../db/embedded.ts'
import { migrate } from '../db/migrate.ts'
import { installJobs } from '../jobs/install.ts'
import { failureKind } from '../ledger/failure.ts'

export interface Database {
  readonly url: string
  readonly embedded: boolean
  /** The migrations that were run just now. */
  readonly migrated: readonly string[]
  /** To be called when no connection of this process is left. */
  stop(): Promise<void>
}

/** How long a database that is still starting is waited for. */
const PATIENCE_MS = 60_000
const PAUSE_MS = 500

/** The database to use, running and migrated: the one of `DATABASE_URL`, else an embedded one in the data folder. */
export async function openDatabase(config: Config, logger: Logger): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    const migrated = await migratePatiently(config.databaseUrl, logger)
    return { url: config.databaseUrl, embedded: false, migrated, stop: async () => {} }
  }
  const options = { dataDir: config.dataDir, durable: true }
  const server = await startEmbedded(options)
  const migrated = await migrate({ url: server.url })
  await installJobs(server.url)
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

/** Started together with its database, the service is often the faster one. */
async function migratePatiently(url: string, logger: Logger): Promise<string[]> {
  const giveUpAt = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      const migrated = await migrate({ url })
      await installJobs(url)
      return migrated
    } catch (error) {
      if (failureKind(error) !== 'away' || performance.now() > giveUpAt) throw error
      logger.warn({ err: error }, 'the database cannot be reached yet')
      await sleep(PAUSE_MS)
    }
  }
}
