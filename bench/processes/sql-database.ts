import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Postgres, withClient } from './postgres.ts'

/** A database with the tables of *sql*. */
export async function prepareSql(postgres: Postgres): Promise<{ url: string; drop(): Promise<void> }> {
  const url = await postgres.createDatabase(`bench_sql_${randomBytes(4).toString('hex')}`)
  const tables = await readFile(new URL('../references/sql-tables.sql', import.meta.url), 'utf8')
  await withClient(url, (client) => client.query(tables))
  return { url, drop: () => postgres.dropDatabase(url) }
}
