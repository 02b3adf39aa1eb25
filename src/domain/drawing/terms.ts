import type { CalendarDate } from '../calendar-date.ts'

/** When a policy's account takes its turn among those of one resource. */
export interface DrawingTerms {
  /** The lowest number is drawn on first. */
  readonly priority: number
  /** No later day is drawn from the account. Of two with the same priority, the one that expires earlier goes first. */
  readonly expiresOn: CalendarDate | null
}

/** Of a policy that says nothing about it. */
export const USUAL_DRAWING: DrawingTerms = { priority: 100, expiresOn: null }
