import { describe, expect, test } from 'vitest'
import { evolve } from '../../src/domain/recording/book-state.ts'
import { accrual, adjustment, consumption, day, POLICIES, policy, reversalOf, SHIFTS } from '../support/builders.ts'
import { bookState, decide, expectBalancesAfter, given as givenUnder } from '../support/builders-given.ts'

// What a balance allows is asked about in any amount, and so not of days.
const given: typeof givenUnder = (...commands) => givenUnder(...commands).under({ annual: SHIFTS })

const jan = day('2026-01-31')
const feb = day('2026-02-02')
const mar = day('2026-03-02')

describe('what is recorded', () => {
  test('an accrual adds, and an account begins with its first transaction', () =>
    given().when(accrual('2.5')).thenRecorded({
      line: 1,
      type: 'accrual',
      component: 'accrued',
      entity: 'e1',
      policy: 'annual',
      resource: 'leave',
      amount: '2.50',
      effectiveOn: jan,
      portion: null,
      reverses: null,
      reference: null,
    }))

  test('a consumption subtracts, and takes the whole day unless it says otherwise', () =>
    given(accrual('5'))
      .when(consumption('1', { effectiveOn: feb, reference: 'booking-1' }))
      .thenRecorded({ component: 'consumed', amount: '-1.00', portion: 'full', reference: 'booking-1' }))

  test('a policy without days has no portions', () =>
    given()
      .when(consumption('1', { policy: 'wallet' }))
      .thenRecorded({ amount: '-1.00', portion: null }))

  test('an adjustment counts apart, with its sign', () =>
    given(accrual('5'))
      .when(adjustment('-1.25'), adjustment('0.75'))
      .thenRecorded({ component: 'adjusted', amount: '-1.25' }, { component: 'adjusted', amount: '0.75' }))

  test('a reversal is the opposite of its target, in its component and on its day', () =>
    given(accrual('5'), consumption('2', { effectiveOn: feb, portion: 'am' }))
      .when(reversalOf('2.1'))
      .thenRecorded({
        type: 'reversal',
        component: 'consumed',
        amount: '2.00',
        effectiveOn: feb,
        portion: 'am',
        reverses: '2.1',
      }))

  test('a reversal may take effect on another day', () =>
    given(accrual('5'), consumption('2', { effectiveOn: feb }))
      .when(reversalOf('2.1', { effectiveOn: mar }))
      .thenRecorded({ amount: '2.00', effectiveOn: mar }))

  test('the answer shows each account once, as of the latest day of its lines, and what can still be spent there', () =>
    given(accrual('10'), consumption('4', { effectiveOn: mar }))
      .when(
        consumption('1', { effectiveOn: feb }),
        accrual('1', { entity: 'e2' }),
        accrual('2', { effectiveOn: day('2026-02-01') }),
      )
      .thenBalances(
        {
          entity: 'e1',
          policy: 'annual',
          resource: 'leave',
          asOf: feb,
          available: '11.00',
          spendable: '7.00',
          pending: '0.00',
          version: 4,
        },
        { entity: 'e2', asOf: jan, available: '1.00', spendable: '1.00', version: 1 },
      ))

  test('what can be spent counts the overdraft, and has no number where that is unlimited', () =>
    given(accrual('1', { policy: 'wallet' }), accrual('1', { policy: 'sick' }))
      .when(consumption('1', { policy: 'wallet' }), consumption('3', { policy: 'sick' }))
      .thenBalances({ available: '0.00', spendable: '5.00' }, { available: '-2.00', spendable: null }))

  test('what was looked at is kept with the decision, and under which version of each policy', () => {
    const decided = given(accrual('10'))
      .when(
        consumption('1', { effectiveOn: feb, expectedVersion: 1 }),
        adjustment('-7', { policy: 'wallet', allowNegative: true }),
      )
      .thenRecorded()
    expect(decided.decision).toEqual({
      balancesBefore: [
        { available: '10.00', pending: '0.00', spendable: '10.00', version: 1 },
        { available: '0.00', pending: '0.00', spendable: '5.00', version: 0 },
      ],
      checks: ['day-free', 'expected-version', 'overdraft', 'overdraft-allowed'],
      policyVersions: [1, 1],
    })
  })
})

describe('I6 insufficient-balance', () => {
  test('taking more than is available is refused', () =>
    given(accrual('2.5'))
      .when(consumption('3', { effectiveOn: feb }))
      .thenRefused({
        code: 'insufficient-balance',
        entity: 'e1',
        policy: 'annual',
        available: '2.50',
        requested: '3.00',
        firstViolatedOn: feb,
      }))

  test('all that is available can be taken', () =>
    given(accrual('2.5'))
      .when(consumption('2.5', { effectiveOn: feb }))
      .thenRecorded({ amount: '-2.50' }))

  test('what is earned later cannot be taken earlier', () =>
    given(accrual('10', { effectiveOn: mar }))
      .when(consumption('1', { effectiveOn: feb }))
      .thenRefused({
        code: 'insufficient-balance',
        entity: 'e1',
        policy: 'annual',
        available: '0.00',
        requested: '1.00',
        firstViolatedOn: feb,
      }))

  test('what is already booked for later is not available now', () =>
    given(accrual('10'), consumption('8', { effectiveOn: day('2026-12-24') }))
      .when(consumption('3', { effectiveOn: feb }))
      .thenRefused({
        code: 'insufficient-balance',
        entity: 'e1',
        policy: 'annual',
        available: '2.00',
        requested: '3.00',
        firstViolatedOn: day('2026-12-24'),
      }))

  test('an overdraft goes to its limit and no further', () => {
    given()
      .when(consumption('5', { policy: 'wallet' }))
      .thenRecorded({ amount: '-5.00' })
    given()
      .when(consumption('5.01', { policy: 'wallet' }))
      .thenRefused({
        code: 'insufficient-balance',
        entity: 'e1',
        policy: 'wallet',
        available: '5.00',
        requested: '5.01',
        firstViolatedOn: jan,
      })
  })

  test('without a limit there is nothing to refuse', () =>
    given()
      .when(consumption('1000000', { policy: 'sick' }))
      .thenRecorded({ amount: '-1000000.00' }))

  test('lowering by an adjustment, and taking back what was earned, are held to the same', () => {
    const refusal = { code: 'insufficient-balance', entity: 'e1', policy: 'annual', available: '1.00' } as const
    const spent = given(accrual('10'), consumption('9', { effectiveOn: feb }))
    spent.when(adjustment('-2')).thenRefused({ ...refusal, requested: '2.00', firstViolatedOn: feb })
    spent.when(reversalOf('1.1')).thenRefused({ ...refusal, requested: '10.00', firstViolatedOn: feb })
  })

  test('what raises the balance is never refused for it, however low it is', () =>
    given(adjustment('-7', { allowNegative: true }))
      .when(accrual('1'))
      .thenRecorded({ amount: '1.00' }))

  test('below the floor already, the most that the day allows is negative', () =>
    given(adjustment('-7', { allowNegative: true }))
      .when(consumption('1'))
      .thenRefused({
        code: 'insufficient-balance',
        entity: 'e1',
        policy: 'annual',
        available: '-7.00',
        requested: '1.00',
        firstViolatedOn: jan,
      }))

  test('a lack on an earlier day is no reason to refuse a later one', () =>
    given(adjustment('-7', { allowNegative: true }), accrual('10', { effectiveOn: feb }))
      .when(consumption('3', { effectiveOn: mar }))
      .thenRecorded({ amount: '-3.00' }))
})

describe('I6 allowNegative', () => {
  test('records an adjustment below the floor, and says that it was allowed', () =>
    given()
      .when(adjustment('-3', { allowNegative: true }))
      .thenChecked('overdraft-allowed'))

  test('records a reversal below the floor', () =>
    given(accrual('10'), consumption('9', { effectiveOn: feb }))
      .when(reversalOf('1.1', { allowNegative: true }))
      .thenRecorded({ amount: '-10.00' }))

  test('where it was not needed, the decision does not claim that it was used', () =>
    given(accrual('10'))
      .when(adjustment('-3', { allowNegative: true }))
      .thenChecked('overdraft'))

  test('lowers the floor that the database holds the account to, by no more than it took', () => {
    const state = bookState(POLICIES)
    const floorAfter = (position: number, line: Parameters<typeof decide>[2]): bigint | null => {
      const decided = decide(state, position, line)
      if ('refusal' in decided) throw new Error(decided.refusal.code)
      evolve(state, decided.changes)
      return [...decided.changes.accounts.values()][0]!.floor
    }
    expect(floorAfter(1, accrual('2'))).toBe(0n)
    expect(floorAfter(2, adjustment('-3', { allowNegative: true }))).toBe(-100n)
    expect(floorAfter(3, accrual('4'))).toBe(-100n)
    // The day is made good: from here on nothing is below the limit any more.
    expect(floorAfter(4, consumption('1', { effectiveOn: feb }))).toBe(0n)
  })
})

describe('I3 day-taken', () => {
  const taken = (takenBy: string, portion: 'full' | 'am' | 'pm') =>
    ({ code: 'day-taken', entity: 'e1', date: feb, portion, takenBy }) as const

  test('a full day leaves no room', () => {
    const booked = given(accrual('9'), consumption('1', { effectiveOn: feb }))
    for (const portion of ['full', 'am', 'pm'] as const) {
      booked.when(consumption('0.5', { effectiveOn: feb, portion })).thenRefused(taken('2.1', portion))
    }
  })

  test('two halves fit one day, the same half twice does not, nor a full day beside a half', () => {
    const morning = given(accrual('9'), consumption('0.5', { effectiveOn: feb, portion: 'am' }))
    morning.when(consumption('0.5', { effectiveOn: feb, portion: 'pm' })).thenRecorded({ portion: 'pm' })
    morning.when(consumption('0.5', { effectiveOn: feb, portion: 'am' })).thenRefused(taken('2.1', 'am'))
    morning.when(consumption('1', { effectiveOn: feb })).thenRefused(taken('2.1', 'full'))
    const afternoon = given(accrual('9'), consumption('0.5', { effectiveOn: feb, portion: 'pm' }))
    afternoon.when(consumption('1', { effectiveOn: feb })).thenRefused(taken('2.1', 'full'))
  })

  test('policies that draw on the same resource share its days', () =>
    given(accrual('9'), accrual('9', { policy: 'carried' }), consumption('1', { effectiveOn: feb }))
      .when(consumption('0.5', { policy: 'carried', effectiveOn: feb, portion: 'pm' }))
      .thenRefused(taken('3.1', 'pm')))

  test('another entity, another day and another resource are free', () => {
    const booked = given(accrual('9'), accrual('9', { entity: 'e2' }), consumption('1', { effectiveOn: feb }))
    booked.when(consumption('1', { entity: 'e2', effectiveOn: feb })).thenRecorded()
    booked.when(consumption('1', { effectiveOn: mar })).thenRecorded()
    booked.when(consumption('1', { policy: 'wallet', effectiveOn: feb })).thenRecorded()
  })

  test('earning and correcting take no day', () =>
    given(accrual('9'), consumption('1', { effectiveOn: feb }))
      .when(accrual('1', { effectiveOn: feb }), adjustment('-1', { effectiveOn: feb }))
      .thenRecorded())

  test('a reversal frees exactly the half that its target took', () => {
    const both = given(
      accrual('9'),
      consumption('0.5', { effectiveOn: feb, portion: 'am' }),
      consumption('0.5', { effectiveOn: feb, portion: 'pm' }),
      reversalOf('2.1'),
    )
    both.when(consumption('0.5', { effectiveOn: feb, portion: 'am' })).thenRecorded()
    both.when(consumption('0.5', { effectiveOn: feb, portion: 'pm' })).thenRefused(taken('3.1', 'pm'))
  })

  test('the day is free at once, even where the reversal takes effect on another day', () =>
    given(accrual('9'), consumption('1', { effectiveOn: feb }), reversalOf('2.1', { effectiveOn: mar }))
      .when(consumption('1', { effectiveOn: feb }))
      .thenRecorded())

  test('a day can be freed and taken again by one command', () =>
    given(accrual('9'), consumption('1', { effectiveOn: feb }))
      .when(reversalOf('2.1'), consumption('0.5', { effectiveOn: feb, portion: 'pm' }))
      .thenRecorded({ type: 'reversal' }, { portion: 'pm' }))

  test('a day counts its balance too: the same line may fail for either, the day first', () =>
    given(accrual('1'), consumption('1', { effectiveOn: feb }))
      .when(consumption('1', { effectiveOn: feb }))
      .thenRefused(taken('2.1', 'full')))
})

describe('I8 reversals', () => {
  test('unknown-transaction: nothing is there', () => {
    given(accrual('1')).when(reversalOf('1.2')).thenRefused({ code: 'unknown-transaction', transaction: '1.2' })
    given(accrual('1')).when(reversalOf('9.1')).thenRefused({ code: 'unknown-transaction', transaction: '9.1' })
  })

  test('unknown-transaction: a line cannot name a line of its own command, which is not recorded yet', () =>
    given().when(accrual('1'), reversalOf('1.1')).thenRefused({ code: 'unknown-transaction', transaction: '1.1' }, 1))

  test('already-reversed: once is all', () =>
    given(accrual('1'), reversalOf('1.1'))
      .when(reversalOf('1.1'))
      .thenRefused({ code: 'already-reversed', transaction: '1.1', reversedBy: '2.1' }))

  test('already-reversed: twice in one command is once too often', () =>
    given(accrual('1'))
      .when(reversalOf('1.1'), reversalOf('1.1'))
      .thenRefused({ code: 'already-reversed', transaction: '1.1', reversedBy: '/transactions/0' }, 1))

  test('not-reversible: a reversal stays', () =>
    given(accrual('1'), reversalOf('1.1'))
      .when(reversalOf('2.1'))
      .thenRefused({ code: 'not-reversible', transaction: '2.1' }))

  test('undo the whole, at the scale that the policy has by now', () => {
    const coarse = policy({ scale: 1 })
    const fine = policy({ scale: 3, effectiveFrom: mar })
    given(accrual('1.5'))
      .under({ annual: [coarse, fine] })
      .when(reversalOf('1.1'))
      .thenRecorded({ amount: '-1.500' })
  })
})

describe('version-conflict', () => {
  const conflict = { code: 'version-conflict', entity: 'e1', policy: 'annual' } as const

  test('an account that moved on since the caller looked is left alone', () => {
    const moved = given(accrual('1'), accrual('1'))
    moved.when(accrual('1', { expectedVersion: 1 })).thenRefused({ ...conflict, expectedVersion: 1, currentVersion: 2 })
    moved.when(accrual('1', { expectedVersion: 3 })).thenRefused({ ...conflict, expectedVersion: 3, currentVersion: 2 })
    moved.when(accrual('1', { expectedVersion: 2 })).thenChecked('expected-version')
  })

  test('an account that does not exist yet has version 0', () => {
    given()
      .when(accrual('1', { expectedVersion: 0 }))
      .thenChecked('expected-version')
    given()
      .when(accrual('1', { expectedVersion: 1 }))
      .thenRefused({ ...conflict, expectedVersion: 1, currentVersion: 0 })
  })

  test('what the caller saw is the account before the command, for each of its lines', () =>
    given(accrual('1'))
      .when(accrual('1', { expectedVersion: 1 }), accrual('1', { expectedVersion: 1 }))
      .thenRecorded({ line: 1 }, { line: 2 }))

  test('a reversal has the version of its target’s account', () =>
    given(accrual('1'))
      .when(reversalOf('1.1', { expectedVersion: 0 }))
      .thenRefused({ ...conflict, expectedVersion: 0, currentVersion: 1 }))
})

describe('policies', () => {
  test('unknown-policy: nothing is recorded under a policy that does not exist', () =>
    given()
      .when(accrual('1', { policy: 'none' }))
      .thenRefused({ code: 'unknown-policy', policy: 'none' }))

  test('scale-exceeded: more decimals than the policy keeps are refused, not rounded', () => {
    given().when(accrual('0.125')).thenRefused({ code: 'scale-exceeded', policy: 'annual', scale: 2, amount: '0.125' })
    given().when(accrual('0.1250')).thenRefused({ code: 'scale-exceeded', policy: 'annual', scale: 2, amount: '0.125' })
    given().when(accrual('0.1200')).thenRecorded({ amount: '0.12' })
  })

  test('the version in force on the effective day decides, whenever it was written', () => {
    const under = given(accrual('4', { effectiveOn: mar })).under({
      annual: [
        policy({ unit: 'shift', overdraftLimit: '0' }),
        policy({ unit: 'shift', overdraftLimit: '5', effectiveFrom: feb }),
        policy({ unit: 'shift', overdraftLimit: '1', effectiveFrom: mar }),
      ],
    })
    const refused = { code: 'insufficient-balance', entity: 'e1', policy: 'annual' } as const
    under
      .when(consumption('1', { effectiveOn: jan }))
      .thenRefused({ ...refused, available: '0.00', requested: '1.00', firstViolatedOn: jan })
    under.when(consumption('5', { effectiveOn: feb })).thenRecorded()
    under
      .when(consumption('6', { effectiveOn: mar }))
      .thenRefused({ ...refused, available: '5.00', requested: '6.00', firstViolatedOn: mar })
  })

  test('whether a day is claimed depends on the version in force on that day', () => {
    const under = given(
      consumption('1', { policy: 'sick', effectiveOn: jan }),
      consumption('1', { policy: 'sick', effectiveOn: feb }),
    ).under({
      sick: [POLICIES.sick, { ...POLICIES.sick, dayExclusive: true, effectiveFrom: feb }],
    })
    under.when(consumption('1', { policy: 'sick', effectiveOn: jan })).thenRecorded({ portion: null })
    under
      .when(consumption('1', { policy: 'sick', effectiveOn: feb }))
      .thenRefused({ code: 'day-taken', entity: 'e1', date: feb, portion: 'full', takenBy: '2.1' })
  })

  test('amounts are checked at the scale in force, and printed at the finest the policy ever had', () => {
    const under = given().under({ annual: [policy({ scale: 1 }), policy({ scale: 3, effectiveFrom: mar })] })
    under.when(accrual('0.25')).thenRefused({ code: 'scale-exceeded', policy: 'annual', scale: 1, amount: '0.25' })
    under
      .when(accrual('0.5'), accrual('0.125', { effectiveOn: mar }))
      .thenRecorded({ amount: '0.500' }, { amount: '0.125' })
  })
})

describe('I5 several lines', () => {
  test('each sees those before it', () =>
    given()
      .when(accrual('2'), consumption('1'), consumption('1', { effectiveOn: feb }))
      .thenRecorded())

  test('one that is refused takes all along, and is named', () =>
    given(accrual('1'))
      .when(
        consumption('1', { effectiveOn: feb }),
        accrual('1', { entity: 'e2' }),
        consumption('1', { effectiveOn: mar }),
      )
      .thenRefused(
        {
          code: 'insufficient-balance',
          entity: 'e1',
          policy: 'annual',
          available: '0.00',
          requested: '1.00',
          firstViolatedOn: mar,
        },
        2,
      ))

  test('two of one command cannot take the same half day', () =>
    given(accrual('9'))
      .when(consumption('1', { effectiveOn: feb }), consumption('0.5', { effectiveOn: feb, portion: 'am' }))
      .thenRefused({ code: 'day-taken', entity: 'e1', date: feb, portion: 'am', takenBy: '/transactions/0' }, 1))

  test('what is refused alone has no line to name', () =>
    given().when(reversalOf('1.1')).thenRefused({ code: 'unknown-transaction', transaction: '1.1' }))
})

test('commands of a group follow one another: each decision rests on the ones before it', () => {
  const state = bookState({ ...POLICIES, annual: SHIFTS })
  const steps = [
    accrual('3'),
    consumption('1', { effectiveOn: feb }),
    consumption('1', { effectiveOn: mar }),
    reversalOf('2.1'),
  ]
  steps.forEach((line, index) => {
    const decided = decide(state, index + 1, line)
    if ('refusal' in decided) throw new Error(decided.refusal.code)
    evolve(state, decided.changes)
    expect(expectBalancesAfter(state, decided)[0]!.version).toBe(index + 1)
  })
  expect(decide(state, 5, consumption('3', { effectiveOn: day('2026-04-01') }))).toMatchObject({
    refusal: { code: 'insufficient-balance', available: '2.00' },
  })
})

describe('a limit holds on its own days', () => {
  const yesterday = day('2026-02-01')
  const today = day('2026-02-02')
  const tightened = {
    wallet: [
      policy({ ...POLICIES.wallet, overdraftLimit: '10' }),
      policy({ ...POLICIES.wallet, overdraftLimit: '0', effectiveFrom: today }),
    ],
  }
  const wallet = (effectiveOn: typeof today) => ({ policy: 'wallet', effectiveOn })

  test('what is dated before a tighter one lowers the days from that one on, and is held to it', () => {
    given()
      .under(tightened)
      .when(consumption('10', wallet(yesterday)))
      .thenRefused({
        code: 'insufficient-balance',
        entity: 'e1',
        policy: 'wallet',
        available: '0.00',
        requested: '10.00',
        firstViolatedOn: today,
      })
    given()
      .under(tightened)
      .when(consumption('1', wallet(today)))
      .thenRefused({
        code: 'insufficient-balance',
        entity: 'e1',
        policy: 'wallet',
        available: '0.00',
        requested: '1.00',
        firstViolatedOn: today,
      })
    // Made up for by then: every day holds.
    given(accrual('10', wallet(today)))
      .under(tightened)
      .when(consumption('10', wallet(yesterday)))
      .thenBalances({ asOf: yesterday, available: '-10.00', spendable: '0.00' })
  })

  test('what is dated before a wider one may not be held against the days from that one on', () => {
    const widened = {
      wallet: [
        policy({ ...POLICIES.wallet, overdraftLimit: '0' }),
        policy({ ...POLICIES.wallet, overdraftLimit: '5', effectiveFrom: day('2026-03-01') }),
      ],
    }
    const owing = given(accrual('1', wallet(day('2026-02-01'))), consumption('5', wallet(day('2026-03-10')))).under(
      widened,
    )
    owing.when(consumption('1', wallet(day('2026-02-15')))).thenBalances({ available: '0.00', spendable: '0.00' })
    owing.when(consumption('1.01', wallet(day('2026-02-15')))).thenRefused({
      code: 'insufficient-balance',
      entity: 'e1',
      policy: 'wallet',
      available: '1.00',
      requested: '1.01',
      firstViolatedOn: day('2026-02-15'),
    })
  })

  test('a day that is below its limit already is lowered by nobody, and raised by anybody', () => {
    const allowed = adjustment('-12', { ...wallet(yesterday), allowNegative: true })
    const below = given(allowed).under(tightened)
    below.when(consumption('1', wallet(day('2026-01-01')))).thenRefused({
      code: 'insufficient-balance',
      entity: 'e1',
      policy: 'wallet',
      available: '-12.00',
      requested: '1.00',
      firstViolatedOn: yesterday,
    })
    below.when(accrual('1', wallet(today))).thenBalances({ available: '-11.00', spendable: '-11.00' })
  })

  test('without limit until one holds, what can be spent is what that leaves; and once there is none, there is none', () => {
    const until = { wallet: [policy({ ...POLICIES.wallet, overdraftLimit: null }), ...tightened.wallet.slice(1)] }
    given()
      .under(until)
      .when(accrual('3', wallet(yesterday)))
      .thenBalances({ available: '3.00', spendable: '3.00' })
    given()
      .under(until)
      .when(consumption('4', wallet(yesterday)))
      .thenRefused({
        code: 'insufficient-balance',
        entity: 'e1',
        policy: 'wallet',
        available: '0.00',
        requested: '4.00',
        firstViolatedOn: today,
      })
    const lifted = {
      wallet: [
        ...tightened.wallet,
        policy({ ...POLICIES.wallet, overdraftLimit: null, effectiveFrom: day('2026-03-01') }),
      ],
    }
    given()
      .under(lifted)
      .when(consumption('4', wallet(day('2026-03-01'))))
      .thenBalances({ spendable: null })
    given()
      .under(lifted)
      .when(accrual('3', wallet(yesterday)))
      .thenBalances({ spendable: '3.00' })
  })
})
