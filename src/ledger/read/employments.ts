import { sql } from 'kysely'
import type { Pool } from 'pg'
import { andOneOf, read, written } from '../../db/compiled.ts'
import { type CalendarDate, FIRST_DAY } from '../../domain/calendar-date.ts'
import { employmentsOf } from '../../domain/definition/employment.ts'
import type { Employment } from '../../domain/definition/facts.ts'
import { amongThese, type Reach } from '../../domain/reach.ts'
import { employmentFromRow } from '../rows/employment-row.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'

/** One period of an entity's employment. */
export interface EmploymentItem {
  readonly entity: string
  readonly from: CalendarDate | null
  readonly to: CalendarDate | null
}

interface EmploymentsOf {
  readonly book: string
  readonly entity: string
  readonly reach: readonly string[] | undefined
}

export const EMPLOYMENTS = written({
  name: 'read-employments',
  optional: ['reach'],
  columns: { head: 'int8', hired_on: 'date?', left_on: 'date?', employments: 'json?' },
  query: ({ book, entity, reach }: EmploymentsOf) => sql`
      select h.position as head, n.hired_on, n.left_on, n.employments
        from ledger.heads h
        left join ledger.entities n on n.book_id = ${book} and n.entity_id = ${entity}${andOneOf('n.entity_id', reach)}
       where h.book_id = ${book}`,
})

/**
 * The periods of one entity's employment, by day; none where nobody said anything.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listEmployments(
  db: Pool,
  asked: {
    readonly book: string
    readonly entity: string
    readonly reach: Reach
    readonly cursor: string | undefined
    readonly limit: number
  },
): Promise<({ head: number } & Page<EmploymentItem>) | undefined> {
  const { book, entity, reach, cursor, limit } = asked
  const cursors = cursorsOf('employments', [book, entity], ['day'])
  const after = cursors.parse(cursor)?.[0]
  const [row] = await read(db, EMPLOYMENTS, { book, entity, reach: amongThese(reach, entity) })
  if (row === undefined) return undefined
  const periods = employmentsOf(employmentFromRow(row))
  const left = after === undefined ? periods : periods.filter((period) => beginningOf(period) > after)
  const page = pageOf(left.slice(0, limit + 1), limit, {
    item: ({ from, to }) => ({ entity, from, to }),
    cursor: (period) => cursors.after([beginningOf(period)]),
  })
  return { head: row.head, ...page }
}

/** A period without a beginning is the first one, and no other begins on the first day of all. */
function beginningOf({ from }: Employment): string {
  return from ?? FIRST_DAY
}
