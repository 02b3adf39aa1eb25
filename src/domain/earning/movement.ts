import type { CalendarDate } from '../calendar-date.ts'
import type { Minor } from '../quantity.ts'

/** What people recorded on an account, not the rules: accruals by hand, leave, adjustments, what is paid out. */
export interface Movement {
  /** The day from which it counts. */
  readonly on: CalendarDate
  /** Above zero, in minor units of the account. */
  readonly amount: Minor
  /** `gives`: a lot. `takes`: drawn from lots. */
  readonly way: 'gives' | 'takes'
  /** `leave`: taken or held for whoever is away. */
  readonly by: 'accrual' | 'adjustment' | 'leave'
  /** Of a lot: its last day; null: none. */
  readonly validUntil: CalendarDate | null
  /** Of an accrual: carried in from elsewhere, so that it is not held to what a year may earn. */
  readonly isCarriedIn: boolean
  /** Of the event that recorded it. */
  readonly position: number
}
