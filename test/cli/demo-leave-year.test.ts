import { describe, expect, test } from 'vitest'
import { callsIn, definitions, federalBook } from '../../src/cli/demo/calls.ts'
import { daysOf, employees, hoursEarned, leavesIn, payPeriods } from '../../src/cli/demo/leave-year.ts'
import { tableHead, tableLine } from '../../src/cli/demo/table.ts'
import { type Minor, printMinor, toMinor } from '../../src/domain/quantity.ts'

/** The legal public holidays of the leave year (5 U.S.C. 6103). */
const HOLIDAYS = [
  '2025-01-20',
  '2025-02-17',
  '2025-05-26',
  '2025-06-19',
  '2025-07-04',
  '2025-09-01',
  '2025-10-13',
  '2025-11-11',
  '2025-11-27',
  '2025-12-25',
  '2026-01-01',
]

const [amara, bruno, chiyo] = employees

describe('the leave year 2025', () => {
  test('has 26 periods of 14 days, from 12 January 2025 to 10 January 2026, without a gap', () => {
    expect(payPeriods).toHaveLength(26)
    expect(payPeriods[0]).toEqual({ number: 1, firstDay: '2025-01-12', lastDay: '2025-01-25' })
    expect(payPeriods[25]).toEqual({ number: 26, firstDay: '2025-12-28', lastDay: '2026-01-10' })
    payPeriods.forEach(({ number, firstDay, lastDay }, index) => {
      expect(number).toBe(index + 1)
      expect(weekday(firstDay)).toBe('Sunday')
      expect(weekday(lastDay)).toBe('Saturday')
      const next = payPeriods[index + 1]
      if (next !== undefined) expect(dayAfter(lastDay)).toBe(next.firstDay)
    })
  })

  test('gives 4, 6 and 8 hours a period, and 10 instead of 6 in the last', () => {
    for (const period of payPeriods) {
      expect(hoursEarned(4, period)).toBe('4')
      expect(hoursEarned(6, period)).toBe(period.number === 26 ? '10' : '6')
      expect(hoursEarned(8, period)).toBe('8')
    }
  })

  test('gives 104, 160 and 208 hours in all', () => {
    expect([amara, bruno, chiyo].map((employee) => employee!.earnsInYear)).toEqual(['104', '160', '208'])
    for (const { category, earnsInYear } of employees) {
      const earned = payPeriods.reduce((sum, period) => sum + hours(hoursEarned(category, period)), 0n)
      expect(printMinor(earned, 2)).toBe(`${earnsInYear}.00`)
    }
  })

  test('has each of the three in the category that their service puts them in, for the whole year', () => {
    const first = payPeriods[0]!.firstDay
    const last = payPeriods[25]!.lastDay
    for (const { category, hiredOn } of employees) {
      for (const day of [first, last]) {
        const years = yearsBetween(hiredOn, day)
        expect(years < 3 ? 4 : years < 15 ? 6 : 8).toBe(category)
      }
    }
  })
})

describe('the leave that is taken', () => {
  const taken = employees.flatMap(({ leaves }) => leaves)

  test('falls on working days of one period', () => {
    for (const leave of taken) {
      const days = daysOf(leave)
      expect(days.length).toBeGreaterThan(0)
      for (const day of days) {
        expect(['Saturday', 'Sunday']).not.toContain(weekday(day))
        expect(HOLIDAYS).not.toContain(day)
      }
      const periods = days.map((day) =>
        payPeriods.findIndex(({ firstDay, lastDay }) => day >= firstDay && day <= lastDay),
      )
      expect(new Set(periods).size).toBe(1)
    }
  })

  test('is all in some period, once', () => {
    for (const employee of employees) {
      expect(payPeriods.flatMap((period) => leavesIn(employee, period))).toEqual(employee.leaves)
    }
  })

  test('never overdraws, and takes amara and chiyo to exactly nothing on the way', () => {
    const lowest = employees.map((employee) => {
      let left: Minor = 0n
      return payPeriods.flatMap((period) => {
        const before = leavesIn(employee, period).map((leave) => {
          left -= hours(leave.hoursPerDay) * BigInt(daysOf(leave).length)
          return left
        })
        left += hours(hoursEarned(employee.category, period))
        return before
      })
    })
    expect(lowest.flat().every((left) => left >= 0n)).toBe(true)
    expect(lowest.map((lefts) => lefts.includes(0n))).toEqual([true, false, true])
  })
})

describe('the calls', () => {
  const calls = [federalBook(), ...definitions(), ...payPeriods.flatMap(callsIn)]

  test('are a book and 6 definitions, 78 accruals and 18 leaves, each with a key of its own', () => {
    expect(definitions()).toHaveLength(6)
    expect(calls.filter(({ path }) => path.endsWith('/accruals'))).toHaveLength(78)
    expect(calls.filter(({ path }) => path.endsWith('/transactions'))).toHaveLength(18)
    expect(calls).toHaveLength(7 + 78 + 18)
    expect(new Set(calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(calls.length)
  })

  test('are the same every time', () => {
    expect([federalBook(), ...definitions(), ...payPeriods.flatMap(callsIn)]).toEqual(calls)
  })
})

test('the table keeps its columns', () => {
  const lines = [
    ...tableHead(employees),
    tableLine(
      payPeriods[25]!,
      employees.map(() => ({ accrued: '104.00', consumed: '74.25', available: '29.75' })),
    ),
  ]
  expect(lines).toEqual([
    '                │   amara, 4 h a period │   bruno, 6 h a period │   chiyo, 8 h a period',
    'pay period ends │  earned  taken   left │  earned  taken   left │  earned  taken   left',
    '────────────────┼───────────────────────┼───────────────────────┼──────────────────────',
    ' 26  2026-01-10 │  104.00  74.25  29.75 │  104.00  74.25  29.75 │  104.00  74.25  29.75',
  ])
})

function hours(text: string): Minor {
  const minor = toMinor(text, 2)
  if (minor === 'scale-exceeded') throw new Error(`${text} has more than two decimals`)
  return minor
}

function weekday(day: string): string {
  return new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: 'UTC' }).format(new Date(day))
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}

/** Whole years, by the calendar. */
function yearsBetween(from: string, to: string): number {
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4))
  return to.slice(5) >= from.slice(5) ? years : years - 1
}
