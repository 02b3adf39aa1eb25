import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CarriedWhole, explanationOf } from '../../../src/domain/earning/explanation.ts'
import { day } from '../../support/builders.ts'
import { linesFrom } from './lines.ts'

const ACCOUNT = { scale: 2, unit: 'day' }

function steps(texts: readonly string[], carries: readonly CarriedWhole[] = []): string[] {
  return explanationOf(linesFrom(texts), carries, ACCOUNT).map(
    ({ transaction, on, amount, balance }) => `${transaction ?? '-'} ${on} ${amount} = ${balance}`,
  )
}

const carried = { on: day('2026-01-01'), earnedBefore: day('2026-01-01'), validUntil: null }
const allKept: CarriedWhole = {
  position: 9,
  rule: 'carry-over',
  period: { from: day('2025-01-01'), to: day('2025-12-31') },
  grounds: {
    type: 'earned',
    policyVersion: 3,
    figures: { balance: '7.00', kept: '7.00' },
    cause: null,
    carried: { ...carried, kept: '7', neverLapses: '7' },
    to: null,
    reason: null,
  },
}

describe('the steps of a balance', () => {
  test('come by day; on one day in the order of payroll', () => {
    const recorded = [
      '2026-01-01 consumption -1',
      '2026-01-01 accrual 2.5 by accrual',
      '2026-01-01 adjustment -2 by carry-over',
      '2026-01-01 adjustment -1 by lapse',
      '2026-01-01 accrual 1',
      '2025-12-01 accrual 10',
    ]
    expect(steps(recorded)).toEqual([
      '6.1 2025-12-01 10.00 = 10.00',
      '4.1 2026-01-01 -1.00 = 9.00',
      '3.1 2026-01-01 -2.00 = 7.00',
      '5.1 2026-01-01 1.00 = 8.00',
      '2.1 2026-01-01 2.50 = 10.50',
      '1.1 2026-01-01 -1.00 = 9.50',
    ])
  })

  test('of adjustments by hand stand between what is earned and leave, in the order in which they were recorded', () => {
    const recorded = [
      '2026-01-01 consumption -1',
      '2026-01-01 adjustment -5',
      '2026-01-01 accrual 2.5 by accrual',
      '2026-01-01 adjustment 4',
      '2026-01-01 adjustment -1 by correction',
      '2026-01-01 adjustment -2 by carry-over',
      '2025-12-01 accrual 10',
    ]
    expect(steps(recorded)).toEqual([
      '7.1 2025-12-01 10.00 = 10.00',
      '6.1 2026-01-01 -2.00 = 8.00',
      '3.1 2026-01-01 2.50 = 10.50',
      '2.1 2026-01-01 -5.00 = 5.50',
      '4.1 2026-01-01 4.00 = 9.50',
      '5.1 2026-01-01 -1.00 = 8.50',
      '1.1 2026-01-01 -1.00 = 7.50',
    ])
  })

  test('that undo something stand after it', () => {
    const recorded = [
      '2026-01-01 accrual 5',
      '2026-01-01 adjustment -2 by encashment',
      '2026-01-01 consumption -1',
      '2026-01-01 reversal -5 of 1.1',
      '2026-01-01 reversal 2 of 2.1',
    ]
    expect(steps(recorded)).toEqual([
      '1.1 2026-01-01 5.00 = 5.00',
      '4.1 2026-01-01 -5.00 = 0.00',
      '2.1 2026-01-01 -2.00 = -2.00',
      '3.1 2026-01-01 -1.00 = -3.00',
      '5.1 2026-01-01 2.00 = -1.00',
    ])
  })

  test('of leave that was asked for and approved are the leave alone', () => {
    const recorded = ['2026-03-02 pending -1', '2026-03-02 reversal 1 of 1.1', '2026-03-02 consumption -1']
    expect(steps(recorded)).toEqual(['3.1 2026-03-02 -1.00 = -1.00'])
  })

  test('of leave that was given back are both, the one after the other', () => {
    expect(steps(['2026-03-02 consumption -1', '2026-03-02 reversal 1 of 1.1'])).toEqual([
      '1.1 2026-03-02 -1.00 = -1.00',
      '2.1 2026-03-02 1.00 = 0.00',
    ])
  })

  test('of a carry-over that kept everything have no transaction', () => {
    const recorded = ['2025-12-01 accrual 7', '2026-01-01 accrual 2.5 by accrual']
    expect(steps(recorded, [allKept])).toEqual([
      '1.1 2025-12-01 7.00 = 7.00',
      '- 2026-01-01 0.00 = 7.00',
      '2.1 2026-01-01 2.50 = 9.50',
    ])
    expect(explanationOf([], [allKept], ACCOUNT)).toEqual([
      {
        transaction: null,
        on: '2026-01-01',
        amount: '0.00',
        balance: '0.00',
        rule: 'carry-over',
        policyVersion: 3,
        figures: { balance: '7.00', kept: '7.00' },
        text: '7 days left of 2025, all carried over',
      },
    ])
  })

  test('say what was undone, until when something is valid, and why', () => {
    const recorded = ['2026-01-05 accrual 5 until 2026-03-31', '2026-02-01 reversal -5 of 1.1']
    const [given, undone] = explanationOf(linesFrom(recorded, { reason: 'Overtime' }), [], ACCOUNT)
    expect(given).toMatchObject({
      rule: null,
      figures: { validUntil: '2026-03-31' },
      text: '5 days given by hand, to be taken by 31 March: Overtime',
    })
    expect(undone).toMatchObject({
      figures: { reverses: '1.1' },
      text: '5 days of 5 January taken back that had been given: Overtime',
    })
  })

  test.each([
    ['accrual 5', '5 days of 5 January taken back that had been given'],
    ['accrual 5 carried', '5 days of 5 January taken back that had been carried in'],
    ['accrual 5 by accrual', '5 days of 5 January taken back that had been earned'],
    ['consumption -5', '5 days of 5 January given back'],
    ['pending -5', '5 days of 5 January held no longer'],
    ['adjustment -5', '5 days more, by undoing an adjustment of 5 January'],
    ['adjustment 5', '5 days less, by undoing an adjustment of 5 January'],
    ['adjustment -5 by carry-over', '5 days of 5 January given back that had not been carried over'],
    ['adjustment 5 by carry-over', '5 days of 5 January taken back that had been added in carrying over'],
    ['adjustment -5 by lapse', '5 days of 5 January given back that had lapsed'],
    ['adjustment -5 by cap', '5 days of 5 January given back that had been cut off by a cap'],
    ['adjustment -5 by encashment', '5 days of 5 January given back that had been paid out'],
    ['adjustment -5 by settlement', '5 days of 5 January given back that had been settled on leaving'],
    ['adjustment -5 by correction', '5 days more, by undoing a correction of 5 January'],
    ['adjustment 5 by correction', '5 days less, by undoing a correction of 5 January'],
  ])('of a reversal say what it undoes: %s', (line, text) => {
    const back = -Number(line.split(' ')[1])
    const recorded = [`2026-01-05 ${line}`, `2026-02-01 reversal ${back} of 1.1`]
    expect(explanationOf(linesFrom(recorded), [], ACCOUNT).at(-1)).toMatchObject({ text })
  })

  test('of a correction name its cause', () => {
    const cause = { type: 'policy-defined', about: 'policy:annual', position: 12 }
    const [step] = explanationOf(linesFrom(['2026-02-01 adjustment -1 by correction'], { cause }), [], ACCOUNT)
    expect(step).toMatchObject({
      rule: 'correction',
      figures: { cause: 'policy-defined', about: 'policy:annual', position: 12 },
      text: 'Corrected by 1 day less, because the policy annual changed',
    })
  })
})

const someLine = fc
  .record({
    on: fc.integer({ min: 1, max: 28 }).map((date) => `2026-02-${String(date).padStart(2, '0')}`),
    line: fc.constantFrom(
      'accrual 2.5 by accrual',
      'adjustment -1 by cap',
      'consumption -1',
      'pending -2',
      'accrual 3',
    ),
    isUndone: fc.boolean(),
  })
  .map(({ on, line, isUndone }) => ({ on, line, isUndone }))

test('law: the steps add up to the balance, whatever was recorded in whatever order', () => {
  fc.assert(
    fc.property(fc.array(someLine, { maxLength: 20 }), (recorded) => {
      const texts: string[] = []
      for (const { on, line, isUndone } of recorded) {
        texts.push(`${on} ${line}`)
        if (isUndone) texts.push(`${on} reversal ${-Number(line.split(' ')[1])} of ${texts.length}.1`)
      }
      const lines = linesFrom(texts)
      const balance = lines.reduce((sum, { amount }) => sum + amount, 0n)
      const explained = explanationOf(lines, [allKept], ACCOUNT)
      const cents = (text: string) => BigInt(text.replace('.', ''))
      expect(cents(explained.at(-1)!.balance)).toBe(balance)
      expect(explained.reduce((sum, { amount }) => sum + cents(amount), 0n)).toBe(balance)
    }),
  )
})
