import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkOf } from '../../../src/contract/compile.ts'
import { PolicyDefinition } from '../../../src/contract/schemas/definitions.ts'
import { contradictionsIn } from '../../../src/domain/earning/contradictions.ts'
import { EARNING_MEMBERS, inNormalSpelling, sameEarningTerms } from '../../../src/domain/earning/said.ts'
import type { EarningPolicyTerms } from '../../../src/domain/earning/terms.ts'
import { policy } from '../../support/builders.ts'
import { soundTerms } from '../../support/earning/terms-arbitrary.ts'

const check = checkOf(PolicyDefinition, 'body')
const POLICY = policy({ scale: 1 })

test('law: terms that are sound have nothing to be told', () => {
  fc.assert(
    fc.property(soundTerms, (said) => {
      const asked = { ...POLICY, ...said }
      expect(check(asked)).toEqual({ value: asked })
      expect(contradictionsIn(said, asked)).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('law: terms are the same in any order of their members, and otherwise spelt', () => {
  fc.assert(
    fc.property(soundTerms, (said) => {
      const turned = turnedAround(said) as EarningPolicyTerms
      expect(sameEarningTerms(said, inNormalSpelling(turned))).toBe(true)
    }),
  )
})

test('law: terms without one of their members are others', () => {
  fc.assert(
    fc.property(soundTerms, (said) => {
      for (const name of EARNING_MEMBERS.filter((one) => said[one] !== undefined)) {
        const { [name]: _left, ...others } = said
        expect(sameEarningTerms(said, others)).toBe(false)
      }
    }),
  )
})

test('what is said of every kind of member is met', () => {
  const seen = new Set<string>()
  for (const said of fc.sample(soundTerms, { numRuns: 3_000, seed: 1 })) {
    JSON.stringify(said, (name, value: unknown) => {
      seen.add(name)
      return value
    })
  }
  const names =
    'payPeriodsFrom starts weekday from daysOfMonth dayOfMonth dates anniversary amount yearAmount perHours balanceCap yearMax ' +
    'inLastFullPeriodOfCalendarYear joinedBy week rounding waiting validFor validUntil neverLapses needsNotice yearMost ' +
    'keepBack most countsAsWorked lateLeave scaledByShare basis levelChange postOn'
  expect(names.split(' ').filter((name) => !seen.has(name))).toEqual([])
})

/** Members the other way round, and quantities with a nought more. */
function turnedAround(value: unknown): unknown {
  if (typeof value === 'string' && /^\d+(\.\d{1,7})?$/.test(value))
    return value.includes('.') ? `${value}0` : `${value}.0`
  if (Array.isArray(value)) return value.map(turnedAround)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]) => [name, turnedAround(member)] as const)
  return Object.fromEntries(members.toReversed())
}
