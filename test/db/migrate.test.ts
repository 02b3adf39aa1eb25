import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pool } from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate, pendingMigrations } from '../../src/db/migrate.ts'
import { openPool } from '../../src/db/pool.ts'
import { emptyDatabase, type TestDatabase, testDatabase } from '../support/database.ts'

const first = { '0001-days.sql': 'create table days (day date primary key);' }
const second = { '0002-more.sql': `create table more (n int);\ninsert into more values (1);` }

let folder: string
let database: TestDatabase
let pool: Pool
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-migrations-'))
  database = await emptyDatabase()
  pool = openPool({ url: database.url, max: 1, applicationName: 'test' })
})
afterEach(async () => {
  await pool.end()
  await database.drop()
  await rm(folder, { recursive: true })
})

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql)
}

const migrateHere = () => migrate({ url: database.url, folder })

async function tables(): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  )
  return rows.map(({ name }) => name)
}

test('what is new runs, in order; what ran does not run again', async () => {
  await write({ ...first, 'notes.txt': 'not a migration' })
  expect(await pendingMigrations(pool, folder)).toEqual(['0001-days.sql'])
  expect(await migrateHere()).toEqual(['0001-days.sql'])
  await write(second)
  expect(await pendingMigrations(pool, folder)).toEqual(['0002-more.sql'])
  expect(await migrateHere()).toEqual(['0002-more.sql'])
  expect(await migrateHere()).toEqual([])
  expect(await pendingMigrations(pool, folder)).toEqual([])
  expect(await tables()).toEqual(['days', 'more'])
})

test('of ten migrators at once each migration runs in one', async () => {
  await write({ ...first, ...second })
  const ran = await Promise.all(Array.from({ length: 10 }, migrateHere))
  expect(ran.flat().toSorted()).toEqual(['0001-days.sql', '0002-more.sql'])
  const { rows } = await pool.query<{ n: number }>('select n from more')
  expect(rows).toEqual([{ n: 1 }])
})

test('a migration that fails leaves nothing of itself, keeps those before it, and says where it failed', async () => {
  await write({ ...first, '0002-broken.sql': 'create table half (n int);\n\ncreate tabel other (n int);' })
  await expect(migrateHere()).rejects.toThrow('Migration 0002-broken.sql, line 3: syntax error at or near "tabel"')
  expect(await tables()).toEqual(['days'])
  expect(await pendingMigrations(pool, folder)).toEqual(['0002-broken.sql'])
})

test('a file that ran and has changed is refused, but line ends may differ', async () => {
  await write({ ...first, ...second })
  await migrateHere()
  await write({ '0002-more.sql': second['0002-more.sql'].replaceAll('\n', '\r\n') })
  expect(await migrateHere()).toEqual([])
  await write({ '0001-days.sql': `${first['0001-days.sql']} -- harmless?` })
  await expect(migrateHere()).rejects.toThrow('Migration 0001-days.sql ran on this database and has changed since')
})

test('a database of a newer release is refused', async () => {
  await write({ ...first, ...second })
  await migrateHere()
  await rm(join(folder, '0002-more.sql'))
  await expect(migrateHere()).rejects.toThrow(
    'Migration 0002-more.sql ran on this database, and is not among the files',
  )
})

test('a migration that would have to run before one that ran is refused', async () => {
  await write(second)
  await migrateHere()
  await write(first)
  await expect(migrateHere()).rejects.toThrow('Migration 0001-days.sql comes before 0002-more.sql, which ran already')
})

test('migrations may create triggers on Citus: the setting is on inside, and gone afterwards', async () => {
  await write({
    '0001-setting.sql': `create table seen as select current_setting('citus.enable_unsafe_triggers') as setting;`,
  })
  await migrateHere()
  const { rows } = await pool.query<{ inside: string; after: string | null }>(
    `select setting as inside, current_setting('citus.enable_unsafe_triggers', true) as after from seen`,
  )
  expect(rows[0]?.inside).toBe('on')
  expect(rows[0]?.after).not.toBe('on')
})

test('the service may see which migrations ran, and change nothing there', async () => {
  const migrated = await testDatabase()
  const service = openPool({ url: migrated.url, max: 1, applicationName: 'test', role: 'daybook_service' })
  expect(await pendingMigrations(service)).toEqual([])
  await expect(service.query('delete from migrations.history')).rejects.toMatchObject({ code: '42501' })
  await service.end()
  await migrated.drop()
})
