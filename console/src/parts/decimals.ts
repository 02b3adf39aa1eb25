/** Quantities are texts, and are added up exactly: at the finest scale of the two. */

export function plus(a: string, b: string): string {
  const scale = Math.max(scaleOf(a), scaleOf(b))
  return written(minorOf(a, scale) + minorOf(b, scale), scale)
}

export function minus(a: string, b: string): string {
  const scale = Math.max(scaleOf(a), scaleOf(b))
  return written(minorOf(a, scale) - minorOf(b, scale), scale)
}

export function sumOf(quantities: readonly string[]): string {
  return quantities.reduce(plus, '0')
}

/** Below zero, zero or above it: as `toSorted` wants it. */
export function compare(a: string, b: string): number {
  const scale = Math.max(scaleOf(a), scaleOf(b))
  const difference = minorOf(a, scale) - minorOf(b, scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function scaleOf(quantity: string): number {
  return quantity.split('.')[1]?.length ?? 0
}

function minorOf(quantity: string, scale: number): bigint {
  const [whole = '0', decimals = ''] = quantity.split('.')
  return BigInt(whole + decimals.padEnd(scale, '0'))
}

function written(minor: bigint, scale: number): string {
  if (scale === 0) return String(minor)
  const digits = String(minor < 0n ? -minor : minor).padStart(scale + 1, '0')
  return `${minor < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
