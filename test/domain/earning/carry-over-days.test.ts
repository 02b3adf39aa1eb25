import { describe, expect, test } from 'vitest'
import { carryOverDays } from '../../../src/domain/earning/carry-over-days.ts'
import type { CarryOverDay } from '../../../src/domain/earning/part.ts'
import type { CarryOverTerms, MonthDay } from '../../../src/domain/earning/terms.ts'
import { day } from '../../support/builders.ts'
import { factsOf, type Someone, termsOf } from './someone.ts'

// The days on which a year ends for an account, and what is kept then.

const keeps = (keep: CarryOverTerms['keep'], on?: string): CarryOverTerms => ({
  keep: keep!,
  ...(on === undefined ? {} : { on: on as MonthDay }),
})
const five = { upTo: '5' }
const none: CarryOverTerms = { keep: 'none' }
const earns = { amount: '1' }

const nobody: Someone = { assignment: { from: day('2030-01-01') } }

/** `2027-01-01 5`: the day and what is kept; `of 2026-04-01` where the ended year is not the calendar's; `by a1` the assignment. */
function said({ on, terms, ended, assignment }: CarryOverDay): string {
  const kept = typeof terms.keep === 'object' ? terms.keep.upTo : terms.keep
  return [on, kept, ended.from.endsWith('-01-01') ? '' : `of ${ended.from}`, assignment === null ? 'nobody' : '']
    .filter((part) => part !== '')
    .join(' ')
}

const cases: [what: string, someone: Someone, through: string, expected: string, from?: string][] = [
  ['none where the policy says nothing of it', { earning: earns }, '2028-12-31', ''],
  [
    'the first day of each leave year',
    { policy: { carryOver: keeps(five) } },
    '2028-01-01',
    '2027-01-01 5, 2028-01-01 5',
  ],
  ['not before it comes', { policy: { carryOver: keeps(five) } }, '2026-12-31', ''],
  [
    'nothing is carried into the very first day',
    { policy: { carryOver: keeps(five) } },
    '2026-06-01',
    '',
    '2026-01-01',
  ],
  [
    'a movement before the assignment',
    { policy: { carryOver: keeps(five) } },
    '2026-06-01',
    '2026-01-01 5',
    '2025-12-31',
  ],
  [
    'of a fiscal year',
    { policy: { leaveYear: { starts: '04-01' as MonthDay }, carryOver: keeps('all') } },
    '2027-04-01',
    '2026-04-01 all of 2025-04-01, 2027-04-01 all of 2026-04-01',
  ],
  [
    'on a day within the year: the year is that one',
    { policy: { carryOver: keeps(five, '04-01') } },
    '2027-04-01',
    '2026-04-01 5, 2027-04-01 5',
  ],
  [
    'on 29 February',
    { policy: { carryOver: keeps('all', '02-29') } },
    '2028-12-31',
    '2026-02-28 all, 2027-02-28 all, 2028-02-29 all',
  ],
  [
    'on the anniversary',
    { since: '2020-02-29', policy: { carryOver: keeps(five, 'anniversary') } },
    '2028-03-01',
    '2026-02-28 5, 2027-02-28 5, 2028-02-29 5',
  ],
  [
    'no anniversary before there was a year',
    { from: '2026-05-10', policy: { carryOver: keeps(five, 'anniversary') } },
    '2027-05-10',
    '2027-05-10 5',
    '2026-01-01',
  ],
  [
    'the year of service',
    { since: '2020-05-10', policy: { leaveYear: { starts: 'service' }, carryOver: keeps(five) } },
    '2026-12-31',
    '2026-05-10 5 of 2025-05-10',
  ],
  [
    'with pay periods',
    { policy: { leaveYear: { payPeriodsFrom: day('2026-01-11') }, carryOver: keeps({ upTo: '240' }) } },
    '2027-02-01',
    '2026-01-11 240 of 2025-01-12, 2027-01-10 240 of 2026-01-11',
  ],
  [
    'by the version of the very day',
    { policy: { carryOver: keeps(five) }, then: [{ effectiveFrom: day('2028-01-01'), carryOver: none }] },
    '2028-12-31',
    '2027-01-01 5, 2028-01-01 none',
  ],
  [
    'a version that moves the day',
    {
      policy: { carryOver: keeps(five) },
      then: [{ effectiveFrom: day('2027-02-01'), carryOver: keeps(five, '04-01') }],
    },
    '2028-04-01',
    '2027-01-01 5, 2027-04-01 5, 2028-04-01 5',
  ],
  [
    'an account that nobody earns on',
    { ...nobody, policy: { carryOver: keeps(five) } },
    '2027-12-31',
    '2026-01-01 5 nobody, 2027-01-01 5 nobody',
    '2025-07-01',
  ],
  [
    'an account that was earned on once',
    { to: '2026-06-30', policy: { carryOver: keeps(five) } },
    '2027-01-01',
    '2027-01-01 5 nobody',
  ],
  [
    'whoever has left',
    { employed: ['2026-01-01/2026-06-30'], policy: { carryOver: keeps(five) } },
    '2027-01-01',
    '2027-01-01 5 nobody',
  ],
  [
    'of the level',
    {
      since: '2022-03-01',
      earning: { levels: [earns, { ...earns, after: { years: 5 }, carryOver: keeps({ upTo: '10' }) }] },
      policy: { carryOver: keeps(five) },
    },
    '2028-01-01',
    '2027-01-01 5, 2028-01-01 10',
  ],
  [
    'of the level that is reached on that day',
    {
      since: '2022-01-01',
      earning: { levels: [earns, { ...earns, after: { years: 5 }, carryOver: keeps({ upTo: '10' }) }] },
      policy: { carryOver: keeps(five) },
    },
    '2027-01-01',
    '2027-01-01 10',
  ],
  [
    'of the level that holds until the next leave year',
    {
      since: '2022-03-01',
      earning: {
        levelChange: 'next-year',
        levels: [
          { ...earns, carryOver: keeps(five, '06-01') },
          { ...earns, after: { years: 5 }, carryOver: keeps({ upTo: '10' }, '06-01') },
        ],
      },
    },
    '2028-06-01',
    '2026-06-01 5, 2027-06-01 5, 2028-06-01 10',
  ],
  [
    'for one person',
    { assignment: { terms: { carryOver: keeps('all') } }, policy: { carryOver: none } },
    '2027-01-01',
    '2027-01-01 all',
  ],
  [
    'for one person, before the level of the policy',
    { earning: { ...earns, carryOver: none }, assignment: { terms: { carryOver: keeps('all') } } },
    '2027-01-01',
    '2027-01-01 all',
  ],
  [
    'for one person, by her own level',
    { assignment: { terms: { carryOver: none, earning: termsOf({ ...earns, carryOver: keeps('all') }) } } },
    '2027-01-01',
    '2027-01-01 all',
  ],
  [
    'for one person, after it by the policy',
    { to: '2027-05-31', assignment: { terms: { carryOver: keeps('all') } }, policy: { carryOver: none } },
    '2028-01-01',
    '2027-01-01 all, 2028-01-01 none nobody',
  ],
]

describe('when a year ends', () => {
  test.each(cases)('%s', (_what, someone, through, expected, from = '2999-12-31') => {
    expect(
      carryOverDays(factsOf(someone), day(through), { from: day(from) })
        .map(said)
        .join(', '),
    ).toBe(expected)
  })
})
