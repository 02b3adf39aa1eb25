import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LAST_DAY } from '../../src/domain/calendar-date.ts'
import type { Movement } from '../../src/domain/earning/movement.ts'
import type { RecordedLine } from '../../src/domain/earning/movements.ts'
import { type Closing, parsePeriod } from '../../src/domain/period/period.ts'
import { newestVersion } from '../../src/domain/policy/policy.ts'
import type { EarningAccount } from '../../src/earning/account.ts'
import { type AccountPlan, planAccount } from '../../src/earning/leaving/account-plan.ts'
import { Positions, placingIn, withLines, withPosted } from '../../src/earning/leaving/foreseen-lines.ts'
import { earningAccountOf } from '../../src/earning/load-accounts.ts'
import { dueOn } from '../../src/earning/post-account.ts'
import { type SomeAccount, someAccount } from '../domain/earning/some-account.ts'
import { factsOf, movementsFrom } from '../domain/earning/worked.ts'
import { day, dayAfter } from '../support/builders.ts'

/*
 * Whatever a policy says, whatever people recorded, and however far the rules had come: whoever leaves has nothing left from
 * the last day on, and no later run posts or corrects anything. Without a database.
 */

const TODAY = day('2029-12-31')

interface Leaving extends SomeAccount {
  /** How far the rules had come when it was asked for, and the last day. */
  readonly run: string
  readonly on: string
  readonly settle: 'pay-out' | 'forfeit' | 'keep'
}

const leaving: fc.Arbitrary<Leaving> = fc
  .record({
    account: someAccount(),
    on: fc.integer({ min: 0, max: 1_000 }),
    run: fc.integer({ min: -400, max: 400 }),
    settle: fc.constantFrom('pay-out', 'forfeit', 'keep'),
  })
  .map(({ account, on, run, settle }) => {
    const last = dayAfter(account.example.assigned!.from!, on)
    return { ...account, on: last, run: dayAfter(last, run), settle }
  })

function lineOf(movement: Movement, at: number, { facts }: { readonly facts: EarningAccount['facts'] }): RecordedLine {
  const { policy, resource, scale } = newestVersion(facts.policy)
  const { way, by, amount, on: effectiveOn, validUntil, isCarriedIn: carriedIn } = movement
  const type = by === 'leave' ? 'consumption' : by
  return {
    position: at + 1,
    line: 1,
    type,
    component: type === 'accrual' ? 'accrued' : type === 'consumption' ? 'consumed' : 'adjusted',
    entity: facts.entity,
    policy,
    resource,
    amount: way === 'gives' ? amount : -amount,
    scale,
    effectiveOn,
    meantFor: null,
    portion: null,
    reverses: null,
    reference: null,
    validUntil,
    carriedIn,
    byRule: null,
  }
}

/** Somebody of whom nothing is left open when they leave. */
function left(
  { example, run, on, settle }: Leaving,
  closing: Closing | null,
): AccountPlan & { readonly final: EarningAccount } {
  const facts = factsOf({ ...example, employed: [{ from: example.assigned!.from!, to: null }] })
  const lines = movementsFrom(example.recorded ?? [], example.scale ?? 2).map((one, at) => lineOf(one, at, { facts }))
  const where = { placing: placingIn(closing), positions: new Positions(1_000) }
  const before = earningAccountOf(facts, { lines, carried: [] })
  // What was due was posted in its time, in months that were open then.
  const posted = withPosted(before, dueOn(before, day(run), undefined), { ...where, placing: placingIn(null) })
  const gone = withLines(
    { ...posted, facts: { ...facts, employments: [{ from: day(example.assigned!.from!), to: day(on) }] } },
    [],
  )
  const plan = planAccount(gone, [], {
    body: { on: day(on), settle },
    on: day(on),
    until: LAST_DAY,
    mark: markOf(run, facts),
    ...where,
  })
  return { ...plan, final: withLines(plan.account, plan.recorded) }
}

function markOf(through: string, { assignments }: EarningAccount['facts']) {
  return { through: day(through), assignments: assignments.map(([{ assignment }]) => assignment), seen: 0 }
}

/** The balance at the end of each day on which something takes effect. */
function balancesOf({ lines }: EarningAccount): readonly { readonly on: string; readonly balance: bigint }[] {
  let balance = 0n
  const days = [...new Set(lines.map(({ effectiveOn }) => effectiveOn))].toSorted()
  return days.map((on) => {
    for (const line of lines) if (line.effectiveOn === on) balance += line.amount
    return { on, balance }
  })
}

/** What a later run posts. What is kept goes on: it is carried, and lapses. */
function laterRun({ on, run, settle }: Leaving, final: EarningAccount, through: string): object {
  const { postings, correction } = dueOn(final, day(through), markOf(run > on ? run : on, final.facts))
  if (settle === 'keep') return { postings: [], corrected: correction?.days ?? [] }
  return { postings, corrected: correction === null ? [] : correction }
}

const NOTHING = { postings: [], corrected: [] }

describe('an account that is settled', () => {
  test('stands at 0 from the last day on, and no later run posts anything', () => {
    fc.assert(
      fc.property(leaving, (one) => {
        const { on, run, settle } = one
        const { final } = left(one, null)
        const rest = balancesOf(final).filter((day) => on <= day.on && day.balance !== 0n)
        if (settle !== 'keep') expect(rest).toEqual([])
        const reached = run > on ? run : on
        for (const later of [on, run, dayAfter(reached, 40), dayAfter(reached, 800)]) {
          expect(laterRun(one, final, later)).toEqual(NOTHING)
        }
      }),
      { numRuns: 300 },
    )
  }, 120_000)

  test('also where months are closed: what is meant for them is recorded today', () => {
    fc.assert(
      fc.property(leaving, fc.constantFrom('2026-09', '2027-06', '2028-12'), (one, period) => {
        const { final } = left(one, { closedThrough: parsePeriod(period)!, today: TODAY })
        if (one.settle !== 'keep') expect(balancesOf(final).at(-1)?.balance ?? 0n).toBe(0n)
        expect(laterRun(one, final, dayAfter(one.on, 1_200))).toEqual(NOTHING)
      }),
      { numRuns: 300 },
    )
  }, 120_000)
})
