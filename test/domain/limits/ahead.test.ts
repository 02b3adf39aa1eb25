import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Account, emptyAccount, withAmount } from '../../../src/domain/account/account.ts'
import { headroom } from '../../../src/domain/account/headroom.ts'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import { movementsOf, type RecordedLine } from '../../../src/domain/earning/movements.ts'
import type { EarningPolicyTerms } from '../../../src/domain/earning/terms.ts'
import { workedOut } from '../../../src/domain/earning/work-out.ts'
import { floorsAhead } from '../../../src/domain/limits/ahead.ts'
import { factsOf } from '../earning/worked.ts'

// What a leave year still brings, held against the rules themselves: leave may be taken ahead exactly where, once the rules
// have posted everything, no leave year ends below zero.

const SCALE = 2

interface Asked {
  readonly on: CalendarDate
  readonly amount: bigint
}

/** An account of which the rules have posted everything up to a day, and the leave that was let pass so far. */
class SpentAhead {
  readonly #facts: ReturnType<typeof factsOf>
  readonly lines: RecordedLine[] = []

  constructor(terms: EarningPolicyTerms, posted: CalendarDate) {
    this.#facts = factsOf({ terms: { ...terms, spending: { of: 'year' } } })
    for (const { on, period, lines } of workedOut(
      { facts: this.#facts, movements: [], postedAt: () => undefined },
      posted,
    )) {
      for (const { type, rule, amount } of lines) {
        const component = type === 'accrual' ? 'accrued' : 'adjusted'
        this.lines.push({ ...this.#line(on, amount), type, component, byRule: { rule, period } })
      }
    }
  }

  /** Whether the limits let leave pass. */
  allows({ on, amount }: Asked): boolean {
    const { floors } = floorsAhead({ facts: this.#facts, lines: this.lines }, on)!
    return headroom(this.#account(), floors, on)! >= amount
  }

  /** Whether no leave year ends below zero, from that of the day on, once the rules have posted everything. */
  isCovered(asked: Asked): boolean {
    const lines = [...this.lines, this.#taken(asked)]
    const movements = movementsOf(lines, SCALE)
    const last = lines.reduce((latest, { effectiveOn }) => (effectiveOn > latest ? effectiveOn : latest), asked.on)
    return ['2026', '2027', '2028'].every((year) => {
      const end = `${year}-12-31` as CalendarDate
      if (end < asked.on || year > last.slice(0, 4)) return true
      const postings = workedOut({ facts: this.#facts, movements, postedAt: () => undefined }, end)
      const byRules = postings.flatMap((posting) => posting.lines).reduce((sum, { amount }) => sum + amount, 0n)
      const byPeople = movements.filter(({ on }) => on <= end)
      return byPeople.reduce((sum, { way, amount }) => (way === 'gives' ? sum + amount : sum - amount), byRules) >= 0n
    })
  }

  take(asked: Asked): void {
    this.lines.push(this.#taken(asked))
  }

  #taken({ on, amount }: Asked): RecordedLine {
    return { ...this.#line(on, -amount), type: 'consumption', component: 'consumed' }
  }

  #line(on: CalendarDate, amount: bigint): RecordedLine {
    const none = { meantFor: null, portion: null, reverses: null, reference: null, validUntil: null, byRule: null }
    const account = { entity: 'e1', policy: 'annual', resource: 'leave' }
    const what = { type: 'accrual', component: 'accrued', carriedIn: false } as const
    return {
      ...account,
      ...what,
      ...none,
      position: this.lines.length + 1,
      line: 1,
      amount,
      scale: SCALE,
      effectiveOn: on,
    }
  }

  #account(): Account {
    const empty = emptyAccount({ entity: 'e1', policy: 'annual', resource: 'leave', scale: SCALE })
    return this.lines.reduce(
      (account, { component, amount, effectiveOn: on, position }) =>
        withAmount(account, { component, amount, on, position }),
      empty,
    )
  }
}

const day = (from: string, to: string): fc.Arbitrary<CalendarDate> =>
  fc
    .date({ min: new Date(`${from}T00:00:00Z`), max: new Date(`${to}T00:00:00Z`), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10) as CalendarDate)

const earning = fc
  .record({
    every: fc.constantFrom('week' as const, 'month' as const, 'quarter' as const, 'year' as const),
    postOn: fc.constantFrom('first-day' as const, 'last-day' as const, 'day-after' as const),
    yearAmount: fc.integer({ min: 1, max: 60 }).map((halves) => String(halves / 2)),
    balanceCap: fc.option(fc.integer({ min: 1, max: 30 }).map(String), { nil: undefined }),
  })
  .map(({ yearAmount, balanceCap, ...terms }) => ({
    ...terms,
    levels: [{ yearAmount, ...(balanceCap === undefined ? {} : { balanceCap }) }],
  }))

const carryOver = fc.option(
  fc.record({
    keep: fc.oneof(
      fc.constantFrom('all' as const, 'none' as const),
      fc.integer({ min: 1, max: 10 }).map((upTo) => ({ upTo: String(upTo) })),
    ),
  }),
  { nil: undefined },
)

const asked = fc.record({
  on: day('2026-01-01', '2027-12-31'),
  amount: fc.integer({ min: 1, max: 60 }).map((halves) => BigInt(50 * halves)),
})

/** Leave on days up to which nothing is posted yet; then nothing that was posted is put right by it. */
test('law: leave is let pass ahead exactly where the rules will have brought it by the end of each leave year', () => {
  let ahead = 0
  fc.assert(
    fc.property(earning, carryOver, day('2025-12-31', '2026-11-30'), fc.array(asked, { maxLength: 6 }), (...said) => {
      const [terms, kept, posted, leave] = said
      const account = new SpentAhead({ earning: terms, ...(kept === undefined ? {} : { carryOver: kept }) }, posted)
      for (const one of leave) {
        if (one.on <= posted) continue
        const isAllowed = account.allows(one)
        expect(isAllowed).toBe(account.isCovered(one))
        if (isAllowed) account.take(one)
        if (isAllowed) ahead += 1
      }
    }),
    { numRuns: 400 },
  )
  expect(ahead).toBeGreaterThan(100)
})

test('law: leave of a day up to which all is posted is let pass only where that is covered', () => {
  fc.assert(
    fc.property(earning, carryOver, day('2025-12-31', '2026-12-31'), fc.array(asked, { maxLength: 6 }), (...said) => {
      const [terms, kept, posted, leave] = said
      const account = new SpentAhead({ earning: terms, ...(kept === undefined ? {} : { carryOver: kept }) }, posted)
      for (const one of leave) {
        if (!account.allows(one)) continue
        expect(account.isCovered(one)).toBe(true)
        account.take(one)
      }
    }),
    { numRuns: 400 },
  )
})
