import type { PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projections } from '../../projections/registry.ts'
import type { CompiledQuery } from '../../src/db/compiled.ts'
import { openPool } from '../../src/db/pool.ts'
import type { ColumnType, Statement } from '../../src/db/statement.ts'
import { statement } from '../../src/db/statement.ts'
import { installProjections } from '../../src/projecting/builds.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { type Described, describeStatement } from '../support/describe.ts'
import { statementsOfProject } from '../support/statements.ts'

// What a statement says of its columns and parameters is what the compiler checks the code against. Here it is checked
// against the database, which describes each statement of the project without running it.

const { statements, queries, hidden } = await statementsOfProject()
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

test('every statement is exported, so that it is found here', () => {
  expect(hidden).toEqual([])
  expect(statements.length).toBeGreaterThan(0)
  expect(queries.length).toBeGreaterThan(0)
})

test('no two of them share a name', () => {
  const names = [...statements.map(({ statement }) => statement), ...queries.map(({ query }) => query)].flatMap(
    ({ name }) => name ?? [],
  )
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

test.each(statements.map((one) => [one.file, one.exportedAs, one.statement] as const))(
  '%s: %s is what it says',
  async (file, exportedAs, statement) => {
    expect(await objections(statement), titleOf(file, exportedAs, statement)).toEqual([])
  },
)

test.each(queries.map((one) => [one.file, one.exportedAs, one.query] as const))(
  '%s: %s fits the tables, whatever its conditions, and computes what it says',
  async (file, exportedAs, query) => {
    for (const conditions of [[], ...query.optional.map((one) => [one]), query.optional]) {
      const title = `${titleOf(file, exportedAs, query)} with [${conditions.join(', ')}]`
      expect(await objectionsToQuery(query, conditions), title).toEqual([])
    }
  },
)

function titleOf(file: string, exportedAs: string, { name }: { readonly name: string | undefined }): string {
  return `${file}: ${exportedAs}${name === undefined ? '' : ` (${name})`}`
}

/** What is a column of a table is typed by `src/db/tables.ts`, unless the query is written by hand. */
async function objectionsToQuery(query: CompiledQuery, conditions: readonly string[]): Promise<string[]> {
  try {
    const { columns } = await describeStatement(client, query.textWith(conditions))
    const checked = columns.filter(({ computed }) => computed || query.declares === 'all columns')
    return objectionsToColumns(query, { params: [], columns: checked })
  } catch (error) {
    return [(error as Error).message]
  }
}

describe('the check itself', () => {
  const text = 'select position, hash, closed_through from ledger.heads where book_id = $1 and position > $2'
  const columns = { position: 'int8', hash: 'bytea', closed_through: 'text?' } as const
  const params = ['text', 'int8'] as const

  test('what fits is fine', async () => {
    expect(await objections(statement({ text, columns, params }))).toEqual([])
    expect(await objections(statement({ text, columns: Object.values(columns), params }))).toEqual([])
  })

  test.each([
    [{ ...columns, position: 'text' }, params, ['column position is int8, not text']],
    [{ position: 'int8', hash: 'bytea' }, params, ['column closed_through is not declared']],
    [{ ...columns, manager: 'text?' }, params, ['column manager is not there']],
    [{ ...columns, closed_through: 'text' }, params, ['column closed_through may be null']],
    [{ ...columns, closed_through: 'text!' }, params, []],
    [columns, ['text', 'text'], ['parameter $2 is int8, not text']],
    [columns, ['text'], ['parameter $2 is not declared']],
    [columns, ['text', 'int8', 'date'], ['parameter $3 is not there']],
  ] as const)('%j with %j', async (columns, params, expected) => {
    expect(await objections(statement({ text, columns, params }))).toEqual(expected)
  })

  test('a column that a migration took away', async () => {
    const gone = statement({ text: 'select name, manager from ledger.books', columns: { name: 'text?' } })
    expect(await objections(gone)).toEqual(['column "manager" does not exist'])
  })
})

/** What the database says of a statement, and it does not. */
async function objections(statement: Statement): Promise<string[]> {
  let described: Described
  try {
    described = await describeStatement(client, statement.text)
  } catch (error) {
    return [(error as Error).message]
  }
  return [...objectionsToColumns(statement, described), ...objectionsToParams(statement, described)]
}

function objectionsToColumns({ columns }: Pick<Statement, 'columns'>, described: Described): string[] {
  const declared: Readonly<Record<string, ColumnType>> = Array.isArray(columns)
    ? Object.fromEntries(
        (columns as ColumnType[]).map((type, index) => [described.columns[index]?.name ?? index, type]),
      )
    : (columns as Record<string, ColumnType>)
  const there = described.columns.flatMap(({ name, type, nullable }) => {
    const says = declared[name]
    if (says === undefined) return [`column ${name} is not declared`]
    if (bare(says) !== type) return [`column ${name} is ${type}, not ${bare(says)}`]
    return nullable && !/[?!]$/.test(says) ? [`column ${name} may be null`] : []
  })
  const names = new Set(described.columns.map(({ name }) => name))
  return [...there, ...missing(Object.keys(declared), names, 'column')]
}

function objectionsToParams({ params }: Statement, described: Described): string[] {
  const there = described.params.flatMap((type, index) => {
    const says = params[index]
    if (says === undefined) return [`parameter $${index + 1} is not declared`]
    return bare(says) === type ? [] : [`parameter $${index + 1} is ${type}, not ${bare(says)}`]
  })
  const names = new Set(described.params.map((_type, index) => `$${index + 1}`))
  return [
    ...there,
    ...missing(
      params.map((_type, index) => `$${index + 1}`),
      names,
      'parameter',
    ),
  ]
}

function missing(declared: readonly string[], names: ReadonlySet<string>, what: string): string[] {
  return declared.filter((name) => !names.has(name)).map((name) => `${what} ${name} is not there`)
}

function bare(type: string): string {
  return type.replace(/[?!]$/, '')
}
