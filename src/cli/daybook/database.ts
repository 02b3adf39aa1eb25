import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Pool } from 'pg'
import { type Config, parseConfig } from '../../config.ts'
import { type EmbeddedServer, startEmbedded } from '../../db/embedded.ts'
import { pendingMigrations } from '../../db/migrate.ts'
import { openRebuildPool } from '../../projecting/pools.ts'
import { type Database, Failure } from './command.ts'

export interface OpenDatabase extends Database {
  close(): Promise<void>
}

/** Statements that a command has under way at once, at most. */
const WORKERS = 8

/**
 * The database that the service would use: of `DATABASE_URL`, else the embedded one of the data folder, which is started
 * where it does not run. It must be there and migrated: a command makes neither.
 */
export async function openDatabase(environment: Record<string, string | undefined>): Promise<OpenDatabase> {
  const { config, problems } = parseConfig(environment)
  if (config === undefined) throw new Failure(problems.join('\n'))
  const server = config.databaseUrl === undefined ? await startExisting(config) : undefined
  const url = config.databaseUrl ?? server!.url
  // A connection that breaks also fails the call in progress; that error is the one to report.
  const pool = openRebuildPool(url, { workers: WORKERS, onError: () => {} })
  const close = async (): Promise<void> => {
    await pool.end()
    if (server?.attached === false) await server.stopIfUnused()
  }
  try {
    await refuseUnmigrated(pool)
  } catch (error) {
    await close()
    throw error
  }
  return { pool, close }
}

async function startExisting({ dataDir }: Config): Promise<EmbeddedServer> {
  if (!existsSync(join(dataDir, 'postgres'))) {
    throw new Failure(`There is no database in ${dataDir} (DAYBOOK_DATA_DIR), and DATABASE_URL is not set.`)
  }
  return startEmbedded({ dataDir, durable: true })
}

async function refuseUnmigrated(pool: Pool): Promise<void> {
  let pending: string[]
  try {
    pending = await pendingMigrations(pool)
  } catch (error) {
    const { message, code } = error as { message?: string; code?: string }
    throw new Failure(`The database cannot be read: ${message || code}`, { cause: error })
  }
  if (pending.length > 0) {
    throw new Failure(`The database lacks migrations of this release: ${pending.join(', ')}. Start the service once.`)
  }
}
