import { dividedBy, type Fraction, fractionOf, isZero, plus, ratio, times, wholeAndRest } from '../fraction.ts'
import type { Rounding, RoundingMode } from './terms.ts'

/**
 * An amount in whole steps. Amounts below zero are rounded as those above are: `up` is away from zero, `down` towards it.
 * @returns with `up-from-half` the amount as it is where its fraction of a step is smaller than a half
 */
export function rounded(amount: Fraction, { step, mode }: Pick<Rounding, 'step' | 'mode'>): Fraction {
  const unit = fractionOf(step)
  const { whole, rest } = wholeAndRest(dividedBy(amount, unit))
  if (isZero(rest)) return amount
  const isAway = goesAway(mode, whole, rest)
  if (!isAway && mode === 'up-from-half') return amount
  const steps = { numerator: whole, denominator: 1n }
  return times(isAway ? plus(steps, ratio(rest.numerator < 0n ? -1 : 1, 1)) : steps, unit)
}

/** Whether what is left of whole steps, and is not zero, is rounded away from zero. */
function goesAway(mode: RoundingMode, whole: bigint, { numerator, denominator }: Fraction): boolean {
  const twice = numerator < 0n ? -2n * numerator : 2n * numerator
  switch (mode) {
    case 'up':
      return true
    case 'down':
      return false
    case 'nearest':
    case 'up-from-half':
      return twice >= denominator
    case 'half-even':
      return twice > denominator || (twice === denominator && whole % 2n !== 0n)
  }
}
