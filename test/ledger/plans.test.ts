import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { holdIdFor, placeHold, releaseHold, takeHold } from '../../src/commands/about-hold.ts'
import { rejectRequest, submitRequest } from '../../src/commands/about-request.ts'
import { recordAccrual } from '../../src/commands/record-transactions.ts'
import { openPool } from '../../src/db/pool.ts'
import { CLAIM_DAYS, CLAIMING_LINES } from '../../src/ledger/writing/claim-days.sql.ts'
import { CLAIMING_WITH_HOURS } from '../../src/ledger/writing/claiming-hours.sql.ts'
import { playTime } from '../../src/world-clock.ts'
import { accrual, caller, consumption, day, dayAfter, POLICIES, reversalOf } from '../support/builders.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { genericPlan } from '../support/generic-plan.ts'
import {
  BookHandle,
  idIn,
  ledgerOfFile,
  type Process,
  recorded,
  startProcess,
  WRITER_CONNECTION,
} from '../support/ledger.ts'

// A session keeps the plan that it made first, and it makes it while the tables are empty: then all indexes cost the
// same, and one that begins with the book alone reads the whole book for every row, more every day. So each statement of
// the writer is planned here in a database that has just been migrated, and must find its rows by their whole key.

const daybook = ledgerOfFile()
let database: TestDatabase
let empty: Pool
let statements: Map<string, string>

beforeAll(async () => {
  statements = await statementsOfTheWriter()
  database = await testDatabase()
  const { role: _role, pipeline: _pipeline, ...connection } = WRITER_CONNECTION
  empty = openPool({ url: database.url, max: 1, applicationName: 'daybook test', ...connection })
})
afterAll(async () => {
  await empty.end()
  await database.drop()
})

/** Has the writer use all its statements, and asks its connections what they have prepared. */
async function statementsOfTheWriter(): Promise<Map<string, string>> {
  const process = daybook.another({ connections: 1, limits: { groupLines: 100 } })
  const book = (await daybook.book()).through(process)
  const wallet = { policy: 'wallet' }
  const earned = await book.record(accrual('10'), { idempotencyKey: 'once' })
  const taken = await book.record(consumption('1', { effectiveOn: dayAfter('2026-01-01', 40) }))
  await book.record(accrual('10'), { idempotencyKey: 'once' })
  await book.record(reversalOf(idIn(taken)))
  await book.record(reversalOf(idIn(earned)))
  for (let number = 0; number < 2; number++) {
    await book.record({
      transactions: Array.from({ length: 70 }, (_, day) =>
        accrual('1', { ...wallet, effectiveOn: dayAfter('2026-01-01', day) }),
      ),
    })
  }
  await book.record(accrual('1', { ...wallet, effectiveOn: dayAfter('2025-01-01', 0) }))
  await book.close('2020-01')
  const late = { effectiveOn: dayAfter('2020-01-06', 0), intoClosedPeriod: 'post-today' } as const
  await book.record(accrual('1', late))
  await book.record(consumption('1', late))
  await aboutRequests(book, process)
  await aboutHolds(book, process)
  await book.definePolicy('annual', { ...POLICIES.annual, overdraftLimit: '1' })
  await book.record(accrual('1'))
  const { rows } = await process.pool.query<{ name: string; statement: string }>(
    `select name, statement from pg_prepared_statements where not from_sql`,
  )
  return new Map(rows.map(({ name, statement }) => [name, statement]))
}

/** With claims and without, for open periods and for a closed one. */
async function aboutRequests(handle: BookHandle, { ledger }: Process): Promise<void> {
  const book = handle.id
  const first = { entity: 'e5', policy: 'annual' }
  recorded(await ledger.submit(recordAccrual(caller(book), { ...first, amount: '9', effectiveOn: day('2020-02-01') })))
  const intoClosedPeriod = { intoClosedPeriod: 'post-today' } as const
  const spans = [
    { id: 'r1', from: day('2026-01-05'), to: day('2026-01-06') },
    { id: 'r2', from: day('2020-01-07'), to: day('2020-01-08'), ...intoClosedPeriod },
    { id: 'r3', from: day('2020-02-04'), to: day('2020-02-05') },
  ]
  for (const span of spans) recorded(await ledger.submit(submitRequest(caller(book), { ...first, ...span })))
  await handle.close('2020-02')
  for (const { id } of spans) {
    recorded(await ledger.submit(rejectRequest(caller(book), id, { expectedVersion: 1, ...intoClosedPeriod })))
  }
}

/** With claims and without, of an open period and of a closed one, and one that ends by itself. */
async function aboutHolds(handle: BookHandle, { ledger }: Process): Promise<void> {
  const book = handle.id
  const place = async (policy: string, effectiveOn: string, seconds = 60): Promise<string> => {
    const by = caller(book)
    const lines = [{ entity: 'e6', policy, amount: '1', effectiveOn: day(effectiveOn) }]
    recorded(await ledger.submit(placeHold(by, { lines, seconds })))
    return holdIdFor(by.idempotencyKey)
  }
  const late = await place('wallet', '2020-03-02')
  await handle.close('2020-03')
  recorded(await ledger.submit(releaseHold(caller(book), late, {})))
  recorded(await ledger.submit(takeHold(caller(book), await place('wallet', '2026-03-02'), {})))
  recorded(await ledger.submit(recordAccrual(caller(book), { ...E6_EARNS, effectiveOn: day('2026-01-01') })))
  await place('annual', '2026-03-02', 1)
  try {
    playTime({ from: new Date(Date.now() + 3_600_000) })
    recorded(await ledger.submit(recordAccrual(caller(book), { ...E6_EARNS, effectiveOn: day('2026-01-01') })))
  } finally {
    playTime(undefined)
  }
}

const E6_EARNS = { entity: 'e6', policy: 'annual', amount: '9' }

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Cond'?: string
  readonly Operation?: string
  readonly Plans?: readonly Plan[]
}

/** The nodes that read tables of the ledger, in a database that has just been migrated unless another is given. */
async function reads(statement: string, db: Pool = empty): Promise<Plan[]> {
  const [json] = await genericPlan(db, statement, 'json')
  const [{ Plan: plan }] = JSON.parse(json!) as [{ Plan: Plan }]
  return nodes(plan).filter((node) => node['Relation Name'] !== undefined && node['Node Type'] !== 'ModifyTable')
}

function nodes(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)]
}

/** The columns of a table that its rows are found by; `undefined` where the table is read as a whole. */
function columnsUsed(node: Plan): string[] | undefined {
  const condition = node['Index Cond']
  return condition === undefined
    ? undefined
    : [
        ...new Set([...condition.matchAll(/\((?:[a-z_]+\.)?"?([a-z_]+)"? [<>=]+ /g)].map((match) => match[1]!)),
      ].toSorted()
}

const key = (...columns: string[]): string[] => columns.toSorted()
const head = ['heads', key('book_id')] as const
const byPosition = ['events', key('book_id', 'position')] as const
const transactionByKey = ['transactions', key('book_id', 'position', 'line')] as const
const account = ['accounts', key('book_id', 'entity_id', 'policy_id')] as const
const claimedHalf = ['day_claims', key('book_id', 'entity_id', 'resource', 'day')] as const

const eventByKey = ['events', key('book_id', 'idempotency_key')] as const

/** By what each statement of the writer must find the rows of each table. */
const expected: Record<string, readonly (readonly [table: string, columns: string[]])[]> = {
  'lock-head': [head],
  'read-keys': [eventByKey],
  'read-accounts': [account],
  'read-targets': [
    transactionByKey,
    byPosition,
    ['transactions', key('book_id', 'reverses_position', 'reverses_line')],
  ],
  'read-target-accounts': [transactionByKey, account],
  'read-days': [claimedHalf, claimedHalf],
  'read-policies': [
    ['assignments', key('book_id', 'policy_id')],
    ['policy_versions', key('book_id')],
  ],
  'read-closed-periods': [head, ['books', key('book_id')]],
  'read-older-days': [['transactions', key('book_id', 'entity_id')]],
  'read-events': [byPosition, byPosition],
  'read-events-transactions': [['transactions', key('book_id', 'position')]],
  'release-days': [head, ['day_claims', key('book_id', 'position', 'line')]],
  append: [eventByKey, head, head, head, head, head],
  'append-with-claims': [eventByKey, head, head, head, head, head, head],
  'append-rare': [eventByKey, head, head, head, head, head, head],
  'append-rare-with-claims': [eventByKey, head, head, head, head, head, head, head],
  'append-requests': [eventByKey, head, head, head, head, head, head],
  'append-requests-with-claims': [eventByKey, head, head, head, head, head, head, head],
  'append-rare-requests': [eventByKey, head, head, head, head, head, head, head],
  'append-rare-requests-with-claims': [eventByKey, head, head, head, head, head, head, head, head],
  'append-holds': [eventByKey, head, head, head, head, head, head],
  'append-holds-with-claims': [eventByKey, head, head, head, head, head, head, head],
  'append-rare-holds': [eventByKey, head, head, head, head, head, head, head],
  'read-holds': [['holds', key('book_id', 'hold_id')]],
  'next-end-of-holds': [['holds', key('book_id')]],
  'holds-that-are-over': [['holds', key('book_id', 'expires_at')]],
  'read-requests': [['requests', key('book_id', 'request_id')]],
  'read-requests-around': [['requests', key('book_id', 'entity_id')]],
  'read-people': [['entities', key('book_id', 'entity_id')]],
  'read-stand-ins': [['delegations', key('book_id', 'delegate_id')]],
  'read-work-times': [
    ['entities', key('book_id', 'entity_id')],
    ['work_patterns', key('book_id', 'entity_id')],
    ['calendar_versions', key('book_id', 'calendar_id')],
  ],
}

test('every statement of the writer is known here', () => {
  expect([...statements.keys()].toSorted()).toEqual(Object.keys(expected).toSorted())
})

/** What a statement reads, and by which columns it finds it. */
async function found(name: string, db?: Pool): Promise<string[]> {
  const nodes = await reads(statements.get(name)!, db)
  return sorted(nodes.map((node) => [node['Relation Name'], columnsUsed(node)]))
}

function sorted(pairs: readonly unknown[]): string[] {
  return pairs.map((pair) => JSON.stringify(pair)).toSorted()
}

test.each(Object.entries(expected))('%s finds its rows by their whole key', async (name, tables) => {
  expect(await found(name)).toEqual(sorted(tables))
})

// They look through the lines of a book once, and for each at what belongs to it.
test.each([CLAIMING_LINES, CLAIMING_WITH_HOURS, CLAIM_DAYS])(
  'lines that begin to claim their days are looked at one by one',
  async ({ text }) => {
    const scans = (await reads(text)).filter((node) => node['Relation Name'] !== 'heads')
    const wide = scans.filter((node) => (columnsUsed(node) ?? []).length < 2)
    expect(wide.map((node) => [node['Relation Name'], columnsUsed(node)])).toEqual([['transactions', ['book_id']]])
    expect(scans.length).toBeGreaterThan(4)
  },
)

// Another connection makes its plans a moment later. An index of wide keys is the first to become a level higher, which
// makes a narrow one cheaper, as long as nobody has counted the rows.
test('so they do at every size of a young book, and nobody has analyzed it yet', async () => {
  const young = await testDatabase()
  const { role: _role, pipeline: _pipeline, ...connection } = WRITER_CONNECTION
  const anew = (): Pool => openPool({ url: young.url, max: 1, applicationName: 'daybook test', ...connection })
  const process = startProcess(young.url)
  try {
    const owner = anew()
    for (const table of ['events', 'transactions', 'day_claims', 'accounts', 'heads']) {
      await owner.query(`alter table ledger.${table} set (autovacuum_enabled = off)`)
    }
    await owner.end()
    const book = new BookHandle('b', process.ledger)
    await book.define({})
    await book.definePolicy('annual', { ...POLICIES.annual, overdraftLimit: null })
    const wide = 'x'.repeat(60)
    for (let number = 0; number < 420; number += 20) {
      const idempotencyKeys = Array.from({ length: 20 }, (_, index) => `${wide}-${(number + index) * 7919}`)
      await Promise.all(
        idempotencyKeys.map((idempotencyKey) =>
          book.record(consumption('1', { entity: idempotencyKey, reference: idempotencyKey }), { idempotencyKey }),
        ),
      )
      const db = anew()
      for (const [name, tables] of Object.entries(expected)) {
        expect(await found(name, db), `${name} at ${number + 20}`).toEqual(sorted(tables))
      }
      await db.end()
    }
  } finally {
    await process.close()
    await young.drop()
  }
})

describe('foreign keys', () => {
  interface ForeignKey {
    readonly table: string
    readonly columns: string[]
  }

  async function foreignKeys(): Promise<ForeignKey[]> {
    const { rows } = await empty.query<{ table: string; columns: string }>(
      `select f.confrelid::regclass::text as table,
              (select string_agg(a.attname, ',' order by k.ordinality)
                 from unnest(f.confkey) with ordinality k(attnum, ordinality)
                 join pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.attnum) as columns
         from pg_constraint f
        where f.connamespace = 'ledger'::regnamespace and f.contype = 'f'`,
    )
    return rows.map(({ table, columns }) => ({ table, columns: columns.split(',') }))
  }

  test('each is checked by the whole key of what it refers to', async () => {
    const keys = await foreignKeys()
    expect(keys.length).toBeGreaterThanOrEqual(7)
    for (const { table, columns } of keys) {
      // The text of the server's own check.
      const conditions = columns.map((column, index) => `"${column}" operator(pg_catalog.=) $${index + 1}`)
      const check = `select 1 from only ${table} x where ${conditions.join(' and ')} for key share of x`
      const [node] = await reads(check)
      expect(columnsUsed(node!), check).toEqual(columns.toSorted())
    }
  })
})
