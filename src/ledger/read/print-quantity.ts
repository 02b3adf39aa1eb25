import { printMinor, toMinor } from '../../domain/quantity.ts'

/**
 * A `numeric` as the driver returns it, printed with exactly `scale` decimals.
 * @throws Error where it has more than that: the scale of a policy never falls, so none that was recorded has
 */
export function printQuantity(numeric: string, scale: number): string {
  return printMinor(minorFromNumeric(numeric, scale), scale)
}

/** @throws Error where the number has more decimals than `scale` */
export function minorFromNumeric(numeric: string, scale: number): bigint {
  const minor = toMinor(numeric, scale)
  if (minor === 'scale-exceeded') throw new Error(`${numeric} is recorded finer than its policy's scale of ${scale}`)
  return minor
}
