import { exactFrom } from '../../exact.ts'
import type { EarningPolicyTerms, EarningTerms } from '../terms.ts'
import type { AboutPolicy, Contradiction } from './contradiction.ts'
import { inLevels } from './in-levels.ts'
import { inPartOfPeriod } from './in-part-of-period.ts'
import { inPayPeriods } from './in-pay-periods.ts'
import { inPeriods } from './in-periods.ts'
import { inRounding } from './in-rounding.ts'

/** In `earning`, and in a leave year that is counted in its periods. */
export function* inEarning(said: EarningPolicyTerms, policy: AboutPolicy): Generator<Contradiction> {
  const { earning } = said
  if (earning === undefined) return
  const { every, on, firstPeriod, lastPeriod, rounding } = earning
  yield* inPayPeriods(said, policy)
  if (on !== undefined) yield* inPeriods(on, every, '/earning/on')
  yield* inLevels(earning, policy)
  yield* inPartOfPeriod(firstPeriod, earning, '/earning/firstPeriod')
  yield* inPartOfPeriod(lastPeriod, earning, '/earning/lastPeriod')
  yield* inScaling(earning)
  if (rounding !== undefined) yield* inRounding(rounding, { at: '/earning/rounding', scale: policy.scale })
  yield* byHours(earning)
}

/** No week is longer. */
const WEEK = { days: '7', hours: '168' } as const

function* inScaling({ scaledByShare, week }: EarningTerms): Generator<Contradiction> {
  if (week === undefined) return
  if (scaledByShare === true) {
    yield {
      pointer: '/earning/scaledByShare',
      message: 'must not be said with week, which scales by what is worked in a week already: leave one of them out',
    }
  }
  for (const [unit, value] of Object.entries(week) as ['days' | 'hours', string][]) {
    if (exactFrom(value) <= exactFrom(WEEK[unit])) continue
    yield { pointer: `/earning/week/${unit}`, message: `must be at most "${WEEK[unit]}": no week is longer` }
  }
}

/** What makes no sense of something that is earned by hours. */
function* byHours({ levels, postOn, scaledByShare, week, basis, waiting }: EarningTerms): Generator<Contradiction> {
  const hours = levels.flatMap(({ perHours }) => (perHours === undefined ? [] : [perHours]))
  if (hours.length > 0 && waiting?.then === 'full-year') {
    yield {
      pointer: '/earning/waiting/then',
      message: 'must be "all" where something is earned by hours: a whole year’s amount is not known before its end',
    }
  }
  if (!hours.some(({ of }) => of === 'worked')) return
  if (postOn === 'first-day') {
    yield {
      pointer: '/earning/postOn',
      message: 'must be "last-day" or "day-after" where hours worked are counted: nobody knows them before',
    }
  }
  const scaledAlready = 'must be left out where hours worked are counted: who works less has fewer of them'
  if (scaledByShare === true) yield { pointer: '/earning/scaledByShare', message: scaledAlready }
  if (week !== undefined) yield { pointer: '/earning/week', message: scaledAlready }
  if (basis === 'working-time') {
    yield {
      pointer: '/earning/basis',
      message: 'must be left out where hours worked are counted: hours that are not attended are not among them',
    }
  }
}
