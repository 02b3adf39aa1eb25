import { MAX_SCALE, type Minor, toMinor } from './quantity.ts'

/*
 * Exact fractions: shares, ratios, hours of a part of a day. A third of a day, three times, is a day. What is only added
 * and compared are minor units (quantity.ts); a fraction becomes them once, at the end.
 */

/** Whole terms, without a common factor; the denominator is above zero. So equal fractions have equal terms. */
export interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

export const ZERO: Fraction = { numerator: 0n, denominator: 1n }
export const ONE: Fraction = { numerator: 1n, denominator: 1n }

/** @param text a quantity as `QUANTITY_PATTERN` has it */
export function fractionOf(text: string): Fraction {
  const minor = toMinor(text, MAX_SCALE)
  if (minor !== 'scale-exceeded') return lowest(minor, FINEST)
  const dot = text.indexOf('.')
  return lowest(BigInt(text.slice(0, dot) + text.slice(dot + 1)), 10n ** BigInt(text.length - dot - 1))
}

/**
 * Of two whole numbers, such as days of a month.
 * @throws RangeError where `of` is zero
 */
export function ratio(number: number, of: number): Fraction {
  if (of === 0) throw new RangeError(NO_PART_OF_ZERO)
  return lowest(BigInt(number), BigInt(of))
}

export function plus(a: Fraction, b: Fraction): Fraction {
  if (a.denominator === b.denominator) return lowest(a.numerator + b.numerator, a.denominator)
  return lowest(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)
}

export function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { numerator: -b.numerator, denominator: b.denominator })
}

export function times(a: Fraction, b: Fraction): Fraction {
  return lowest(a.numerator * b.numerator, a.denominator * b.denominator)
}

/** @throws RangeError where `b` is zero */
export function dividedBy(a: Fraction, b: Fraction): Fraction {
  if (b.numerator === 0n) throw new RangeError(NO_PART_OF_ZERO)
  return lowest(a.numerator * b.denominator, a.denominator * b.numerator)
}

const NO_PART_OF_ZERO = 'nothing is a part of zero'

export function isEqual(a: Fraction, b: Fraction): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator
}

export function isZero({ numerator }: Fraction): boolean {
  return numerator === 0n
}

/** The smaller one of two. */
export function least(a: Fraction, b: Fraction): Fraction {
  return a.numerator * b.denominator <= b.numerator * a.denominator ? a : b
}

/** The whole number that lies towards zero, and what is left of the fraction then. */
export function wholeAndRest({ numerator, denominator }: Fraction): { whole: bigint; rest: Fraction } {
  return { whole: numerator / denominator, rest: lowest(numerator % denominator, denominator) }
}

/** Minor units at a scale, rounded half-even: the one place where a fraction is rounded. */
export function roundedAt({ numerator, denominator }: Fraction, scale: number): Minor {
  const shifted = numerator * 10n ** BigInt(scale)
  const whole = shifted / denominator
  const rest = shifted % denominator
  const twiceRest = rest < 0n ? -2n * rest : 2n * rest
  const isAway = twiceRest > denominator || (twiceRest === denominator && whole % 2n !== 0n)
  if (!isAway) return whole
  return numerator < 0n ? whole - 1n : whole + 1n
}

/**
 * A quantity of at most `MAX_SCALE` decimals, at the finest scale.
 * @throws RangeError where the fraction is finer: it has to be rounded, at the scale of a policy
 */
export function exactOf({ numerator, denominator }: Fraction): Minor {
  const shifted = numerator * FINEST
  if (shifted % denominator !== 0n)
    throw new RangeError(`${numerator}/${denominator} is finer than any policy may count`)
  return shifted / denominator
}

const FINEST = 10n ** BigInt(MAX_SCALE)

function lowest(numerator: bigint, denominator: bigint): Fraction {
  if (denominator === 1n) return { numerator, denominator }
  const factor = commonFactor(numerator, denominator)
  if (factor === 1n) return { numerator, denominator }
  return { numerator: numerator / factor, denominator: denominator / factor }
}

/**
 * By Euclid. Numbers divide several times faster than BigInts, so it goes on with them as soon as they fit.
 * @returns with the sign of `b`
 */
function commonFactor(a: bigint, b: bigint): bigint {
  let larger = a < 0n ? -a : a
  let smaller = b < 0n ? -b : b
  while (smaller > MOST_EXACT) [larger, smaller] = [smaller, larger % smaller]
  if (smaller === 0n) return b < 0n ? -larger : larger
  let [first, second] = [Number(smaller), Number(larger % smaller)]
  while (second !== 0) [first, second] = [second, first % second]
  return BigInt(b < 0n ? -first : first)
}

const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER)
