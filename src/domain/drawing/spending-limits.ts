import type { CalendarDate } from '../calendar-date.ts'
import type { Floors } from '../policy/floor.ts'
import type { Minor } from '../quantity.ts'

/** What a policy says of leave besides what there is of it. */
export interface SpendingLimits {
  /** How low leave of a day may bring the account on it and later; undefined: as low as its policy says. */
  floors(on: CalendarDate): Floors | undefined
  /**
   * How low leave of a day that is over may bring what is recorded, since what was cut or had lapsed after it is given back;
   * undefined: no lower than any other.
   */
  recounted(on: CalendarDate): Floors | undefined
  /** The first day that may be taken, where a day is too early; undefined: it is not. */
  opensOn(date: CalendarDate): CalendarDate | undefined
  /**
   * What may still be taken in the leave year of a day, at the finest scale, and the most of that year as the policy says it.
   * @param drawn from the account so far
   * @returns undefined: as much as there is
   */
  room(
    date: CalendarDate,
    drawn: readonly { readonly date: CalendarDate; readonly amount: string }[],
  ): { readonly left: Minor; readonly most: string } | undefined
}
