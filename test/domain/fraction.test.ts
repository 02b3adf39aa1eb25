import { Decimal } from 'decimal.js'
import { describe, expect, test } from 'vitest'
import { dividedBy, exactOf, fractionOf, isEqual, plus, roundedAt, times } from '../../src/domain/fraction.ts'

const one = fractionOf('1')
const three = fractionOf('3')
const third = dividedBy(one, three)

describe('a fraction', () => {
  test('of a third of a day, three times, is a day', () => {
    expect(isEqual(times(third, three), one)).toBe(true)
    expect(isEqual(plus(plus(third, third), third), one)).toBe(true)
  })

  test('is what no decimal is, however many digits it keeps', () => {
    const Sixty = Decimal.clone({ precision: 60 })
    expect(new Sixty(1).div(3).times(3).eq(1)).toBe(false)
  })

  test('has its lowest terms, however it came about', () => {
    const { numerator, denominator } = dividedBy(fractionOf('-7.50'), fractionOf('-0.10'))
    expect([numerator, denominator]).toEqual([75n, 1n])
    expect(isEqual(dividedBy(one, fractionOf('-3')), dividedBy(fractionOf('-1'), three))).toBe(true)
    expect(isEqual(third, dividedBy(fractionOf('2'), three))).toBe(false)
    expect(isEqual(third, dividedBy(one, fractionOf('4')))).toBe(false)
  })

  test('of nothing is nothing, and nothing is divided by it', () => {
    const zero = fractionOf('0.00')
    expect(exactOf(times(zero, third))).toBe(0n)
    expect(isEqual(zero, fractionOf('-0'))).toBe(true)
    expect(() => dividedBy(one, zero)).toThrow('nothing is a part of zero')
  })

  test('is never rounded without anybody knowing', () => {
    expect(() => exactOf(third)).toThrow('1/3 is finer than any policy may count')
    let product = dividedBy(fractionOf('999999999999999999'), fractionOf('1000000000000000003'))
    for (let round = 0; round < 8; round++) product = times(product, product)
    // The 256th power of both terms, which have no common factor.
    expect(product).toEqual({
      numerator: 999_999_999_999_999_999n ** 256n,
      denominator: 1_000_000_000_000_000_003n ** 256n,
    })
  })
})

describe('rounding, half-even, once', () => {
  const cases: [text: string, scale: number, rounded: bigint][] = [
    ['0.5', 0, 0n],
    ['1.5', 0, 2n],
    ['2.5', 0, 2n],
    ['-0.5', 0, 0n],
    ['-1.5', 0, -2n],
    ['2.51', 0, 3n],
    ['2.49', 0, 2n],
    ['-2.51', 0, -3n],
    ['1.005', 2, 100n],
    ['1.015', 2, 102n],
    ['7', 8, 700_000_000n],
  ]
  test.each(cases)('%s at scale %s', (text, scale, rounded) => {
    expect(roundedAt(fractionOf(text), scale)).toBe(rounded)
  })

  test('sees what is just above a half, where a quotient of sixty digits would not', () => {
    const tiny = dividedBy(one, fractionOf('1'.padEnd(18, '0')))
    const justAbove = plus(fractionOf('0.5'), times(times(tiny, tiny), times(tiny, tiny)))
    expect(roundedAt(justAbove, 0)).toBe(1n)
  })
})
