import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { approveRequest, cancelRequest, changeRequest, submitRequest } from '../../src/commands/about-request.ts'
import { openPool } from '../../src/db/pool.ts'
import { readRequest } from '../../src/ledger/read/requests.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { accrual, caller, day, EVERYBODY } from '../support/builders.ts'
import { ledgerOfFile, recorded, refusalIn } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { sampleBookWithRequests, tamper } from './verify-sample.ts'

const daybook = ledgerOfFile()
let db: Pool

beforeAll(() => {
  db = openPool({ url: daybook.url, max: 2, applicationName: 'daybook test verify', role: 'daybook_service' })
})
afterAll(() => db.end())

const WEEK = { from: day('2025-07-07'), to: day('2025-07-11') }

test('a book with requests of every kind fits', async () => {
  const book = await sampleBookWithRequests(daybook)
  expect(await verifyBook(db, book.id)).toMatchObject({ ok: true, events: 35 })
  expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  const r1 = (await readRequest(db, { reader: EVERYBODY, book: book.id, request: 'r1' }))!.item!
  expect(r1).toMatchObject({ status: 'approved', version: 8, total: '1.50', cancellation: null })
  expect(r1.history.map(({ type }) => type)).toEqual([
    'request-submitted',
    'request-changed',
    'request-step-approved',
    'request-approved',
    'request-cancellation-asked',
    'request-cancellation-refused',
    'request-cancellation-asked',
    'request-cancelled',
  ])
})

describe('I16 what verification finds', () => {
  const cases: [name: string, sql: string, position: number][] = [
    ['another status', `update ledger.requests set status = 'cancelled', held = 0, taken = 0, lines = '[]'`, 26],
    ['a line too few', `update ledger.requests set lines = (lines::jsonb - 0)::json, taken = taken - 1`, 26],
    ['another last day', `update ledger.requests set to_day = to_day + 1`, 26],
    ['a step more', `update ledger.requests set agreed = '["hr","boss","hr"]'`, 26],
    ['an earlier position', `update ledger.requests set position = position - 1`, 25],
    ['a cancellation that nobody asked for', `update ledger.requests set cancellation = '"all"'`, 26],
  ]
  test.each(cases)('%s', async (_name, sql, position) => {
    const book = await sampleBookWithRequests(daybook)
    expect(await tamper(daybook, `${sql} where book_id = '${book.id}' and request_id = 'r1'`)).toBe(1)
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: false, position })
  })

  test('a request that is not kept', async () => {
    const book = await sampleBookWithRequests(daybook)
    await tamper(daybook, `delete from ledger.requests where book_id = '${book.id}' and request_id = 'r2'`)
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: false, position: 27 })
  })

  test('a delegation that is another', async () => {
    const book = await sampleBookWithRequests(daybook)
    await tamper(daybook, `update ledger.delegations set to_day = to_day - 1 where book_id = '${book.id}'`)
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: false, position: 18 })
  })
})

describe('I16 what the database refuses, whoever asks', () => {
  test.each([
    ['an approved request with a hold left', `status = 'approved'`, 'requests_lines_fit_status'],
    ['a freed one with its status unchanged', `held = 0, lines = '[]'`, 'requests_lines_fit_status'],
    ['a rejected one that still holds', `status = 'rejected'`, 'requests_lines_fit_status'],
    ['a count that is not that of its lines', 'held = held + 1', 'requests_lines_counted'],
    ['a version that skips one', 'version = version + 2, version_before = version', 'requests_version_moves_on'],
    ['a cancellation of what is not approved', `cancellation = '"all"'`, 'requests_cancellation_of_approved'],
    ['one that lost all its days and has some', `lost = '[]', lost_as = 'pending'`, 'requests_lost_is_cancelled'],
    ['no days that others take', `displaced = '[]'`, 'requests_displaced_is_live'],
    [
      'days that others take, of one that ended',
      `status = 'rejected', held = 0, lines = '[]', displaced = '[{}]'`,
      'requests_displaced_is_live',
    ],
    ['versions that others made, and none of its own', `moved_at = '[1]'`, 'requests_moved_by_versions'],
  ])('%s', async (_name, change, constraint) => {
    const book = await daybook.book()
    await book.record(accrual('10', { effectiveOn: day('2025-01-01') }))
    recorded(
      await daybook.process.ledger.submit(
        submitRequest(caller(book.id), { id: 'r1', entity: 'e1', policy: 'annual', ...WEEK }),
      ),
    )
    const changing = daybook.admin.query(`update ledger.requests set ${change} where book_id = $1`, [book.id])
    await expect(changing).rejects.toMatchObject({ constraint })
  })
})

describe('one group', () => {
  test('submits, changes, approves and cancels; each sees what the one before it did', async () => {
    const book = await daybook.book()
    await book.record(accrual('5', { effectiveOn: day('2025-01-01') }))
    const { ledger } = daybook.process
    const asked = { entity: 'e1', policy: 'annual' }
    const later = { from: day('2025-07-14'), to: day('2025-07-18') }
    const verdicts = await Promise.all([
      ledger.submit(approveRequest(caller(book.id), 'r1', { expectedVersion: 1 })),
      ledger.submit(submitRequest(caller(book.id), { id: 'r1', ...asked, ...WEEK })),
      ledger.submit(submitRequest(caller(book.id), { id: 'r2', ...asked, ...later })),
      ledger.submit(changeRequest(caller(book.id), 'r1', { expectedVersion: 1, ...later })),
      ledger.submit(approveRequest(caller(book.id), 'r1', { expectedVersion: 2 })),
      ledger.submit(submitRequest(caller(book.id), { id: 'r2', ...asked, ...WEEK })),
      ledger.submit(cancelRequest(caller(book.id), 'r1', { expectedVersion: 3, days: [day('2025-07-14')] })),
      ledger.submit(submitRequest(caller(book.id), { id: 'r3', ...asked, from: WEEK.from, to: WEEK.from })),
    ])
    expect(verdicts.map(refusalIn)).toMatchObject([
      { code: 'unknown-request' },
      'recorded',
      { code: 'insufficient-balance' },
      'recorded',
      'recorded',
      { code: 'insufficient-balance' },
      'recorded',
      'recorded',
    ])
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: true })
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  })
})

test('an id that is taken is a conflict, and says how the request stands', async () => {
  const book = await daybook.book()
  await book.record(accrual('10', { effectiveOn: day('2025-01-01') }))
  const { ledger } = daybook.process
  const asked = { id: 'r1', entity: 'e1', policy: 'annual', ...WEEK }
  recorded(await ledger.submit(submitRequest(caller(book.id), asked)))
  const again = { ...asked, from: day('2025-08-04'), to: day('2025-08-05') }
  expect(refusalIn(await ledger.submit(submitRequest(caller(book.id), again)))).toEqual({
    code: 'version-conflict',
    requestId: 'r1',
    expectedVersion: 0,
    currentVersion: 1,
  })
})

test('I2 a key that was used for another request says where the two differ', async () => {
  const book = await daybook.book()
  await book.record(accrual('10', { effectiveOn: day('2025-01-01') }))
  const { ledger } = daybook.process
  const asked = { id: 'r1', entity: 'e1', policy: 'annual', ...WEEK, reason: 'Tyrol' }
  const key = { idempotencyKey: 'the-key' }
  recorded(await ledger.submit(submitRequest(caller(book.id, key), asked)))
  const differs = async (also: object): Promise<unknown> =>
    refusalIn(await ledger.submit(submitRequest(caller(book.id, key), { ...asked, ...also })))
  expect(await differs({ to: day('2025-07-10') })).toMatchObject({ code: 'idempotency-key-reused', differs: ['/to'] })
  expect(await differs({ reason: 'Rome' })).toMatchObject({ differs: ['/reason'] })
  expect(await differs({ fromPortion: 'full' })).toBe('recorded')
})
