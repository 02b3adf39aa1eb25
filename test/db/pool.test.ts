import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool, type PoolOptions } from '../../src/db/pool.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())

async function withPool(options: Partial<PoolOptions>, use: (pool: ReturnType<typeof openPool>) => Promise<void>) {
  const pool = openPool({ url: database.url, max: 2, applicationName: 'daybook test', ...options })
  try {
    await use(pool)
  } finally {
    await pool.end()
  }
}

async function readSettings(pool: ReturnType<typeof openPool>): Promise<unknown> {
  const { rows } = await pool.query<object>(
    `select current_user as role, current_setting('plan_cache_mode') as plans, current_setting('search_path') as path,
       current_setting('enable_seqscan') as seqscan, current_setting('application_name') as name`,
  )
  return rows[0]
}

test('a connection starts in its role and with its settings', () =>
  withPool(
    {
      role: 'daybook_service',
      settings: { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off', search_path: 'a, b\\c' },
    },
    async (pool) => {
      expect(await readSettings(pool)).toEqual({
        role: 'daybook_service',
        plans: 'force_generic_plan',
        path: 'a, b\\c',
        seqscan: 'off',
        name: 'daybook test',
      })
    },
  ))

test('options of the URL are kept, ours come after them', () =>
  withPool(
    {
      url: `${database.url}?options=${encodeURIComponent('-c enable_seqscan=off -c search_path=theirs')}`,
      settings: { search_path: 'ours' },
    },
    async (pool) => {
      expect(await readSettings(pool)).toMatchObject({ seqscan: 'off', path: 'ours', plans: 'auto' })
    },
  ))

test('a pipelined connection sends without waiting, answers in order, and COMMIT after an error says ROLLBACK', () =>
  withPool({ pipeline: true, max: 1 }, async (pool) => {
    const client = await pool.connect()
    const answers = await Promise.allSettled([
      client.query('begin'),
      client.query('select 1 / 0'),
      client.query('select 2 as two'),
      client.query('commit'),
    ])
    client.release()
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(answers[3]).toMatchObject({ value: { command: 'ROLLBACK' } })
  }))

test('a connection that breaks, in use or idle, is reported and replaced, and does not end the process', async () => {
  const errors: Error[] = []
  await withPool({ onError: (error) => errors.push(error) }, async (pool) => {
    const [lent, other] = [await pool.connect(), await pool.connect()]
    const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid')
    other.release()
    await lent.query('begin')
    await withPool({}, async (killer) => {
      await killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = $1`,
        [database.name],
      )
    })
    await expect(lent.query('select 1')).rejects.toThrow()
    lent.release(true)
    await expect.poll(() => errors.length).toBeGreaterThanOrEqual(2)
    // One connection may report twice before the pool has heard of the other.
    await expect.poll(() => pool.totalCount).toBe(0)
    const after = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
    expect(after.rows[0]?.pid).not.toBe(rows[0]?.pid)
  })
})

test('a database that is not there is an error within the time allowed', async () => {
  const url = new URL(database.url)
  url.port = '1'
  await withPool({ url: url.href, connectTimeoutMs: 500 }, async (pool) => {
    await expect(pool.query('select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
