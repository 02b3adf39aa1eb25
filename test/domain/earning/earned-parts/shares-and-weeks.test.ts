import { EVERY_DAY } from '../../../../src/domain/calendar/work-time.ts'
import { day } from '../../../support/builders.ts'
import { type PartExample, testExamples } from './part-examples.ts'
import { fiveDays, pattern, threeDays, working } from './working-weeks.ts'

// Part time: by a share of full time, or by the week that is worked.

const shares: PartExample[] = [
  ['0.8 of full time', { share: '0.8', earning: { amount: '2.5', scaledByShare: true } }, '2026-01-01', '01-01 2'],
  [
    'is nothing where the policy does not say so',
    { share: '0.8', earning: { amount: '2.5' } },
    '2026-01-01',
    '01-01 2.5',
  ],
  ['full time unless said', { earning: { amount: '2.5', scaledByShare: true } }, '2026-01-01', '01-01 2.5'],
  [
    'changes on 15 March: 14 days of 0.8 and 17 of 0.5, of 31',
    {
      from: '2026-03-01',
      share: '0.8',
      shares: { '2026-03-15': '0.5' },
      earning: { amount: '31', scaledByShare: true },
    },
    '2026-04-01',
    '03-01 19.7, 04-01 15.5',
  ],
  [
    'changes in a month that is cut: 5 days of 1 and 17 of 0.5',
    { from: '2026-03-10', share: '1', shares: { '2026-03-15': '0.5' }, earning: { amount: '31', scaledByShare: true } },
    '2026-03-31',
    '03-10 13.5',
  ],
  [
    'changes in a month that counts as half: 5 and 17 of 22 days',
    {
      from: '2026-03-10',
      share: '1',
      shares: { '2026-03-15': '0' },
      earning: { amount: '44', firstPeriod: 'half', scaledByShare: true },
    },
    '2026-03-31',
    '03-10 5',
  ],
  [
    'changes twice, once to nothing',
    { share: '1', shares: { '2026-02-01': '0', '2026-03-01': '0.5' }, earning: { amount: '2', scaledByShare: true } },
    '2026-03-01',
    '01-01 2, 03-01 1',
  ],
]

const weeks: PartExample[] = [
  [
    '24 days in weeks of six are 20 in weeks of five (BUrlG § 3)',
    { earning: { every: 'year', yearAmount: '24', week: { days: '6' } } },
    '2026-12-31',
    '01-01 20',
  ],
  [
    'and 12 in weeks of three',
    {
      time: working(pattern('2020-01-01', threeDays)),
      earning: { every: 'year', yearAmount: '24', week: { days: '6' } },
    },
    '2026-12-31',
    '01-01 12',
  ],
  [
    '160 hours in weeks of 40 are 96 in weeks of 24',
    {
      time: working(pattern('2020-01-01', threeDays)),
      earning: { every: 'year', amount: '160', week: { hours: '40' } },
    },
    '2026-12-31',
    '01-01 96',
  ],
  [
    'from five days to three on 15 March: 14 and 17 of 31 days',
    {
      from: '2026-03-01',
      time: working(pattern('2020-01-01', fiveDays), pattern('2026-03-15', threeDays)),
      earning: { amount: '31', week: { days: '5' } },
    },
    '2026-04-01',
    '03-01 24.2, 04-01 18.6',
  ],
  [
    'a rota of five and of three days is one of four',
    {
      time: {
        ...EVERY_DAY,
        patterns: [
          {
            ...pattern('2020-01-01', fiveDays),
            workingDays: null,
            rota: { weeks: [fiveDays, threeDays], weeksFrom: day('2026-01-05') },
          },
        ],
      },
      earning: { amount: '5', week: { days: '5' } },
    },
    '2026-01-01',
    '01-01 4',
  ],
  [
    'a half day is half of one',
    {
      time: working({ ...pattern('2020-01-01', fiveDays), workingDays: { ...fiveDays, fri: 'am' } as never }),
      earning: { amount: '5', week: { days: '5' } },
    },
    '2026-01-01',
    '01-01 4.5',
  ],
  [
    'a year’s most bounds it: 5.6 weeks of six days are 28 (SI 1998/1833)',
    {
      time: working({ ...pattern('2020-01-01', fiveDays), workingDays: { ...fiveDays, sat: '1' } as never }),
      earning: { every: 'year', yearAmount: '5.6', yearMax: '28', week: { days: '1' } },
    },
    '2026-12-31',
    '01-01 28',
  ],
  [
    'before parts of it are taken: 184 of 365 days of 28',
    {
      from: '2026-07-01',
      time: working({ ...pattern('2020-01-01', fiveDays), workingDays: { ...fiveDays, sat: '1' } as never }),
      earning: { every: 'year', yearAmount: '5.6', yearMax: '28', week: { days: '1' } },
    },
    '2026-12-31',
    '07-01 5152/365',
  ],
  [
    'and twelfths of it',
    {
      time: working({ ...pattern('2020-01-01', fiveDays), workingDays: { ...fiveDays, sat: '1' } as never }),
      earning: { yearAmount: '5.6', yearMax: '24', week: { days: '1' } },
    },
    '2026-01-01',
    '01-01 2',
  ],
]

testExamples('shares', shares)
testExamples('weeks', weeks)
