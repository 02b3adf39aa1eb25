import type { Minor } from '../quantity.ts'
import type { Portion, TransactionAt } from '../transaction.ts'
import { type DayHolders, holderOf } from './book-state.ts'
import type { HoursOfDay } from './hours-of-day.ts'

/** What a line wants of a day: a part of it, or hours. */
export interface WantedOfDay {
  readonly portion: Portion
  /** At the finest scale; null: it does not count hours. */
  readonly hours: Minor | null
}

/** What is in the way: who has the day, and of hours how many there are. */
export interface DayConflict {
  /** null: nobody else has anything of it; the day has fewer hours than are wanted. */
  readonly holder: TransactionAt | null
}

/**
 * Who is in the way of a line. Halves are taken once. Hours of several lines are taken together up to those of the day,
 * without those of halves that are taken; but never less than they were before the command, so that whoever gives hours back
 * is not refused because the day has become shorter.
 * @param before the day before the command
 */
export function dayConflict(
  holders: DayHolders,
  before: DayHolders,
  day: () => HoursOfDay,
  wanted: WantedOfDay,
): DayConflict | undefined {
  if (wanted.hours !== null) {
    const together = hoursTaken(holders) + wanted.hours
    if (together <= hoursLeft(holders, day()) || together <= hoursTaken(before)) return undefined
    return { holder: holders.hours.at(-1) ?? holders.am ?? holders.pm }
  }
  const holder = holderOf(holders, wanted.portion)
  if (holder !== null) return { holder }
  if (holders.hours.length === 0 || hadAll(before, wanted.portion)) return undefined
  const left = hoursLeft(holders, day(), wanted.portion)
  return wanted.portion === 'full' || hoursTaken(holders) > left ? { holder: holders.hours.at(-1)! } : undefined
}

/** The hours of halves that nobody has taken. @param taking a part that is about to be taken */
export function hoursLeft({ am, pm }: DayHolders, day: HoursOfDay, taking?: Portion): Minor {
  const isFree = (holder: TransactionAt | null, other: Portion): boolean =>
    holder === null && (taking === undefined || taking === other)
  return (isFree(am, 'pm') ? day.am : 0n) + (isFree(pm, 'am') ? day.pm : 0n)
}

function hoursTaken({ hours }: DayHolders): Minor {
  return hours.reduce((sum, held) => sum + held.hours, 0n)
}

function hadAll({ am, pm }: DayHolders, portion: Portion): boolean {
  return (portion === 'pm' || am !== null) && (portion === 'am' || pm !== null)
}
