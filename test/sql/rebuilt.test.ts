import type { PoolClient } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { projections } from '../../projections/registry.ts'
import { openPool } from '../../src/db/pool.ts'
import { installProjections } from '../../src/projecting/builds.ts'
import type { RebuiltTable } from '../../src/projecting/projection.ts'
import { buildOf } from '../../src/projecting/tables.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { describeStatement } from '../support/describe.ts'

// A read model is said once more as selects, which a rebuild inserts by the place of each column: so they are to have the
// columns of their table, in the order in which the table's are named.

let database: TestDatabase
let client: PoolClient
let end: () => Promise<void>

beforeAll(async () => {
  database = await testDatabase()
  const pool = openPool({ url: database.url, max: 1, applicationName: 'daybook test' })
  await installProjections(pool, projections)
  client = await pool.connect()
  end = async () => {
    client.release()
    await pool.end()
    await database.drop()
  }
})
afterAll(() => end())

const tables = projections.flatMap(({ name, rebuilt }) =>
  rebuilt.tables.map((table) => [table.table, name, table] as const),
)

test.each(tables)('%s is rebuilt with the columns that it has', async (_table, readModel, rebuilt) => {
  const columns = await columnsOf(selectOf(rebuilt))
  const named = ['book_id', ...rebuilt.key, ...rebuilt.columns].join(', ')
  expect(columns).toEqual(await columnsOf(`select ${named} from ${buildOf(readModel, 1).table(rebuilt.table)}`))
})

test.each(tables)('%s has no column that is not rebuilt', async (_table, readModel, { table, key, columns }) => {
  const all = await columnsOf(`select * from ${buildOf(readModel, 1).table(table)}`)
  expect(all.map(({ name }) => name).toSorted()).toEqual(['book_id', ...key, ...columns].toSorted())
})

function selectOf(table: RebuiltTable): string {
  return table.select({
    transactions: 'ledger.transactions',
    events: 'ledger.events',
    claimedLater: 'ledger.day_claims',
  })
}

async function columnsOf(text: string): Promise<{ name: string; type: string }[]> {
  const { columns } = await describeStatement(client, text)
  return columns.map(({ name, type }) => ({ name, type }))
}
