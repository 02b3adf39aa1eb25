import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalQuantity, printMinor, QUANTITY_PATTERN, rescale, toMinor } from '../../src/domain/quantity.ts'
import { quantity } from '../support/builders-arbitrary.ts'

// What decimal.js says of the same text is right: whoever pads, cuts or signs differently is found here.

const Exact = Decimal.clone({ precision: 80 })
const scale = fc.nat(8)
const signed = fc
  .tuple(quantity({ scale: 12, digits: 18 }), fc.constantFrom('', '-'))
  .map(([text, sign]) => sign + text)

test('law: minor units are the quantity shifted by its scale, or it has more decimals than that', () => {
  fc.assert(
    fc.property(signed, scale, (text, scale) => {
      const exact = new Exact(text)
      const expected =
        exact.decimalPlaces() > scale ? 'scale-exceeded' : BigInt(exact.mul(new Exact(10).pow(scale)).toFixed())
      expect(toMinor(text, scale)).toBe(expected)
    }),
  )
})

test('law: what is printed has exactly the decimals of the scale, and reads back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), scale, (minor, scale) => {
      const exact = new Exact(minor.toString()).div(new Exact(10).pow(scale))
      expect(printMinor(minor, scale)).toBe(exact.isZero() ? exact.abs().toFixed(scale) : exact.toFixed(scale))
      expect(toMinor(printMinor(minor, scale), scale)).toBe(minor)
    }),
  )
})

test('law: quantities have one normal spelling exactly when they are equal', () => {
  fc.assert(
    fc.property(signed, signed, (a, b) => {
      expect(normalQuantity(a) === normalQuantity(b)).toBe(new Exact(a).eq(b))
      expect(new Exact(normalQuantity(a)).eq(a)).toBe(true)
      expect(normalQuantity(a)).toMatch(new RegExp(QUANTITY_PATTERN))
      expect(normalQuantity(`${a.includes('.') ? a : `${a}.`}000`)).toBe(normalQuantity(a))
    }),
  )
})

test('law: a higher scale is another spelling of the same quantity', () => {
  fc.assert(
    fc.property(fc.bigInt(), scale, scale, (minor, one, other) => {
      const [from, to] = one < other ? [one, other] : [other, one]
      const before = new Exact(printMinor(minor, from))
      expect(before.eq(printMinor(rescale(minor, from, to), to))).toBe(true)
    }),
  )
})
