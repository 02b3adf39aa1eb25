import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Pool } from 'pg'
import { type Config, parseConfig } from '../../config.ts'
import { type EmbeddedServer, startEmbedded } from '../../db/embedded.ts'
import { pendingMigrations } from '../../db/migrate.ts'
import { openRebuildPool } from '../../projecting/pools.ts'
import { playTime } from '../../world-clock.ts'
import { type Database, type Environment, Failure, type Server, type ServerOptions } from './command.ts'

export interface OpenServer extends Server {
  close(): Promise<void>
}

export interface OpenDatabase extends Database {
  close(): Promise<void>
}

/** Statements that a command has under way at once, at most. */
const WORKERS = 8

/**
 * The server that the service would use: of `DATABASE_URL`, else the embedded one of the data folder, which is started
 * where it does not run, and stopped again.
 */
export async function openServer(environment: Environment, { make = false }: ServerOptions = {}): Promise<OpenServer> {
  const { config, problems } = parseConfig(environment)
  if (config === undefined) throw new Failure(problems.join('\n'))
  playTime(config.testNow)
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl, config, close: async () => {} }
  const embedded = await startEmbeddedOf(config, make)
  return {
    url: embedded.url,
    config,
    async close() {
      await embedded.stopIfUnused()
    },
  }
}

/** The database of a server, which must be migrated: only `migrate` and the service do that. */
export async function openDatabase({ url }: Server): Promise<OpenDatabase> {
  // A connection that breaks also fails the call in progress; that error is the one to report.
  const pool = openRebuildPool(url, { workers: WORKERS, onError: () => {} })
  const close = (): Promise<void> => pool.end()
  try {
    await refuseUnmigrated(pool)
  } catch (error) {
    await close()
    throw error
  }
  return { url, pool, close }
}

async function startEmbeddedOf({ dataDir }: Config, make: boolean): Promise<EmbeddedServer> {
  if (!make && !existsSync(join(dataDir, 'postgres'))) {
    throw new Failure(`There is no database in ${dataDir} (DAYBOOK_DATA_DIR), and DATABASE_URL is not set.`)
  }
  return startEmbedded({ dataDir, durable: true }).catch((error: unknown) => {
    throw new Failure(`The database in ${dataDir} cannot be started: ${(error as Error).message}`, { cause: error })
  })
}

async function refuseUnmigrated(pool: Pool): Promise<void> {
  const pending = await pendingMigrations(pool).catch((error: unknown) => {
    throw unreadable(error)
  })
  if (pending.length > 0) {
    throw new Failure(`The database lacks migrations of this release: ${pending.join(', ')}. Run: daybook migrate`)
  }
}

/** The database could not be asked; why, in words. */
export function unreadable(error: unknown): Failure {
  const { message, code } = error as { message?: string; code?: string }
  return new Failure(`The database cannot be read: ${message || code}`, { cause: error })
}
