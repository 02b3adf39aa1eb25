import type { Pool } from 'pg'
import { query } from '../db/statement.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import { accountKey } from '../domain/recording/book-state.ts'
import type { AccountOfRun } from './load-accounts.ts'
import type { Mark } from './marks.ts'
import { READ_MARKS } from './runs.sql.ts'

interface Reached {
  readonly through: CalendarDate
  readonly nextDue: CalendarDate | null
  readonly bookThrough: CalendarDate | null
}

/** @returns by the key of the account; none of one that was never worked out */
export async function readMarks(
  db: Pool,
  book: string,
  accounts: readonly AccountOfRun[],
): Promise<ReadonlyMap<string, Mark>> {
  const rows = await query(db, READ_MARKS, [book, accounts.map((of) => of.entity), accounts.map((of) => of.policy)])
  return new Map(
    rows.map(({ through, nextDue, bookThrough, assignments, seen, ...of }) => [
      accountKey(of),
      { through: furthest({ through, nextDue, bookThrough }), assignments, seen },
    ]),
  )
}

/**
 * The day up to which an account is worked out. A run of the whole book passes over accounts of which nothing is due. Where
 * something was due by its day and is not posted, it did not see the account: that was made later, or could not be worked out.
 */
function furthest({ through, nextDue, bookThrough }: Reached): CalendarDate {
  if (bookThrough === null || bookThrough <= through) return through
  return nextDue === null || nextDue > bookThrough ? bookThrough : through
}
