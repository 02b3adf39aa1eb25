import type { Schema } from '@daybook/client'
import { amountOf } from '../../parts/policies.ts'
import { WEEKDAYS } from '../../parts/week.ts'
import type { Words } from '../../words/words.tsx'
import { carryOverSentences } from './carry-over-sentences.ts'
import { lengthOf } from './lengths.ts'
import { steppedBy } from './rounded.ts'
import type { SaidPolicy } from './said-policy.ts'

type Terms = Schema<'EarningTerms'>
type Level = Schema<'EarningLevel'>

/** What is earned, when it is posted, and what changes it. */
export function earningSentences({ earning, unit, scale, leaveYear }: SaidPolicy, words: Words): readonly string[] {
  const { t } = words
  if (earning === null) return [t('say.earn.nothing')]
  const isPaid = leaveYear?.payPeriodsFrom !== undefined
  return [
    ...earning.levels.flatMap((level) => levelSentences(level, { earning, unit, isPaid }, words)),
    t('say.posted', { on: postedOn(earning) }),
    ...(earning.levels.length < 2 ? [] : [t('say.levelChange', { how: idOf(earning.levelChange ?? 'split') })]),
    ...(earning.basis === 'working-time' ? [t('say.workingTime')] : []),
    ...(earning.scaledByShare === true ? [t('say.byShare')] : []),
    ...weekSentences(earning, words),
    ...(isByTheDay(earning) ? [] : [partSentence('joins', earning, words), partSentence('leaves', earning, words)]),
    ...waitingSentences(earning, words),
    earning.rounding === undefined
      ? t('say.rounded.usual', { scale })
      : t('say.rounded', { of: idOf(earning.rounding.of), how: steppedBy(earning.rounding, unit, words) }),
  ]
}

interface Around {
  readonly earning: Terms
  readonly unit: string
  readonly isPaid: boolean
}

function levelSentences(level: Level, around: Around, words: Words): readonly string[] {
  const { t } = words
  const { after, inLastFullPeriodOfCalendarYear: last, yearMax, balanceCap, carryOver } = level
  const amount = (of: string) => amountOf(of, around.unit, words)
  const isFromStart = after === undefined || Object.values(after).every((length) => length === 0)
  const parts = [
    t('say.level', {
      since: isFromStart ? 'start' : lengthOf(after, words),
      what: earnedOf(level, around, words),
    }),
    ...(last === undefined ? [] : [t('say.level.last', { amount: amount(last) })]),
    ...(yearMax === undefined ? [] : [t('say.level.yearMax', { amount: amount(yearMax) })]),
    ...(balanceCap === undefined ? [] : [t('say.level.cap', { amount: amount(balanceCap) })]),
  ]
  return [
    `${parts.join('; ')}.`,
    ...(carryOver === undefined
      ? []
      : carryOverSentences(carryOver, around.unit, words).map((said) => t('say.level.people', { said }))),
  ]
}

function earnedOf(level: Level, { earning, unit, isPaid }: Around, words: Words): string {
  const { t } = words
  const every = level.every ?? earning.every
  const on = level.on ?? (level.every === undefined ? earning.on : undefined)
  const periods = periodsOf(every, on, isPaid, words)
  if (level.amount !== undefined)
    return t('say.amount.period', { amount: amountOf(level.amount, unit, words), every: periods })
  if (level.yearAmount !== undefined) {
    const amount = amountOf(level.yearAmount, unit, words)
    const isWhole = every === 'year' && on === undefined
    const isOfDays = ['day', 'week', 'two-weeks', 'twice-a-month'].includes(every)
    return t('say.amount.year', { amount, how: isWhole ? 'whole' : isOfDays ? 'days' : 'parts', every: periods })
  }
  const { perHours } = level
  if (perHours === undefined) return ''
  return t('say.amount.hours', {
    amount: amountOf(perHours.amount, unit, words),
    hours: amountOf(perHours.hours, 'hour', words),
    of: perHours.of,
    every: periods,
  })
}

/** How often, and from which day on. */
function periodsOf(
  every: Terms['every'],
  on: Schema<'EarningPeriodsOn'> | undefined,
  isPaid: boolean,
  words: Words,
): string {
  const { t, day, dayOfYear, weekday, list } = words
  switch (every) {
    case 'day':
      return t('every.day')
    case 'week':
      return t('every.week', { day: weekday(WEEKDAYS.indexOf(on?.weekday ?? 'mon')) })
    case 'two-weeks':
      if (on?.from !== undefined) return t('every.twoWeeks', { from: day(on.from) })
      return isPaid ? t('every.payPeriod') : t('every.twoWeeks', { from: day('1900-01-01') })
    case 'twice-a-month': {
      const [first = 1, second = 16] = on?.daysOfMonth ?? []
      return t('every.twiceAMonth', { first, second })
    }
    case 'month':
      return t('every.month', { day: on?.dayOfMonth ?? 1 })
    default: {
      const how = on?.dates !== undefined ? 'dates' : on?.anniversary === true ? 'service' : 'year'
      const dates = list((on?.dates ?? []).map(dayOfYear))
      return t(every === 'half-year' ? 'every.halfYear' : `every.${every}`, { how, dates })
    }
  }
}

function postedOn({ postOn, levels }: Terms): string {
  if (postOn !== undefined) return idOf(postOn)
  const byHours = levels.filter(({ perHours }) => perHours !== undefined).length
  if (byHours === 0) return 'first_day'
  return byHours === levels.length ? 'last_day' : 'mixed'
}

function weekSentences({ week }: Terms, words: Words): string[] {
  if (week === undefined) return []
  const [unit, amount] = week.days === undefined ? ['hour', week.hours ?? '0'] : ['day', week.days]
  return [words.t('say.week', { week: amountOf(amount, unit, words) })]
}

/** Then nobody joins or leaves within a period. */
function isByTheDay({ every, levels }: Terms): boolean {
  return levels.every((level) => (level.every ?? every) === 'day')
}

function partSentence(does: 'joins' | 'leaves', { basis, firstPeriod, lastPeriod }: Terms, { t }: Words): string {
  const usual = basis === 'working-time' ? 'working-time' : 'calendar-days'
  const part = (does === 'joins' ? firstPeriod : lastPeriod) ?? usual
  if (typeof part === 'string') return t('say.part', { does, part: idOf(part) })
  return t('say.part.by', { does, day: part.joinedBy, until: part.then, later: part.else })
}

function waitingSentences({ waiting }: Terms, words: Words): string[] {
  if (waiting === undefined) return []
  return [words.t('say.waiting', { length: lengthOf(waiting, words), what: idOf(waiting.then) })]
}

/** As messages can tell it apart. */
function idOf(name: string): string {
  return name.replaceAll('-', '_')
}
