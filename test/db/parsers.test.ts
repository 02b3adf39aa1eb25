import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { emptyDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let pool: Pool
beforeAll(async () => {
  database = await emptyDatabase()
  pool = openPool({ url: database.url, max: 1, applicationName: 'test' })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

async function read(expression: string): Promise<unknown> {
  const { rows } = await pool.query<{ value: unknown }>(`select ${expression} as value`)
  return rows[0]?.value
}

test('a date is the day it says, whatever the time zone of the process', async () => {
  expect(await read(`date '2024-02-29'`)).toBe('2024-02-29')
  expect(await read(`array[date '1900-01-01', null]`)).toEqual(['1900-01-01', null])
})

test('a numeric keeps every digit, in arrays too', async () => {
  expect(await read(`123456789012345678.123456780::numeric`)).toBe('123456789012345678.123456780')
  expect(await read(`array[123456789012345678.10, null, -0.5]::numeric[]`)).toEqual([
    '123456789012345678.10',
    null,
    '-0.5',
  ])
})

test('an int8 is a number, and one that a number cannot hold is an error', async () => {
  expect(await read(`9007199254740991::int8`)).toBe(Number.MAX_SAFE_INTEGER)
  expect(await read(`array[1, null, -9007199254740991]::int8[]`)).toEqual([1, null, Number.MIN_SAFE_INTEGER])
  await expect(read(`9007199254740992::int8`)).rejects.toThrow(
    new RangeError('int8 9007199254740992 is beyond 2^53 - 1'),
  )
  await expect(read(`array[9007199254740992]::int8[]`)).rejects.toThrow(RangeError)
  expect(await read(`(select count(*) from generate_series(1, 3))`)).toBe(3)
})

test('json is the text that was stored, byte for byte; jsonb is parsed', async () => {
  const stored = `{"b": 1.0,  "a":1e2, "b":2}`
  expect(await read(`'${stored}'::json`)).toBe(stored)
  expect(await read(`array['${stored}', null]::json[]`)).toEqual([stored, null])
  expect(await read(`'{"a": [1]}'::jsonb`)).toEqual({ a: [1] })
})

test('an instant is a Date, bytes are a Buffer', async () => {
  expect(await read(`timestamptz '2026-01-31 23:59:59.999+01'`)).toEqual(new Date('2026-01-31T22:59:59.999Z'))
  expect(await read(`'\\x00ff'::bytea`)).toEqual(Buffer.from([0, 255]))
})
