import { describe, expect, test } from 'vitest'
import { accrual, consumption, day, policy, reversalOf } from '../support/builders.ts'
import { bookState, decide, given } from '../support/builders-given.ts'

const feb = day('2026-02-02')
const mar = day('2026-03-02')

describe('one line is about one day, where days are counted and claimed', () => {
  test.each([
    ['1.01', undefined, '1'],
    ['2', 'full', '1'],
    ['0.51', 'am', '0.5'],
    ['1', 'pm', '0.5'],
  ] as const)('%s with %s is more than %s', (amount, portion, limit) =>
    given(accrual('10'))
      .when(consumption(amount, { effectiveOn: feb, ...(portion && { portion }) }))
      .thenRefused({ code: 'rule-violated', rule: 'one-day-a-line', limit }),
  )

  test.each([
    ['1', undefined],
    ['0.25', 'full'],
    ['0.5', 'am'],
  ] as const)('%s with %s is not', (amount, portion) => {
    given(accrual('10'))
      .when(consumption(amount, { effectiveOn: feb, ...(portion && { portion }) }))
      .thenRecorded({ portion: portion ?? 'full' })
  })

  test('a policy that counts whole days has no half of one to take', () =>
    given(accrual('10'))
      .under({ annual: policy({ scale: 0 }) })
      .when(consumption('1', { effectiveOn: feb, portion: 'am' }))
      .thenRefused({ code: 'rule-violated', rule: 'one-day-a-line', limit: '0.5' }))

  test('what is earned, what claims no days and what counts in something else may be any amount', () => {
    given(accrual('30')).when(accrual('5')).thenRecorded()
    given()
      .when(consumption('5', { policy: 'sick' }))
      .thenRecorded()
    given(accrual('30'))
      .under({ annual: policy({ unit: 'shift' }) })
      .when(consumption('5'))
      .thenRecorded()
  })
})

test('halves are said only where days are claimed, on the day that it is about', () => {
  given()
    .when(consumption('1', { policy: 'wallet', portion: 'am' }))
    .thenRefused({ code: 'portion-not-claimed', policy: 'wallet' })
  const later = given().under({
    sick: [
      policy({ resource: 'sick-leave', dayExclusive: false, overdraftLimit: null }),
      policy({ resource: 'sick-leave', overdraftLimit: null, effectiveFrom: mar }),
    ],
  })
  later
    .when(consumption('1', { policy: 'sick', effectiveOn: feb, portion: 'full' }))
    .thenRefused({ code: 'portion-not-claimed', policy: 'sick' })
  later.when(consumption('1', { policy: 'sick', effectiveOn: mar, portion: 'full' })).thenRecorded({ portion: 'full' })
})

describe('nothing is undone before it was', () => {
  const refusal = { code: 'rule-violated', rule: 'reversal-before-original', limit: feb } as const
  const taken = given(accrual('10'), consumption('1', { effectiveOn: feb }))

  test('a reversal is dated like its original, or later', () => {
    taken.when(reversalOf('2.1', { effectiveOn: day('2026-02-01') })).thenRefused(refusal)
    taken.when(reversalOf('2.1', { effectiveOn: feb })).thenRecorded({ effectiveOn: feb })
    taken.when(reversalOf('2.1', { effectiveOn: mar })).thenRecorded({ effectiveOn: mar })
  })

  test('also where its day is in a closed period and it is recorded today', () => {
    const state = {
      ...bookState({ annual: policy({ overdraftLimit: null }) }),
      closing: { closedThrough: '2026-02' as never, today: mar },
    }
    const taking = decide(state, 1, consumption('1', { effectiveOn: feb, intoClosedPeriod: 'post-today' }))
    if ('refusal' in taking) throw new Error(taking.refusal.code)
    for (const [key, target] of taking.changes.targets) state.targets.set(key, target)
    for (const [key, account] of taking.changes.accounts) state.accounts.set(key, account)
    const undone = (effectiveOn?: string) =>
      decide(
        state,
        2,
        reversalOf('1.1', { ...(effectiveOn && { effectiveOn: day(effectiveOn) }), intoClosedPeriod: 'post-today' }),
      )
    expect(undone('2026-02-01')).toEqual({ refusal })
    expect(undone('2026-02-02')).toMatchObject({ transactions: [{ effectiveOn: mar, meantFor: feb }] })
    expect(undone()).toMatchObject({ transactions: [{ effectiveOn: mar, meantFor: null }] })
  })
})

describe('a whole command is undone', () => {
  const command = {
    transactions: [accrual('3'), accrual('4', { entity: 'e2' }), consumption('1', { effectiveOn: feb })],
  }
  const whole = (position: number) => reversalOf('', { transaction: undefined, position } as never)

  test('with all its lines: first what it took, so that nothing is too low on the way', () =>
    given(command)
      .when(whole(1))
      .thenRecorded(
        { line: 1, reverses: '1.3', amount: '1.00', effectiveOn: feb },
        { line: 2, reverses: '1.1', amount: '-3.00' },
        { line: 3, reverses: '1.2', amount: '-4.00' },
      ))

  test('among other lines, whose numbers follow on', () =>
    given(command, accrual('5'))
      .when(accrual('1'), whole(1), accrual('2'))
      .thenRecorded({ line: 1 }, { line: 2, reverses: '1.3' }, { line: 3 }, { line: 4 }, { line: 5, amount: '2.00' }))

  test('or not at all, where one of them is undone already, is a reversal, or is not there', () => {
    given(command, accrual('9'), reversalOf('1.2'))
      .when(whole(1))
      .thenRefused({ code: 'already-reversed', transaction: '1.2', reversedBy: '3.1' })
    given(command, reversalOf('1.2')).when(whole(2)).thenRefused({ code: 'not-reversible', transaction: '2.1' })
    given(command).when(whole(7)).thenRefused({ code: 'unknown-transaction', transaction: '7.1' })
    given(command)
      .when(reversalOf('1.2'), whole(1))
      .thenRefused({ code: 'already-reversed', transaction: '1.2', reversedBy: '/transactions/0' }, 1)
  })

  test('on a later day, but on none before one of its lines', () =>
    given(command)
      .when(reversalOf('', { transaction: undefined, position: 1, effectiveOn: day('2026-02-01') } as never))
      .thenRefused({ code: 'rule-violated', rule: 'reversal-before-original', limit: feb }))

  test('and a command has no more lines for it than any other', () => {
    const many = { transactions: Array.from({ length: 600 }, () => accrual('1')) }
    given(many, many)
      .when(whole(1), whole(2))
      .thenRefused({ code: 'rule-violated', rule: 'lines-of-a-command', limit: '1000' }, 1)
  })
})

test('of a day that a line of the same command has taken, its pointer is told', () =>
  given(accrual('10'))
    .when(accrual('1'), consumption('1', { effectiveOn: feb }), consumption('1', { effectiveOn: feb }))
    .thenRefused({ code: 'day-taken', entity: 'e1', date: feb, portion: 'full', takenBy: '/transactions/1' }, 2))
