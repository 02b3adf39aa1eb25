import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactFrom, printExact } from '../../src/domain/exact.ts'
import {
  dividedBy,
  exactOf,
  type Fraction,
  fractionOf,
  isEqual,
  plus,
  roundedAt,
  times,
} from '../../src/domain/fraction.ts'
import { printMinor, toMinor } from '../../src/domain/quantity.ts'
import { quantity } from '../support/builders-arbitrary.ts'

// The two forms of a quantity say the same: minor units where it is added, fractions where it is divided.

const scale = fc.nat(8)
const signed = fc.tuple(quantity({ scale: 8, digits: 18 }), fc.constantFrom('', '-')).map(([text, sign]) => sign + text)
const above = quantity({ scale: 4, digits: 6 })

test('law: a fraction of a quantity is the quantity, at every scale that it fits', () => {
  fc.assert(
    fc.property(signed, scale, (text, scale) => {
      expect(exactOf(fractionOf(text))).toBe(exactFrom(text))
      const minor = toMinor(text, scale)
      if (minor !== 'scale-exceeded') expect(roundedAt(fractionOf(text), scale)).toBe(minor)
    }),
  )
})

test('law: sums of fractions are sums of minor units', () => {
  fc.assert(
    fc.property(fc.array(signed, { maxLength: 8 }), (texts) => {
      const exact = texts.reduce((sum, text) => sum + exactFrom(text), 0n)
      const fraction = texts.reduce((sum, text) => plus(sum, fractionOf(text)), fractionOf('0'))
      expect(printExact(exactOf(fraction))).toBe(printExact(exact))
    }),
  )
})

test('law: the parts of a whole are the whole', () => {
  fc.assert(
    fc.property(signed, fc.integer({ min: 1, max: 366 }), (text, parts) => {
      const whole = fractionOf(text)
      const part = dividedBy(whole, fractionOf(String(parts)))
      expect(isEqual(times(part, fractionOf(String(parts))), whole)).toBe(true)
      const sum = Array.from({ length: parts }, () => part).reduce(plus, fractionOf('0'))
      expect(exactOf(sum)).toBe(exactFrom(text))
    }),
    { numRuns: 20 },
  )
})

test('law: what is divided is rounded as whole numbers say, half-even', () => {
  fc.assert(
    fc.property(signed, above, scale, (text, by, scale) => {
      // Both at the finest scale, so their ratio is that of the quantities.
      const [numerator, denominator] = [exactFrom(text) * 10n ** BigInt(scale), exactFrom(by)]
      const [size, sign] = numerator < 0n ? [-numerator, -1n] : [numerator, 1n]
      const [whole, twiceRest] = [size / denominator, (size % denominator) * 2n]
      const isAway = twiceRest > denominator || (twiceRest === denominator && whole % 2n === 1n)
      const ratio: Fraction = dividedBy(fractionOf(text), fractionOf(by))
      expect(printMinor(roundedAt(ratio, scale), scale)).toBe(printMinor(sign * (whole + (isAway ? 1n : 0n)), scale))
    }),
  )
})
