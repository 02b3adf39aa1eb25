/**
 * A quantity inside the service: whole minor units at a known scale (`150n` at scale 2 is `1.50`).
 * Integers add exactly and fast; text is read and printed only at the edge, so nothing is ever rounded.
 */
export type Minor = bigint

/** A quantity as callers write it: at most 18 integer digits, no exponent, no sign but `-`. */
export const QUANTITY_PATTERN = '^-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,40})?$'

/** The most decimals a policy may keep. */
export const MAX_SCALE = 8

const POWERS = Array.from({ length: MAX_SCALE + 1 }, (_, exponent) => 10n ** BigInt(exponent))

/**
 * Reads a quantity that matches `QUANTITY_PATTERN`.
 * @returns minor units at `scale`, or `'scale-exceeded'` where it has more decimals than that (trailing zeros do not count)
 */
export function toMinor(text: string, scale: number): Minor | 'scale-exceeded' {
  const dot = text.indexOf('.')
  if (dot === -1) return BigInt(text) * power(scale)
  const decimals = withoutTrailingZeros(text.slice(dot + 1))
  if (decimals.length > scale) return 'scale-exceeded'
  return BigInt(text.slice(0, dot) + decimals.padEnd(scale, '0'))
}

/** Prints minor units with exactly `scale` decimals; zero has no sign. */
export function printMinor(minor: Minor, scale: number): string {
  if (scale === 0) return minor.toString()
  const digits = (minor < 0n ? -minor : minor).toString().padStart(scale + 1, '0')
  const at = digits.length - scale
  return `${minor < 0n ? '-' : ''}${digits.slice(0, at)}.${digits.slice(at)}`
}

/** The same quantity at a scale that is not lower. */
export function rescale(minor: Minor, from: number, to: number): Minor {
  return from === to ? minor : minor * power(to - from)
}

/** One spelling for every quantity that has the same value: `1.50` and `1.5` give `1.5`, `-0.0` gives `0`. */
export function normalQuantity(text: string): string {
  const dot = text.indexOf('.')
  const decimals = dot === -1 ? '' : withoutTrailingZeros(text.slice(dot + 1))
  const whole = dot === -1 ? text : text.slice(0, dot)
  if (decimals === '') return whole === '-0' ? '0' : whole
  return `${whole}.${decimals}`
}

function withoutTrailingZeros(decimals: string): string {
  let end = decimals.length
  while (end > 0 && decimals.charCodeAt(end - 1) === 48) end--
  return decimals.slice(0, end)
}

function power(exponent: number): bigint {
  const value = POWERS[exponent]
  if (value === undefined) throw new RangeError(`no scale ${exponent}`)
  return value
}
