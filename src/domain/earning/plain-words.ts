import { dayInWords, inUnits, monthDayInWords } from './in-words.ts'
import { spellLength } from './length-in-days.ts'
import { carryOverInWords } from './plain-words/carry-over-in-words.ts'
import { earningInWords } from './plain-words/earning-in-words.ts'
import type { ExplainedTerms } from './plain-words/explained-terms.ts'
import type { EarningPolicyTerms, LeaveYear } from './terms.ts'

/**
 * What a policy says of earning, as its text: whole sentences of plain English, one after the other. Everything that its
 * terms say and that changes something is in it, and so is what is usual where it decides about amounts.
 */
export function plainWords(policy: ExplainedTerms): string {
  return [
    ...leaveYearInWords(policy),
    ...earningInWords(policy),
    ...carryOverInWords(policy),
    ...spendingInWords(policy),
    ...encashmentInWords(policy),
    ...attendanceInWords(policy),
    ...lateLeaveInWords(policy),
    ...retirementInWords(policy),
  ].join(' ')
}

function leaveYearInWords({ leaveYear, earning, carryOver, spending, encashment }: EarningPolicyTerms): string[] {
  const isAsked = [leaveYear, earning, carryOver, spending?.yearMost, encashment?.most].some(
    (said) => said !== undefined,
  )
  return isAsked ? [`${beginningInWords(leaveYear)}.`] : []
}

function beginningInWords(leaveYear: LeaveYear | undefined): string {
  if (leaveYear === undefined) return 'The leave year is the calendar year'
  if ('payPeriodsFrom' in leaveYear) {
    const from = dayInWords(leaveYear.payPeriodsFrom, 0)
    return `Pay periods of two weeks are counted from ${from}; the leave year begins with the first that lies wholly in a calendar year`
  }
  const { starts } = leaveYear
  if (starts === 'service') return 'The leave year begins on the anniversary of the first day of service'
  return starts === '01-01'
    ? 'The leave year is the calendar year'
    : `The leave year begins on ${monthDayInWords(starts)}`
}

function spendingInWords({ spending = {}, earning, overdraftLimit, unit }: ExplainedTerms): string[] {
  const { of = 'earned', from, yearMost } = spending
  return [
    ...(of === 'year'
      ? yearAheadInWords(overdraftLimit, unit)
      : [limitInWords({ overdraftLimit, unit, isUncounted: earning === undefined })]),
    ...(from === undefined ? [] : [`Leave may be taken from ${waitInWords(from)} after the day of hiring on.`]),
    ...(yearMost === undefined ? [] : [`Taking is limited to ${inUnits(yearMost, unit)} in one leave year.`]),
  ]
}

function yearAheadInWords(overdraftLimit: string | null, unit: string): string[] {
  const isMore = overdraftLimit !== null && overdraftLimit !== '0'
  return [
    'All of the running leave year’s entitlement may be taken before it is posted.',
    ...(isMore ? [`The overdraft is ${inUnits(overdraftLimit, unit)}.`] : []),
  ]
}

function limitInWords({
  overdraftLimit,
  unit,
  isUncounted,
}: Pick<ExplainedTerms, 'overdraftLimit' | 'unit'> & { readonly isUncounted: boolean }): string {
  if (overdraftLimit === '0') return 'What is there may be taken, and no more.'
  if (overdraftLimit !== null) return `What is there may be taken, and ${inUnits(overdraftLimit, unit)} more.`
  return isUncounted ? 'There is no limit to what may be taken.' : 'More than is there may be taken, without a limit.'
}

function waitInWords(from: NonNullable<NonNullable<EarningPolicyTerms['spending']>['from']>): string {
  if (!('workingDays' in from)) return spellLength(from)
  return from.workingDays === 1 ? '1 working day' : `${from.workingDays} working days`
}

function encashmentInWords({ encashment, unit }: ExplainedTerms): string[] {
  const { keepBack = '0', most } = encashment ?? {}
  return [
    ...(keepBack === '0'
      ? []
      : [`Paying out leaves at least ${inUnits(keepBack, unit)}, leave that is booked counted as taken.`]),
    ...(most === undefined ? [] : [`Paying out is limited to ${inUnits(most, unit)} in one leave year.`]),
  ]
}

function attendanceInWords({ countsAsWorked = true }: EarningPolicyTerms): string[] {
  if (countsAsWorked === true || countsAsWorked === '1') return []
  const isNothing = countsAsWorked === false || countsAsWorked === '0'
  const how = isNothing ? 'does not count as attended' : `counts as ${countsAsWorked} of a day attended`
  return [`Where something is earned by hours attended, a day that is taken under this policy ${how}.`]
}

function lateLeaveInWords({ lateLeave = 'recount' }: EarningPolicyTerms): string[] {
  return lateLeave === 'recount'
    ? []
    : ['Leave that is entered late changes nothing of what was posted on the grounds of the balance then.']
}

function retirementInWords({ retiredFrom }: ExplainedTerms): string[] {
  return retiredFrom === undefined
    ? []
    : [`From ${dayInWords(retiredFrom, 0)} on nothing is earned or taken under this policy.`]
}
