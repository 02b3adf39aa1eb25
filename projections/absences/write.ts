import type { ClientBase } from 'pg'
import { run } from '../../src/db/statement.ts'
import { yearOf } from '../../src/domain/calendar-date.ts'
import { column, columnTexts } from '../../src/ledger/rows/column.ts'
import type { Batch } from '../../src/projecting/projection.ts'
import type { Away } from './away.ts'
import { DAY, FREE_DAYS, FREE_YEARS, WRITE_DAYS, WRITE_YEARS, YEAR, type Year } from './write.sql.ts'
import type { DayOfEntity } from './write-claims.ts'

/** Writes the days of requests anew, all that are left of each. @param requests whose days may have changed */
export async function writeDays(
  tx: ClientBase,
  { book, into }: Batch,
  { requests, away }: { readonly requests: readonly string[]; readonly away: readonly Away[] },
): Promise<void> {
  await run(tx, FREE_DAYS(into), [book, column(requests, (request) => request)])
  const rows = away.flatMap(({ days, ...request }) => days.map((day) => ({ ...request, ...day })))
  if (rows.length === 0) return
  await run(tx, WRITE_DAYS(into), [book, ...columnTexts(DAY, rows)])
}

/**
 * Adds up the bits of every year that some days are in, from the days as they are written: another request of the entity
 * may be about the same half day, so no bit can be taken back alone.
 * @param days that were written or taken away
 */
export async function writeYears(tx: ClientBase, { book, into }: Batch, days: readonly DayOfEntity[]): Promise<void> {
  const years = yearsOf(days)
  if (years.length === 0) return
  const values = [book, ...columnTexts(YEAR, years)] as const
  await run(tx, WRITE_YEARS(into), values)
  await run(tx, FREE_YEARS(into), values)
}

function yearsOf(days: readonly DayOfEntity[]): readonly Year[] {
  const years = new Map<string, Year>()
  for (const { entity, date } of days) years.set(`${date.slice(0, 4)} ${entity}`, { year: yearOf(date), entity })
  return [...years.values()]
}
