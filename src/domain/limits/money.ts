import { normalQuantity, printMinor } from '../quantity.ts'

/**
 * What a quantity is worth: exactly, however many decimals that takes.
 * @param rate for one unit
 */
export function worth(quantity: string, rate: string): string {
  const [one, other] = [parse(quantity), parse(rate)]
  return normalQuantity(print(one.digits * other.digits, one.scale + other.scale))
}

function parse(text: string): { readonly digits: bigint; readonly scale: number } {
  const normal = normalQuantity(text)
  const [whole = '', decimals = ''] = normal.split('.')
  return { digits: BigInt(whole + decimals), scale: decimals.length }
}

function print(digits: bigint, scale: number): string {
  return printMinor(digits, scale)
}
