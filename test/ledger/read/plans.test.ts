import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool } from '../../../src/db/pool.ts'
import { listBooks } from '../../../src/ledger/read/books.ts'
import { listEntities, readEntity } from '../../../src/ledger/read/entities.ts'
import { readEventPage } from '../../../src/ledger/read/events.ts'
import { isKeyRecorded } from '../../../src/ledger/read/keys.ts'
import { listPeriods } from '../../../src/ledger/read/periods.ts'
import { policies } from '../../../src/ledger/read/policies.ts'
import { listBalances } from '../../../src/ledger/read/record-balances.ts'
import { listRequests } from '../../../src/ledger/read/request-list.ts'
import { readRequest, readRequestEvents } from '../../../src/ledger/read/requests.ts'
import { listSnapshots, readSnapshot } from '../../../src/ledger/read/snapshots.ts'
import { readStatement } from '../../../src/ledger/read/statement.ts'
import { listTransactions, readTransaction } from '../../../src/ledger/read/transactions.ts'
import { accrual, day, EVERYBODY } from '../../support/builders.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { ledgerOfFile } from '../../support/ledger.ts'

// What is prepared under a name may keep a plan that was made while the tables were empty and all indexes cost the same.
// So each such statement is planned here in a database that has just been migrated, and must find events, transactions
// and accounts by more than their book. What has several indexes to choose from is planned anew each time instead.

const daybook = ledgerOfFile()
let database: TestDatabase
let empty: Pool

beforeAll(async () => {
  database = await testDatabase()
  empty = openPool({
    url: database.url,
    max: 1,
    applicationName: 'daybook test',
    settings: { plan_cache_mode: 'force_generic_plan' },
  })
})
afterAll(async () => {
  await empty.end()
  await database.drop()
})

test('prepared statements find their rows by more than the book', async () => {
  const statements = await preparedByReaders()
  expect([...statements.keys()]).toContain('read-transaction-0')
  for (const [name, statement] of statements) {
    await empty.query(`prepare "${name}" as ${statement}`)
    const { rows } = await empty.query<{ types: string[] }>(
      'select parameter_types::text[] as types from pg_prepared_statements where name = $1',
      [name],
    )
    const nulls = rows[0]!.types.map(() => 'null').join(', ')
    const plan = await empty.query<{ 'QUERY PLAN': string }>(
      `explain (format json) execute "${name}"${nulls === '' ? '' : `(${nulls})`}`,
    )
    const root = (JSON.parse(plan.rows[0]!['QUERY PLAN']) as { Plan: Plan }[])[0]!.Plan
    for (const scan of scansIn(root))
      expect(scan['Index Cond'] ?? 'no index', `${name}: ${scan['Node Type']}`).toMatch(FINDS)
  }
})

const FINDS = /position|entity_id|idempotency_key|stream_version/

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Cond'?: string
  readonly Plans?: readonly Plan[]
}

/** How the tables that grow are read; pages of all accounts go through them from the start, by their key. */
function scansIn(plan: Plan): Plan[] {
  const grows = ['events', 'transactions'].includes(plan['Relation Name'] ?? '')
  return [...(grows ? [plan] : []), ...(plan.Plans ?? []).flatMap(scansIn)]
}

async function preparedByReaders(): Promise<Map<string, string>> {
  const db = openPool({ url: daybook.url, max: 1, applicationName: 'daybook test', role: 'daybook_service' })
  const { id: book } = await daybook.book()
  const account = { reach: 'everybody' as const, book, entity: 'e1', policy: 'annual' }
  const page = { reach: 'everybody' as const, book, cursor: undefined, limit: 5 }
  const handle = await daybook.book()
  await handle.record(accrual('1'))
  await listBalances(db, page)
  await listBalances(db, { ...account, limit: 5 })
  await listBalances(db, {
    reach: 'everybody',
    book: handle.id,
    asOf: day('1950-01-01'),
    knownAt: { position: 3 },
    limit: 5,
  })
  await listBalances(db, {
    reach: 'everybody',
    book: handle.id,
    knownAt: { instant: '2026-01-01T00:00:00.000Z' },
    limit: 5,
  })
  await listBooks(db, page)
  await listEntities(db, page)
  await readEntity(db, account)
  await readEventPage(db, { book, after: 0, limit: 5 })
  await policies.list(db, page)
  await policies.read(db, { ...account, id: 'annual' })
  await policies.listVersions(db, { ...page, id: 'annual' })
  await listPeriods(db, page)
  await listSnapshots(db, page)
  await readSnapshot(db, { book, id: '5' })
  await isKeyRecorded(db, book, 'a-key')
  await listRequests(db, { ...page, reader: EVERYBODY })
  await readRequest(db, { reader: EVERYBODY, book, request: 'r1' })
  await readRequestEvents(db, book, [{ request: 'r1', upTo: 1 }])
  await readStatement(db, { ...account, limit: 5 })
  await listTransactions(db, page)
  await readTransaction(db, { reach: 'everybody', book, at: { position: 1, line: 1 } })
  const { rows } = await db.query<{ name: string; statement: string }>(
    `select name, statement from pg_prepared_statements where name <> '' and not from_sql`,
  )
  await db.end()
  return new Map(rows.map(({ name, statement }) => [name, statement]))
}
