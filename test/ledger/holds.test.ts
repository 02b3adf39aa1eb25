import type { Pool } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { holdIdFor, placeHold, releaseHold, takeHold } from '../../src/commands/about-hold.ts'
import { letHoldsLapse } from '../../src/commands/let-holds-lapse.ts'
import { openPool } from '../../src/db/pool.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { playTime } from '../../src/world-clock.ts'
import { accrual, caller, consumption, day, policy } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile, recorded, refusalIn } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { tamper } from './verify-sample.ts'

const daybook = ledgerOfFile()
let db: Pool

beforeAll(() => {
  db = openPool({ url: daybook.url, max: 2, applicationName: 'daybook test verify', role: 'daybook_service' })
})
afterEach(() => playTime(undefined))
afterAll(() => db.end())

const ITEM = { entity: 'item', policy: 'stock', effectiveOn: day('2026-03-31') }
const POLICIES = { stock: policy({ resource: 'stock', unit: 'piece', scale: 0, dayExclusive: false }) }

/** A book with ten of an item. */
async function shop(): Promise<BookHandle> {
  const book = await daybook.book(POLICIES)
  await book.record(accrual('10', ITEM))
  return book
}

async function held(book: BookHandle, amount = '1', seconds = 600): Promise<string> {
  const by = caller(book.id)
  recorded(await daybook.process.ledger.submit(placeHold(by, { lines: [{ ...ITEM, amount }], seconds })))
  return holdIdFor(by.idempotencyKey)
}

/** Events 4 to 7: a hold that is held, one that was taken, and one that lapses, after which two more events follow. */
async function sampleBookWithHolds(): Promise<BookHandle> {
  const book = await shop()
  const { ledger } = daybook.process
  await held(book, '1', 2_592_000)
  const second = await held(book, '2', 2_592_000)
  recorded(await ledger.submit(takeHold(caller(book.id), second, {})))
  await held(book, '3', 60)
  playTime({ from: new Date(Date.now() + 3_600_000) })
  await book.record(accrual('1', ITEM))
  playTime(undefined)
  return book
}

describe('I20 what verification finds', () => {
  test('nothing in a book with holds that fits', async () => {
    const book = await sampleBookWithHolds()
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: true, events: 9 })
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  })

  test.each([
    ['another end', `expires_at = expires_at - interval '1 second'`, 4],
    ['another amount', `lines = replace(lines::text, '"1"', '"2"')::json`, 4],
    ['another reference', `reference = 'cart-1'`, 4],
  ])('%s', async (_name, change, position) => {
    const book = await sampleBookWithHolds()
    await tamper(daybook, `update ledger.holds set ${change} where book_id = '${book.id}' and placed_position = 4`)
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: false, position })
  })

  test('a hold that is not kept', async () => {
    const book = await sampleBookWithHolds()
    await tamper(daybook, `delete from ledger.holds where book_id = '${book.id}' and placed_position = 4`)
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: false, position: 4 })
  })

  test('a hold that was over, and held its lines while something else was decided', async () => {
    const book = await shop()
    await held(book, '1', 60)
    playTime({ from: new Date(Date.now() + 3_600_000) })
    // As if it were still to come, while the next command is decided.
    await daybook.admin.query(
      `update ledger.holds set expires_at = placed_at + interval '10 hours' where book_id = $1`,
      [book.id],
    )
    await book.through(daybook.another()).record(accrual('1', ITEM))
    await daybook.admin.query(
      `update ledger.holds set expires_at = placed_at + interval '60 seconds' where book_id = $1`,
      [book.id],
    )
    expect(await verifyBook(db, book.id)).toMatchObject({
      ok: false,
      position: 4,
      problem: expect.stringContaining('was over before') as string,
    })
  })
})

describe('I20 what the database refuses, whoever asks', () => {
  test.each([
    [
      'a hold that ends twice',
      `status = 'taken', version = 2, version_before = 2, position = position + 1, ended_at = placed_at`,
      'holds_version_moves_on',
    ],
    ['one that is taken, and nothing says so', `status = 'taken'`, 'holds_end_once'],
    [
      'one that is taken after its end',
      `status = 'taken', version = 2, version_before = 1, position = position + 1, ended_at = expires_at`,
      'holds_end_once',
    ],
    [
      'one that lapses before its end',
      `status = 'lapsed', version = 2, version_before = 1, position = position + 1, ended_at = placed_at`,
      'holds_end_once',
    ],
    ['a status that there is not', `status = 'lost'`, 'holds_end_once'],
    ['one for longer than thirty days', `expires_at = placed_at + interval '721 hours'`, 'holds_end_after_they_begin'],
    ['one that ends when it begins', `expires_at = placed_at`, 'holds_end_after_they_begin'],
  ])('%s', async (_name, change, constraint) => {
    const book = await shop()
    await held(book)
    await book.record(accrual('1', ITEM))
    const changing = daybook.admin.query(`update ledger.holds set ${change} where book_id = $1`, [book.id])
    await expect(changing).rejects.toMatchObject({ constraint })
  })
})

describe('I20 one group', () => {
  test('places, takes and releases; each sees what the one before it did', async () => {
    const book = await shop()
    const { ledger } = daybook.process
    const [first, second] = [caller(book.id), caller(book.id)]
    const [one, other] = [holdIdFor(first.idempotencyKey), holdIdFor(second.idempotencyKey)]
    const verdicts = await Promise.all([
      ledger.submit(takeHold(caller(book.id), one, {})),
      ledger.submit(placeHold(first, { lines: [{ ...ITEM, amount: '7' }], seconds: 60 })),
      ledger.submit(placeHold(second, { lines: [{ ...ITEM, amount: '4' }], seconds: 60 })),
      ledger.submit(book.command(consumption('4', ITEM))),
      ledger.submit(takeHold(caller(book.id), one, { lines: [{ ...ITEM, amount: '6' }] })),
      ledger.submit(releaseHold(caller(book.id), one, {})),
      ledger.submit(placeHold(caller(book.id), { lines: [{ ...ITEM, amount: '4' }], seconds: 60 })),
      ledger.submit(releaseHold(caller(book.id), other, {})),
    ])
    expect(verdicts.map(refusalIn)).toMatchObject([
      { code: 'unknown-hold' },
      'recorded',
      { code: 'insufficient-balance', available: '3' },
      { code: 'insufficient-balance', available: '3' },
      'recorded',
      { code: 'hold-ended', currentStatus: 'taken' },
      'recorded',
      { code: 'unknown-hold' },
    ])
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: true })
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  })

  test('two processes end what is over once, whoever comes first', async () => {
    const book = await shop()
    for (let number = 0; number < 5; number++) await held(book, '2', 60)
    playTime({ from: new Date(Date.now() + 3_600_000) })
    const ledgers = [daybook.process.ledger, daybook.another().ledger]
    await Promise.all(
      ledgers.flatMap((ledger) => [
        ledger.submit(letHoldsLapse(book.id)),
        ledger.submit(book.command(consumption('5', ITEM))),
      ]),
    )
    const { rows } = await daybook.admin.query<{ lapsed: number; taken: number }>(
      `select count(*) filter (where type = 'hold-lapsed')::integer as lapsed,
              count(*) filter (where type = 'consumption-recorded')::integer as taken
         from ledger.events
        where book_id = $1`,
      [book.id],
    )
    expect(rows).toEqual([{ lapsed: 5, taken: 2 }])
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: true })
  })
})
