import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { supervise } from '../db/embedded/supervise.ts'
import { startEmbedded } from '../db/embedded.ts'
import { requireFit, requireFitReplica, Unfit } from '../db/fit.ts'
import { migrate } from '../db/migrate.ts'
import { requirePrivilegesAt } from '../db/roles/privileges.ts'
import { installJobs } from '../jobs/install.ts'
import { placeOf, waitForDatabase } from './wait-for-database.ts'

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
  const { databaseUrl: url, replicaUrl } = config
  if (replicaUrl !== undefined) await refuseUnfitReplica(replicaUrl)
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
  await requireFit(url)
  const migrated = await migrate({ url })
  await installJobs(url)
  await requirePrivilegesAt(url)
  return migrated
}

/** One that is away is waited for by whoever reads; commands are taken meanwhile. */
async function refuseUnfitReplica(url: string): Promise<void> {
  await requireFitReplica(url).catch((error: unknown) => {
    if (!(error instanceof Unfit)) return
    throw new Error(`DATABASE_REPLICA_URL: the PostgreSQL at ${placeOf(url)} cannot be used: ${error.message}`, {
      cause: error,
    })
  })
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
