import type { Pool } from 'pg'
import { query } from '../db/statement.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import type { PostingCounts } from './run.ts'
import { RUN_DAYS } from './run-days.sql.ts'

export interface RunDaysAsked {
  readonly book: string
  readonly from: CalendarDate
  readonly to: CalendarDate
}

/** The runs up to one day: nightly ones, and those that somebody asked for. */
export interface RunDay {
  /** Up to which they posted. */
  readonly through: CalendarDate
  readonly runs: number
  /** How many of them go on. */
  readonly running: number
  readonly failed: number
  /** What the others have posted. */
  readonly postings: PostingCounts
  /** How many accounts could not be worked out. */
  readonly problems: number
}

/** The days of a book up to which something was run, ascending. */
export async function readRunDays(db: Pool, { book, from, to }: RunDaysAsked): Promise<readonly RunDay[]> {
  const rows = await query(db, RUN_DAYS, [book, from, to])
  return rows.map(({ accruals, carryOvers, lapses, corrections, ...day }) => ({
    ...day,
    postings: { accruals, carryOvers, lapses, corrections },
  }))
}

/** What is told of people in it left out. */
export function bareRunDay({ through, runs, running, failed }: RunDay): Omit<RunDay, 'postings' | 'problems'> {
  return { through, runs, running, failed }
}
