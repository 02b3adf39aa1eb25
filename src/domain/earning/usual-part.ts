import type { EarningRules } from './period-part.ts'
import type { PartOfPeriod } from './terms.ts'

/** What a part of a period earns where the policy does not say. */
export function usualPart({ earning: { basis } }: EarningRules): PartOfPeriod {
  return basis === 'working-time' ? 'working-time' : 'calendar-days'
}
