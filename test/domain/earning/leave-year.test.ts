import { describe, expect, test } from 'vitest'
import { leaveYearOn } from '../../../src/domain/earning/leave-year-on.ts'
import type { LeaveYear, MonthDay } from '../../../src/domain/earning/terms.ts'
import { day } from '../../support/builders.ts'
import { factsOf, type Someone } from './someone.ts'

// The leave year that a day is in.

const starts = (text: string): { leaveYear: LeaveYear } => ({ leaveYear: { starts: text as MonthDay | 'service' } })
const payPeriods = (from: string): { leaveYear: LeaveYear } => ({ leaveYear: { payPeriodsFrom: day(from) } })
const service: Someone = { policy: starts('service') }

const cases: [what: string, someone: Someone, on: string, from: string, to: string][] = [
  ['the calendar year, unless said', {}, '2026-07-01', '2026-01-01', '2026-12-31'],
  ['a fiscal year, its first day', { policy: starts('04-01') }, '2026-04-01', '2026-04-01', '2027-03-31'],
  ['a fiscal year, its last day', { policy: starts('04-01') }, '2026-03-31', '2025-04-01', '2026-03-31'],
  ['the tax year of the United Kingdom', { policy: starts('04-06') }, '2026-04-05', '2025-04-06', '2026-04-05'],
  ['holiday year of France', { policy: starts('06-01') }, '2026-01-01', '2025-06-01', '2026-05-31'],
  ['from 29 February, before a leap year', { policy: starts('02-29') }, '2027-05-01', '2027-02-28', '2028-02-28'],
  ['from 29 February, in a leap year', { policy: starts('02-29') }, '2028-02-29', '2028-02-29', '2029-02-27'],
  ['years of service', { ...service, since: '2019-09-15' }, '2026-09-14', '2025-09-15', '2026-09-14'],
  [
    'years of service, since hiring',
    { ...service, employed: ['2024-05-31/..'] },
    '2026-06-01',
    '2026-05-31',
    '2027-05-30',
  ],
  ['years of service, else since the assignment', service, '2026-02-01', '2026-01-01', '2026-12-31'],
  ['service since 29 February', { ...service, since: '2024-02-29' }, '2027-02-28', '2027-02-28', '2028-02-28'],
  [
    'service since 29 February, four years on',
    { ...service, since: '2024-02-29' },
    '2028-02-28',
    '2027-02-28',
    '2028-02-28',
  ],
  [
    'hired again: the years begin with that day',
    { ...service, employed: ['2020-03-01/2024-12-31', '2026-08-10/..'] },
    '2026-09-01',
    '2026-08-10',
    '2027-08-09',
  ],
  [
    'hired again: before it, as they were',
    { ...service, employed: ['2020-03-01/2024-12-31', '2026-08-10/..'] },
    '2026-08-09',
    '2026-03-01',
    '2026-08-09',
  ],
  // 5 U.S.C. 6302, 6304: the leave year begins with the first full pay period of the calendar year.
  [
    'pay periods: 11 January 2026 is the first',
    { policy: payPeriods('2026-01-11') },
    '2026-01-10',
    '2025-01-12',
    '2026-01-10',
  ],
  ['pay periods: 26 of them', { policy: payPeriods('2026-01-11') }, '2026-01-11', '2026-01-11', '2027-01-09'],
  [
    'pay periods: 27 of them, where one begins on 1 January',
    { policy: payPeriods('2026-01-01') },
    '2026-05-05',
    '2026-01-01',
    '2027-01-13',
  ],
  ['pay periods: counted back, too', { policy: payPeriods('2030-01-06') }, '2026-01-10', '2025-01-12', '2026-01-10'],
  // A version that moves the beginning.
  [
    'moved to 1 April in February: the year ends with March',
    { then: [{ effectiveFrom: day('2026-02-01'), ...starts('04-01') }] },
    '2026-01-15',
    '2026-01-01',
    '2026-03-31',
  ],
  [
    'and the next one is a whole year',
    { then: [{ effectiveFrom: day('2026-02-01'), ...starts('04-01') }] },
    '2026-04-01',
    '2026-04-01',
    '2027-03-31',
  ],
  [
    'moved to 1 April on that day',
    { then: [{ effectiveFrom: day('2026-04-01'), ...starts('04-01') }] },
    '2026-03-31',
    '2026-01-01',
    '2026-03-31',
  ],
  [
    'moved to 1 April in June: the year goes on to it',
    { then: [{ effectiveFrom: day('2026-06-01'), ...starts('04-01') }] },
    '2026-05-31',
    '2026-01-01',
    '2027-03-31',
  ],
  [
    'the same seen from after the change',
    { then: [{ effectiveFrom: day('2026-06-01'), ...starts('04-01') }] },
    '2026-12-31',
    '2026-01-01',
    '2027-03-31',
  ],
  [
    'moved and moved back before it came',
    {
      then: [
        { effectiveFrom: day('2026-02-01'), ...starts('04-01') },
        { effectiveFrom: day('2026-03-01'), ...starts('01-01') },
      ],
    },
    '2026-02-15',
    '2026-01-01',
    '2026-12-31',
  ],
]

describe('the leave year of a day', () => {
  test.each(cases)('%s', (_what, someone, on, from, to) => {
    expect(leaveYearOn(factsOf(someone), day(on))).toEqual({ from, to })
  })

  test('of an account that nobody earns on: by service, if anybody was hired', () => {
    const facts = { ...factsOf(service), assignments: [] }
    expect(leaveYearOn(facts, day('2026-03-01')).from).toBe('2026-01-01')
    const employments = [{ from: day('2020-05-10'), to: null }]
    expect(leaveYearOn({ ...facts, employments }, day('2026-03-01')).from).toBe('2025-05-10')
  })
})
