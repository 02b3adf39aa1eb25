import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCalendarReader } from '../../projections/absences/query.ts'
import { openBalanceReader } from '../../projections/balances/query.ts'
import { projections } from '../../projections/registry.ts'
import { openStatsReader } from '../../projections/stats/query.ts'
import { approveRequest, submitRequest } from '../../src/commands/about-request.ts'
import { openPool } from '../../src/db/pool.ts'
import { installProjections } from '../../src/projecting/builds.ts'
import { openProjectingPool } from '../../src/projecting/pools.ts'
import { readerOf } from '../ledger/read/reading.ts'
import { accrual, caller, consumption, day, reversalOf } from '../support/builders.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { genericPlan } from '../support/generic-plan.ts'
import { ledgerOfFile, recorded } from '../support/ledger.ts'
import { projectedOfFile } from './projected.ts'

// A session keeps the plan that it made first, and it makes it while the tables are empty: then all indexes cost the
// same. So each statement of the runner and of the readers is planned here in a database that has just been migrated,
// and must find its rows by their whole key.

const daybook = ledgerOfFile()
const projected = projectedOfFile(daybook)
const reader = readerOf(daybook)
let database: TestDatabase
let projecting: Pool
let reading: Pool

beforeAll(async () => {
  database = await testDatabase()
  projecting = openProjectingPool(database.url, { workers: 1, onError: () => {} })
  reading = openPool({ url: database.url, max: 1, applicationName: 'daybook test', settings: { jit: 'off' } })
  await installProjections(projecting, projections)
})
afterAll(async () => {
  await Promise.all([projecting.end(), reading.end()])
  await database.drop()
})

test('every statement of the runner finds its rows by their whole key', async () => {
  const book = await daybook.book()
  for (const month of ['03', '01', '02', '02']) {
    await book.record(accrual('1', { effectiveOn: day(`2026-${month}-05`) }))
    await projected.catchUp(book.id)
  }
  const leave = { entity: 'e1', policy: 'annual', from: day('2026-03-09'), to: day('2026-03-10') }
  await daybook.process.ledger.submit(submitRequest(caller(book.id), { id: 'r1', ...leave }))
  await projected.catchUp(book.id)
  await daybook.process.ledger.submit(approveRequest(caller(book.id), 'r1', { expectedVersion: 1 }))
  await projected.catchUp(book.id)
  const { position } = recorded(await book.record(consumption('1', { effectiveOn: day('2026-03-16') }))).event
  await projected.catchUp(book.id)
  await book.record(reversalOf(`${position}.1`))
  await projected.catchUp(book.id)
  const statements = await statementsOf(projected.pool)
  for (const name of [
    'absences-add-to-years-1',
    'absences-before-1',
    'absences-free-1',
    'absences-write-1',
    'absences-free-claims-1',
    'absences-free-years-1',
    'absences-write-claims-1',
    'absences-write-years-1',
    'balances-around-1',
    'balances-add-1',
    'balances-move-1',
    'projecting-claims',
    'projecting-requests',
  ]) {
    expect([...statements.keys()]).toContain(name)
  }
  for (const statement of statements.values()) await expectKeys(projecting, statement)
})

test('every statement of the readers finds its rows by their whole key', async () => {
  const book = await daybook.book()
  await book.record(accrual('1'))
  const balances = openBalanceReader(reader.db)
  const asked = { reach: 'everybody' as const, book: book.id, asOf: day('2026-02-01'), limit: 10 }
  await balances.list(asked)
  await balances.list({ ...asked, entity: 'e1' })
  await balances.list({ ...asked, entity: 'e1', policy: 'annual' })
  await openStatsReader(reader.db).read({ book: book.id, top: 10 })
  const statements = await statementsOf(reader.db)
  for (const name of ['balances-page-1-0', 'balances-page-1-1', 'balances-one-1', 'stats-read-1']) {
    expect([...statements.keys()]).toContain(name)
  }
  for (const statement of statements.values()) await expectKeys(reading, statement)
})

test('the calendar finds whoever is away by the whole key, of all and of a team', async () => {
  const book = await daybook.book()
  await projected.catchUp(book.id)
  const texts: string[] = []
  // Its statements are planned with their values each time, so no connection has them prepared.
  const listening = new Proxy(reader.db, {
    get(db, name) {
      if (name !== 'query') return Reflect.get(db, name) as unknown
      return (query: { text: string }) => {
        if (query.text.includes('absence_years')) texts.push(query.text)
        return db.query(query)
      }
    },
  })
  const calendar = openCalendarReader(listening)
  const asked = { book: book.id, from: day('2026-12-01'), to: day('2027-02-28'), limit: 50 }
  for (const filter of [
    {},
    { entity: 'e1' },
    { manager: 'm1' },
    { department: 'd1' },
    { status: 'pending' as const },
  ]) {
    await calendar.read({ ...asked, ...filter })
  }
  expect(texts).toHaveLength(5)
  for (const text of texts) await expectKeys(reading, text)
})

/** By what the rows of a table may be found: one of these sets of columns, or more of its key. */
const keys: Record<string, readonly (readonly string[])[]> = {
  heads: [['book_id']],
  books: [['book_id']],
  events: [['book_id', 'position']],
  transactions: [
    ['book_id', 'position'],
    ['book_id', 'entity_id', 'position'],
  ],
  // Of lines that claim their day since a later definition alone: by that, and by what gives the day back.
  day_claims: [
    ['book_id', 'claimed_by_position'],
    ['book_id', 'released_at_position'],
  ],
  // Pages are read in the order of the key, from anywhere on.
  accounts: [['book_id'], ['book_id', 'entity_id', 'policy_id']],
  policy_versions: [['book_id']],
  // A partial index: those that have terms of their own.
  assignments: [['book_id', 'policy_id']],
  entities: [
    ['book_id', 'manager'],
    ['book_id', 'department'],
  ],
  builds: [['projection', 'build'], ['projection']],
  checkpoints: [['book_id', 'projection', 'build']],
  withheld: [['book_id', 'projection', 'build']],
  balance_snapshots_1: [['book_id', 'entity_id', 'policy_id']],
  stats_events_1: [['book_id', 'day']],
  stats_resources_1: [['book_id', 'resource', 'unit', 'day']],
  stats_consumers_1: [['book_id', 'resource', 'unit', 'year']],
  absences_1: [
    ['book_id', 'request_id'],
    ['book_id', 'entity_id', 'day'],
  ],
  absence_claims_1: [
    ['book_id', 'position', 'line'],
    ['book_id', 'entity_id', 'day'],
  ],
  // Walked in the order of the key, by entity.
  absence_years_1: [['book_id', 'year']],
}

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Cond'?: string
  readonly 'Recheck Cond'?: string
  readonly Filter?: string
  readonly Plans?: readonly Plan[]
}

async function expectKeys(db: Pool, statement: string): Promise<void> {
  const [json] = await genericPlan(db, statement, 'json')
  const [{ Plan: plan }] = JSON.parse(json!) as [{ Plan: Plan }]
  for (const node of nodes(plan)) {
    const table = node['Relation Name']
    // What is written is found by its key, or was found already; `builds` has a few rows altogether.
    if (table === undefined || node['Node Type'] === 'ModifyTable' || table === 'builds') continue
    const used = columnsIn(node['Index Cond'] ?? node['Recheck Cond'] ?? '')
    const allowed = keys[table]
    expect(allowed, `${table} is not known here:\n${statement}`).toBeDefined()
    const byWholeKey = allowed!.some((columns) => columns.every((column) => used.has(column)))
    // A filter on what the key begins with means that another index was taken.
    const isFiltered = /\bentity_id\b/.test(node.Filter ?? '')
    expect(byWholeKey && !isFiltered, `${table} by ${[...used].join(', ')}:\n${statement}`).toBe(true)
  }
}

function nodes(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)]
}

function columnsIn(condition: string): Set<string> {
  return new Set([...condition.matchAll(/"?\b([a-z_]+)"?(?=,? | [<>=]|,)/g)].map((match) => match[1]!))
}

/** What the connections of a pool have prepared. */
async function statementsOf(db: Pool): Promise<Map<string, string>> {
  const statements = new Map<string, string>()
  const clients = await Promise.all(Array.from({ length: db.options.max }, () => db.connect()))
  for (const client of clients) {
    const { rows } = await client.query<{ name: string; statement: string }>(
      'select name, statement from pg_prepared_statements where not from_sql',
    )
    for (const { name, statement } of rows) statements.set(name, statement)
    client.release()
  }
  return statements
}
