import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { readEventByPosition } from '../../src/ledger/read/event-rows.ts'
import { hashedText } from '../../src/ledger/rows/event-text.ts'
import { sha256 } from '../../src/ledger/rows/hash.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { ledgerOfFile } from '../support/ledger.ts'
import { sampleBook, sampleBookWithPeriods, tamper } from './verify-sample.ts'

/*
 * A record that hashes right and is wrong all the same: as a service with a bug would write it, or somebody who computes
 * the hashes again. The constraints that would refuse it are gone in this file's database.
 */

const daybook = ledgerOfFile()
let db: Pool

beforeAll(async () => {
  db = openPool({ url: daybook.url, max: 4, applicationName: 'daybook test verify', role: 'daybook_service' })
  await daybook.admin.query(`
    alter table ledger.events drop constraint events_one_per_key;
    alter table ledger.transactions drop constraint transactions_type_component_sign;
    alter table ledger.transactions drop constraint transactions_reversal_names_target;
    drop index ledger.events_one_per_stream_version;
    drop index ledger.transactions_reversed_once;
    drop index ledger.day_claims_am_once;
    drop index ledger.day_claims_pm_once`)
})
afterAll(() => db.end())

const inAnnual = `entity_id = 'e1', policy_id = 'annual'`
const line = (position: number, change: string): string =>
  `update ledger.transactions set ${change} where book_id = $book and position = ${position} and line = 1`

const cases: [name: string, changes: string[], position: number][] = [
  ['a reversal of another amount', [line(10, 'amount = 0.25')], 10],
  ['a reversal on another account', [line(10, `entity_id = 'e2'`)], 10],
  ['a reversal under another policy', [line(10, `policy_id = 'carried'`)], 10],
  ['a reversal that counts towards another component', [line(10, `component = 'adjusted'`)], 10],
  ['a reversal that frees another half', [line(10, `portion = 'pm'`)], 10],
  ['a reversal of what is not there', [line(10, 'reverses_line = 7')], 10],
  ['a reversal of itself', [line(10, 'reverses_position = 10')], 10],
  ['a reversal of a later transaction', [line(10, 'reverses_position = 14')], 10],
  [
    'a reversal of a reversal',
    [
      line(
        14,
        `type = 'reversal', component = 'consumed', amount = -1, ${inAnnual}, portion = 'am', reverses_position = 10, reverses_line = 1`,
      ),
    ],
    14,
  ],
  [
    'a second reversal',
    [
      line(
        14,
        `type = 'reversal', component = 'consumed', amount = 1, ${inAnnual}, portion = 'am', reverses_position = 8, reverses_line = 1`,
      ),
    ],
    14,
  ],
  ['a reversal that names nothing', [line(10, 'reverses_position = null, reverses_line = null')], 10],
  ['an accrual that names something', [line(14, 'reverses_position = 7, reverses_line = 1')], 14],
  ['an accrual that takes', [line(14, 'amount = -1.00')], 14],
  ['a consumption that adds', [line(8, 'amount = 1.00')], 8],
  ['a consumption that counts as an adjustment', [line(8, `component = 'adjusted'`)], 8],
  [
    'an event without its first line',
    ['delete from ledger.transactions where book_id = $book and position = 9 and line = 2', line(9, 'line = 2')],
    9,
  ],
  [
    'a shared idempotency key',
    [
      `update ledger.events set idempotency_key = (select idempotency_key from ledger.events where book_id = $book and position = 7)
        where book_id = $book and position = 14`,
    ],
    14,
  ],
  [
    'a version of an entity left out',
    [
      `update ledger.events set stream_version = 3, data = replace(data::text, '"version":2', '"version":3')::json
        where book_id = $book and position = 13`,
    ],
    13,
  ],
  [
    'a day taken twice',
    [
      line(
        14,
        `type = 'consumption', component = 'consumed', amount = -1, ${inAnnual}, effective_on = '2026-02-03', portion = 'full'`,
      ),
      `insert into ledger.day_claims values ($book, 'e1', 'leave', '2026-02-03', true, true, 14, 1, null)`,
    ],
    14,
  ],
  [
    'time that runs backwards',
    [`update ledger.events set recorded_at = recorded_at - interval '1 day' where book_id = $book and position = 11`],
    11,
  ],
]

describe('a rule broken in the record itself shows at its position:', () => {
  test.each(cases)('%s', async (_name, changes, position) => {
    const book = await sampleBook(daybook)
    for (const sql of changes) {
      expect(await tamper(daybook, sql.replaceAll('$book', `'${book.id}'`))).toBeGreaterThan(0)
    }
    await chainAgain(book.id)
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: false, position })
  })
})

describe('a rule about periods broken in the record itself shows at its position:', () => {
  test.each([
    [
      'a line in a period that is closed',
      line(20, `effective_on = '2025-01-05'`),
      /effective in 2025-01, which is closed/,
    ],
    [
      'a line meant for a period that is open',
      line(20, `effective_on = '2025-03-20', meant_for = '2025-02-15'`),
      /meant for 2025-02-15, which is not/,
    ],
  ])('%s', async (_name, sql, problem) => {
    const book = await sampleBookWithPeriods(daybook)
    expect(await tamper(daybook, sql.replaceAll('$book', `'${book.id}'`))).toBe(1)
    await chainAgain(book.id)
    const found = await verifyBook(db, book.id)
    expect(found).toMatchObject({ ok: false, position: 20 })
    expect((found as { problem: string }).problem).toMatch(problem)
  })
})

test('a record that was rewritten whole fits, and has another hash', async () => {
  const book = await sampleBook(daybook)
  const before = await verifyBook(db, book.id)
  await tamper(daybook, `update ledger.events set actor_id = 'somebody' where book_id = '${book.id}' and position = 8`)
  await chainAgain(book.id)
  const after = await verifyBook(db, book.id)
  expect(after).toMatchObject({ ok: true, events: 14 })
  expect(after).not.toEqual(before)
})

/** Computes all hashes anew, as somebody could who owns the database. */
async function chainAgain(book: string): Promise<void> {
  for (let position = 1; ; position++) {
    const event = await readEventByPosition(daybook.admin, book, position)
    if (event === undefined) return
    const hash = sha256(hashedText(event))
    await tamper(
      daybook,
      `update ledger.events set hash = '\\x${hash}' where book_id = '${book}' and position = ${position}`,
    )
    await tamper(
      daybook,
      `update ledger.heads set hash = '\\x${hash}' where book_id = '${book}' and position = ${position}`,
    )
  }
}
