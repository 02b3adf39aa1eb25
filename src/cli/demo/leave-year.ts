import type { CalendarDate } from '../../domain/calendar-date.ts'
import { day, daysFrom, plusDays } from './days.ts'

/*
 * The annual leave year 2025 of US federal employees. Its periods and rates are real, its three employees are not.
 *
 * Rates: 5 U.S.C. 6303(a), in days of eight hours. Periods: the leave year begins with the first full biweekly pay
 * period of the calendar year and ends where the next one begins (5 CFR 630.201); on the pay calendar that most
 * agencies follow, that was 12 January 2025 to 10 January 2026.
 */

export interface PayPeriod {
  /** From 1. */
  readonly number: number
  readonly firstDay: CalendarDate
  readonly lastDay: CalendarDate
}

/** Years of service decide: fewer than 3, fewer than 15, or more. Named by the hours of an ordinary period. */
export type Category = 4 | 6 | 8

export interface Employee {
  readonly id: string
  readonly name: string
  readonly hiredOn: CalendarDate
  readonly category: Category
  /** Hours that the statute gives for this leave year: what has to come out. */
  readonly earnsInYear: string
  readonly leaves: readonly FederalLeave[]
}

/** Leave on working days that follow each other, all in one pay period. */
export interface FederalLeave {
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly hoursPerDay: string
}

const FIRST_DAY = day('2025-01-12')
const PERIODS = 26
const DAYS_IN_PERIOD = 14

export const payPeriods: readonly PayPeriod[] = Array.from({ length: PERIODS }, (_, index) => {
  const firstDay = plusDays(FIRST_DAY, index * DAYS_IN_PERIOD)
  return { number: index + 1, firstDay, lastDay: plusDays(firstDay, DAYS_IN_PERIOD - 1) }
})

// Two of them get down to nothing on the way, which the ledger allows, and not below it, which it would not.
export const employees: readonly Employee[] = [
  {
    id: 'amara',
    name: 'Amara Diallo',
    hiredOn: day('2024-03-11'),
    category: 4,
    earnsInYear: '104',
    leaves: [
      leave('2025-03-14', '2025-03-14'),
      leave('2025-07-07', '2025-07-11'),
      leave('2025-09-17', '2025-09-17', '2.25'),
      leave('2025-11-28', '2025-11-28'),
      leave('2025-12-22', '2025-12-23'),
    ],
  },
  {
    id: 'bruno',
    name: 'Bruno Keller',
    hiredOn: day('2016-06-13'),
    category: 6,
    earnsInYear: '160',
    leaves: [
      leave('2025-04-14', '2025-04-17'),
      leave('2025-08-11', '2025-08-15'),
      leave('2025-11-24', '2025-11-26'),
      leave('2025-12-22', '2025-12-23'),
      leave('2025-12-29', '2025-12-31'),
    ],
  },
  {
    id: 'chiyo',
    name: 'Chiyo Watanabe',
    hiredOn: day('2004-09-20'),
    category: 8,
    earnsInYear: '208',
    leaves: [
      leave('2025-02-13', '2025-02-14'),
      leave('2025-06-23', '2025-06-27'),
      leave('2025-06-30', '2025-07-03'),
      leave('2025-09-08', '2025-09-12'),
      leave('2025-11-28', '2025-11-28'),
      leave('2025-12-15', '2025-12-19'),
      leave('2025-12-22', '2025-12-23'),
      leave('2026-01-02', '2026-01-02'),
    ],
  },
]

/** Hours earned by working through one full pay period; they count from its last day on. */
export function hoursEarned(category: Category, { number }: PayPeriod): string {
  // A day and a quarter in the last period of the year, and three quarters in the others: twenty days in all.
  return category === 6 && number === PERIODS ? '10' : String(category)
}

/** Leaves that begin within the pay period. */
export function leavesIn({ leaves }: Employee, { firstDay, lastDay }: PayPeriod): readonly FederalLeave[] {
  return leaves.filter(({ from }) => from >= firstDay && from <= lastDay)
}

/** Every day of a leave, working or not. */
export function daysOf({ from, to }: FederalLeave): readonly CalendarDate[] {
  return daysFrom(from, to)
}

function leave(from: string, to: string, hoursPerDay = '8'): FederalLeave {
  return { from: day(from), to: day(to), hoursPerDay }
}
