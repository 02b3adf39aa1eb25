import type { Every, PeriodsOn } from '../terms.ts'
import type { Contradiction } from './contradiction.ts'

type Name = 'anniversary' | 'dates' | 'dayOfMonth' | 'daysOfMonth' | 'from' | 'weekday'

/** By which member it is said where periods begin, and an example. */
const SAID_BY: Readonly<Record<Every, { readonly names: readonly Name[]; readonly example: string }>> = {
  day: { names: [], example: '' },
  week: { names: ['weekday'], example: '{"weekday": "mon"}' },
  'two-weeks': { names: ['from'], example: '{"from": "2026-01-11"}' },
  'twice-a-month': { names: ['daysOfMonth'], example: '{"daysOfMonth": [1, 16]}' },
  month: { names: ['dayOfMonth'], example: '{"dayOfMonth": 1}' },
  quarter: { names: ['dates', 'anniversary'], example: '{"dates": ["01-01", "04-01", "07-01", "10-01"]}' },
  'half-year': { names: ['dates', 'anniversary'], example: '{"dates": ["01-01", "07-01"]}' },
  year: { names: ['dates', 'anniversary'], example: '{"dates": ["01-01"]}' },
}

const DATES_OF: Readonly<Partial<Record<Every, number>>> = { quarter: 4, 'half-year': 2, year: 1 }

/** The shortest month ends on it: days from it on are one there. */
const LAST_OF_FEBRUARY = 28

/** In where periods begin. @param at the pointer to it */
export function* inPeriods(on: PeriodsOn, every: Every, at: string): Generator<Contradiction> {
  const { names, example } = SAID_BY[every]
  // A cast: it has one member, which is one of these.
  const name = Object.keys(on)[0] as Name
  if (!names.includes(name)) {
    const instead = every === 'day' ? 'leave it out' : `say ${example}, or leave it out`
    yield {
      pointer: at,
      message: `does not fit periods of every: "${every}", which do not begin by ${name}: ${instead}`,
    }
    return
  }
  if ('daysOfMonth' in on) yield* inDaysOfMonth(on.daysOfMonth, at)
  if ('dates' in on) yield* inDates(on.dates, { every, example, at })
}

function* inDaysOfMonth([first, second]: readonly [number, number], at: string): Generator<Contradiction> {
  const pointer = `${at}/daysOfMonth`
  if (first >= second) {
    yield { pointer, message: 'must be two different days, the earlier first, such as [1, 16]' }
  } else if (first >= LAST_OF_FEBRUARY) {
    yield {
      pointer,
      message:
        'must be two different days of every month: in February these are one; say an earlier one first, such as [15, 31]',
    }
  }
}

function* inDates(
  dates: readonly string[],
  { every, example, at }: { readonly every: Every; readonly example: string; readonly at: string },
): Generator<Contradiction> {
  const count = DATES_OF[every]
  const pointer = `${at}/dates`
  if (dates.length !== count) {
    yield { pointer, message: `must be ${count} for every: "${every}", such as ${example}` }
  } else if (dates.some((date, index) => index > 0 && inCommonYear(date) <= inCommonYear(dates[index - 1]!))) {
    yield { pointer, message: `must be different days in the order of the calendar year, such as ${example}` }
  }
}

function inCommonYear(date: string): string {
  return date === '02-29' ? '02-28' : date
}
