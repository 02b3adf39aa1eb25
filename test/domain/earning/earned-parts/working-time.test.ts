import { day } from '../../../support/builders.ts'
import { type PartExample, testExamples } from './part-examples.ts'
import { fiveDays, march, pattern, working } from './working-weeks.ts'

// Hours: attended of those scheduled, worked, and scheduled.

const holiday = { date: day('2026-03-17'), name: 'off', portion: 'full' as const }
const calendar = {
  calendar: 'plant',
  version: 1,
  position: 1,
  effectiveFrom: day('2020-01-01'),
  workingDays: fiveDays,
  rota: null,
  hoursPerDay: '8',
  holidays: [holiday],
  workedDays: [],
  region: null,
  publicHolidays: null,
} as const
const withHoliday = { calendar: 'plant', patterns: [], calendars: new Map([['plant', [calendar] as const]]) }
const off = (on: string, also: object = {}) => ({ on, days: '1', countsAs: '0', ...also })

const workingTime: PartExample[] = [
  ['nobody absent: all of 22 days', march, '2026-03-31', '03-31 22'],
  [
    'two days absent that do not count: 20 of 22',
    { ...march, absent: [off('2026-03-02'), off('2026-03-03')] },
    '2026-03-31',
    '03-31 20',
  ],
  ['that count in full', { ...march, absent: [off('2026-03-02', { countsAs: '1' })] }, '2026-03-31', '03-31 22'],
  ['that count as half', { ...march, absent: [off('2026-03-02', { countsAs: '0.5' })] }, '2026-03-31', '03-31 21.5'],
  ['half a day', { ...march, absent: [off('2026-03-02', { days: '0.5' })] }, '2026-03-31', '03-31 21.5'],
  [
    'two hours of eight',
    { ...march, absent: [off('2026-03-02', { days: undefined, hours: '2' })] },
    '2026-03-31',
    '03-31 21.75',
  ],
  [
    'never more than the day has',
    { ...march, absent: [off('2026-03-02', { days: undefined, hours: '12' }), off('2026-03-02')] },
    '2026-03-31',
    '03-31 21',
  ],
  ['nothing on a day that is not worked', { ...march, absent: [off('2026-03-01')] }, '2026-03-31', '03-31 22'],
  ['a holiday is attended', { ...march, time: withHoliday }, '2026-03-31', '03-31 22'],
  [
    'whatever else it is',
    { ...march, time: withHoliday, absent: [off('2026-03-17'), off('2026-03-18')] },
    '2026-03-31',
    '03-31 21',
  ],
  [
    'absent all month: nothing',
    { ...march, absent: Array.from({ length: 31 }, (_, at) => off(`2026-03-${String(at + 1).padStart(2, '0')}`)) },
    '2026-03-31',
    '',
  ],
  ['nothing scheduled: nothing', { ...march, time: working(pattern('2020-01-01', fiveDays, '0')) }, '2026-03-31', ''],
  [
    'joined on the 25th: 5 of 22 days, one of them absent',
    { ...march, from: '2026-03-25', absent: [off('2026-03-26')] },
    '2026-03-31',
    '03-31 4',
  ],
  [
    'fewer hours from the 16th on: 10 × 8 + 12 × 4 of that',
    {
      ...march,
      time: working(pattern('2020-01-01', fiveDays, '8'), pattern('2026-03-16', fiveDays, '4')),
      absent: [off('2026-03-02')],
    },
    '2026-03-31',
    '03-31 20.625',
  ],
]

const hours: PartExample[] = [
  [
    '1 for 20 hours worked, at the month’s end',
    {
      earning: { perHours: { amount: '1', hours: '20', of: 'worked' } },
      worked: { '2026-01-31': '150', '2026-02-28': '10' },
    },
    '2026-02-28',
    '01-31 7.5, 02-28 0.5',
  ],
  [
    'hours over two months are spread: 160 ÷ 8 days, 3 and 5 of them',
    { earning: { perHours: { amount: '1', hours: '20', of: 'worked' } }, worked: { '2026-01-29/2026-02-05': '160' } },
    '2026-02-28',
    '01-31 3, 02-28 5',
  ],
  [
    'hours before joining do not count',
    {
      from: '2026-02-01',
      earning: { perHours: { amount: '1', hours: '20', of: 'worked' } },
      worked: { '2026-01-29/2026-02-05': '160' },
    },
    '2026-02-28',
    '02-28 5',
  ],
  [
    '1 for 13 hours scheduled: 176 ÷ 13 (Fair Work Act 2009, s 87)',
    { from: '2026-03-01', earning: { perHours: { amount: '1', hours: '13', of: 'scheduled' } } },
    '2026-03-31',
    '03-31 176/13',
  ],
  [
    'a part of a month has its own hours: 5 days of 8',
    { from: '2026-03-25', earning: { perHours: { amount: '1', hours: '20', of: 'scheduled' } } },
    '2026-03-31',
    '03-31 2',
  ],
  [
    'unless the first part earns nothing',
    { from: '2026-03-25', earning: { firstPeriod: 'none', perHours: { amount: '1', hours: '20', of: 'scheduled' } } },
    '2026-03-31',
    '',
  ],
  [
    'a holiday is scheduled',
    { from: '2026-03-01', time: withHoliday, earning: { perHours: { amount: '1', hours: '22', of: 'scheduled' } } },
    '2026-03-31',
    '03-31 8',
  ],
  [
    '12.07 % of hours worked (SI 2023/1426)',
    {
      earning: { perHours: { amount: '12.07', hours: '100', of: 'worked' } },
      worked: { '2026-01-01/2026-01-31': '100' },
    },
    '2026-01-31',
    '01-31 12.07',
  ],
]

testExamples('working time', workingTime)
testExamples('hours', hours)
