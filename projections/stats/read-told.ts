import type { Pool } from 'pg'
import { query } from '../../src/db/statement.ts'
import { type CalendarDate, dayIn } from '../../src/domain/calendar-date.ts'
import { exactFrom } from '../../src/domain/exact.ts'
import { TOLD_MONTHS } from './told.sql.ts'
import { ENOUGH_PEOPLE, type ToldMonth, type ToldSum, toldFigures } from './told.ts'

/** Of so many books what may be told is kept; it changes once a month. */
const MOST_BOOKS = 100

/** A month is over so long after its end: by then all that was recorded in it can be seen. */
const UNTIL_SEEN_MS = 86_400_000

/** What may be told of books without telling of single people; from the record, which is read once a month. */
export class ToldReader {
  readonly #db: Pool
  readonly #known = new Map<string, { readonly before: CalendarDate; readonly told: readonly ToldSum[] }>()

  constructor(db: Pool) {
    this.#db = db
  }

  /** Of months that are over now. */
  async read(book: string, now: Date): Promise<readonly ToldSum[]> {
    const day = dayIn('UTC', new Date(now.getTime() - UNTIL_SEEN_MS))
    const before = `${day.slice(0, 7)}-01` as CalendarDate
    const known = this.#known.get(book)
    if (known?.before === before) return known.told
    const rows = await query(this.#db, TOLD_MONTHS, [book, before, ENOUGH_PEOPLE])
    const told = toldFigures(
      rows.map(({ component, last_day, amount, amounts, ...row }) => ({
        ...row,
        figure: component,
        lastDay: last_day,
        amount: exactFrom(amount),
        amounts: amounts === null ? null : (JSON.parse(amounts) as ToldMonth['amounts']),
      })),
    )
    this.#known.delete(book)
    this.#known.set(book, { before, told })
    if (this.#known.size > MOST_BOOKS) this.#known.delete(this.#known.keys().next().value!)
    return told
  }
}
