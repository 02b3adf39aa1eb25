import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LineBody, PolicyBody } from '../../src/commands/bodies.ts'
import { emptyAccount, withAmount } from '../../src/domain/account/account.ts'
import { firstDayBelow, headroom, heldTo, shortfall } from '../../src/domain/account/headroom.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { floorOn, floorsOf } from '../../src/domain/policy/floor.ts'
import type { PolicyHistory } from '../../src/domain/policy/policy.ts'
import { printMinor } from '../../src/domain/quantity.ts'
import { type BookState, evolve } from '../../src/domain/recording/book-state.ts'
import { balancesAfter } from '../../src/domain/recording/decision.ts'
import { withFloor } from '../../src/domain/recording/touched.ts'
import { versionInForce } from '../../src/domain/version-in-force.ts'
import { accrual, adjustment, consumption, dayAfter, policy } from '../support/builders.ts'
import { someDay } from '../support/builders-arbitrary.ts'
import { bookState, decide, policyHistory } from '../support/builders-given.ts'
import { limitedDays, mostOn } from '../support/limits.ts'
import { meeting } from '../support/meeting.ts'
import { Oracle } from '../support/oracle.ts'

// I6: a limit holds on its own days. The oracle looks at every day, one after the other, for every line.

const day = someDay({ from: '2026-01-01', days: 30 })
const limit = fc.constantFrom('0', '1', '2.5', '6', null)
const version = fc.record({ overdraftLimit: limit, effectiveFrom: day })

type Step =
  | {
      readonly what: 'version'
      readonly said: { readonly overdraftLimit: string | null; readonly effectiveFrom: CalendarDate }
    }
  | { readonly what: 'line'; readonly line: LineBody }

const line: fc.Arbitrary<LineBody> = fc
  .record({ kind: fc.nat(5), halves: fc.integer({ min: 1, max: 12 }), effectiveOn: day })
  .map(({ kind, halves, effectiveOn }) => {
    const amount = (halves / 2).toFixed(1)
    const where = { policy: 'wallet', effectiveOn }
    if (kind < 2) return accrual(amount, where)
    if (kind < 5) return consumption(amount, where)
    return adjustment(`-${amount}`, { ...where, allowNegative: true })
  })

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: version.map((said) => ({ what: 'version' as const, said })) },
    { weight: 5, arbitrary: line.map((line) => ({ what: 'line' as const, line })) },
  ),
  { maxLength: 40 },
)

const walletOf = (said: Pick<PolicyBody, 'effectiveFrom' | 'overdraftLimit'>): PolicyBody =>
  policy({ resource: 'money', unit: 'euro', dayExclusive: false, ...said })

/** Versions with the positions at which they were defined. */
function historyOf(bodies: readonly PolicyBody[], positions: readonly number[]): PolicyHistory {
  const history = policyHistory('wallet', bodies)
  return history.map((one, index) => ({ ...one, position: positions[index]! })) as unknown as PolicyHistory
}

test('I6 law: a line is taken exactly if every day holds by the limit in force on it, whatever was defined in between', async () => {
  await meeting({ refused: 100, heldInVain: 30 }, (met) =>
    fc.assert(
      fc.property(steps, (steps) => {
        const oracle = new Oracle()
        const bodies = [walletOf({ overdraftLimit: '2.5' })]
        const positions = [1]
        oracle.define('wallet', bodies[0]!)
        let state: BookState = bookState({ wallet: bodies })
        let position = 1
        for (const step of steps) {
          if (step.what === 'version') {
            bodies.push(walletOf(step.said))
            positions.push(++position)
            oracle.define('wallet', bodies.at(-1)!)
            state = { ...state, policies: new Map([['wallet', historyOf(bodies, positions)]]) }
            continue
          }
          const expected = oracle.decide(position + 1, step.line)
          const decided = decide(state, position + 1, step.line)
          if ('refusal' in expected || 'refusal' in decided) {
            expect(decided).toEqual(expected)
            met.refused += 1
            met.heldInVain += databaseRefuses(state, step.line, position + 1)
            continue
          }
          position += 1
          oracle.record(expected)
          evolve(state, decided.changes)
          expect(balancesAfter(decided.transactions, decided.decision)).toMatchObject(
            expected.balances.map(({ unit: _unit, ...balance }) => balance),
          )
          // What is recorded is taken by the database as well, and a definition touches no account.
          const account = [...state.accounts.values()][0]!
          const { lowest, floor } = heldTo(account, floorsOf(state.policies.get('wallet')!))
          expect(floor === null || lowest >= floor).toBe(true)
        }
      }),
      { numRuns: 300 },
    ),
  )
})

/** Writes what was refused all the same. @returns 0 where a day was below its limit before, and one number cannot tell */
function databaseRefuses(state: BookState, asked: LineBody, position: number): 0 | 1 {
  const history = state.policies.get('wallet')!
  const before =
    [...state.accounts.values()][0] ?? emptyAccount({ entity: 'e1', policy: 'wallet', resource: 'money', scale: 2 })
  if (shortfall(before, floorsOf(history)) !== 0n || asked.type !== 'consumption') return 0
  const { amount, effectiveOn: on } = asked
  const taken = { component: 'consumed', amount: -BigInt(Number(amount) * 100), on, position } as const
  const after = withAmount(before, taken)
  const touched = { before, history, asOf: on, allowedNegative: false }
  const { lowest, floor } = heldTo(withFloor(after, touched), floorsOf(history))
  expect(floor !== null && lowest < floor).toBe(true)
  return 1
}

test('I6 law: what is decided depends on the version in force on each day, whatever the order they were put in', () => {
  fc.assert(
    fc.property(
      fc
        .uniqueArray(version, { minLength: 1, maxLength: 6, selector: ({ effectiveFrom }) => effectiveFrom })
        .chain((versions) =>
          fc.tuple(fc.constant(versions), fc.shuffledSubarray(versions, { minLength: versions.length })),
        ),
      fc.array(line, { maxLength: 20 }),
      ([versions, reordered], lines) => {
        const decisionsUnder = (order: typeof versions) => {
          const state = bookState({ wallet: order.map(walletOf) })
          return lines.map((line, index) => {
            const decided = decide(state, 100 + index, line)
            if ('refusal' in decided) return decided
            evolve(state, decided.changes)
            // The versions have other numbers, and nothing else is otherwise.
            return { transactions: decided.transactions, balances: decided.decision.balancesBefore }
          })
        }
        expect(decisionsUnder(reordered)).toEqual(decisionsUnder(versions))
      },
    ),
  )
})

test('I6 law: the floor of a day is that of the version in force, and what may be taken is what the days say', () => {
  fc.assert(
    fc.property(
      fc.array(version, { minLength: 1, maxLength: 6 }),
      fc.array(fc.record({ amount: fc.integer({ min: -500, max: 900 }).filter((one) => one !== 0), on: day }), {
        maxLength: 30,
      }),
      day,
      (versions, amounts, asked) => {
        const history = policyHistory('wallet', versions.map(walletOf))
        const floors = floorsOf(history)
        for (let number = -1; number <= 31; number++) {
          const on = dayAfter('2026-01-01', number)
          const { overdraftLimit } = versionInForce(history, on)
          const floor = floorOn(floors, on)
          expect(floor === null ? null : Number(floor)).toBe(
            overdraftLimit === null ? null : 0 - 100 * Number(overdraftLimit),
          )
        }
        const account = amounts.reduce(
          (so, { amount, on }) => withAmount(so, { component: 'adjusted', amount: BigInt(amount), on, position: 1 }),
          emptyAccount({ entity: 'e1', policy: 'wallet', resource: 'money', scale: 2 }),
        )
        const plain = amounts.map(({ amount, on }) => ({ amount: (amount / 100).toFixed(2), effectiveOn: on }))
        const most = headroom(account, floors, asked)
        expect(most === null ? null : printMinor(most, 2)).toBe(mostOn(plain, versions, asked)?.toFixed(2) ?? null)
        expect(firstDayBelow(account, floors, { day: asked, amount: -150n })).toBe(
          limitedDays(plain, versions, asked).find(({ balance, floor }) => balance.minus('1.5').lt(floor))?.on,
        )
      },
    ),
  )
})
