import { Decimal } from 'decimal.js'
import { MAX_SCALE, type Minor } from './quantity.ts'

/*
 * Exact fractions: shares, ratios, hours of a part of a day. A third of a day, three times, is a day. What is only added
 * and compared are minor units (quantity.ts); a fraction becomes them once, at the end.
 */

/**
 * Digits that decimal.js keeps. It rounds beyond them, and says nothing: a fraction throws before it gets there. Terms of a
 * fraction of quantities have some fifty digits.
 */
const MOST_DIGITS = 1_000

const Whole = Decimal.clone({ precision: MOST_DIGITS, toExpPos: MOST_DIGITS })
const FINEST = new Whole(10).pow(MAX_SCALE)

/** Whole terms, without a common factor; the denominator is above zero. So equal fractions have equal terms. */
export interface Fraction {
  readonly numerator: Decimal
  readonly denominator: Decimal
}

/** @param text a quantity as `QUANTITY_PATTERN` has it */
export function fractionOf(text: string): Fraction {
  const value = new Whole(text)
  const denominator = new Whole(10).pow(value.decimalPlaces())
  return lowest(value.times(denominator), denominator)
}

export function plus(a: Fraction, b: Fraction): Fraction {
  const crosswise = a.numerator.times(b.denominator).plus(b.numerator.times(a.denominator))
  return lowest(crosswise, a.denominator.times(b.denominator))
}

export function times(a: Fraction, b: Fraction): Fraction {
  return lowest(a.numerator.times(b.numerator), a.denominator.times(b.denominator))
}

/** @throws RangeError where `b` is zero */
export function dividedBy(a: Fraction, b: Fraction): Fraction {
  if (b.numerator.isZero()) throw new RangeError('nothing is a part of zero')
  return lowest(a.numerator.times(b.denominator), a.denominator.times(b.numerator))
}

export function isEqual(a: Fraction, b: Fraction): boolean {
  return a.numerator.eq(b.numerator) && a.denominator.eq(b.denominator)
}

/** Minor units at a scale, rounded half-even: the one place where a fraction is rounded. */
export function roundedAt({ numerator, denominator }: Fraction, scale: number): Minor {
  const shifted = numerator.times(new Whole(10).pow(scale))
  const whole = shifted.divToInt(denominator)
  const twiceRest = shifted.minus(whole.times(denominator)).abs().times(2)
  const isOdd = !whole.mod(2).isZero()
  const nearer = twiceRest.comparedTo(denominator)
  const isAway = nearer > 0 || (nearer === 0 && isOdd)
  return BigInt((isAway ? whole.plus(numerator.isNegative() ? -1 : 1) : whole).toFixed())
}

/**
 * A quantity of at most `MAX_SCALE` decimals, at the finest scale.
 * @throws RangeError where the fraction is finer: it has to be rounded, at the scale of a policy
 */
export function exactOf({ numerator, denominator }: Fraction): Minor {
  const shifted = numerator.times(FINEST)
  if (!shifted.mod(denominator).isZero()) {
    throw new RangeError(`${numerator.toFixed()}/${denominator.toFixed()} is finer than any policy may count`)
  }
  return BigInt(shifted.divToInt(denominator).toFixed())
}

function lowest(numerator: Decimal, denominator: Decimal): Fraction {
  if (numerator.precision() + denominator.precision() > MOST_DIGITS) {
    throw new RangeError(`a fraction has more than ${MOST_DIGITS} digits`)
  }
  const factor = commonFactor(numerator.abs(), denominator.abs()).times(denominator.isNegative() ? -1 : 1)
  return { numerator: numerator.divToInt(factor), denominator: denominator.divToInt(factor) }
}

/** By Euclid. */
function commonFactor(a: Decimal, b: Decimal): Decimal {
  let [larger, smaller] = [a, b]
  while (!smaller.isZero()) [larger, smaller] = [smaller, larger.mod(smaller)]
  return larger
}
