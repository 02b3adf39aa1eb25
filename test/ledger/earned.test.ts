import { expect, test } from 'vitest'
import { type Earned, recordEarned } from '../../src/commands/record-earned.ts'
import { recordedReply } from '../../src/commands/replies.ts'
import type { Carried } from '../../src/domain/earning/posting.ts'
import { RULES } from '../../src/domain/recording/decision.ts'
import { readEventByPosition } from '../../src/ledger/read/event-rows.ts'
import { personEvent } from '../../src/ledger/read/person-event.ts'
import { POSITIONS_OF_PERSON } from '../../src/ledger/rows/events-of-person.sql.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { exportOf, importLines } from '../importing/importing.ts'
import { accrual, caller, day } from '../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile, type Recorded, recorded, refusalIn } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'

// What the rules of a policy post: an event of its own kind, which may say what was carried over and have no transaction.

const daybook = ledgerOfFile()
const there = ledgerOfFile()

const account = { entity: 'e1', policy: 'annual' }
const year = { from: day('2026-01-01'), to: day('2026-12-31') }
const carried: Carried = {
  on: day('2027-01-01'),
  earnedBefore: day('2027-01-01'),
  kept: '5',
  validUntil: day('2027-03-31'),
  neverLapses: '0',
}
const asked = { ...account, reference: null, expectedVersion: null, postToday: true, effectiveOn: carried.on }
const cut: Earned['lines'][number] = {
  ...asked,
  type: 'adjustment',
  amount: '-3',
  allowNegative: true,
  byRule: { rule: 'carry-over', period: year },
}
const march = { from: day('2026-03-01'), to: day('2026-03-31') }
const monthly: Earned['lines'][number] = {
  ...asked,
  type: 'accrual',
  amount: '2.5',
  effectiveOn: march.from,
  byRule: { rule: 'accrual', period: march },
}
const carryOver: Earned = {
  ...account,
  kind: 'carry-over',
  lines: [cut],
  carried,
  decision: { figures: { before: '8' } },
}

function post(book: BookHandle, earned: Earned, idempotencyKey = `carry:${earned.kind}`) {
  const actor = { type: 'system', id: 'earning' }
  const nobody = { ip: null, userAgent: null, session: null }
  const command = recordEarned(caller(book.id, { actor, client: nobody, idempotencyKey }), earned)
  return daybook.process.ledger.submit(command)
}

/** A book with eight days of 2026, which are carried over; and a carry-over of somebody who has none. */
async function carriedOver(): Promise<{ book: BookHandle; posted: Recorded }> {
  const book = await daybook.book()
  await book.record(accrual('5.5', { validUntil: day('2027-06-30'), carriedIn: true }))
  recorded(await post(book, { ...account, kind: 'accrual', lines: [monthly], carried: null, decision: {} }))
  const posted = recorded(await post(book, carryOver))
  const nothing = { ...carryOver, entity: 'e2', lines: [], carried: { ...carried, kept: '0', validUntil: null } }
  recorded(await post(book, nothing, 'carry:e2'))
  return { book, posted }
}

test('its transactions say by which rule they were posted, and for which days', async () => {
  const { book, posted } = await carriedOver()
  const { event } = posted
  expect(event).toMatchObject({ type: 'earned', actor: { type: 'system', id: 'earning' } })
  expect(event.transactions).toMatchObject([
    { type: 'adjustment', amount: -300n, byRule: { rule: 'carry-over', period: year }, validUntil: null },
  ])
  expect(recordedReply(posted)).toContain('"rule":"carry-over","period":{"from":"2026-01-01","to":"2026-12-31"}')
  expect(await readEventByPosition(daybook.admin, book.id, event.position)).toEqual(event)
  expect(personEvent(event, 'e1', true).transactions).toMatchObject([{ rule: 'carry-over', period: year }])
})

test('the decision says on what figures, beside what every decision says', async () => {
  const { posted } = await carriedOver()
  const decision = JSON.parse(posted.event.decisionText) as object
  expect(decision).toMatchObject({ figures: { before: '8' }, checks: ['overdraft'], rules: RULES })
  expect(Object.keys(decision)).toEqual(Object.keys(decision).toSorted())
})

test('figures do not take the name of what every decision says', async () => {
  const book = await daybook.book()
  await expect(post(book, { ...carryOver, decision: { checks: [] }, lines: [] })).rejects.toThrow('figures say checks')
})

test('what was carried over stands in a table, with or without a transaction', async () => {
  const { book } = await carriedOver()
  const record = await readRecord(daybook.admin, book.id)
  expect(record.carryOvers).toMatchObject([
    { entity: 'e1', kept: '5', validUntil: '2027-03-31' },
    { entity: 'e2', kept: '0', validUntil: null },
  ])
  expect(record.transactions.map(({ entity_id }) => entity_id)).toEqual(['e1', 'e1', 'e1'])
  expect(faultsIn(record)).toEqual([])
  expect(await verifyBook(daybook.admin, book.id)).toMatchObject({ ok: true, transactions: 3 })
})

test('it is found among what is known of a person, also without a transaction', async () => {
  const { book } = await carriedOver()
  const { rows } = await daybook.admin.query(POSITIONS_OF_PERSON, [book.id, 'e2'])
  expect(rows).toEqual([{ position: 9, about: true }])
})

test('I2 the same key posts nothing again, whatever the figures have become', async () => {
  const { book, posted } = await carriedOver()
  const again = await post(book, { ...carryOver, lines: [{ ...cut, amount: '-1' }], decision: { figures: {} } })
  expect(again).toMatchObject({ outcome: 'recorded', replayed: true })
  expect(recordedReply(recorded(again))).toBe(recordedReply(posted))
  const other = await post(book, { ...carryOver, entity: 'e3', lines: [] })
  expect(refusalIn(other)).toMatchObject({ code: 'idempotency-key-reused', originalPosition: posted.event.position })
})

test('under a policy that does not exist nothing is carried over', async () => {
  const book = await daybook.book()
  const refused = await post(book, { ...carryOver, policy: 'none', lines: [] })
  expect(refusalIn(refused)).toEqual({ code: 'unknown-policy', policy: 'none' })
})

test('a dry run shows what would be posted, and posts nothing', async () => {
  const book = await daybook.book()
  const command = recordEarned(caller(book.id, { dryRun: true }), { ...carryOver, lines: [], decision: {} })
  expect(await daybook.process.ledger.submit(command)).toMatchObject({ outcome: 'previewed' })
  expect((await readRecord(daybook.admin, book.id)).carryOvers).toEqual([])
})

test('an export is imported as it was, and goes on as the book itself would', async () => {
  const { book, posted } = await carriedOver()
  await book.record({
    type: 'adjustment',
    ...account,
    to: '-1.25',
    effectiveOn: day('2027-01-02'),
    allowNegative: true,
  })
  await book.record({ type: 'reversal', transaction: idIn(posted), allowNegative: true })
  const expected = { ...cut, amount: '-0.25', expectedVersion: 5 }
  recorded(await post(book, { ...carryOver, lines: [expected, expected], carried: null }, 'carry:expected'))
  const lines = await exportOf(daybook.admin, book.id)
  expect(await importLines(there.url, book.id, lines)).toMatchObject({ decidedOtherwise: { count: 0 } })
  expect(await exportOf(there.admin, book.id)).toEqual(lines)
  const [ours, theirs] = [await readRecord(daybook.admin, book.id), await readRecord(there.admin, book.id)]
  expect(faultsIn(theirs)).toEqual([])
  expect(theirs).toEqual(ours)
})

test.each([
  ['what was kept', `update ledger.carry_overs set kept = 6 where position = 9 and book_id = $1`],
  ['how long', `update ledger.carry_overs set valid_until = '2027-01-05' where position = 9 and book_id = $1`],
  ['of which day', `update ledger.carry_overs set earned_before = '2026-12-31' where position = 9 and book_id = $1`],
  ['whose', `update ledger.carry_overs set entity_id = 'e9' where position = 9 and book_id = $1`],
  ['that it was', `delete from ledger.carry_overs where position = 9 and book_id = $1`],
])('verification finds a carry-over of which somebody changed %s', async (_what, sql) => {
  const { book, posted } = await carriedOver()
  expect(posted.event.position).toBe(8)
  const tx = await daybook.admin.connect()
  try {
    await tx.query('begin')
    await tx.query(`alter table ledger.carry_overs disable trigger user`)
    await tx.query(sql, [book.id])
    await tx.query(`alter table ledger.carry_overs enable trigger user`)
    await tx.query('commit')
  } finally {
    tx.release()
  }
  expect(await verifyBook(daybook.admin, book.id)).toEqual({
    ok: false,
    position: 9,
    problem: 'what it carried over is kept as something else',
  })
})
