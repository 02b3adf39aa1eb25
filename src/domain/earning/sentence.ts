import { type CalendarDate, dayAfter, yearOf } from '../calendar-date.ts'
import { fractionOf, isEqual, least } from '../fraction.ts'
import { accrualSentence } from './accrual-sentence.ts'
import { dayInWords, inUnits, leaveYearInWords, unsigned } from './in-words.ts'
import type { Figures } from './part.ts'
import { peopleSentence } from './people-sentence.ts'
import type { Because, ToldByRule, ToldLine } from './told-line.ts'

/** One sentence that a person understands, without a full stop: `18 of 31 days of March at 2.5 days a month: 1.45`. */
export function sentenceOf(told: ToldLine): string {
  const { by, meantFor, on } = told
  const sentence = by.rule === null ? peopleSentence(told, by) : ruleSentence(told, by)
  if (meantFor === null) return sentence
  return `${sentence}, meant for ${dayInWords(meantFor, yearOf(on))}, which is in a closed month`
}

function ruleSentence(told: ToldLine, by: ToldByRule): string {
  const { on, amount, unit } = told
  const { figures, period } = by
  const units = inUnits(amount, unit)
  switch (by.rule) {
    case 'accrual':
      return isKnown(figures, 'every') ? accrualSentence({ on, amount, unit, period, figures }) : `${units} earned`
    case 'cap':
      return isKnown(figures, 'cap', 'earned') ? capSentence(told, by) : `${units} cut off by a cap`
    case 'carry-over':
      if (isKnown(figures, 'noticeOf', 'kept')) return noticeSentence(told, by)
      return isKnown(figures, 'balance', 'kept') ? carryOverSentence(told, by) : `${units} not carried over`
    case 'lapse':
      return `${units} lapsed, not taken by ${dayInWords(period.to, yearOf(on))}`
    case 'correction':
      return correctionSentence(told, by)
    case 'encashment':
      return `${units} paid out instead of taken`
    case 'settlement':
      return settlementSentence(told, by)
  }
}

function settlementSentence({ amount, unit }: ToldLine, { figures }: ToldByRule): string {
  const units = inUnits(amount, unit)
  if (!amount.startsWith('-')) return `${units} of debt ended on leaving`
  switch (figures['settle']) {
    case 'pay-out':
      return `${units} to be paid out on leaving`
    case 'forfeit':
      return `${units} forfeited on leaving`
    default:
      return `${units} settled on leaving`
  }
}

/** Whether figures say what is needed: what another release recorded may say something else. */
function isKnown(figures: Figures, ...names: readonly string[]): boolean {
  return names.every((name) => figures[name] !== undefined)
}

function capSentence({ amount, unit }: ToldLine, { figures }: ToldByRule): string {
  const most = unitsOf(figures, 'cap', unit)
  return `No more than ${most} may be left: ${unsigned(amount)} of ${unitsOf(figures, 'earned', unit)} cut off`
}

function carryOverSentence({ on, unit }: ToldLine, { period, figures, carried }: ToldByRule): string {
  const isYearEnd = dayAfter(period.to) === on
  const left = `${unitsOf(figures, 'balance', unit)} left ${isYearEnd ? `of ${leaveYearInWords(period)}` : `on ${dayInWords(on, yearOf(on))}`}`
  const never = unsigned(carried?.neverLapses ?? '0')
  const lastDay = carried?.validUntil ?? null
  const parts = [
    `${left}, ${whatWasKept(figures)}`,
    ...(lastDay === null ? [] : [toBeTakenBy(lastDay, on)]),
    ...(lastDay === null || never === '0' ? [] : [`all but ${never}, which never lapse`]),
    ...(figures['needsNoticeOf'] === undefined
      ? []
      : [`to lapse only after a notice about ${figures['needsNoticeOf']}`]),
  ]
  return parts.join(', ')
}

function whatWasKept(figures: Figures): string {
  const [balance, kept] = [fractionOf(String(figures['balance'])), fractionOf(String(figures['kept']))]
  if (isEqual(balance, kept)) return 'all carried over'
  const shown = unsigned(String(figures['kept']))
  if (isEqual(least(balance, kept), balance)) return `rounded to ${shown} and carried over`
  return shown === '0' ? 'none carried over' : `${shown} carried over`
}

function noticeSentence({ on, unit }: ToldLine, { figures, carried }: ToldByRule): string {
  const told = `${unitsOf(figures, 'kept', unit)} left of ${figures['noticeOf']}, told that they lapse`
  const lastDay = carried?.validUntil ?? null
  return lastDay === null ? told : `${told}: ${toBeTakenBy(lastDay, on)}`
}

function correctionSentence({ on, amount, unit }: ToldLine, { carried, cause }: ToldByRule): string {
  const because = cause === null ? '' : `, because ${becauseOf(cause)}`
  if (carried !== null && unsigned(amount) === '0') {
    return `Corrected: ${inUnits(carried.kept, unit)} carried over on ${dayInWords(carried.on, yearOf(on))}${because}`
  }
  return `Corrected by ${inUnits(amount, unit)} ${amount.startsWith('-') ? 'less' : 'more'}${because}`
}

/** What happened that something posted before was no longer right. */
function becauseOf({ type, about }: Because): string {
  const [noun = '', id = ''] = about.split(/:(.*)/s)
  switch (type) {
    case 'entity-defined':
      return 'what is known of the person changed'
    case 'policy-defined':
      return `the policy ${id} changed`
    case 'calendar-defined':
      return `the calendar ${id} changed`
    case 'work-pattern-defined':
      return 'the days and hours of work changed'
    case 'assignment-defined':
      return `the assignment ${id.split('/').at(-1)} changed`
    case 'worked-hours-recorded':
      return 'hours worked were entered later'
    case 'worked-hours-reversed':
      return 'hours worked were taken back'
    case 'notice-given':
      return 'a notice was given'
    default:
      return noun === 'request' ? 'leave was entered or changed later' : 'something of days before was recorded later'
  }
}

export function toBeTakenBy(day: CalendarDate, on: CalendarDate): string {
  return `to be taken by ${dayInWords(day, yearOf(on))}`
}

function unitsOf(figures: Figures, name: string, unit: string): string {
  return inUnits(String(figures[name]), unit)
}
