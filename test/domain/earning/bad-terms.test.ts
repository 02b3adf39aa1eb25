import { expect, test } from 'vitest'
import { checkOf } from '../../../src/contract/compile.ts'
import { PolicyDefinition } from '../../../src/contract/schemas/definitions.ts'
import { contradictionsIn } from '../../../src/domain/earning/contradictions.ts'
import type { EarningPolicyTerms } from '../../../src/domain/earning/terms.ts'
import { policy } from '../../support/builders.ts'
import { BAD_TERMS } from '../../support/earning/bad-terms.ts'

const check = checkOf(PolicyDefinition, 'body')
const POLICY = { ...policy({ scale: 1 }) }

test.each(BAD_TERMS)('$what', ({ said, told }) => {
  const asked = { ...POLICY, ...said }
  expect(check(asked)).toEqual({ value: asked })
  const found = contradictionsIn(said, asked)
  expect(found.map(({ pointer }) => pointer)).toEqual(Object.keys(told))
  for (const { pointer, message } of found) expect(message).toMatch(told[pointer]!)
})

test('there are many of them, and no two are called the same', () => {
  expect(BAD_TERMS.length).toBeGreaterThanOrEqual(45)
  expect(new Set(BAD_TERMS.map(({ what }) => what)).size).toBe(BAD_TERMS.length)
})

test('a message completes a sentence that the pointer begins, and ends without a full stop', () => {
  const messages = BAD_TERMS.flatMap(({ said }) =>
    contradictionsIn(said, { ...POLICY, ...said }).map(({ message }) => message),
  )
  for (const message of messages) expect(message).toMatch(/^(must|is|does|needs|stands) .*[^.]$/)
})

test('an assignment’s own terms are held against the leave year of its policy', () => {
  const leaveYear = { payPeriodsFrom: '2026-01-11' } as EarningPolicyTerms['leaveYear']
  const said: EarningPolicyTerms = { earning: { every: 'month', levels: [{ yearAmount: '25' }] } }
  expect(contradictionsIn(said, { ...POLICY, ...(leaveYear && { leaveYear }) })).toMatchObject([
    { pointer: '/earning/every', message: expect.stringContaining('must be "two-weeks"') as string },
  ])
})
