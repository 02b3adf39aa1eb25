import type { MonthDay } from '../../../../src/domain/earning/terms.ts'
import { day } from '../../../support/builders.ts'
import type { Someone } from '../someone.ts'
import { type PartExample, starts, testExamples } from './part-examples.ts'
import { fiveDays, pattern, threeDays, working } from './working-weeks.ts'

// What statutes and their commentaries give as examples.

const germany: NonNullable<Someone['earning']> = {
  every: 'year',
  yearAmount: '24',
  week: { days: '6' },
  firstPeriod: 'full-months',
  lastPeriod: 'full-months-in-first-half',
  waiting: { months: 6, then: 'full-year' },
}

const statutes: PartExample[] = [
  // Germany, BUrlG §§ 3–5: 24 days in weeks of six, here 20 in weeks of five; full after six months; twelfths else.
  [
    'Germany: all of the year is due after six months',
    { employed: ['2026-02-01/..'], earning: germany },
    '2027-01-01',
    '08-01 20, 2027-01-01 20',
  ],
  [
    'Germany: hired on 1 July, six months are over on 1 January (BAG 9 AZR 179/15)',
    { employed: ['2026-07-01/..'], earning: germany },
    '2027-12-31',
    '12-31 10, 2027-01-01 20',
  ],
  [
    'Germany: a year that ends within the waiting has its twelfths',
    { employed: ['2026-09-15/..'], earning: germany },
    '2027-12-31',
    '12-31 5, 2027-03-15 20',
  ],
  [
    'Germany: left within the waiting, full months alone',
    { employed: ['2026-02-01/2026-05-14'], earning: germany },
    '2026-12-31',
    '05-14 5',
  ],
  [
    'Germany: left in the first half of the year, five twelfths',
    { employed: ['2020-01-01/2026-05-31'], earning: germany },
    '2026-12-31',
    '01-01 25/3',
  ],
  [
    'Germany: left on 30 June, six twelfths',
    { employed: ['2020-01-01/2026-06-30'], earning: germany },
    '2026-12-31',
    '01-01 10',
  ],
  [
    'Germany: left on 1 July, all of it',
    { employed: ['2020-01-01/2026-07-01'], earning: germany },
    '2026-12-31',
    '01-01 20',
  ],
  [
    'Germany: joined and left in a year, having waited: all',
    { employed: ['2026-01-15/2026-08-31'], earning: germany },
    '2026-12-31',
    '07-15 20',
  ],
  // France, Code du travail L. 3141-3: 2.5 working days a month, from 1 June.
  [
    'France: 2.5 days for each month of work',
    { from: '2026-06-01', earning: { amount: '2.5', postOn: 'last-day' }, policy: starts('06-01') },
    '2026-08-31',
    '06-30 2.5, 07-31 2.5, 08-31 2.5',
  ],
  [
    'France: thirty in a year',
    { from: '2026-06-01', earning: { every: 'year', yearAmount: '30' }, policy: starts('06-01') },
    '2027-05-31',
    '06-01 30',
  ],
  // United States, 5 U.S.C. 6303: 4, 6 and 8 hours for each pay period of two weeks, after 3 and 15 years; 10 in the last one.
  [
    'federal: under three years',
    { from: '2026-01-11', since: '2025-01-12', earning: federal(), policy: payPeriods() },
    '2026-01-25',
    '01-11 4, 01-25 4',
  ],
  [
    'federal: three years, and ten hours in the year’s last full period',
    { from: '2026-11-29', since: '2020-01-01', earning: federal(), policy: payPeriods() },
    '2026-12-27',
    '11-29 6, 12-13 10, 12-27 6',
  ],
  [
    'federal: three years are reached within a period, so the next one counts',
    {
      from: '2026-01-11',
      since: '2023-01-20',
      earning: { ...federal(), levelChange: 'next-period' },
      policy: payPeriods(),
    },
    '2026-01-25',
    '01-11 4, 01-25 6',
  ],
  [
    'federal: fifteen years',
    { from: '2026-12-13', since: '2010-01-01', earning: federal(), policy: payPeriods() },
    '2026-12-13',
    '12-13 8',
  ],
  // Australia, Fair Work Act 2009, s 87: four weeks a year by ordinary hours: 1 ÷ 13 of them.
  [
    'Australia: 38 hours a week, for four weeks',
    {
      from: '2026-01-05',
      to: '2026-02-01',
      time: working(pattern('2020-01-01', fiveDays, '7.6')),
      earning: { every: 'week', perHours: { amount: '1', hours: '13', of: 'scheduled' } },
    },
    '2026-02-01',
    '01-11 38/13, 01-18 38/13, 01-25 38/13, 02-01 38/13',
  ],
  // United Kingdom, SI 1998/1833: 5.6 weeks, and 12.07 % of the hours of who works irregular ones.
  [
    'United Kingdom: 5.6 weeks of five days',
    { earning: { every: 'year', yearAmount: '5.6', yearMax: '28', week: { days: '1' } } },
    '2026-12-31',
    '01-01 28',
  ],
  [
    'United Kingdom: 5.6 weeks of three days',
    {
      time: working(pattern('2020-01-01', threeDays)),
      earning: { every: 'year', yearAmount: '5.6', yearMax: '28', week: { days: '1' } },
    },
    '2026-12-31',
    '01-01 16.8',
  ],
  [
    'United Kingdom: a twelfth each month of the first year',
    { from: '2026-09-01', earning: { yearAmount: '28' } },
    '2026-10-01',
    '09-01 7/3, 10-01 7/3',
  ],
  // Switzerland, OR Art. 329a: four weeks a year, five up to the age of 20; by the part of the year that is served.
  [
    'Switzerland: left on 31 March, 90 of 365 days of 20',
    { to: '2026-03-31', earning: { every: 'year', yearAmount: '20' } },
    '2026-12-31',
    '01-01 360/73',
  ],
  // Netherlands, BW 7:634: four times the weekly hours a year.
  [
    'Netherlands: 4 × 24 hours, by the month',
    {
      time: working(pattern('2020-01-01', threeDays)),
      earning: { yearAmount: '4', week: { hours: '1' }, postOn: 'last-day' },
    },
    '2026-01-31',
    '01-31 8',
  ],
  // Austria, UrlG § 2: 30 working days, 36 after 25 years; in the first six months by their part of the year.
  [
    'Austria: thirty-six after 25 years',
    {
      since: '2001-07-01',
      earning: {
        every: 'year',
        levels: [{ yearAmount: '30' }, { after: { years: 25 }, yearAmount: '36' }],
        levelChange: 'next-year',
      },
    },
    '2027-01-01',
    '01-01 30, 2027-01-01 36',
  ],
  // Japan, Labour Standards Act, Art. 39: ten days after six months, eleven a year later.
  [
    'Japan: ten days after six months, eleven a year later',
    {
      from: '2026-04-01',
      earning: {
        every: 'year',
        on: { dates: ['10-01' as MonthDay] },
        levels: [
          { after: { months: 6 }, amount: '10' },
          { after: { months: 18 }, amount: '11' },
        ],
      },
    },
    '2027-10-01',
    '10-01 10, 2027-10-01 11',
  ],
  // California, Labor Code § 246: an hour for every thirty that are worked.
  [
    'California: an hour for each 30',
    {
      earning: {
        every: 'two-weeks',
        on: { from: day('2026-01-05') },
        perHours: { amount: '1', hours: '30', of: 'worked' },
      },
      from: '2026-01-05',
      worked: { '2026-01-05/2026-01-18': '80' },
    },
    '2026-01-18',
    '01-18 8/3',
  ],
  // Spain, Estatuto de los Trabajadores, Art. 38: thirty calendar days a year.
  [
    'Spain: 30 days, 2.5 for each month',
    { from: '2026-07-01', earning: { yearAmount: '30' } },
    '2026-08-01',
    '07-01 2.5, 08-01 2.5',
  ],
  // Poland, Kodeks pracy, Art. 153: in the first year a twelfth of 20 days after each month of work.
  [
    'Poland: a twelfth of 20 after each month',
    { from: '2026-03-01', earning: { yearAmount: '20', postOn: 'last-day' } },
    '2026-04-30',
    '03-31 5/3, 04-30 5/3',
  ],
]

testExamples('a statute', statutes)

function federal() {
  const level = (years: number, amount: string, also = {}) => ({ after: { years }, amount, ...also })
  return {
    every: 'two-weeks' as const,
    levels: [level(0, '4'), level(3, '6', { inLastFullPeriodOfCalendarYear: '10' }), level(15, '8')],
  }
}

function payPeriods() {
  return { leaveYear: { payPeriodsFrom: day('2026-01-11') } }
}
