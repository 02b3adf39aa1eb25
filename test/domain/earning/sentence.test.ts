import { expect, test } from 'vitest'
import { sentenceOf } from '../../../src/domain/earning/sentence.ts'
import type { ToldByPeople, ToldByRule, ToldLine } from '../../../src/domain/earning/told-line.ts'
import { day } from '../../support/builders.ts'

// What is told of every other kind of line: what rules take away, carry or correct, and what people recorded.

const on = day('2026-01-01')
const lastYear = { from: day('2025-01-01'), to: day('2025-12-31') }
const kept = { on, earnedBefore: on, kept: '5.00', validUntil: null, neverLapses: '5.00' }

function byRule(
  rule: ToldByRule['rule'],
  amount: string,
  by: Partial<ToldByRule> = {},
  told: Partial<ToldLine> = {},
): ToldLine {
  return {
    on,
    amount,
    unit: 'day',
    meantFor: null,
    by: { rule, period: lastYear, figures: {}, carried: null, cause: null, ...by },
    ...told,
  }
}

function byPeople(type: ToldByPeople['type'], amount: string, by: Partial<ToldByPeople> = {}): ToldLine {
  const usual: ToldByPeople = {
    rule: null,
    type,
    portion: null,
    isAskedFor: false,
    isCarriedIn: false,
    validUntil: null,
    to: null,
    reverses: null,
    reason: null,
  }
  return { on: day('2026-03-02'), amount, unit: 'day', meantFor: null, by: { ...usual, ...by } }
}

const rules: [what: string, told: ToldLine, text: string][] = [
  [
    'a cap',
    byRule('cap', '-1', { figures: { cap: '30', earned: '2.50' } }),
    'No more than 30 days may be left: 1 of 2.5 days cut off',
  ],
  [
    'all carried over',
    byRule('carry-over', '0', { figures: { balance: '5.00', kept: '5.00' }, carried: kept }),
    '5 days left of 2025, all carried over',
  ],
  [
    'a part carried over',
    byRule('carry-over', '-2', { figures: { balance: '7.00', kept: '5.00' }, carried: kept }),
    '7 days left of 2025, 5 carried over',
  ],
  [
    'nothing carried over',
    byRule('carry-over', '-1', { figures: { balance: '1.00', kept: '0.00' }, carried: { ...kept, kept: '0' } }),
    '1 day left of 2025, none carried over',
  ],
  [
    'what is carried over is rounded',
    byRule('carry-over', '0.5', { figures: { balance: '4.50', kept: '5.00' }, carried: kept }),
    '4.5 days left of 2025, rounded to 5 and carried over',
  ],
  [
    'carried over until a day',
    byRule('carry-over', '-2', {
      figures: { balance: '7.00', kept: '5.00', validUntil: '2026-03-31' },
      carried: { ...kept, validUntil: day('2026-03-31'), neverLapses: '0.00' },
    }),
    '7 days left of 2025, 5 carried over, to be taken by 31 March',
  ],
  [
    'carried over, some of it for ever',
    byRule('carry-over', '-2', {
      figures: { balance: '7.00', kept: '5.00', validUntil: '2027-03-31' },
      carried: { ...kept, validUntil: day('2027-03-31'), neverLapses: '3.00' },
    }),
    '7 days left of 2025, 5 carried over, to be taken by 31 March 2027, all but 3, which never lapse',
  ],
  [
    'carried over without a notice',
    byRule('carry-over', '0', { figures: { balance: '5.00', kept: '5.00', needsNoticeOf: 2025 }, carried: kept }),
    '5 days left of 2025, all carried over, to lapse only after a notice about 2025',
  ],
  [
    'carried over on a day within a year',
    byRule(
      'carry-over',
      '-2',
      { figures: { balance: '7.00', kept: '5.00' }, carried: kept, period: { ...lastYear, to: day('2026-12-31') } },
      { on: day('2026-04-01') },
    ),
    '7 days left on 1 April, 5 carried over',
  ],
  [
    'carried out of a leave year of its own',
    byRule(
      'carry-over',
      '0',
      {
        figures: { balance: '5.00', kept: '5.00' },
        carried: kept,
        period: { from: day('2025-04-01'), to: day('2026-03-31') },
      },
      { on: day('2026-04-01') },
    ),
    '5 days left of 2025/26, all carried over',
  ],
  [
    'a notice',
    byRule('carry-over', '0', {
      figures: { noticeOf: 2025, kept: '4.00', validUntil: '2026-12-31' },
      carried: { ...kept, kept: '4', validUntil: day('2026-12-31') },
    }),
    '4 days left of 2025, told that they lapse: to be taken by 31 December',
  ],
  [
    'a lapse',
    byRule('lapse', '-3', { period: { from: on, to: day('2026-03-31') } }, { on: day('2026-04-01') }),
    '3 days lapsed, not taken by 31 March',
  ],
  [
    'a correction upwards',
    byRule('correction', '0.5', { cause: { type: 'calendar-defined', about: 'calendar:de-by' } }),
    'Corrected by 0.5 days more, because the calendar de-by changed',
  ],
  [
    'a correction downwards, in a closed month',
    byRule(
      'correction',
      '-1',
      { cause: { type: 'policy-defined', about: 'policy:annual' } },
      { on: day('2026-05-04'), meantFor: day('2026-03-01') },
    ),
    'Corrected by 1 day less, because the policy annual changed, meant for 1 March, which is in a closed month',
  ],
  [
    'a correction of what was carried',
    byRule('correction', '0', { carried: kept, cause: { type: 'consumption-recorded', about: 'entity:e1' } }),
    'Corrected: 5 days carried over on 1 January, because something of days before was recorded later',
  ],
  ['an accrual without figures', byRule('accrual', '2.5'), '2.5 days earned'],
  ['a cap without figures', byRule('cap', '-1'), '1 day cut off by a cap'],
  ['a carry-over without figures', byRule('carry-over', '-2'), '2 days not carried over'],
  ['an encashment', byRule('encashment', '-5'), '5 days paid out instead of taken'],
  ['a settlement', byRule('settlement', '-4'), '4 days settled on leaving'],
  [
    'a settlement that is paid',
    byRule('settlement', '-4', { figures: { settle: 'pay-out' } }),
    '4 days to be paid out on leaving',
  ],
  [
    'a settlement that is not',
    byRule('settlement', '-1', { figures: { settle: 'forfeit' } }),
    '1 day forfeited on leaving',
  ],
  [
    'a debt on leaving',
    byRule('settlement', '2', { figures: { settle: 'pay-out' } }),
    '2 days of debt ended on leaving',
  ],
]

const causes: [type: string, about: string, text: string][] = [
  ['entity-defined', 'entity:e1', 'what is known of the person changed'],
  ['assignment-defined', 'assignment:e1/a1', 'the assignment a1 changed'],
  ['work-pattern-defined', 'work-pattern:e1', 'the days and hours of work changed'],
  ['worked-hours-recorded', 'entity:e1', 'hours worked were entered later'],
  ['worked-hours-reversed', 'entity:e1', 'hours worked were taken back'],
  ['notice-given', 'entity:e1', 'a notice was given'],
  ['request-approved', 'request:r1', 'leave was entered or changed later'],
]

const people: [what: string, told: ToldLine, text: string][] = [
  ['an accrual by hand', byPeople('accrual', '3'), '3 days given by hand'],
  ['its reason', byPeople('accrual', '3', { reason: 'Opening balance' }), '3 days given by hand: Opening balance'],
  [
    'what is carried in',
    byPeople('accrual', '5', { isCarriedIn: true, validUntil: day('2026-03-31') }),
    '5 days carried in from before, to be taken by 31 March',
  ],
  [
    'time off in lieu',
    byPeople('accrual', '1', { validUntil: day('2026-06-30') }),
    '1 day given by hand, to be taken by 30 June',
  ],
  ['leave', byPeople('consumption', '-1', { portion: 'full' }), '1 day taken'],
  ['half a day of leave', byPeople('consumption', '-0.5', { portion: 'pm' }), '0.5 days taken (afternoon)'],
  ['money', { ...byPeople('consumption', '-12.5'), unit: 'EUR' }, '12.5 EUR taken'],
  [
    'leave that waits for a decision',
    byPeople('pending', '-1', { isAskedFor: true, portion: 'am' }),
    '1 day asked for (morning) and not decided yet',
  ],
  ['a hold', byPeople('pending', '-2'), '2 days held'],
  ['an adjustment', byPeople('adjustment', '-2', { reason: 'Audit' }), '2 days less by hand: Audit'],
  ['an adjustment to a balance', byPeople('adjustment', '2', { to: '12' }), 'Set to 12 by hand: 2 days more'],
  [
    'leave given back',
    byPeople('reversal', '1', {
      reverses: { type: 'consumption', rule: null, isCarriedIn: false, on: day('2026-03-02') },
    }),
    '1 day given back',
  ],
  [
    'leave given back later',
    byPeople('reversal', '1', {
      reverses: { type: 'consumption', rule: null, isCarriedIn: false, on: day('2026-02-27') },
    }),
    '1 day of 27 February given back',
  ],
  [
    'a hold that ended later',
    byPeople('reversal', '1', { reverses: { type: 'pending', rule: null, isCarriedIn: false, on: day('2026-02-27') } }),
    '1 day of 27 February held no longer',
  ],
  [
    'an accrual undone',
    byPeople('reversal', '-3', {
      reverses: { type: 'accrual', rule: null, isCarriedIn: false, on: day('2026-03-02') },
    }),
    '3 days taken back that had been given',
  ],
  [
    'an adjustment undone',
    byPeople('reversal', '2', {
      reverses: { type: 'adjustment', rule: null, isCarriedIn: false, on: day('2026-03-02') },
    }),
    '2 days more, by undoing an adjustment',
  ],
]

test.each([...rules, ...people])('%s', (_what, told, text) => {
  expect(sentenceOf(told)).toBe(text)
})

test.each(causes)('a correction because of %s', (type, about, text) => {
  expect(sentenceOf(byRule('correction', '1', { cause: { type, about } }))).toBe(
    `Corrected by 1 day more, because ${text}`,
  )
})
