import type { Series, Verdict } from './result.ts'
import { median } from './statistics.ts'

/** How often one is as fast as another in the same run: the ratio of the medians. */
export function ratio(series: readonly Series[], one: string, other: string): number {
  return median(named(series, one).rates) / median(named(series, other).rates)
}

export function named(series: readonly Series[], name: string): Series {
  const found = series.find((one) => one.name === name)
  if (found === undefined) throw new Error(`nothing is called ${name}`)
  return found
}

export function bar(
  what: string,
  value: number,
  is: Verdict['is'],
  limit: number,
  unit: Verdict['unit'] = '×',
): Verdict {
  return { what, level: 'bar', value, is, limit, unit }
}

export function aim(
  what: string,
  value: number,
  is: Verdict['is'],
  limit: number,
  unit: Verdict['unit'] = '×',
): Verdict {
  return { what, level: 'aim', value, is, limit, unit }
}
