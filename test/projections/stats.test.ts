import { beforeAll, expect, test } from 'vitest'
import { stats } from '../../projections/stats/project.ts'
import { openStatsReader, type StatsAsked } from '../../projections/stats/query.ts'
import { readerOf } from '../ledger/read/reading.ts'
import { projectedOfFile } from '../projecting/projected.ts'
import { accrual, adjustment, consumption, day, policy, reversalOf } from '../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile } from '../support/ledger.ts'

const daybook = ledgerOfFile()
const projected = projectedOfFile(daybook, [stats])
const reader = readerOf(daybook)

const POLICIES = {
  annual: policy({ dayExclusive: false }),
  carried: policy({ dayExclusive: false, scale: 3 }),
  wallet: policy({ resource: 'money', unit: 'euro', dayExclusive: false, overdraftLimit: null }),
  points: policy({ resource: 'money', unit: 'point', dayExclusive: false, overdraftLimit: null }),
}

let book: BookHandle

beforeAll(async () => {
  book = await daybook.book(POLICIES)
  for (const [entity, earned, taken] of [
    ['ada', '20', '7.5'],
    ['bob', '20', '3'],
    ['cy', '10', '7.5'],
    ['dan', '10', '1'],
  ] as const) {
    await book.record(accrual(earned, { entity, effectiveOn: day('2026-01-01') }))
    await book.record(consumption(taken, { entity, effectiveOn: day('2026-02-10') }))
  }
  const undone = await book.record(consumption('9', { entity: 'bob', effectiveOn: day('2026-03-01') }))
  await book.record(reversalOf(idIn(undone)))
  await book.record(consumption('2', { entity: 'dan', effectiveOn: day('2025-12-31'), policy: 'wallet' }))
  await book.record(accrual('0.125', { entity: 'dan', effectiveOn: day('2026-06-01'), policy: 'carried' }))
  await book.record(adjustment('-1', { entity: 'ada', effectiveOn: day('2026-01-15'), policy: 'points' }))
  await projected.catchUp(book.id)
})

async function read(also: Partial<StatsAsked> = {}) {
  const found = await openStatsReader(reader.db).read({ book: book.id, asOf: day('2026-04-30'), top: 3, ...also })
  if (typeof found !== 'object') throw new Error(`no statistics: ${String(found)}`)
  return found
}

test('balances by resource and unit: all entities together, at the finest scale, effective by the day', async () => {
  expect((await read()).balances).toEqual([
    {
      resource: 'leave',
      unit: 'day',
      accrued: '60.000',
      consumed: '19.000',
      pending: '0.000',
      adjusted: '0.000',
      available: '41.000',
      transactions: 10,
    },
    {
      resource: 'money',
      unit: 'euro',
      accrued: '0.00',
      consumed: '2.00',
      pending: '0.00',
      adjusted: '0.00',
      available: '-2.00',
      transactions: 1,
    },
    {
      resource: 'money',
      unit: 'point',
      accrued: '0.00',
      consumed: '0.00',
      pending: '0.00',
      adjusted: '-1.00',
      available: '-1.00',
      transactions: 1,
    },
  ])
  const [leave] = (await read({ asOf: day('2026-12-31') })).balances
  expect(leave).toMatchObject({ accrued: '60.125', available: '41.125', transactions: 11 })
  const [before] = (await read({ asOf: day('2025-12-31') })).balances
  expect(before).toMatchObject({ accrued: '0.000', transactions: 0 })
})

test('top consumers of the year, most first, net of what was reversed', async () => {
  expect((await read()).topConsumers).toEqual([
    { resource: 'leave', unit: 'day', year: 2026, entity: 'ada', consumed: '7.500' },
    { resource: 'leave', unit: 'day', year: 2026, entity: 'cy', consumed: '7.500' },
    { resource: 'leave', unit: 'day', year: 2026, entity: 'bob', consumed: '3.000' },
  ])
  expect((await read({ asOf: day('2025-06-30') })).topConsumers).toEqual([
    { resource: 'money', unit: 'euro', year: 2025, entity: 'dan', consumed: '2.00' },
  ])
  expect((await read({ top: 1 })).topConsumers).toHaveLength(1)
})

test('hours and days of one resource are never added up: each unit has its own sums, at its own scale, and its own consumers', async () => {
  const mixed = await daybook.book({
    annual: policy({ dayExclusive: false }),
    carried: policy({ dayExclusive: false, scale: 1 }),
    flexitime: policy({ unit: 'hour', scale: 3, dayExclusive: false }),
  })
  const onDay = { effectiveOn: day('2026-02-10') }
  for (const [entity, days, hours] of [
    ['ada', '5', '0.125'],
    ['bob', '1.5', '24'],
  ] as const) {
    await mixed.record(accrual('20', { entity, effectiveOn: day('2026-01-01') }))
    await mixed.record(accrual('0.5', { entity, effectiveOn: day('2026-01-01'), policy: 'carried' }))
    await mixed.record(accrual('40', { entity, effectiveOn: day('2026-01-01'), policy: 'flexitime' }))
    await mixed.record(consumption(days, { entity, ...onDay }))
    await mixed.record(consumption('0.5', { entity, ...onDay, policy: 'carried' }))
    await mixed.record(consumption(hours, { entity, ...onDay, policy: 'flexitime' }))
  }
  await projected.catchUp(mixed.id, { most: 3 })
  await projected.expectFreshFold(mixed.id)
  const { balances, topConsumers } = await read({ book: mixed.id, top: 1 })
  const none = { pending: '0.00', adjusted: '0.00' }
  expect(balances).toEqual([
    {
      ...none,
      resource: 'leave',
      unit: 'day',
      accrued: '41.00',
      consumed: '7.50',
      available: '33.50',
      transactions: 8,
    },
    {
      resource: 'leave',
      unit: 'hour',
      accrued: '80.000',
      consumed: '24.125',
      pending: '0.000',
      adjusted: '0.000',
      available: '55.875',
      transactions: 4,
    },
  ])
  expect(topConsumers).toEqual([
    { resource: 'leave', unit: 'day', year: 2026, entity: 'ada', consumed: '5.50' },
    { resource: 'leave', unit: 'hour', year: 2026, entity: 'bob', consumed: '24.000' },
  ])
})

test('events by the day they were recorded on and their type', async () => {
  const { events, from, to, position } = await read()
  const today = new Date().toISOString().slice(0, 10)
  expect({ to, position }).toEqual({ to: today, position: 18 })
  expect((Date.parse(to) - Date.parse(from)) / 86_400_000).toBe(29)
  // A test that runs at midnight sees two days.
  const totals: Record<string, number> = {}
  for (const { type, events: count } of events) totals[type] = (totals[type] ?? 0) + count
  expect(totals).toEqual({
    'accrual-recorded': 5,
    'adjustment-recorded': 1,
    'book-defined': 1,
    'consumption-recorded': 6,
    'policy-defined': 4,
    'reversal-recorded': 1,
  })
  expect((await read({ from: day('2020-01-01'), to: day('2020-12-31') })).events).toEqual([])
})

test('the position is the last that the statistics know, whatever was recorded since', async () => {
  const late = await daybook.book(POLICIES)
  await late.record(accrual('1'))
  await projected.catchUp(late.id)
  await late.record(accrual('1'))
  const found = await openStatsReader(reader.db).read({ book: late.id, top: 1, asOf: day('2026-12-31') })
  expect(found).toMatchObject({ position: 6, balances: [{ resource: 'leave', accrued: '1.000' }, {}, {}] })
})

test('a book that does not exist has none; nor has a database in which another version built them', async () => {
  const read = () => openStatsReader(reader.db).read({ book: book.id, top: 1 })
  expect(await openStatsReader(reader.db).read({ book: 'nowhere', top: 1 })).toBeUndefined()
  await daybook.admin.query(`update projections.builds set version = 7 where projection = 'stats'`)
  expect(await read()).toBe('not-built')
  await daybook.admin.query(`update projections.builds set version = ${stats.version} where projection = 'stats'`)
  expect(await read()).toMatchObject({ book: book.id })
})
