import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { run } from '../../src/db/statement.ts'
import { DIVIDE_RUN, PLAN_FOR_MANY } from '../../src/earning/runs.sql.ts'
import { SERVICE_ROLE, WRITER_SETTINGS } from '../../src/service/pools.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

// Runs are started by connections that write, and these are set to find a few rows by an index.

let database: TestDatabase
let db: Pool

beforeAll(async () => {
  database = await testDatabase()
  const settings = WRITER_SETTINGS
  db = openPool({ url: database.url, max: 1, applicationName: 'daybook test', role: SERVICE_ROLE, settings })
})
afterAll(async () => {
  await db.end()
  await database.drop()
})

/** How the accounts of a run are found, as a connection that writes plans it. */
async function planned(prepare?: 'off' | 'on'): Promise<string> {
  const client = await db.connect()
  try {
    await client.query('begin')
    if (prepare !== undefined) await run(client, PLAN_FOR_MANY, [prepare])
    const values = `'main', 'r', '2025-01-31', '{earned}', '{1}', 200, '{}', 0, null, null`
    await client.query(`prepare divide as ${DIVIDE_RUN.text}`)
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (costs off) execute divide(${values})`)
    await client.query('deallocate divide')
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  } finally {
    await client.query('rollback')
    client.release()
  }
}

test('the accounts of a whole book are joined as whole tables, however few the server believes that there are', async () => {
  const plan = await planned('off')
  expect(plan).toMatch(/Hash (Left|Right) Join/)
  expect(plan).not.toMatch(/Nested Loop (Left|Right) Join/)
  expect(await planned()).toMatch(/Nested Loop Left Join/)
})
