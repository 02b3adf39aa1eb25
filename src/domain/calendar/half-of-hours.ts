import { printExact } from '../exact.ts'
import { dividedBy, exactOf, fractionOf } from '../fraction.ts'

const TWO = fractionOf('2')

/** The hours that half a working day has. Hours of a day have at most four decimals, so half of them is a quantity. */
export function halfOfHours(hours: string): string {
  // The days of a span mostly have the same hours: their half is computed once.
  if (last.hours !== hours) last = { hours, half: printExact(exactOf(dividedBy(fractionOf(hours), TWO))) }
  return last.half
}

let last = { hours: '0', half: '0' }
