import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Client } from 'pg'
import { MIGRATION_LINE } from '../../scripts/release/dump.ts'
import { migrate } from '../../src/db/migrate.ts'
import { temporaryFolder } from './test-run.ts'

/** A database as a release filled it, and what that release answered. */
export interface Released {
  readonly version: string
  readonly sql: string
  readonly migrations: readonly string[]
  /** By path. */
  readonly answers: Readonly<Record<string, unknown>>
}

const FOLDER = 'test/releases'

export async function lastRelease(): Promise<Released> {
  const versions = (await readdir(FOLDER)).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const version = versions.at(-1)!
  const read = async (file: string): Promise<string> =>
    gunzipSync(await readFile(join(FOLDER, version, file))).toString()
  const sql = await read('database.sql.gz')
  const migrations = sql
    .split('\n')
    .flatMap((line) => (line.startsWith(MIGRATION_LINE) ? [line.slice(MIGRATION_LINE.length)] : []))
  const answers = JSON.parse(await read('answers.json.gz')) as Record<string, unknown>
  return { version, sql, migrations, answers }
}

/** @param url of an empty database */
export async function restore({ sql, migrations }: Released, url: string): Promise<void> {
  const folder = join(await temporaryFolder(), 'migrations')
  await mkdir(folder)
  try {
    for (const name of migrations) await copyFile(join('migrations', name), join(folder, name))
    await migrate({ url, folder })
  } finally {
    await rm(join(folder, '..'), { recursive: true, force: true })
  }
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    // One text, so one transaction.
    await client.query(sql)
  } finally {
    await client.end()
  }
}
