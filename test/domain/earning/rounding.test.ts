import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printFigure } from '../../../src/domain/earning/figures.ts'
import { rounded } from '../../../src/domain/earning/rounding.ts'
import type { RoundingMode } from '../../../src/domain/earning/terms.ts'
import { dividedBy, fractionOf, isEqual, minus, times } from '../../../src/domain/fraction.ts'
import { quantity } from '../../support/builders-arbitrary.ts'

const MODES: RoundingMode[] = ['up', 'down', 'nearest', 'half-even', 'up-from-half']

describe('an amount in steps', () => {
  // amount, step, and what it is by: up, down, nearest, half-even, up-from-half
  const cases: [amount: string, step: string, ...byMode: string[]][] = [
    ['2.08', '0.5', '2.5', '2', '2', '2', '2.08'],
    ['2.25', '0.5', '2.5', '2', '2.5', '2', '2.5'],
    ['2.75', '0.5', '3', '2.5', '3', '3', '3'],
    ['2.26', '0.5', '2.5', '2', '2.5', '2.5', '2.5'],
    ['2.5', '0.5', '2.5', '2.5', '2.5', '2.5', '2.5'],
    ['0', '0.5', '0', '0', '0', '0', '0'],
    // BUrlG § 5 (2): half a day at least is a day, less stays as it is.
    ['8.333333', '1', '9', '8', '8', '8', '8.333333'],
    ['8.5', '1', '9', '8', '9', '8', '9'],
    ['9.5', '1', '10', '9', '10', '10', '10'],
    ['0.125', '0.25', '0.25', '0', '0.25', '0', '0.25'],
    ['7.3', '3', '9', '6', '6', '6', '7.3'],
    ['-2.25', '0.5', '-2.5', '-2', '-2.5', '-2', '-2.5'],
    ['-2.1', '0.5', '-2.5', '-2', '-2', '-2', '-2.1'],
    ['0.00000001', '1', '1', '0', '0', '0', '0.00000001'],
  ]
  test.each(cases)(
    '%s in steps of %s: up %s, down %s, nearest %s, half-even %s, up-from-half %s',
    (amount, step, ...by) => {
      expect(MODES.map((mode) => printFigure(rounded(fractionOf(amount), { step, mode })))).toEqual(by)
    },
  )

  test('a third is seen as one: a step is not reached by what is nearly one', () => {
    const third = dividedBy(fractionOf('1'), fractionOf('3'))
    expect(printFigure(rounded(third, { step: '0.33333333', mode: 'down' }))).toBe('0.33333333')
    expect(printFigure(rounded(times(third, fractionOf('3')), { step: '0.1', mode: 'down' }))).toBe('1')
  })
})

test('law: what is rounded lies less than a step away, on a step unless it stays as it is, and stays there', () => {
  const step = quantity({ scale: 4, digits: 3 }).filter((text) => Number(text) > 0)
  fc.assert(
    fc.property(
      quantity({ scale: 8, digits: 9 }),
      fc.integer({ min: 1, max: 366 }),
      step,
      fc.constantFrom(...MODES),
      (text, by, step, mode) => {
        const amount = dividedBy(fractionOf(text), fractionOf(String(by)))
        const result = rounded(amount, { step, mode })
        const [unit, off] = [fractionOf(step), minus(result, amount)]
        const size = off.numerator < 0n ? -off.numerator : off.numerator
        expect(size * unit.denominator < unit.numerator * off.denominator).toBe(true)
        const isWhole = dividedBy(result, unit).denominator === 1n
        expect(isWhole || (mode === 'up-from-half' && isEqual(result, amount))).toBe(true)
        expect(isEqual(rounded(result, { step, mode }), result)).toBe(true)
      },
    ),
  )
})
