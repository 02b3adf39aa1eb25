import { periodsOfLevel } from '../periods-of-level.ts'
import type { EarningTerms, Every } from '../terms.ts'
import type { Contradiction } from './contradiction.ts'

const IN_TWELFTHS: readonly unknown[] = ['full-months', 'started-months', 'full-months-in-first-half']
const LONG: readonly Every[] = ['quarter', 'half-year', 'year']

/** In what a part of a period earns. @param at the pointer to it */
export function* inPartOfPeriod(
  part: EarningTerms['lastPeriod'],
  earning: EarningTerms,
  at: string,
): Generator<Contradiction> {
  if (!IN_TWELFTHS.includes(part)) return
  const { levels } = earning
  const short = levels.map((level) => periodsOfLevel(level, earning).every).find((every) => !LONG.includes(every))
  if (short !== undefined) {
    yield {
      pointer: at,
      message: `must not count months in periods of every: "${short}": say "calendar-days", or every: "quarter", "half-year" or "year"`,
    }
  }
  if (levels.some(({ yearAmount }) => yearAmount === undefined)) {
    yield {
      pointer: at,
      message:
        'must not count months where there is no yearAmount to take twelfths of: say "calendar-days", or yearAmount in every level',
    }
  }
}
