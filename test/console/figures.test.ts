import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, minus, plus, sumOf } from '../../console/src/parts/decimals.ts'
import { csvOf, drawnOf, ticksOf } from '../../console/src/parts/plot.ts'
import { byAge, eventsOn, owedByDepartment, takenByMonth } from '../../console/src/screens/dashboard/figures.ts'

test('quantities are added up exactly, whatever their scales', () => {
  expect(plus('0.1', '0.2')).toBe('0.3')
  expect(plus('-1.50', '1')).toBe('-0.50')
  expect(minus('999999999999999999.99999999', '0.00000001')).toBe('999999999999999999.99999998')
  expect(sumOf(['1.5', '2', '-0.25'])).toBe('3.25')
  expect(compare('-0.5', '-0.25')).toBe(-1)
  expect(compare('1.0', '1')).toBe(0)
})

test('law: what is added and taken away again leaves what was there', () => {
  const quantity = fc
    .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 8 }))
    .map(([minor, scale]) => plus(String(minor), scale === 0 ? '0' : `0.${'0'.repeat(scale)}`))
  fc.assert(fc.property(quantity, quantity, (a, b) => compare(minus(plus(a, b), b), a) === 0))
})

test('what is taken in a month is the difference of the sums at its end and at that of the month before', () => {
  const sum = (consumed: string) => [kind('annual-leave', consumed), kind('sick-leave', null)]
  const sums = ['3.0', '4.5', ...Array.from({ length: 10 }, () => '4.5'), '3.5'].map(sum)
  const [annual, sick] = takenByMonth([[], ...sums.slice(1)])
  expect(annual!.months.slice(0, 2)).toEqual(['4.5', '0.0'])
  expect(takenByMonth(sums)[0]!.months).toEqual(['1.5', ...Array.from({ length: 10 }, () => '0.0'), '-1.0'])
  expect(sick!.months).toEqual(Array.from({ length: 12 }, () => '0'))
})

test('owed is what is earned and not taken: what is asked for is in it, and who is in debt takes nothing off it', () => {
  const balances = [
    { entity: 'ada', available: '10.5', pending: '2.0' },
    { entity: 'ben', available: '-3.0', pending: '1.0' },
    { entity: 'cleo', available: '4.0', pending: '0.0' },
  ]
  const departments = new Map([
    ['ada', 'Research'],
    ['ben', 'Research'],
  ])
  expect(owedByDepartment(balances, (entity) => departments.get(entity) ?? null)).toEqual([
    { department: 'Research', owed: '12.5', left: '7.5', asked: '3.0' },
    { department: null, owed: '4.0', left: '4.0', asked: '0.0' },
  ])
})

test('requests by how long they wait: today, a day or two, to a week, to two, and longer', () => {
  const waits = ['2026-11-30', '2026-11-29', '2026-11-28', '2026-11-27', '2026-11-23', '2026-11-16', '2026-01-01']
  const requests = waits.map((day) => ({ submittedAt: `${day}T10:00:00.000Z` }))
  expect(byAge([...requests, { submittedAt: null }], '2026-11-30')).toEqual([2, 2, 1, 1, 2])
})

test('days on which nothing was recorded are there, with nothing', () => {
  const events = [
    { day: '2026-11-29', events: 2 },
    { day: '2026-11-29', events: 3 },
  ]
  expect(eventsOn(['2026-11-28', '2026-11-29'], events)).toEqual([0, 5])
})

test('a table that is saved has quantities as they are, and no text that a spreadsheet would compute', () => {
  const plot = {
    title: 'Owed',
    of: 'Department',
    groups: ['=1+1', 'Sales, "North"'],
    series: [{ name: 'Left', values: ['-7.25', '3'] }],
  }
  expect(csvOf(plot)).toBe(`Department,Left\r\n'=1+1,-7.25\r\n"Sales, ""North""",3\r\n`)
})

test('of many series the largest are drawn, in their order', () => {
  const series = Array.from({ length: 9 }, (_, index) => ({ name: String(index), values: [String(index % 7)] }))
  const drawn = drawnOf({ title: '', of: '', groups: ['x'], series })
  expect(drawn.map(({ name }) => name)).toEqual(['1', '2', '3', '4', '5', '6'])
})

test('an axis has round numbers, zero among them', () => {
  expect(ticksOf([3, 17])).toEqual([0, 5, 10, 15, 20])
  expect(ticksOf([-0.5, 0.7])).toEqual([-0.5, 0, 0.5, 1])
  expect(ticksOf([1, 2])).toEqual([0, 1, 2])
  expect(ticksOf([])).toEqual([0, 1])
  expect(ticksOf([0, 0])).toEqual(ticksOf([]))
  fc.assert(
    fc.property(fc.array(fc.integer()), (hundredths) => {
      const ticks = ticksOf(hundredths.map((value) => value / 100))
      expect(ticks).toContain(0)
      expect(ticks.length).toBeLessThanOrEqual(7)
    }),
  )
})

function kind(resource: string, consumed: string | null) {
  return { resource, unit: 'day', consumed }
}
