import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import { entitlementOf, type YearEntitlement } from '../../../src/domain/earning/entitlement.ts'
import { lastPostingOf, leaveYearAsked } from '../../../src/domain/earning/leave-year-asked.ts'
import { movementsOf } from '../../../src/domain/earning/movements.ts'
import { workedOut } from '../../../src/domain/earning/work-out.ts'
import { linesFrom, lineTextOf } from './lines.ts'
import { someAccount } from './some-account.ts'
import { type Example, factsOf } from './worked.ts'

// What the members of an entitlement have to do with one another, however far the runs have come.

/** @param runThrough up to which day the rules have posted */
function entitlement(example: Example, year: number, runThrough: string): YearEntitlement | undefined {
  const facts = factsOf(example)
  const scale = example.scale ?? 2
  const leaveYear = leaveYearAsked(facts, { year })
  if (leaveYear === undefined) return undefined
  const lines = linesFrom((example.recorded ?? []).map(lineTextOf))
  const movements = movementsOf(lines, scale)
  const postings = workedOut({ facts, movements, postedAt: () => undefined }, lastPostingOf(facts, leaveYear))
  const due = new Set(postings.filter(({ on }) => on > (runThrough as CalendarDate)))
  return entitlementOf({ facts, lines, postings, due, year: leaveYear, scale })
}

/** Whose lines are as fine as examples have them. */
const fineAccount = someAccount().map(({ example, through }) => ({
  through,
  example: { ...example, scale: Math.max(2, example.scale ?? 2) },
}))

const someYear = fc.integer({ min: 2026, max: 2029 })

describe('an entitlement', () => {
  test('law: but for what has lapsed it is the same, however far the runs have come', () => {
    fc.assert(
      fc.property(fineAccount, someYear, ({ example, through }, year) => {
        const before = entitlement(example, year, through)
        const after = entitlement(example, year, '9999-12-31')
        fc.pre(before !== undefined && after !== undefined)
        expect(before.carriedIn).toBe(after.carriedIn)
        expect(before.entitlement).toBe(after.entitlement)
        expect(before.taken).toBe(after.taken)
        expect(before.remaining! + before.lapsed).toBe(after.remaining! + after.lapsed)
        expect(before.earned <= after.earned && after.earned === after.entitlement).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('law: what remains is what was carried in and earned, without what was taken and has lapsed', () => {
    fc.assert(
      fc.property(fineAccount.map(plain), someYear, fc.boolean(), ({ example, through }, year, isRun) => {
        const of = entitlement(example, year, isRun ? '9999-12-31' : through)
        const before = entitlement(example, year - 1, '9999-12-31')
        fc.pre(of !== undefined && before !== undefined && before.remaining! >= 0n)
        expect(of.remaining).toBe(of.carriedIn + of.entitlement! - of.taken - of.lapsed)
        expect(of.carriedIn - carriedByHand(example, year)).toBe(before.remaining)
      }),
      { numRuns: 300 },
    )
  })
})

/** Nothing is adjusted, nothing has a last day, and what is earned is posted on its first day. */
function plain({ example, through }: { example: Example; through: string }): { example: Example; through: string } {
  const { earning, carryOver } = example.terms
  const { keep, rounding } = carryOver ?? {}
  const terms = {
    ...(earning === undefined ? {} : { earning: { ...earning, postOn: 'first-day' as const } }),
    ...(carryOver === undefined ? {} : { carryOver: { ...(keep && { keep }), ...(rounding && { rounding }) } }),
  }
  const recorded = (example.recorded ?? [])
    .map((text) => text.split(' until ')[0]!)
    .filter((text) => !/ (adds|cuts) /.test(text))
  return { through, example: { ...example, terms, recorded, notices: [] } }
}

function carriedByHand({ recorded = [], scale = 2 }: Example, year: number): bigint {
  return recorded
    .map((text) => text.split(' '))
    .filter(([on = '', verb]) => on.startsWith(String(year)) && verb === 'carries')
    .reduce((sum, [, , amount]) => sum + BigInt(Number(amount) * 10 ** scale), 0n)
}
