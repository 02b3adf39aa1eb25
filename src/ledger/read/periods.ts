import type { Pool } from 'pg'
import type { Actor } from '../../domain/event.ts'
import type { Period, PeriodStatus } from '../../domain/period/period.ts'
import { conditions, when } from './conditions.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'
import { foundIn } from './with-head.ts'

/** A period that was closed at some time, with the event that closed or reopened it last. */
export interface PeriodItem {
  readonly period: Period
  readonly status: PeriodStatus
  readonly version: number
  /** null where none was said, or once it was erased. */
  readonly reason: string | null
  readonly by: Actor
  readonly position: number
  readonly recordedAt: string
  readonly hash: string
}

interface PeriodRow {
  readonly period: Period
  readonly status: PeriodStatus
  readonly version: number
  readonly reason: string | null
  readonly actor_type: string
  readonly actor_id: string
  readonly position: number
  readonly recorded_at: Date
  readonly hash: string
}

/**
 * The periods that were ever closed, in the order of the calendar.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listPeriods(
  db: Pool,
  { book, cursor, limit }: { readonly book: string; readonly cursor: string | undefined; readonly limit: number },
): Promise<({ head: number } & Page<PeriodItem>) | undefined> {
  const cursors = cursorsOf('periods', [book], ['id'])
  const after = cursors.parse(cursor)
  const where = conditions(book, { after: when(after?.[0], 'period > ?') })
  const { rows } = await db.query<{ head: number } & PeriodRow>({
    name: `list-periods-${where.set}`,
    text: `
      select h.position as head, p.*
        from ledger.heads h
        left join lateral (
               select o.*, e.*
                 from (
                        select period, status, version, position
                          from ledger.periods
                         where ${where.sql}
                         order by period
                         limit $${where.values.length + 1}
                      ) as o
                cross join lateral (
                        select recorded_at, encode(hash, 'hex') as hash, actor_type, actor_id,
                               erasable ->> 'reason' as reason
                          from ledger.events
                         where book_id = $1
                           and position = o.position
                         limit 1) as e
             ) as p on true
       where h.book_id = $1
       order by p.period`,
    values: [...where.values, limit + 1],
  })
  const found = foundIn(rows, 'period')
  return (
    found && {
      head: found.head,
      ...pageOf(found.rows, limit, { item: periodItem, cursor: (row) => cursors.after([row.period]) }),
    }
  )
}

function periodItem(row: PeriodRow): PeriodItem {
  const { period, status, version, reason, actor_type, actor_id, position, recorded_at, hash } = row
  return {
    period,
    status,
    version,
    reason,
    by: { type: actor_type, id: actor_id },
    position,
    recordedAt: recorded_at.toISOString(),
    hash,
  }
}
