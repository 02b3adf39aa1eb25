import { amountOf } from '../../parts/policies.ts'
import type { Words } from '../../words/words.tsx'
import { carryOverSentences } from './carry-over-sentences.ts'
import { earningSentences } from './earning-sentences.ts'
import { lengthOf } from './lengths.ts'
import { requestSentences } from './request-sentences.ts'
import type { SaidPolicy } from './said-policy.ts'

/** Everything that a policy says and that changes something, in whole sentences. */
export function sentencesOf(policy: SaidPolicy, words: Words): readonly string[] {
  return [
    ...leaveYearSentences(policy, words),
    ...earningSentences(policy, words),
    ...(policy.carryOver === null
      ? policy.earning === null
        ? []
        : [words.t('say.carry.stays')]
      : carryOverSentences(policy.carryOver, policy.unit, words)),
    ...spendingSentences(policy, words),
    ...encashmentSentences(policy, words),
    ...requestSentences(policy, words),
    ...otherSentences(policy, words),
  ]
}

function leaveYearSentences({ leaveYear, earning, carryOver, spending }: SaidPolicy, words: Words): string[] {
  const { t, day, dayOfYear } = words
  if (leaveYear?.payPeriodsFrom !== undefined) return [t('say.leaveYear.pay', { from: day(leaveYear.payPeriodsFrom) })]
  const { starts = '01-01' } = leaveYear ?? {}
  if (starts === 'service') return [t('say.leaveYear.service')]
  if (starts !== '01-01') return [t('say.leaveYear.day', { on: dayOfYear(starts) })]
  return earning === null && carryOver === null && spending === null ? [] : [t('say.leaveYear.calendar')]
}

function spendingSentences({ spending, overdraftLimit, unit, earning }: SaidPolicy, words: Words): string[] {
  const { t } = words
  const { of = 'earned', from, yearMost } = spending ?? {}
  const limit =
    overdraftLimit === null
      ? t(earning === null ? 'say.spend.free' : 'say.spend.unlimited')
      : Number(overdraftLimit) === 0
        ? of === 'year'
          ? undefined
          : t('say.spend.earned')
        : t('say.spend.overdraft', { amount: amountOf(overdraftLimit, unit, words) })
  return [
    ...(of === 'year' ? [t('say.spend.year')] : []),
    ...(limit === undefined ? [] : [limit]),
    ...(from === undefined ? [] : [t('say.spend.from', { length: lengthOf(from, words) })]),
    ...(yearMost === undefined ? [] : [t('say.spend.most', { amount: amountOf(yearMost, unit, words) })]),
  ]
}

function encashmentSentences({ encashment, unit }: SaidPolicy, words: Words): string[] {
  const { keepBack = '0', most } = encashment ?? {}
  return [
    ...(Number(keepBack) === 0 ? [] : [words.t('say.pay.keepBack', { amount: amountOf(keepBack, unit, words) })]),
    ...(most === undefined ? [] : [words.t('say.pay.most', { amount: amountOf(most, unit, words) })]),
  ]
}

function otherSentences(policy: SaidPolicy, { t, day, quantity }: Words): string[] {
  const { countsAsWorked, lateLeave, retiredFrom, kindVisibleTo } = policy
  const part =
    countsAsWorked === false ? '0' : countsAsWorked === true || countsAsWorked === null ? '1' : countsAsWorked
  return [
    t('say.kind', { who: kindVisibleTo }),
    ...(Number(part) === 1 ? [] : [t('say.worked', { part: quantity(part), none: Number(part) === 0 ? 'yes' : 'no' })]),
    ...(lateLeave === 'as-posted' ? [t('say.late')] : []),
    ...(retiredFrom === null ? [] : [t('say.retired', { on: day(retiredFrom) })]),
  ]
}
