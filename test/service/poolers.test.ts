import { Client as Connection, type Pool } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { readServerFacts } from '../../src/db/server-facts.ts'
import { SessionNotKept } from '../../src/db/session.ts'
import { daybook } from '../cli/run.ts'
import { emptyDatabase, type TestDatabase } from '../support/database.ts'
import { findPgBouncer, type Pooler, type PoolerOptions, startPgBouncer } from '../support/pgbouncer.ts'
import { refusedStart } from '../support/refused-start.ts'
import { Client, startService } from '../support/service.ts'

/*
 * A real PgBouncer between the service and its database. It drops what the start-up message says of role and settings:
 * a service that believed to have them made tables of the wrong owner, and stopped projecting later.
 */

const pgBouncer = findPgBouncer()

let database: TestDatabase
let admin: Pool
let pooler: Pooler | undefined
beforeAll(async () => {
  database = await emptyDatabase()
  admin = openPool({ url: database.url, max: 1, applicationName: 'daybook test' })
})
afterEach(async () => {
  await pooler?.stop()
  pooler = undefined
})
afterAll(async () => {
  await admin.end()
  await database.drop()
})

async function through(options: PoolerOptions): Promise<string> {
  pooler = await startPgBouncer(pgBouncer!, database.url, options)
  return pooler.through(database.url)
}

async function schemas(): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `select nspname as name from pg_namespace where nspname in ('ledger', 'access', 'audit', 'webhooks', 'projections', 'pgboss', 'migrations')`,
  )
  return rows.map(({ name }) => name)
}

describe.skipIf(pgBouncer === undefined)('a PgBouncer', () => {
  describe.each<PoolerOptions>([
    { mode: 'transaction' },
    // The sessions come in turn: that of the last statement is the last to come again.
    { mode: 'transaction', settings: ['server_round_robin = 1', 'min_pool_size = 6'] },
    // All that want a transaction want the same session.
    { mode: 'transaction', settings: ['default_pool_size = 1'] },
    { mode: 'statement' },
  ])('that pools by transaction, or by statement: $mode $settings', (options) => {
    test('is refused in one line that says what to set, before anything is made', async () => {
      const url = await through(options)
      const { code, stderr } = await refusedStart({ DATABASE_URL: url })
      expect(code).toBe(1)
      expect(stderr).toMatch(
        /^Daybook cannot start: DATABASE_URL: the PostgreSQL at 127\.0\.0\.1:\d+ cannot be used: a pooler in front of it gives each transaction another session\. .* set pool_mode = session there, or name the PostgreSQL itself\.\n$/,
      )
      expect(await schemas()).toEqual([])
    })
  })

  test('that pools by transaction is refused for a replica as well, and said by migrate and doctor', async () => {
    const url = await through({ mode: 'transaction' })
    const replica = await refusedStart({ DATABASE_URL: database.url, DATABASE_REPLICA_URL: url })
    expect(replica.code).toBe(1)
    expect(replica.stderr).toMatch(/^Daybook cannot start: DATABASE_REPLICA_URL: .* set pool_mode = session there/)
    expect(await schemas()).toEqual([])
    const migrated = await daybook(['migrate'], { DATABASE_URL: url })
    expect(migrated.code).toBe(2)
    expect(migrated.stderr).toMatch(
      /could not be migrated: a pooler in front of it gives each transaction another session/,
    )
    const examined = await daybook(['doctor'], { DATABASE_URL: url, PORT: '1' })
    expect(examined.code).toBe(1)
    expect(examined.stdout).toMatch(
      /^WRONG {4}database: a pooler in front of it gives each transaction another session$/m,
    )
    expect(await schemas()).toEqual([])
  })

  describe('that pools by transaction, and why it is refused', () => {
    let clients: Connection[]
    beforeEach(async () => {
      const url = await through({ mode: 'transaction' })
      clients = [1, 2].map(() => new Connection({ connectionString: url }))
      for (const client of clients) {
        client.on('error', () => {})
        await client.connect()
      }
    })
    afterEach(() => Promise.all(clients.map((client) => client.end())))

    test('a role stays behind in a session that another client gets', async () => {
      const [one, other] = clients as [Connection, Connection]
      await one.query('set role pg_monitor')
      expect((await other.query('select current_user::text as name')).rows).toEqual([{ name: 'pg_monitor' }])
    })

    test('a listener hears nothing, and gets no error', async () => {
      const [listener, teller] = clients as [Connection, Connection]
      const heard: unknown[] = []
      listener.on('notification', (message) => heard.push(message))
      await listener.query('listen daybook')
      // The session that listens is the one that tells: it hears itself, and whoever listened does not.
      await teller.query(`notify daybook, 'main 1'`)
      await listener.query('select 1')
      expect(heard).toEqual([])
    })
  })

  test('a connection that does not keep its role is given to nobody, whatever was found at the start', async () => {
    const url = await through({ mode: 'transaction', settings: ['server_round_robin = 1'] })
    // Two sessions, which the next two transactions come to in turn.
    const holders = [new Connection({ connectionString: url }), new Connection({ connectionString: url })]
    for (const holder of holders) {
      await holder.connect()
      await holder.query('begin')
    }
    for (const holder of holders) await holder.query('commit')
    const pool = openPool({ url, max: 1, applicationName: 'daybook test', settings: { statement_timeout: 4321 } })
    const attempt = pool.query('select 1')
    await expect(attempt).rejects.toThrow(SessionNotKept)
    await expect(attempt).rejects.toThrow(/statement_timeout is 0, and not 4321ms\. .* pool_mode = session/)
    await pool.end()
    for (const holder of holders) await holder.end()
  })

  test.each([
    ['a role that it does not know', (url: URL) => (url.username = 'somebody'), /role somebody/],
    ['a password that is wrong', (url: URL) => (url.password = 'hunter2'), /password for the role/],
    ['a database that is not there', (url: URL) => (url.pathname = '/nowhere'), /has no database nowhere/],
  ])('%s is not waited for', async (_what, change, expected) => {
    const url = new URL(await through({ mode: 'session' }))
    change(url)
    const { code, stderr } = await refusedStart({ DATABASE_URL: url.href })
    expect(code).toBe(1)
    expect(stderr).toMatch(expected)
    expect(stderr).not.toContain('hunter2')
  })

  describe('that pools by session', () => {
    test('serves: role and settings are taken, read models belong to the service and follow, others hear of it', async () => {
      const url = await through({ mode: 'session', settings: ['default_pool_size = 60'] })
      expect(await readServerFacts(url)).toMatchObject({ pooling: 'session' })
      expect(await readServerFacts(database.url)).toMatchObject({ pooling: 'none' })

      const service = await startService({ DATABASE_URL: url })
      const client = new Client(service)
      try {
        const terms = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: false, overdraftLimit: '0' }
        expect((await client.put('/v1/books/main/policies/annual', 'policy', terms)).status).toBe(201)
        const body = { entity: 'e1', policy: 'annual', amount: '2', effectiveOn: '2026-01-31' }
        const accrued = await client.post('/v1/books/main/accruals', 'k1', body)
        expect(accrued.status).toBe(201)
        const caughtUp = { 'daybook-min-position': String(accrued.headers['daybook-position']) }
        expect((await client.get('/v1/books/main/stats', caughtUp)).status).toBe(200)

        const { rows } = await admin.query<{ owners: string[] }>(
          `select array_agg(distinct pg_get_userbyid(c.relowner)::text) as owners
             from projections.builds b cross join unnest(b.tables) as t join pg_class c on c.oid = t::regclass`,
        )
        expect(rows).toEqual([{ owners: ['daybook_service'] }])

        const examined = await daybook(['doctor', '--url', service.url, '--json'], { DATABASE_URL: url })
        const { findings } = JSON.parse(examined.stdout) as {
          findings: { about: string; level: string; says: string }[]
        }
        expect(findings[0]!.says).toMatch(/answers, behind a pooler that gives each connection a session$/)
        expect(findings.filter(({ level, about }) => level === 'wrong' && about !== 'durability')).toEqual([])
      } finally {
        client.close()
        expect(await service.stop()).toBe(0)
      }
      expect(service.output()).not.toMatch(/"level":(40|50|60)/)
    })

    test('the role goes with the connection: whoever comes next acts as himself', async () => {
      const url = await through({ mode: 'session', settings: ['default_pool_size = 1'] })
      const own = openPool({ url, max: 1, applicationName: 'daybook test', role: 'daybook_service' })
      expect((await own.query('select current_user as name')).rows).toEqual([{ name: 'daybook_service' }])
      await own.end()
      const next = new Connection({ connectionString: url })
      await next.connect()
      const { rows } = await next.query<{ own: boolean }>('select current_user = session_user as own')
      await next.end()
      expect(rows).toEqual([{ own: true }])
    })
  })
})
