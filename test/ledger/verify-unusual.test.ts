import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { streamEvents } from '../../src/ledger/read/events.ts'
import { readHead } from '../../src/ledger/read/head.ts'
import { prove } from '../../src/ledger/verify/prove.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { accrual, adjustment, consumption, day, policy, reversalOf } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile } from '../support/ledger.ts'
import { sampleBookWithPeriods, tamper } from './verify-sample.ts'

const daybook = ledgerOfFile()
let db: Pool

const open = (): Pool =>
  openPool({ url: daybook.url, max: 4, applicationName: 'daybook test verify', role: 'daybook_service' })

beforeAll(() => {
  db = open()
})
afterAll(() => db.end())

/** It fits, and the server says so by itself: nothing of it has to be walked through. */
async function provenWhole(book: BookHandle): Promise<void> {
  const { position } = (await readHead(db, book.id))!
  expect(await prove(db, book.id, { after: 0, upTo: position })).toBeDefined()
  expect(await verifyBook(db, book.id)).toMatchObject({ ok: true, events: position })
}

describe('what is unusual and right is proven:', () => {
  test('texts of all kinds', async () => {
    const book = await daybook.book()
    const texts = [
      'a "b" \\c/é',
      '\u0001\b\f\n\r\t\u001d\u007f',
      '\u2028\u2029\ufeff',
      '😀\ud83d\ude00ﬁ́',
      "'; --",
      '{}[],:',
    ]
    for (const reference of texts) {
      await book.record(accrual('1', { reference, reason: reference, metadata: { note: reference } }), {
        idempotencyKey: `key ${reference}`,
      })
    }
    await provenWhole(book)
  })

  test('as many lines as a command may have', async () => {
    const book = await daybook.book()
    await book.record({
      transactions: Array.from({ length: 1_000 }, (_, index) => accrual('1', { entity: `e${index}` })),
    })
    await book.record({
      transactions: [accrual('1'), accrual('2'), consumption('3', { policy: 'sick' })],
    })
    await provenWhole(book)
  })

  test('the largest and the smallest quantities, at every scale, on the first day and the last', async () => {
    const scales = [0, 1, 2, 3, 4, 5, 6, 7, 8]
    const book = await daybook.book(
      Object.fromEntries(
        scales.map((scale) => [`p${scale}`, policy({ scale, dayExclusive: false, overdraftLimit: null })]),
      ),
    )
    for (const scale of scales) {
      const smallest = scale === 0 ? '1' : `0.${'1'.padStart(scale, '0')}`
      const largest = `999999999999${scale === 0 ? '' : `.${'9'.repeat(scale)}`}`
      const on = { policy: `p${scale}`, effectiveOn: day('1900-01-01') }
      await book.record(accrual(largest, on))
      await book.record(adjustment(`-${smallest}`, { ...on, effectiveOn: day('2999-12-31') }))
      await book.record(consumption(smallest, on))
    }
    await provenWhole(book)
  })

  test('reversals, halves of days, and what may be forgotten and was', async () => {
    const book = await daybook.book()
    await book.record(accrual('5', { reason: 'forget me' }))
    await book.record(consumption('0.5', { effectiveOn: day('2026-02-02'), portion: 'am' }))
    await book.record(consumption('0.5', { effectiveOn: day('2026-02-02'), portion: 'pm' }))
    await book.record(reversalOf('7.1'))
    await daybook.admin.query(
      `begin; set local role daybook_eraser; update ledger.events set erasable = null where book_id = '${book.id}'; commit`,
    )
    await provenWhole(book)
  })
})

test('a book of several proofs is whole, and its damage is found wherever one ends', async () => {
  const book = await daybook.book({ annual: policy() })
  await Promise.all(
    Array.from({ length: 1_400 }, (_, number) => book.record(accrual('1', { entity: `e${number % 7}` }))),
  )
  expect(await verifyBook(db, book.id)).toMatchObject({ ok: true, events: 1_402, transactions: 1_400 })
  for (const position of [1_400, 1_001, 1_000, 999]) {
    await tamper(
      daybook,
      `update ledger.events set actor_id = 'x' where book_id = '${book.id}' and position = ${position}`,
    )
    expect(await verifyBook(db, book.id)).toMatchObject({
      ok: false,
      position,
      problem: 'its content or the hash before it does not give its hash',
    })
  }
})

test('how a database prints values does not matter, for what is verified and for what is exported', async () => {
  const book = await sampleBookWithPeriods(daybook)
  const before = await verifyBook(db, book.id)
  const exported = await exportOf(db, book.id)
  const { rows } = await daybook.admin.query<{ name: string }>('select current_database() as name')
  const settings = {
    DateStyle: 'German, DMY',
    IntervalStyle: 'sql_standard',
    TimeZone: 'Asia/Kathmandu',
    bytea_output: 'escape',
    extra_float_digits: '-15',
    standard_conforming_strings: 'off',
    quote_all_identifiers: 'on',
    xmlbinary: 'hex',
  }
  for (const [name, value] of Object.entries(settings)) {
    await daybook.admin.query(`alter database ${rows[0]!.name} set ${name} = '${value}'`)
  }
  const other = open()
  try {
    expect(await verifyBook(other, book.id)).toEqual(before)
    expect(await exportOf(other, book.id)).toEqual(exported)
  } finally {
    await other.end()
    await daybook.admin.query(`alter database ${rows[0]!.name} reset all`)
  }
  expect(before).toMatchObject({ ok: true })
})

async function exportOf(from: Pool, book: string): Promise<string[]> {
  const lines: string[] = []
  for await (const batch of streamEvents(from, { book, after: 0 })) lines.push(...batch)
  return lines
}
