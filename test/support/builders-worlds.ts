import fc from 'fast-check'
import type { Worked, WorkingDays } from '../../src/domain/calendar/calendar.ts'
import type { WorkTime } from '../../src/domain/calendar/work-time.ts'
import { workingDaysIn } from '../../src/domain/calendar/working-days.ts'
import { type CalendarDate, FIRST_DAY } from '../../src/domain/calendar-date.ts'
import { day, dayAfter } from './builders.ts'
import { MONDAY } from './builders-orders.ts'

/*
 * What somebody may work in two weeks: rotas, half days, holidays and halves of them, hours by weekday; and what leave is
 * counted in. Leave is a stretch of half days, for laws that do not care where it is cut.
 */

/** Days, from a Monday on. */
export const LENGTH = 14
const WHOLE_WEEK: Worked[] = ['1', '1', '1', '1', '0.5', 'am', 'pm', '0']

export interface World {
  readonly time: WorkTime
  readonly unit: 'day' | 'hour'
  readonly dayExclusive: boolean
}

/** A stretch of half days: the even ones are mornings. The end is not in it. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

const worked = fc.constantFrom(...WHOLE_WEEK)
const week: fc.Arbitrary<WorkingDays> = fc.record({
  mon: worked,
  tue: worked,
  wed: worked,
  thu: worked,
  fri: worked,
  sat: worked,
  sun: worked,
})
const hours = fc.constantFrom('4', '6', '7.5', '8')
export const world: fc.Arbitrary<World> = fc
  .record({
    weeks: fc.array(week, { minLength: 1, maxLength: 3 }),
    holidays: fc.uniqueArray(
      fc.record({
        date: fc.nat(LENGTH).map((number) => dayAfter(MONDAY, number)),
        name: fc.constant('Feast'),
        portion: fc.constantFrom('full' as const, 'am' as const, 'pm' as const),
      }),
      { maxLength: 3, selector: ({ date }) => date },
    ),
    hoursPerDay: fc.oneof(
      hours,
      fc.record({ mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sat: hours, sun: hours }),
    ),
    unit: fc.constantFrom('day' as const, 'hour' as const),
    dayExclusive: fc.boolean(),
  })
  .map(({ weeks, holidays, hoursPerDay, unit, dayExclusive }) => {
    const version = { version: 1, position: 1, effectiveFrom: FIRST_DAY, workedDays: [], region: null }
    const rota = { weeks, weeksFrom: day(MONDAY) }
    const at = { ...version, calendar: 'at', workingDays: weeks[0]!, rota, hoursPerDay, holidays, publicHolidays: null }
    return { time: { calendar: 'at', patterns: [], calendars: new Map([['at', [at]]]) }, unit, dayExclusive }
  })

export function stretchSpan({ from, to }: Stretch) {
  const last = to - 1
  return {
    from: dateOf(from),
    to: dateOf(last),
    fromPortion: from % 2 === 0 ? 'full' : 'pm',
    toPortion: last % 2 === 0 ? 'am' : 'full',
  } as const
}

function dateOf(half: number): CalendarDate {
  return dayAfter(MONDAY, Math.floor(half / 2))
}

export function isWorked(time: WorkTime, stretch: Stretch): boolean {
  return workingDaysIn(time, stretchSpan(stretch)).length > 0
}
