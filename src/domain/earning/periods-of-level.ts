import type { EarningTerms, Every, Level, PeriodsOn } from './terms.ts'

/** The periods of a level: its own, else those of the policy. Where only their length is its own, they begin as is usual. */
export function periodsOfLevel(
  level: Level,
  { every, on }: EarningTerms,
): { readonly every: Every; readonly on: PeriodsOn | undefined } {
  const own = level.every ?? every
  return { every: own, on: level.on ?? (own === every ? on : undefined) }
}
