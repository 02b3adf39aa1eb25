import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ExplainedTerms } from '../../../src/domain/earning/plain-words/explained-terms.ts'
import { plainWords } from '../../../src/domain/earning/plain-words.ts'
import { EARNING_MEMBERS } from '../../../src/domain/earning/said.ts'
import type { EarningTerms } from '../../../src/domain/earning/terms.ts'
import { day, monthDay } from '../../support/builders.ts'
import { soundTerms } from '../../support/earning/terms-arbitrary.ts'

const wordsOf = (said: Partial<ExplainedTerms>): string =>
  plainWords({ unit: 'day', scale: 2, overdraftLimit: '0', ...said })

const earns = (said: Partial<EarningTerms>): Partial<ExplainedTerms> => ({
  earning: { every: 'month', levels: [{ yearAmount: '25' }], ...said },
})

describe('the whole text', () => {
  test('of a policy of most companies', () => {
    const text = wordsOf({
      earning: {
        every: 'month',
        levels: [{ yearAmount: '27' }, { after: { years: 5 }, yearAmount: '29' }],
        firstPeriod: { joinedBy: 15, then: 'full', else: 'half' },
      },
      carryOver: { keep: { upTo: '5' }, validUntil: monthDay('03-31') },
      spending: { of: 'year', from: { months: 3 } },
    })
    expect(text.split(/(?<=\.) /)).toEqual([
      'The leave year is the calendar year.',
      'Earned: 27 days for each leave year, in equal parts each month.',
      'From 5 years of service on: 29 days for each leave year, in equal parts each month.',
      'It is posted on the first day of the period.',
      'Where a level is reached within a period, the parts before and after it are posted each by itself.',
      'Whoever joins within a period by the 15th of a month earns all of it, and who joins later half of it.',
      'Whoever leaves within a period earns by calendar days: their days in it, of all its days.',
      'The running total is rounded to 2 decimals, halves to the even one: no fraction is ever lost.',
      'On the first day of a leave year what is left is carried over up to 5 days, and the rest is cut off.',
      'What was carried may be taken until 31 March and then lapses.',
      'All of the running leave year’s entitlement may be taken before it is posted.',
      'Leave may be taken from 3 months after the day of hiring on.',
    ])
  })

  test('of a policy that nothing is said of', () => {
    expect(wordsOf({})).toBe(
      'Nothing is earned by a rule: what counts is what is recorded by hand. What is there may be taken, and no more.',
    )
  })

  test('of unlimited leave', () => {
    expect(wordsOf({ overdraftLimit: null })).toBe(
      'Nothing is earned by a rule: what counts is what is recorded by hand. There is no limit to what may be taken.',
    )
  })
})

describe('every member is told', () => {
  test.each<[member: string, said: Partial<ExplainedTerms>, words: string]>([
    ['leaveYear: a day', { leaveYear: { starts: monthDay('04-01') } }, 'The leave year begins on 1 April.'],
    [
      'leaveYear: 29 February',
      { leaveYear: { starts: monthDay('02-29') } },
      'on 29 February (28 February in common years).',
    ],
    [
      'leaveYear: service',
      { leaveYear: { starts: 'service' } },
      'begins on the anniversary of the first day of service.',
    ],
    [
      'leaveYear: pay periods',
      { leaveYear: { payPeriodsFrom: day('2026-01-11') } },
      'Pay periods of two weeks are counted from 11 January 2026; the leave year begins with the first that lies wholly in a calendar year.',
    ],
    ['every day', earns({ every: 'day', levels: [{ amount: '0.1' }] }), 'Earned: 0.1 days each day.'],
    ['every week', earns({ every: 'week' }), '25 days for each leave year, by calendar days each week from Monday.'],
    ['on: a weekday', earns({ every: 'week', on: { weekday: 'sun' } }), 'each week from Sunday.'],
    [
      'every two weeks',
      earns({ every: 'two-weeks', levels: [{ amount: '4' }] }),
      '4 days every two weeks counted from Monday 1 January 1900.',
    ],
    [
      'on: a day of two weeks',
      earns({ every: 'two-weeks', on: { from: day('2026-01-12') }, levels: [{ amount: '4' }] }),
      '4 days every two weeks counted from 12 January 2026.',
    ],
    [
      'every two weeks of a leave year of pay periods',
      { leaveYear: { payPeriodsFrom: day('2026-01-11') }, ...earns({ every: 'two-weeks', levels: [{ amount: '1' }] }) },
      'Earned: 1 day each pay period.',
    ],
    ['twice a month', earns({ every: 'twice-a-month' }), 'in equal parts twice a month from the 1st and the 16th.'],
    [
      'on: two days of the month',
      earns({ every: 'twice-a-month', on: { daysOfMonth: [12, 31] } }),
      'twice a month from the 12th and its last day.',
    ],
    ['on: a day of the month', earns({ on: { dayOfMonth: 22 } }), 'in equal parts each month from the 22nd.'],
    ['on: the last day of the month', earns({ on: { dayOfMonth: 31 } }), 'each month from its last day.'],
    ['every quarter', earns({ every: 'quarter' }), 'in equal parts each quarter of the leave year.'],
    [
      'on: dates',
      earns({ every: 'half-year', on: { dates: [monthDay('01-01'), monthDay('07-01')] } }),
      'each half-year from 1 January and 1 July.',
    ],
    ['on: the anniversary', earns({ every: 'half-year', on: { anniversary: true } }), 'each half-year of service.'],
    ['every year', earns({ every: 'year' }), 'Earned: 25 days each leave year.'],
    [
      'every year on a date',
      earns({ every: 'year', on: { dates: [monthDay('04-01')] } }),
      '25 days for each leave year, each year from 1 April.',
    ],
    ['postOn: last-day', earns({ postOn: 'last-day' }), 'It is posted on the last day of the period.'],
    ['postOn: day-after', earns({ postOn: 'day-after' }), 'It is posted on the day after the period.'],
    [
      'postOn, left out with hours',
      earns({ levels: [{ perHours: { amount: '1', hours: '20', of: 'worked' } }] }),
      'It is posted on the last day of the period.',
    ],
    [
      'postOn, left out with some hours',
      earns({
        levels: [{ perHours: { amount: '1', hours: '20', of: 'scheduled' } }, { after: { years: 1 }, amount: '2' }],
      }),
      'It is posted on the first day of the period; what is earned by hours, on its last day.',
    ],
    [
      'after, of the first level',
      earns({ levels: [{ after: { months: 3 }, amount: '2' }] }),
      'Earned from 3 months of service on, and nothing before: 2 days each month.',
    ],
    [
      'after, of a later level',
      earns({ levels: [{ amount: '2' }, { after: { years: 1 }, amount: '2.5' }] }),
      'From 1 year of service on: 2.5 days each month.',
    ],
    ['amount', earns({ levels: [{ amount: '1' }] }), 'Earned: 1 day each month.'],
    [
      'perHours of worked',
      earns({ levels: [{ perHours: { amount: '1', hours: '20', of: 'worked' } }] }),
      'Earned: 1 day for each 20 hours worked, counted each month.',
    ],
    [
      'perHours of scheduled',
      earns({ levels: [{ perHours: { amount: '0.1', hours: '1', of: 'scheduled' } }] }),
      '0.1 days for each hour scheduled, counted each month.',
    ],
    [
      'inLastFullPeriodOfCalendarYear',
      earns({ every: 'two-weeks', levels: [{ amount: '6', inLastFullPeriodOfCalendarYear: '10' }] }),
      '; in the last period that lies wholly in a calendar year 10 days instead.',
    ],
    [
      'a level’s every and on',
      earns({ levels: [{ amount: '1', every: 'week', on: { weekday: 'fri' } }] }),
      'Earned: 1 day each week from Friday.',
    ],
    [
      'balanceCap',
      earns({ levels: [{ amount: '1', balanceCap: '30' }] }),
      '; nothing that would bring the balance above 30 days: taking leave makes room again.',
    ],
    ['yearMax', earns({ levels: [{ amount: '1', yearMax: '22' }] }), '; at most 22 days in one leave year.'],
    [
      'a level’s carryOver',
      earns({ levels: [{ amount: '1', carryOver: { keep: 'none' } }] }),
      'For people on this level: on the first day of a leave year nothing is carried over: what is left is cut off.',
    ],
    [
      'levelChange: split',
      earns({ levels: [{ amount: '1' }, { after: { years: 1 }, amount: '2' }] }),
      'Where a level is reached within a period, the parts before and after it are posted each by itself.',
    ],
    [
      'levelChange: next-period',
      earns({ levelChange: 'next-period', levels: [{ after: { years: 1 }, amount: '2' }] }),
      'A level that is reached within a period holds from the next period on.',
    ],
    [
      'levelChange: next-year',
      earns({ levelChange: 'next-year', levels: [{ after: { years: 1 }, amount: '2' }] }),
      'A level that is reached within a leave year holds from the next leave year on.',
    ],
    [
      'firstPeriod and lastPeriod alike',
      earns({ firstPeriod: 'half', lastPeriod: 'half' }),
      'Whoever joins or leaves within a period earns half of it.',
    ],
    [
      'firstPeriod: working-time',
      earns({ firstPeriod: 'working-time' }),
      'Whoever joins within a period earns by hours scheduled: those of their days in it, of all its hours.',
    ],
    [
      'firstPeriod: full-months',
      earns({ every: 'year', firstPeriod: 'full-months' }),
      'Whoever joins within a period earns a twelfth of the year’s amount for each full month, counted from the day of joining.',
    ],
    [
      'firstPeriod: started-months',
      earns({ every: 'year', firstPeriod: 'started-months' }),
      'for each month that has begun, counted from the day of joining.',
    ],
    [
      'firstPeriod: calendar-months',
      earns({ firstPeriod: 'calendar-months' }),
      'for every calendar month that they touch as for a whole one.',
    ],
    ['firstPeriod: full', earns({ firstPeriod: 'full' }), 'Whoever joins within a period earns all of it.'],
    ['firstPeriod: none', earns({ firstPeriod: 'none' }), 'Whoever joins within a period earns nothing of it.'],
    [
      'lastPeriod: by the day of the month',
      earns({ lastPeriod: { joinedBy: 1, then: 'none', else: 'full' } }),
      'Whoever leaves within a period by the 1st of a month earns nothing of it, and who leaves later all of it.',
    ],
    [
      'lastPeriod: full-months-in-first-half',
      earns({ every: 'year', lastPeriod: 'full-months-in-first-half' }),
      'where that is in the first half of the leave year, and all of it in the second half.',
    ],
    [
      'basis',
      earns({ basis: 'working-time' }),
      'Every period earns in proportion to the hours attended of those scheduled in it; holidays count as attended.',
    ],
    [
      'parts of periods, left out with a basis',
      earns({ basis: 'working-time' }),
      'Whoever joins or leaves within a period earns by hours scheduled',
    ],
    [
      'scaledByShare',
      earns({ scaledByShare: true }),
      'Amounts are those of full time, times the share of it that somebody works.',
    ],
    [
      'week: days',
      earns({ week: { days: '6' } }),
      'Amounts are those of a week of 6 days, scaled to the days that somebody works in a week.',
    ],
    [
      'week: hours',
      earns({ week: { hours: '37.5' } }),
      'a week of 37.5 hours, scaled to the hours that somebody works in a week.',
    ],
    [
      'rounding: up, each posting',
      earns({ rounding: { step: '0.5', mode: 'up', of: 'posting' } }),
      'Each posting is rounded up to a multiple of 0.5 days.',
    ],
    [
      'rounding: down, the running total',
      earns({ rounding: { step: '1', mode: 'down', of: 'running-total' } }),
      'The running total is rounded down to a multiple of 1 day: no fraction is ever lost.',
    ],
    [
      'rounding: nearest, the year',
      earns({ rounding: { step: '1', mode: 'nearest', of: 'year' } }),
      'The last posting of a leave year rounds the sum of the year to the nearest multiple of 1 day, halves away from zero; those before it have 2 decimals.',
    ],
    [
      'rounding: half-even',
      earns({ rounding: { step: '0.1', mode: 'half-even', of: 'posting' } }),
      'to the nearest multiple of 0.1 days, halves to the even one.',
    ],
    [
      'rounding: up-from-half',
      earns({ rounding: { step: '1', mode: 'up-from-half', of: 'posting' } }),
      'up to a multiple of 1 day from half of one on, and smaller fractions stay as they are.',
    ],
    [
      'rounding, left out',
      { ...earns({}), scale: 1 },
      'The running total is rounded to 1 decimal, halves to the even one: no fraction is ever lost.',
    ],
    [
      'waiting: all',
      earns({ waiting: { days: 90, then: 'all' } }),
      'Nothing is posted before 90 days of service; then all that was earned since the start is posted at once.',
    ],
    [
      'waiting: full-year',
      earns({ waiting: { months: 6, then: 'full-year' } }),
      'Nothing is posted before 6 months of service; then the whole amount of the leave year is due.',
    ],
    ['carryOver, left out', earns({}), 'What is left at the end of a leave year stays.'],
    [
      'carryOver: nothing more said',
      { carryOver: {} },
      'On the first day of a leave year all that is left is carried over.',
    ],
    [
      'carryOver on a day',
      { carryOver: { on: monthDay('07-01') } },
      'On 1 July of every year all that is left is carried over.',
    ],
    [
      'carryOver on the anniversary',
      { carryOver: { on: 'anniversary' } },
      'On the anniversary of the first day of service all that is left',
    ],
    ['keep: none', { carryOver: { keep: 'none' } }, 'nothing is carried over: what is left is cut off.'],
    [
      'keep: upTo',
      { carryOver: { keep: { upTo: '1' } } },
      'what is left is carried over up to 1 day, and the rest is cut off.',
    ],
    [
      'rounding of what is kept',
      { carryOver: { rounding: { step: '0.5', mode: 'up' } } },
      'What is kept is rounded up to a multiple of 0.5 days.',
    ],
    ['validFor', { carryOver: { validFor: { months: 3 } } }, 'What was carried lapses after 3 months.'],
    [
      'validUntil',
      { carryOver: { validUntil: monthDay('03-31') } },
      'What was carried may be taken until 31 March and then lapses.',
    ],
    [
      'neverLapses',
      { carryOver: { validFor: { days: 1 }, neverLapses: '3' } },
      'What was carried lapses after 1 day, except for 3 days of it.',
    ],
    [
      'needsNotice',
      { carryOver: { validUntil: monthDay('03-31'), needsNotice: true } },
      'Nothing lapses of a year unless its notice was given while enough working days were left to take it all; after a later notice it is gone on the next carry-over day.',
    ],
    [
      'needsNotice of what is cut off and lapses',
      { carryOver: { keep: { upTo: '5' }, validFor: { days: 9 }, needsNotice: true } },
      'Nothing is cut off or lapses of a year',
    ],
    [
      'needsNotice of what is cut off',
      { carryOver: { keep: 'none', needsNotice: true } },
      'Nothing is cut off of a year unless its notice',
    ],
    ['spending: earned', earns({}), 'What is there may be taken, and no more.'],
    [
      'spending: year',
      { ...earns({}), spending: { of: 'year' } },
      'All of the running leave year’s entitlement may be taken before it is posted.',
    ],
    ['an overdraft', { overdraftLimit: '5' }, 'What is there may be taken, and 5 days more.'],
    [
      'an overdraft beside the year',
      { ...earns({}), overdraftLimit: '5', spending: { of: 'year' } },
      'may be taken before it is posted. The overdraft is 5 days.',
    ],
    [
      'an unlimited overdraft of what is earned',
      { ...earns({}), overdraftLimit: null },
      'More than is there may be taken, without a limit.',
    ],
    [
      'spending from',
      { spending: { from: { months: 3 } } },
      'Leave may be taken from 3 months after the day of hiring on.',
    ],
    [
      'spending from working days',
      { spending: { from: { workingDays: 30 } } },
      'from 30 working days after the day of hiring on.',
    ],
    ['yearMost', { spending: { yearMost: '20' } }, 'Taking is limited to 20 days in one leave year.'],
    [
      'keepBack',
      { encashment: { keepBack: '10' } },
      'Paying out leaves at least 10 days, leave that is booked counted as taken.',
    ],
    ['most', { encashment: { most: '5' } }, 'Paying out is limited to 5 days in one leave year.'],
    [
      'countsAsWorked: false',
      { countsAsWorked: false },
      'Where something is earned by hours attended, a day that is taken under this policy does not count as attended.',
    ],
    [
      'countsAsWorked: half',
      { countsAsWorked: '0.5' },
      'a day that is taken under this policy counts as 0.5 of a day attended.',
    ],
    [
      'lateLeave',
      { lateLeave: 'as-posted' },
      'Leave that is entered late changes nothing of what was posted on the grounds of the balance then.',
    ],
    [
      'retiredFrom',
      { retiredFrom: day('2027-01-01') },
      'From 1 January 2027 on nothing is earned or taken under this policy.',
    ],
    ['the unit', { ...earns({ levels: [{ amount: '6' }] }), unit: 'hour' }, 'Earned: 6 hours each month.'],
    ['a unit without a plural', { ...earns({ levels: [{ amount: '6' }] }), unit: 'EUR' }, 'Earned: 6 EUR each month.'],
  ])('%s', (_member, said, words) => {
    expect(wordsOf(said)).toContain(words)
  })
})

describe('what is usual', () => {
  test.each<[member: string, said: Partial<ExplainedTerms>, usual: Partial<ExplainedTerms>]>([
    ['leaveYear', { ...earns({}), leaveYear: { starts: monthDay('01-01') } }, earns({})],
    ['on', earns({ on: { dayOfMonth: 1 } }), earns({})],
    ['postOn', earns({ postOn: 'first-day' }), earns({})],
    ['after', earns({ levels: [{ yearAmount: '25', after: { days: 0 } }] }), earns({})],
    ['levelChange without a second level', earns({ levelChange: 'next-year' }), earns({})],
    ['firstPeriod', earns({ firstPeriod: 'calendar-days' }), earns({})],
    ['basis', earns({ basis: 'calendar' }), earns({})],
    ['scaledByShare', earns({ scaledByShare: false }), earns({})],
    ['carryOver', { carryOver: { on: 'year', keep: 'all', needsNotice: false } }, { carryOver: {} }],
    ['spending', { spending: { of: 'earned' } }, {}],
    ['encashment', { encashment: { keepBack: '0' } }, {}],
    ['countsAsWorked', { countsAsWorked: true }, {}],
    ['countsAsWorked: all of it', { countsAsWorked: '1' }, {}],
    ['lateLeave', { lateLeave: 'recount' }, {}],
  ])('is told the same said and left out: %s', (_member, said, usual) => {
    expect(wordsOf(said)).toBe(wordsOf(usual))
  })
})

/** Whether a member says what is usual, or something on which nothing else depends. */
function maySayNothing(name: string, member: unknown): boolean {
  const usual: Readonly<Record<string, readonly unknown[]>> = {
    basis: ['calendar'],
    countsAsWorked: [true, '1'],
    keep: ['all'],
    keepBack: ['0'],
    lateLeave: ['recount'],
    needsNotice: [false],
    of: ['earned'],
    scaledByShare: [false],
  }
  if (/^(leaveYear|spending|encashment|on|postOn|levelChange|firstPeriod|lastPeriod)$/.test(name)) return true
  return usual[name]?.includes(member) === true
}

describe('laws', () => {
  test('terms without one of their members are told otherwise, unless that says what is usual', () => {
    fc.assert(
      fc.property(soundTerms, (said) => {
        const text = wordsOf({ scale: 2, ...said })
        for (const { name, member, without } of everyMemberLeftOut(said as Members)) {
          if (maySayNothing(name, member)) continue
          expect({ name, text: wordsOf({ scale: 2, ...without }) }).not.toEqual({ name, text })
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a text is of whole sentences, and has no trace of code in it', () => {
    fc.assert(
      fc.property(soundTerms, (said) => {
        const text = wordsOf(said)
        expect(text).not.toMatch(/undefined|null|NaN|object|\{|\}|[a-z][A-Z]|\.\.|  | ,/)
        expect(text).toMatch(/\.$/)
        for (const sentence of text.split(/(?<=[a-z)]\.) /)) expect(sentence).toMatch(/^[A-Z].*\.$/)
      }),
      { numRuns: 300 },
    )
  })

  test('every member of a policy that is about earning is met', () => {
    const met = new Set(fc.sample(soundTerms, { numRuns: 500, seed: 3 }).flatMap((said) => Object.keys(said)))
    expect([...met].toSorted()).toEqual([...EARNING_MEMBERS].toSorted())
  })
})

interface Members {
  readonly [name: string]: unknown
}

interface LeftOut {
  readonly name: string
  readonly member: unknown
  readonly without: Members
}

/** Optional members of terms, each with the terms as they are without it. */
function everyMemberLeftOut(said: Members): LeftOut[] {
  return Object.keys(said).flatMap((name) => {
    const { [name]: member, ...others } = said
    const inside = OPEN.has(name) ? everyMemberLeftOut(member as Members) : []
    const own = NEEDED.has(name) ? [] : [{ name, member, without: others }]
    return [...own, ...inside.map((found) => ({ ...found, without: { ...said, [name]: found.without } }))]
  })
}

/** Objects of which any member may be left out but those that are needed. */
const OPEN = new Set(['earning', 'carryOver', 'spending', 'encashment'])
const NEEDED = new Set(['every', 'levels'])
