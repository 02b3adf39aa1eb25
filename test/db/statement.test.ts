import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import {
  narrowed,
  perBuild,
  query,
  type RowOf,
  run,
  statement,
  type ValuesOf,
  varying,
} from '../../src/db/statement.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

let database: TestDatabase
let db: Pool

beforeAll(async () => {
  database = await testDatabase()
  db = openPool({ url: database.url, max: 1, applicationName: 'daybook test' })
})
afterAll(async () => {
  await db.end()
  await database.drop()
})

const ONE = statement({
  name: 'one-of-each',
  columns: { count: 'int8', amount: 'numeric', on: 'date', texts: 'text[]', portion: narrowed<'am' | null>('text?') },
  params: ['int8', 'numeric?', 'date', 'text[]'],
  text: `select $1::bigint as count, $2::numeric as amount, $3::date as on, $4::text[] as texts, 'am' as portion`,
})

test('rows and values have the types that a statement says', async () => {
  expectTypeOf<RowOf<typeof ONE>>().toEqualTypeOf<{
    readonly count: number
    readonly amount: string
    readonly on: CalendarDate
    readonly texts: string[]
    readonly portion: 'am' | null
  }>()
  expectTypeOf<ValuesOf<typeof ONE>>().toEqualTypeOf<
    readonly [number, string | null | undefined, CalendarDate, readonly (string | null)[]]
  >()
  const [row] = await query(db, ONE, [7, '1.50', '2026-01-31' as CalendarDate, ['a', 'b']])
  expect(row).toEqual({ count: 7, amount: '1.50', on: '2026-01-31', texts: ['a', 'b'], portion: 'am' })
})

test('columns without names come as arrays', async () => {
  const pair = statement({ columns: ['int8', 'text?'], text: 'select 1::bigint, null::text' })
  expectTypeOf<RowOf<typeof pair>>().toEqualTypeOf<readonly [number, string | null]>()
  expect(await query(db, pair, [])).toEqual([[1, null]])
})

test('what has a name is prepared, what has none is not', async () => {
  await query(db, ONE, [7, null, '2026-01-31' as CalendarDate, []])
  await query(db, statement({ text: 'select 2::bigint as number', columns: { number: 'int8' } }), [])
  const { rows } = await db.query<{ name: string }>('select name from pg_prepared_statements where not from_sql')
  expect(rows).toEqual([{ name: 'one-of-each' }])
})

test('how many rows were written', async () => {
  const add = statement({
    params: ['text', 'text'],
    text: 'insert into ledger.books (book_id, time_zone) select $1, $2 on conflict do nothing',
  })
  expect(await run(db, add, ['b1', 'UTC'])).toBe(1)
  expect(await run(db, add, ['b1', 'UTC'])).toBe(0)
})

test('statements on the tables of a build are made once for each of them, and the last few are kept', () => {
  let made = 0
  const ofBuild = perBuild(({ number }: { number: number }) => {
    made += 1
    return statement({ name: `rows-${number}`, text: `select from rows_${number}` })
  })
  for (const number of [1, 1, 2, 1, 2]) expect(ofBuild({ number }).name).toBe(`rows-${number}`)
  expect(made).toBe(2)
  for (let number = 3; number < 100; number++) ofBuild({ number })
  expect(ofBuild({ number: 1 })).toBe(ofBuild({ number: 1 }))
})

test('statements on whatever tables are told by one of them', () => {
  const count = varying((table: string) => statement({ text: `select from ${table}` }), 'ledger.heads')
  expect(count('ledger.books').text).toBe('select from ledger.books')
  expect(count.example).toEqual(['ledger.heads'])
})
