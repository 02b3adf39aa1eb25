import { daysBetween } from '../../day-number.ts'
import { periodsOfLevel } from '../periods-of-level.ts'
import type { EarningPolicyTerms } from '../terms.ts'
import type { AboutPolicy, Contradiction } from './contradiction.ts'

const TWO_WEEKS = 14

/** In a leave year that begins with a two-week period: what is earned is earned in those. */
export function* inPayPeriods(
  { earning, leaveYear: own }: EarningPolicyTerms,
  policy: AboutPolicy,
): Generator<Contradiction> {
  const leaveYear = own ?? policy.leaveYear
  if (earning === undefined || leaveYear === undefined || !('payPeriodsFrom' in leaveYear)) return
  const { payPeriodsFrom } = leaveYear
  const ofLevels = earning.levels.map((level) => periodsOfLevel(level, earning))
  if (ofLevels.every(({ every }) => every !== 'two-weeks')) {
    yield own === undefined
      ? {
          pointer: '/earning/every',
          message: 'must be "two-weeks": the leave year of the policy begins with a period of two weeks',
        }
      : {
          pointer: '/leaveYear/payPeriodsFrom',
          message: 'needs periods of two weeks: say every: "two-weeks", or a leave year such as {"starts": "01-01"}',
        }
  }
  const message =
    `must be whole periods of two weeks before or after ${payPeriodsFrom}, from which the leave year counts them: ` +
    'say that day, or leave `on` out'
  const isOutOfStep = (from: (typeof ofLevels)[number]['on']): boolean =>
    from !== undefined && 'from' in from && daysBetween(payPeriodsFrom, from.from) % TWO_WEEKS !== 0
  if (isOutOfStep(earning.on)) yield { pointer: '/earning/on/from', message }
  for (const [index, level] of earning.levels.entries()) {
    if (isOutOfStep(level.on)) yield { pointer: `/earning/levels/${index}/on/from`, message }
  }
}
