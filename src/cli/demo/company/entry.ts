import type { CalendarDate } from '../../../domain/calendar-date.ts'
import type { Minor } from '../../../domain/quantity.ts'

/** Something earned, lapsed, or taken before anybody asked here, from a day on. Quantities are hundredths of the policy's unit. */
export interface Entry {
  readonly type: 'accrual' | 'adjustment' | 'consumption'
  readonly entity: string
  readonly policy: string
  readonly amount: Minor
  readonly effectiveOn: CalendarDate
}
