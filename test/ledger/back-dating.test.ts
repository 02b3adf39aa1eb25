import { expect, test } from 'vitest'
import type { LineBody } from '../../src/commands/bodies.ts'
import { accrual, adjustment, consumption, dayAfter, POLICIES, reversalOf } from '../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile, type Process, recorded, refusalIn } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { Oracle } from '../support/oracle.ts'

// I4, I6: an account keeps some sixty days apart. What is dated before them is as exact as everything else, and only
// slower: the days are loaded from the record.

const daybook = ledgerOfFile()
const wallet = { policy: 'wallet' }
const dayOf = (number: number) => dayAfter('2026-01-01', number)

/** One euro on each of many days, in as many commands, so that the account is folded more than once. */
async function manyDays(count: number, process: Process = daybook.process): Promise<BookHandle> {
  const book = (await daybook.book()).through(process)
  const days = Array.from({ length: count }, (_, number) => number)
  await Promise.all(days.map((number) => book.record(accrual('1', { ...wallet, effectiveOn: dayOf(number) }))))
  return book
}

async function keptDays(book: BookHandle): Promise<number> {
  const record = await readRecord(daybook.admin, book.id)
  expect(faultsIn(record)).toEqual([])
  return record.accounts[0]!.days.length
}

test('I4 an account of many days keeps no more than sixty apart, and is still the sum of its transactions', async () => {
  expect(await keptDays(await manyDays(60))).toBe(60)
  const long = await keptDays(await manyDays(200))
  expect(long).toBeGreaterThanOrEqual(30)
  expect(long).toBeLessThanOrEqual(60)
})

test('I6 a line dated before the kept days is held to every day from its own on', async () => {
  const book = await manyDays(150)
  const early = { ...wallet, effectiveOn: dayOf(2) }
  // Three euros by then, and five may be owed.
  expect(refusalIn(await book.submit(consumption('8.01', early)))).toEqual({
    code: 'insufficient-balance',
    entity: 'e1',
    policy: 'wallet',
    available: '8.00',
    requested: '8.01',
    firstViolatedOn: dayOf(2),
  })
  await book.record(consumption('8', early))
  // The next day has one more; what was taken before lowers that, too.
  expect(refusalIn(await book.submit(consumption('1.01', { ...wallet, effectiveOn: dayOf(3) })))).toMatchObject({
    available: '1.00',
    firstViolatedOn: dayOf(3),
  })
  expect(await keptDays(book)).toBeLessThanOrEqual(60)
})

test('I6 a later day that is low is found, whether it is kept apart or not', async () => {
  const book = await manyDays(20)
  await book.record(consumption('24', { ...wallet, effectiveOn: dayOf(19) }))
  await Promise.all(
    Array.from({ length: 100 }, (_, number) =>
      book.record(accrual('1', { ...wallet, effectiveOn: dayOf(20 + number) })),
    ),
  )
  expect(refusalIn(await book.submit(consumption('2', { ...wallet, effectiveOn: dayOf(5) })))).toMatchObject({
    available: '1.00',
    firstViolatedOn: dayOf(19),
  })
  await book.record(consumption('1', { ...wallet, effectiveOn: dayOf(5) }))
  await keptDays(book)
})

test('I4 a reversal of a line from before the kept days, and one that takes effect before them', async () => {
  const book = (await daybook.book()).through(daybook.process)
  const first = await book.record(accrual('1', { ...wallet, effectiveOn: dayOf(0) }))
  const second = await book.record(accrual('1', { ...wallet, effectiveOn: dayOf(1) }))
  await Promise.all(
    Array.from({ length: 119 }, (_, number) =>
      book.record(accrual('1', { ...wallet, effectiveOn: dayOf(2 + number) })),
    ),
  )
  await book.record(reversalOf(idIn(first)))
  await book.record(reversalOf(idIn(second), { effectiveOn: dayOf(2) }))
  await keptDays(book)
})

test('I4 a reversal, effective before the kept days, of a line that its own group records', async () => {
  const book = await manyDays(100)
  const head = (await readRecord(daybook.admin, book.id)).head!.position
  const groups = daybook.process.groups.length
  const verdicts = await Promise.all([
    book.submit(accrual('1', { ...wallet, effectiveOn: dayOf(0) })),
    book.submit(reversalOf(`${head + 1}.1`, { effectiveOn: dayOf(0) })),
    book.submit(accrual('1', { ...wallet, effectiveOn: dayOf(101) })),
  ])
  expect(verdicts.map(refusalIn)).toEqual(['recorded', 'recorded', 'recorded'])
  // All days were loaded for the line, and the reversal is never before it: nothing has to be opened again.
  expect(daybook.process.groups.slice(groups).map(({ commands }) => commands)).toEqual([3])
  expect(daybook.process.ledger.stats()).toMatchObject({ queuedLines: 0 })
  await keptDays(book)
})

test('I6 what was allowed below the floor once, long ago, does not stand in the way of what is good today', async () => {
  const book = await manyDays(10)
  await book.record(adjustment('-30', { ...wallet, effectiveOn: dayOf(10), allowNegative: true }))
  await Promise.all(
    Array.from({ length: 120 }, (_, number) =>
      book.record(accrual('1', { ...wallet, effectiveOn: dayOf(11 + number) })),
    ),
  )
  const before = await readRecord(daybook.admin, book.id)
  expect(before.accounts[0]!.floor).toBe('-5.00')
  // All days are loaded for it, the low ones included.
  await book.record(accrual('1', { ...wallet, effectiveOn: dayOf(0) }))
  const after = await readRecord(daybook.admin, book.id)
  expect(after.accounts[0]!.floor).toBe('-5.00')
  await book.record(consumption('1', { ...wallet, effectiveOn: dayOf(130) }))
  expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
})

test('I4, I6 three hundred lines on a year of days, in any order, are decided as if all days were kept', async () => {
  const process = daybook.another({ limits: { groupLines: 7 } })
  const policies = { wallet: POLICIES.wallet, purse: POLICIES.wallet }
  const book = (await daybook.book(policies)).through(process)
  const oracle = new Oracle()
  for (const [policy, body] of Object.entries(policies)) oracle.define(policy, body)
  // Multiples of a prime run over the days of the year, each a hundred and more days from the one before.
  const lines = Array.from({ length: 300 }, (_, index): LineBody => {
    const where = { policy: index % 2 === 0 ? 'wallet' : 'purse', effectiveOn: dayOf((index * 131) % 365) }
    return index % 3 === 2 ? consumption('2.5', where) : accrual('1.25', where)
  })
  const verdicts = await Promise.all(lines.map((line) => book.submit(line)))
  const first = recorded(verdicts[0]!).event.position
  let position = first
  for (const [index, verdict] of verdicts.entries()) {
    const expected = oracle.decide(position, lines[index]!)
    if ('refusal' in expected) {
      expect(verdict).toEqual({ outcome: 'refused', refused: expected })
    } else {
      expect(recorded(verdict).event.position).toBe(position)
      oracle.record(expected)
      position += 1
    }
  }
  expect(position - first).toBeGreaterThan(200)
  expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
})
