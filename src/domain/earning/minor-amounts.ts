import { type Fraction, fractionOf } from '../fraction.ts'
import { type Minor, printMinor } from '../quantity.ts'

/** Minor units at a scale, exactly. */
export function fractionOfMinor(minor: Minor, scale: number): Fraction {
  return fractionOf(printMinor(minor, scale))
}

/** As many minor units at a scale as there are whole ones in a fraction; what is left of it is left off, towards zero. */
export function inWholeUnits({ numerator, denominator }: Fraction, scale: number): Minor {
  return (numerator * 10n ** BigInt(scale)) / denominator
}

export function isAbove(one: Fraction, other: Fraction): boolean {
  return one.numerator * other.denominator > other.numerator * one.denominator
}
