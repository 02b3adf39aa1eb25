import type { Pool, QueryConfig } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listAccesses } from '../../src/audit/read/accesses.ts'
import { type AuditFilter, BEGINNING } from '../../src/audit/read/asked.ts'
import { lookBeside, WINDOW } from '../../src/audit/read/beside.ts'
import { listCalls } from '../../src/audit/read/calls.ts'
import { lookIntoRecord } from '../../src/audit/read/recorded.ts'
import { openPool } from '../../src/db/pool.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

/*
 * However many entries the audit trail has, a page looks at few of them: as many as it shows where an index knows which, and
 * a window where none does. `DAYBOOK_AUDIT_ROWS=1000000 npm test -- test/audit/plans.test.ts` tries it with a million, and prints
 * what each question takes.
 */

const ROWS = Number(process.env['DAYBOOK_AUDIT_ROWS'] ?? 60_000)
const DAYS = 400
const LIMIT = 50

let database: TestDatabase
let owner: Pool

/** In a day: 60 % of machines, 30 % of people, 10 % refused to nobody. Of 2,000 people, 20 keys and 50 users in three books. */
const ENTRIES = `
  insert into audit.entries
  select n,
         date_trunc('milliseconds', timestamptz '2026-01-01' + n * interval '${DAYS} days' / $1::bigint),
         case when n % 29 = 0 then null else 'b' || n % 3 end,
         case when n % 10 < 6 then 'client' when n % 10 = 9 then 'nobody' when n % 20 = 8 then 'user'
              when n % 4 = 0 then 'manager' else 'employee' end,
         case when n % 10 < 6 then 'k' || n % 20 when n % 10 = 9 then null when n % 20 = 8 then 'u' || n % 50
              else 'e' || n % 2000 end,
         case when n % 10 < 6 then 'client' end,
         case when n % 10 < 6 then 'k' || n % 20 end,
         'hr',
         case when n % 5000 = 0 then 'createKey' when n % 10 = 9 then 'recordAccrual' else 'readEntity' end,
         n % 10 < 9,
         case when n % 7 < 4 then 'e' || (n * 7) % 2000 end,
         case when n % 5000 = 0 then 'key:k' || n end,
         case when n % 10 = 9 then 'refused' else 'accepted' end,
         case when n % 10 = 9 then 'unauthenticated' end,
         1,
         json_build_object('ip', '192.0.2.' || n % 250, 'salt', 'c2FsdA', 'session', null, 'userAgent', 'curl/8'),
         sha256(n::text::bytea),
         sha256(n::text::bytea)
    from generate_series(1, $1::bigint) n`

/** As many events of one book, without what they are made of: a third by people. */
const EVENTS = `
  insert into ledger.events
  select 'b1', n, 'accrual-recorded', null, null, 'k' || n, sha256(n::text::bytea),
         case when n % 3 > 0 then 'client' when n % 4 = 0 then 'manager' else 'employee' end,
         case when n % 3 > 0 then 'k' || n % 20 else 'e' || n % 2000 end,
         '{}', '{}', null, sha256(n::text::bytea),
         date_trunc('milliseconds', timestamptz '2026-01-01' + n * interval '${DAYS} days' / $1::bigint),
         sha256(n::text::bytea)
    from generate_series(1, $1::bigint) n`

beforeAll(async () => {
  database = await testDatabase()
  // A window is a large part of a small table, which is then read as a whole; of a million entries it is not.
  const settings = ROWS < 1_000_000 ? { enable_seqscan: 'off' } : {}
  owner = openPool({ url: database.url, max: 2, applicationName: 'daybook test', settings })
  await owner.query(ENTRIES, [ROWS])
  const client = await owner.connect()
  await client.query('begin; set local session_replication_role = replica')
  await client.query(EVENTS, [ROWS])
  await client.query('commit')
  client.release()
  await owner.query('vacuum analyze audit.entries')
  await owner.query('vacuum analyze ledger.events')
})
afterAll(async () => {
  await owner.end()
  await database.drop()
})

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Plan[]
}

interface Looked {
  /** Entries that were read for it. */
  readonly entries: number
  /** Whether the table was read as a whole. */
  readonly isWhole: boolean
  readonly ms: number
}

/** What the statements of a question look at. */
async function lookedAtBy(ask: (db: Pool) => Promise<unknown>): Promise<Looked> {
  const asked: QueryConfig[] = []
  const listening = new Proxy(owner, {
    get(pool, name) {
      if (name !== 'query') return Reflect.get(pool, name, pool) as unknown
      return (query: QueryConfig) => {
        asked.push(query)
        return pool.query(query)
      }
    },
  })
  await ask(listening)
  const plans = await Promise.all(
    asked.map(async ({ text, values }) => {
      const { rows } = await owner.query<{ 'QUERY PLAN': string }>({
        text: `explain (analyze, format json) ${text}`,
        ...(values === undefined ? {} : { values }),
      })
      const [whole] = JSON.parse(rows[0]!['QUERY PLAN']) as [{ Plan: Plan; 'Execution Time': number }]
      return whole
    }),
  )
  const scans = plans.flatMap(({ Plan: plan }) => scansIn(plan))
  return {
    entries: scans.reduce(
      (sum, scan) => sum + (scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0)) * scan['Actual Loops'],
      0,
    ),
    isWhole: scans.some((scan) => scan['Node Type'] === 'Seq Scan'),
    ms: plans.reduce((sum, { 'Execution Time': ms }) => sum + ms, 0),
  }
}

function scansIn(plan: Plan): readonly Plan[] {
  const below = (plan.Plans ?? []).flatMap(scansIn)
  return ['entries', 'events'].includes(plan['Relation Name'] ?? '') ? [plan, ...below] : below
}

const ANY: AuditFilter = {
  actor: undefined,
  entity: undefined,
  action: undefined,
  outcome: undefined,
  from: undefined,
  to: undefined,
}
const MIDDLE = { at: Date.UTC(2026, 6, 20), source: 0, number: 0 } as const

const INDEXED: readonly [what: string, filter: Partial<AuditFilter>][] = [
  ['everything', {}],
  ['everything until a day', { to: '2026-07-21T00:00:00.000Z' }],
  ['what an employee did', { actor: { type: 'employee', id: 'e6' } }],
  ['what a manager did', { actor: { type: 'manager', id: 'e16' } }],
  ['what a user did', { actor: { type: 'user', id: 'u8' } }],
  ['what a key did', { actor: { type: 'client', id: 'k3' } }],
  ['what a key did on a day', { actor: { type: 'client', id: 'k3' }, to: '2026-07-21T00:00:00.000Z' }],
  ['what is about an entity', { entity: 'e14' }],
  ['refusals about an entity', { entity: 'e14', outcome: 'refused' }],
]

describe.each([
  ['from the beginning', BEGINNING],
  ['from the middle', MIDDLE],
] as const)('%s', (_where, after) => {
  test.each(INDEXED)('%s: by an index', async (what, filter) => {
    for (const book of ['b1', null]) {
      const looked = await lookedAtBy((db) =>
        lookBeside(db, { book, filter: { ...ANY, ...filter }, after, limit: LIMIT }),
      )
      said(`${what}, ${book ?? 'no book'}`, looked)
      expect(looked.isWhole).toBe(false)
      // Refusals are one in ten. What somebody did that is about no book is sorted: there is little of it.
      const isOfSomebody = filter.actor !== undefined || filter.entity !== undefined
      expect(looked.entries).toBeLessThan(book === null && isOfSomebody ? ROWS / 500 : 20 * LIMIT)
    }
  })

  test.each<[what: string, filter: Partial<AuditFilter>]>([
    ['what is rare', { action: 'createKey' }],
    ['what never happened', { action: 'eraseEntity' }],
    ['refusals', { outcome: 'refused' }],
    ['what nobody did', { actor: { type: 'nobody', id: null } }],
    ['what a system did', { actor: { type: 'system', id: 'cli' } }],
  ])('%s: in a window', async (what, filter) => {
    const looked = await lookedAtBy((db) =>
      lookBeside(db, { book: 'b1', filter: { ...ANY, ...filter }, after, limit: LIMIT }),
    )
    said(what, looked)
    expect(looked.isWhole).toBe(false)
    // Once to find its end, and once to look.
    expect(looked.entries).toBeLessThanOrEqual(2 * WINDOW + 5)
  })
})

describe('what the record says', () => {
  test.each<[what: string, filter: Partial<AuditFilter>]>([
    ['everything', {}],
    ['what an employee did', { actor: { type: 'employee', id: 'e6' } }],
    ['what a manager did', { actor: { type: 'manager', id: 'e12' } }],
    ['what an employee did, of one kind', { actor: { type: 'employee', id: 'e6' }, action: 'recordAccrual' }],
  ])('%s: by an index', async (what, filter) => {
    for (const after of [BEGINNING, { at: 0, source: 0, number: ROWS / 2 } as const]) {
      const ask = (db: Pool) =>
        lookIntoRecord(db, { book: 'b1', head: ROWS, filter: { ...ANY, ...filter }, after, limit: LIMIT })
      const looked = await lookedAtBy(ask)
      said(`of the record ${what}`, looked)
      expect(looked.entries).toBeLessThan(20 * LIMIT)
      // Nothing is left for another page but what comes behind this one.
      const { found, upTo } = await ask(owner)
      expect(upTo === undefined || found.length > LIMIT).toBe(true)
    }
  })

  test('what a key did: in a window', async () => {
    const filter = { ...ANY, actor: { type: 'client', id: 'k3' } }
    const looked = await lookedAtBy((db) =>
      lookIntoRecord(db, { book: 'b1', head: ROWS, filter, after: BEGINNING, limit: LIMIT }),
    )
    said('of the record what a key did', looked)
    expect(looked.entries).toBeLessThanOrEqual(WINDOW + 5)
  })
})

test('who read what is about somebody, and what they called themselves', async () => {
  const asked = { book: 'b1', cursor: undefined, limit: LIMIT }
  const today = '2026-07-20' as CalendarDate
  const accesses = await lookedAtBy((db) => listAccesses(db, { ...asked, entity: 'e14', today }))
  said('accesses', accesses)
  const calls = await lookedAtBy((db) => listCalls(db, { ...asked, entity: 'e16' }))
  said('calls', calls)
  for (const { isWhole, entries } of [accesses, calls]) {
    expect(isWhole).toBe(false)
    expect(entries).toBeLessThan(20 * LIMIT)
  }
})

/** For whoever tries it by hand. */
function said(what: string, { entries, ms }: Looked): void {
  if (process.env['DAYBOOK_AUDIT_ROWS'] !== undefined) console.info(`${what}: ${entries} entries, ${ms.toFixed(1)} ms`)
}
