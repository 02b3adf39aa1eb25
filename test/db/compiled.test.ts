import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compiled, ofBuild, present, read, tables } from '../../src/db/compiled.ts'
import { openPool } from '../../src/db/pool.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

let database: TestDatabase
let db: Pool

beforeAll(async () => {
  database = await testDatabase()
  db = openPool({ url: database.url, max: 1, applicationName: 'daybook test' })
  await db.query(`insert into ledger.books (book_id, name, time_zone) values ('a', null, 'UTC'), ('b', 'B', 'UTC')`)
})
afterAll(async () => {
  await db.end()
  await database.drop()
})

interface BooksAsked {
  readonly zone: string
  readonly name: string | undefined
  readonly after: string | undefined
}

function booksAsked() {
  let built = 0
  const query = compiled({
    name: 'books-asked',
    optional: ['name', 'after'],
    query: ({ zone, name, after }: BooksAsked) => {
      built += 1
      return tables
        .selectFrom('ledger.books')
        .select(['book_id', 'name'])
        .where((eb) => eb.and({ time_zone: zone, ...present({ name }) }))
        .$if(after !== undefined, (found) => found.where('book_id', '>', after!))
        .where('time_zone', '=', zone)
        .orderBy('book_id')
    },
  })
  return { query, built: () => built }
}

test('a query is built once for each set of its conditions, and has a name for each', async () => {
  const { query, built } = booksAsked()
  const asked = { zone: 'UTC', name: undefined, after: undefined }
  for (const zone of ['UTC', 'CET', 'UTC']) await read(db, query, { ...asked, zone })
  expect(built()).toBe(1)
  expect(await read(db, query, asked)).toEqual([
    { book_id: 'a', name: null },
    { book_id: 'b', name: 'B' },
  ])
  expect(await read(db, query, { ...asked, after: 'a' })).toEqual([{ book_id: 'b', name: 'B' }])
  expect(await read(db, query, { ...asked, name: 'C' })).toEqual([])
  expect(built()).toBe(3)
  const { rows } = await db.query<{ name: string }>('select name from pg_prepared_statements where not from_sql')
  expect(rows.map(({ name }) => name).toSorted()).toEqual(['books-asked-0', 'books-asked-1', 'books-asked-2'])
})

test('a value that is used twice is one parameter', () => {
  const { query } = booksAsked()
  expect(query.bound({ zone: 'UTC', name: 'B', after: 'a' })).toMatchObject({ values: ['UTC', 'B', 'a'] })
})

test('a value that is missing and no condition is a mistake, and so is one that is looked at while building', () => {
  const { query } = booksAsked()
  const withoutZone = { name: undefined, after: undefined } as unknown as BooksAsked
  expect(() => query.bound(withoutZone)).toThrow('zone is part of the query, and has no value')
  const looking = compiled({
    query: ({ limit }: { limit: number }) =>
      tables
        .selectFrom('ledger.books')
        .selectAll()
        .limit(limit + 1),
  })
  expect(() => looking.bound({ limit: 1 })).toThrow('limit has no value while its query is built')
})

test('the builder has no connection', async () => {
  await expect(tables.selectFrom('ledger.books').selectAll().execute()).rejects.toThrow('run by pg')
})

test('a table of a read model is that of a build', () => {
  const build = { table: (name: string) => `projections.${name}_7` }
  const { sql } = tables.selectFrom(ofBuild(build, 'absences as a')).select('a.day').compile()
  expect(sql).toBe('select "a"."day" from "projections"."absences_7" as "a"')
})
