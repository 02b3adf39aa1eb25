import type { Pool } from 'pg'
import { compiled, isOneOf, type RowRead, read, tables } from '../../db/compiled.ts'
import type { RecordedPattern } from '../../domain/calendar/work-pattern.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { amongThese, type Reach } from '../../domain/reach.ts'
import { patternFromRow, type ShownPattern, shownPattern } from '../calendars.ts'
import { cursorsOf, type Page } from './cursor.ts'
import { besideHead, pageBesideHead, withEvent } from './with-head.ts'

/** What an entity works by from a day on, with the event that said so last. */
export interface WorkPatternItem extends ShownPattern, Pick<RecordedPattern, 'version' | 'position'> {
  readonly entity: string
  readonly recordedAt: string
  readonly hash: string
}

interface PatternFilters {
  readonly book: string
  readonly entity: string
  readonly after: CalendarDate | undefined
  readonly reach: readonly string[] | undefined
  readonly limit: number
}

export const WORK_PATTERNS = compiled({
  name: 'list-work-patterns',
  optional: ['after', 'reach'],
  computed: { hash: 'text' },
  query: ({ book, entity, after, reach, limit }: PatternFilters) =>
    besideHead(
      book,
      withEvent(
        book,
        tables
          .selectFrom('ledger.work_patterns')
          .select(['entity_id', 'effective_from', 'version', 'position', 'calendar', 'working_days', 'hours_per_day'])
          .select(['weeks', 'weeks_from'])
          .where('book_id', '=', book)
          .where('entity_id', '=', entity)
          .$if(after !== undefined, (found) => found.where('effective_from', '>', after!))
          .$if(reach !== undefined, (found) => found.where(isOneOf('entity_id', reach!)))
          .orderBy('effective_from')
          .limit(limit),
      ),
      ['effective_from'],
    ),
})

/**
 * The patterns of an entity, by the day from which they hold.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listWorkPatterns(
  db: Pool,
  asked: {
    readonly book: string
    readonly entity: string
    readonly reach: Reach
    readonly cursor: string | undefined
    readonly limit: number
  },
): Promise<({ head: number } & Page<WorkPatternItem>) | undefined> {
  const { book, entity, reach, cursor, limit } = asked
  const cursors = cursorsOf('work-patterns', [book, entity], ['day'])
  const after = cursors.parse(cursor)?.[0]
  const among = amongThese(reach, entity)
  const rows = await read(db, WORK_PATTERNS, { book, entity, after, reach: among, limit: limit + 1 })
  return pageBesideHead(rows, limit, {
    key: 'entity_id',
    item: patternItem,
    cursor: (row) => cursors.after([row.effective_from]),
  })
}

function patternItem(row: RowRead<typeof WORK_PATTERNS>): WorkPatternItem {
  const { version, position, recorded_at, hash } = row
  return {
    entity: row.entity_id,
    ...shownPattern(patternFromRow(row)),
    version,
    position,
    recordedAt: recorded_at.toISOString(),
    hash,
  }
}
