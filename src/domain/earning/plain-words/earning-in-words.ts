import { inUnits } from '../in-words.ts'
import { spellLength } from '../length-in-days.ts'
import type { EarningTerms } from '../terms.ts'
import type { ExplainedTerms } from './explained-terms.ts'
import { levelsInWords } from './levels-in-words.ts'
import { partsInWords } from './parts-in-words.ts'
import { roundingInWords } from './rounding-in-words.ts'

/** What a policy earns, when it is posted, and what changes it. */
export function earningInWords(policy: ExplainedTerms): string[] {
  const { earning } = policy
  if (earning === undefined) return ['Nothing is earned by a rule: what counts is what is recorded by hand.']
  return [
    ...levelsInWords(policy, earning),
    postingInWords(earning),
    ...levelChangeInWords(earning),
    ...basisInWords(earning),
    ...scalingInWords(earning),
    ...partsInWords(earning),
    ...waitingInWords(earning),
    ...roundingInWords(policy),
  ]
}

const POSTED = {
  'first-day': 'the first day of the period',
  'last-day': 'the last day of the period',
  'day-after': 'the day after the period',
} as const

function postingInWords({ postOn, levels }: EarningTerms): string {
  if (postOn !== undefined) return `It is posted on ${POSTED[postOn]}.`
  const byHours = levels.filter(({ perHours }) => perHours !== undefined).length
  if (byHours === levels.length) return `It is posted on ${POSTED['last-day']}.`
  const ofHours = byHours === 0 ? '' : '; what is earned by hours, on its last day'
  return `It is posted on ${POSTED['first-day']}${ofHours}.`
}

function levelChangeInWords({ levels, levelChange = 'split' }: EarningTerms): string[] {
  const [first] = levels
  if (levels.length === 1 && isFromTheFirstDay(first!)) return []
  switch (levelChange) {
    case 'split':
      return ['Where a level is reached within a period, the parts before and after it are posted each by itself.']
    case 'next-period':
      return ['A level that is reached within a period holds from the next period on.']
    case 'next-year':
      return ['A level that is reached within a leave year holds from the next leave year on.']
  }
}

function isFromTheFirstDay({ after }: EarningTerms['levels'][number]): boolean {
  return after === undefined || Object.values(after)[0] === 0
}

function basisInWords({ basis }: EarningTerms): string[] {
  return basis === 'working-time'
    ? ['Every period earns in proportion to the hours attended of those scheduled in it; holidays count as attended.']
    : []
}

function scalingInWords({ scaledByShare, week }: EarningTerms): string[] {
  if (scaledByShare === true) return ['Amounts are those of full time, times the share of it that somebody works.']
  if (week === undefined) return []
  const [[of, number]] = Object.entries(week) as [['days' | 'hours', string]]
  const ofWeek = inUnits(number, of.slice(0, -1))
  return [`Amounts are those of a week of ${ofWeek}, scaled to the ${of} that somebody works in a week.`]
}

function waitingInWords({ waiting }: EarningTerms): string[] {
  if (waiting === undefined) return []
  const { then, ...length } = waiting
  const before = `Nothing is posted before ${spellLength(length)} of service`
  if (then === 'all') return [`${before}; then all that was earned since the start is posted at once.`]
  return [
    `${before}; then the whole amount of the leave year is due. Where a leave year ends within that time, or somebody leaves within it, the part that is earned until then is posted on the last day.`,
  ]
}
