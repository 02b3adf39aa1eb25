import { randomBytes } from 'node:crypto'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requireFit } from '../../src/db/fit.ts'
import { openPool } from '../../src/db/pool.ts'
import { daybook } from '../cli/run.ts'
import {
  type DurableServer,
  databaseUrl,
  durableServer,
  emptyDatabase,
  type TestDatabase,
  testDatabase,
} from '../support/database.ts'
import { refusedStart } from '../support/refused-start.ts'
import { Client, startService } from '../support/service.ts'
import { type Standby, standbyOf } from '../support/standby.ts'

// A database that the service cannot use is said by name, before anything is made there; and one that it can use works.

let ordinary: TestDatabase
let admin: Pool
beforeAll(async () => {
  ordinary = await testDatabase()
  admin = openPool({ url: ordinary.url, max: 1, applicationName: 'daybook test' })
})
afterAll(async () => {
  await admin.end()
  await ordinary.drop()
})

/** The line that a start ends with, after what names the server. */
async function reasonOf(url: string): Promise<string> {
  const { code, stderr } = await refusedStart({ DATABASE_URL: url })
  const [, reason] =
    /^Daybook cannot start: DATABASE_URL: the PostgreSQL at 127\.0\.0\.1:\d+ cannot be used: (.*)\n$/.exec(stderr) ?? []
  expect([code, reason === undefined ? stderr : '']).toEqual([1, ''])
  return reason!
}

async function saidByDoctor(url: string): Promise<string> {
  const { code, stdout } = await daybook(['doctor', '--json'], { DATABASE_URL: url, PORT: '1' })
  expect(code).toBe(1)
  const { findings } = JSON.parse(stdout) as { findings: { about: string; level: string; says: string }[] }
  return findings.find(({ about, level }) => about === 'database' && level === 'wrong')!.says
}

test('a database that is no UTF8', async () => {
  const name = `latin_${randomBytes(4).toString('hex')}`
  await admin.query(`create database ${name} template template0 encoding 'LATIN1' locale_provider libc locale 'C'`)
  const url = databaseUrl(ordinary.url, name)
  try {
    expect(await reasonOf(url)).toBe(
      `the database ${name} has the encoding LATIN1, which cannot hold every text. ` +
        `Make one that can: create database … encoding 'UTF8' template template0`,
    )
    expect(await saidByDoctor(url)).toMatch(/has the encoding LATIN1/)
  } finally {
    await admin.query(`drop database ${name} with (force)`)
  }
})

test('a database that reads only', async () => {
  const database = await emptyDatabase()
  await admin.query(`alter database ${database.name} set default_transaction_read_only = on`)
  expect(await reasonOf(database.url)).toMatch(
    /^default_transaction_read_only is on, so nothing can be written\. Switch/,
  )
  expect(await saidByDoctor(database.url)).toMatch(/^default_transaction_read_only is on/)
  await database.drop()
})

describe('a standby', () => {
  let primary: DurableServer
  let standby: Standby
  beforeAll(async () => {
    primary = await durableServer()
    standby = await standbyOf(primary)
  })
  afterAll(async () => {
    await standby.remove()
    await primary.remove()
  })

  test('is named as what it is, and waited for: it may become the primary', async () => {
    expect(await reasonOf(standby.url)).toBe(
      'it is a standby, and cannot be written to. Point DATABASE_URL at the primary; a standby belongs into ' +
        'DATABASE_REPLICA_URL. It was tried once (DAYBOOK_DATABASE_WAIT_MS).',
    )
    expect(await saidByDoctor(standby.url)).toBe('it is a standby, and cannot be written to')
    await expect(requireFit(standby.url)).rejects.toMatchObject({ mends: true })
  })
})

test('a database with other ways to read and print is used all the same, and gets the same schema', async () => {
  const database = await emptyDatabase()
  for (const setting of [
    'standard_conforming_strings = off',
    `DateStyle = 'SQL, DMY'`,
    `bytea_output = 'escape'`,
    'extra_float_digits = -5',
    `IntervalStyle = 'sql_standard'`,
  ]) {
    await admin.query(`alter database ${database.name} set ${setting}`)
  }
  const service = await startService({ DATABASE_URL: database.url })
  const client = new Client(service)
  const terms = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: false, overdraftLimit: '0' }
  expect((await client.put('/v1/books/main/policies/annual', 'policy', terms)).status).toBe(201)
  const body = { entity: 'e1', policy: 'annual', amount: '2', effectiveOn: '2026-01-31', reference: `a\\b'c` }
  expect((await client.post('/v1/books/main/accruals', 'k1', body)).status).toBe(201)
  client.close()
  expect(await service.stop()).toBe(0)
  expect(await daybook(['verify'], { DATABASE_URL: database.url })).toMatchObject({ code: 0 })

  const rules = `select array_agg(conrelid::regclass || ' ' || pg_get_constraintdef(oid) order by conrelid::regclass::text, conname)
                   from pg_constraint where connamespace = 'ledger'::regnamespace`
  const there = openPool({ url: database.url, max: 1, applicationName: 'daybook test' })
  expect((await there.query(rules)).rows).toEqual((await admin.query(rules)).rows)
  await there.end()
  await database.drop()
})
