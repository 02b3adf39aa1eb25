import type { Pool } from 'pg'
import { type DayOn, isSure } from '../../access/held.ts'
import { EVERY_BOOK, type Principal } from '../../access/principal.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { todayIn } from '../../ledger/read/today.ts'
import { worldNow } from '../../world-clock.ts'

/*
 * Roles end with a day, and a day is one of the book's time zone. What is of no book, or of every one, goes by UTC. The record
 * is asked only where the two may differ.
 */

export function todayInUtc(now = worldNow()): CalendarDate {
  return now.toISOString().slice(0, 10) as CalendarDate
}

type Holder = Pick<Principal, 'grants'>

/** The day by which somebody holds roles on a book. Where it is the same on every day around now, that of UTC. */
export function dayOf(db: Pool, { grants }: Holder, book: string): CalendarDate | Promise<CalendarDate> {
  const now = worldNow()
  const today = todayInUtc(now)
  return book === EVERY_BOOK || grants.every((grant) => isSure(grant, today)) ? today : todayIn(db, book, now)
}

/** The same, of some books. */
export async function daysHeldOn(db: Pool, holder: Holder, books: Iterable<string>): Promise<DayOn> {
  const days = new Map<string, CalendarDate>()
  for (const book of new Set(books)) days.set(book, await dayOf(db, holder, book))
  return (book) => days.get(book)!
}

/** The same, of the books on which they have any. */
export function daysOnOwnBooks(db: Pool, holder: Holder): Promise<DayOn> {
  return daysHeldOn(
    db,
    holder,
    holder.grants.map(({ book }) => book),
  )
}
