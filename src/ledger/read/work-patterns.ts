import type { Pool } from 'pg'
import type { RecordedPattern } from '../../domain/calendar/work-pattern.ts'
import { type PatternRow, patternFromRow } from '../calendars.ts'
import { conditions, when } from './conditions.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'
import { foundIn } from './with-head.ts'

/** What an entity works by from a day on, with the event that said so last. */
export interface WorkPatternItem extends RecordedPattern {
  readonly entity: string
  readonly recordedAt: string
  readonly hash: string
}

interface Row extends PatternRow {
  readonly entity_id: string
  readonly version: number
  readonly position: number
  readonly recorded_at: Date
  readonly hash: string
}

/**
 * The patterns of an entity, by the day from which they hold.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listWorkPatterns(
  db: Pool,
  {
    book,
    entity,
    cursor,
    limit,
  }: { readonly book: string; readonly entity: string; readonly cursor: string | undefined; readonly limit: number },
): Promise<({ head: number } & Page<WorkPatternItem>) | undefined> {
  const cursors = cursorsOf('work-patterns', [book, entity], ['day'])
  const after = cursors.parse(cursor)
  const where = conditions(book, {
    entity: ['entity_id = ?', entity],
    after: when(after?.[0], 'effective_from > ?'),
  })
  const { rows } = await db.query<{ head: number } & Row>({
    name: after === undefined ? 'list-work-patterns' : 'list-work-patterns-after',
    text: `
      select h.position as head, w.*
        from ledger.heads h
        left join lateral (
               select p.*, e.recorded_at, encode(e.hash, 'hex') as hash
                 from (
                        select entity_id, effective_from, version, position, calendar, working_days, hours_per_day
                          from ledger.work_patterns
                         where ${where.sql}
                         order by effective_from
                         limit $${where.values.length + 1}
                      ) as p
                cross join lateral (
                        select recorded_at, hash
                          from ledger.events
                         where book_id = $1
                           and position = p.position
                         limit 1) as e
             ) as w on true
       where h.book_id = $1
       order by w.effective_from`,
    values: [...where.values, limit + 1],
  })
  const found = foundIn(rows, 'entity_id')
  return (
    found && {
      head: found.head,
      ...pageOf(found.rows, limit, { item: patternItem, cursor: (row) => cursors.after([row.effective_from]) }),
    }
  )
}

function patternItem(row: Row): WorkPatternItem {
  const { version, position, recorded_at, hash } = row
  return {
    entity: row.entity_id,
    ...patternFromRow(row),
    version,
    position,
    recordedAt: recorded_at.toISOString(),
    hash,
  }
}
