import { type CalendarDate, yearOf } from '../calendar-date.ts'
import { type Fraction, fractionOf, isEqual, isZero, ONE, plus, ratio, roundedAt, times, ZERO } from '../fraction.ts'
import { normalQuantity, printMinor } from '../quantity.ts'
import { dayInWords, daysInWords, inUnits, unsigned } from './in-words.ts'
import type { DaySpan, Figures } from './part.ts'
import { MONTHS_OF } from './periods.ts'
import type { Every } from './terms.ts'

/** What an accrual says of how it came about. */
interface Accrued {
  readonly on: CalendarDate
  /** In its normal spelling. */
  readonly amount: string
  readonly unit: string
  /** The part's own days. */
  readonly period: DaySpan
  readonly figures: Figures
}

/** `18 of 31 days of March at 2.5 days a month: 1.45`: of what, at what, under what conditions, and what it comes to. */
export function accrualSentence(accrued: Accrued): string {
  const conditions = conditionsOf(accrued)
  return `${[`${ofWhat(accrued)} at ${rateOf(accrued)}`, ...conditions].join(', ')}: ${unsigned(accrued.amount)}`
}

function ofWhat({ on, period, figures }: Accrued): string {
  const year = yearOf(on)
  const own = daysInWords(period, year)
  const { days, hours, perHours, ofHoursThatAre, daysOfYear, periodFrom, periodTo } = figures
  if (perHours !== undefined) return `${hours} hours ${ofHoursThatAre} in ${own}`
  if (daysOfYear !== undefined) return `${own}, ${days} of the ${daysOfYear} days of the leave year,`
  if (periodFrom === undefined) return own
  // A cast: what was recorded of the days of a period is two days.
  const whole = daysInWords({ from: periodFrom, to: periodTo } as DaySpan, year)
  return partInWords(figures, whole)
}

function partInWords(figures: Figures, whole: string): string {
  const { every, days, ofDays, partRule, ofPresentDays } = figures
  if (every === 'leave-year' && (partRule ?? 'calendar-days') === 'calendar-days') return yearInWords(figures, whole)
  if (partRule === undefined || partRule === 'calendar-days') return `${days} of ${ofDays} days of ${whole}`
  const part = partByRule(figures, whole)
  return ofPresentDays === undefined ? part : `${days} of ${ofPresentDays} days of ${part}`
}

/** A year that is due after a waiting counts from its first day, whenever in it somebody joined. */
function yearInWords({ ofDays, partOfPeriod }: Figures, whole: string): string {
  if (partOfPeriod === undefined) return whole
  const { numerator, denominator } = times(fractionIn(String(partOfPeriod)), ratio(Number(ofDays), 1))
  return `${denominator === 1n ? numerator : `${numerator}/${denominator}`} of ${ofDays} days of ${whole}`
}

function partByRule({ every, partRule, partOfPeriod }: Figures, whole: string): string {
  const part = fractionIn(String(partOfPeriod))
  const months = MONTHS_IN[every as Every | 'leave-year']
  switch (partRule) {
    case 'working-time':
      return `${partOfPeriod} of the working time of ${whole}`
    case 'full-months':
    case 'full-months-in-first-half':
      return `${monthsInWords(part, months, 'full')} of ${whole}`
    case 'started-months':
      return `${monthsInWords(part, months, 'started')} of ${whole}`
    case 'calendar-months':
      return `${monthsInWords(part, months, 'calendar')} of ${whole}`
    default:
      if (isEqual(part, ONE)) return `all of ${whole}`
      return isEqual(part, HALF) ? `half of ${whole}` : `none of ${whole}`
  }
}

/** `7 of 12 full months`; a part of a period that is not of whole months is said as it is. */
function monthsInWords(part: Fraction, months: number, kind: string): string {
  const { numerator, denominator } = times(part, ratio(2 * months, 2))
  return denominator === 1n ? `${numerator} of ${months} ${kind} months` : `${numerator}/${denominator} ${kind} months`
}

function rateOf({ unit, figures }: Accrued): string {
  const { amount, yearAmount, perHours, every, amountEvery = every, periodsOfYear } = figures
  if (perHours !== undefined) return `${inUnits(String(amount), unit)} for each ${perHours}`
  if (yearAmount === undefined) return `${inUnits(String(amount), unit)} ${PER[amountEvery as Every]}`
  const ofYear = `${inUnits(String(yearAmount), unit)} a year`
  return periodsOfYear === undefined || periodsOfYear === 1 ? ofYear : `${ofYear} in ${periodsOfYear} parts`
}

function conditionsOf(accrued: Accrued): readonly string[] {
  const { on, unit, figures } = accrued
  const { share = '1', weekDays, weekHours, ofWeek, hours, ofHours, after = '0 days', atMost, yearMax } = figures
  return [
    ...(share === '1' ? [] : [`a share of ${share}`]),
    ...(weekDays === undefined || weekDays === ofWeek ? [] : [`weeks of ${weekDays} instead of ${ofWeek} days`]),
    ...(weekHours === undefined || weekHours === ofWeek ? [] : [`weeks of ${weekHours} instead of ${ofWeek} hours`]),
    ...(ofHours === undefined || hours === ofHours ? [] : [`${hours} of ${ofHours} hours attended`]),
    ...(after === '0 days' ? [] : [`after ${after} of service`]),
    ...waitedFor(on, figures),
    ...(atMost === true ? [`at most ${inUnits(String(yearMax), unit)} in a leave year`] : []),
    ...roundedFrom(accrued),
  ]
}

function waitedFor(on: CalendarDate, { waitedUntil, every }: Figures): readonly string[] {
  if (waitedUntil === undefined) return []
  // A cast: what was recorded of a waiting is a day.
  const day = dayInWords(waitedUntil as CalendarDate, yearOf(on))
  if (every !== 'leave-year') return [`kept back until ${day}`]
  return on === waitedUntil ? [`due when the waiting ended on ${day}`] : [`while waiting until ${day}`]
}

/** Why an amount is not what it is exactly, to the next decimal: by how it is rounded, or by what was left over before. */
function roundedFrom({ amount, figures }: Accrued): readonly string[] {
  const { exact, rounding, broughtForward } = figures
  if (exact === undefined) return []
  const scale = String(figures['earned']).split('.')[1]?.length ?? 0
  const isAmount = (sum: Fraction): boolean =>
    normalQuantity(printMinor(roundedAt(sum, scale), scale)) === normalQuantity(amount)
  const own = fractionIn(String(exact))
  if (isAmount(own)) return []
  const before = broughtForward === undefined ? ZERO : fractionIn(String(broughtForward))
  return [
    ...(isZero(before) ? [] : [leftOverInWords(String(broughtForward))]),
    ...(rounding === undefined || isAmount(plus(own, before)) ? [] : [`rounded ${rounding}`]),
  ]
}

function leftOverInWords(broughtForward: string): string {
  return broughtForward.startsWith('-')
    ? `less ${broughtForward.slice(1)} that was rounded up before`
    : `with ${broughtForward} left over from before`
}

/** A figure: a decimal, or a fraction such as `1/3`. */
function fractionIn(figure: string): Fraction {
  const [numerator = '', denominator] = figure.split('/')
  return denominator === undefined
    ? fractionOf(numerator)
    : { numerator: BigInt(numerator), denominator: BigInt(denominator) }
}

const HALF = ratio(1, 2)

const MONTHS_IN: Readonly<Record<Every | 'leave-year', number>> = {
  ...MONTHS_OF,
  'leave-year': 12,
  'two-weeks': 0.5,
  week: 0.5,
  day: 0.5,
}

const PER: Readonly<Record<Every, string>> = {
  day: 'a day',
  week: 'a week',
  'two-weeks': 'every two weeks',
  'twice-a-month': 'twice a month',
  month: 'a month',
  quarter: 'a quarter',
  'half-year': 'every half-year',
  year: 'a year',
}
