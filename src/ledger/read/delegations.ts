import type { Pool } from 'pg'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { conditions, when } from './conditions.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'
import { foundIn } from './with-head.ts'

/** Who decides for whom in which period, and the event that said so. */
export interface DelegationItem {
  readonly entity: string
  readonly delegate: string
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly version: number
  readonly position: number
  readonly recordedAt: string
  readonly hash: string
}

interface DelegationRow {
  readonly entity_id: string
  readonly delegate_id: string
  readonly from_day: CalendarDate
  readonly to_day: CalendarDate
  readonly version: number
  readonly position: number
  readonly recorded_at: Date
  readonly hash: string
}

/**
 * The delegations of one entity, by delegate.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listDelegations(
  db: Pool,
  asked: {
    readonly book: string
    readonly entity: string
    readonly cursor: string | undefined
    readonly limit: number
  },
): Promise<({ head: number } & Page<DelegationItem>) | undefined> {
  const { book, entity, cursor, limit } = asked
  const cursors = cursorsOf('delegations', [book, entity], ['id'])
  const after = cursors.parse(cursor)
  const where = conditions(book, { entity: ['entity_id = ?', entity], after: when(after?.[0], 'delegate_id > ?') })
  const { rows } = await db.query<{ head: number } & DelegationRow>({
    text: `
      select h.position as head, d.*
        from ledger.heads h
        left join lateral (
               select o.*, e.recorded_at, encode(e.hash, 'hex') as hash
                 from (
                        select entity_id, delegate_id, from_day, to_day, version, position
                          from ledger.delegations
                         where ${where.sql}
                         order by delegate_id
                         limit $${where.values.length + 1}
                      ) as o
                cross join lateral (
                        select recorded_at, hash
                          from ledger.events
                         where book_id = $1
                           and position = o.position
                         limit 1) as e
             ) as d on true
       where h.book_id = $1
       order by d.delegate_id`,
    values: [...where.values, limit + 1],
  })
  const found = foundIn(rows, 'delegate_id')
  return (
    found && {
      head: found.head,
      ...pageOf(found.rows, limit, { item: delegationItem, cursor: (row) => cursors.after([row.delegate_id]) }),
    }
  )
}

function delegationItem(row: DelegationRow): DelegationItem {
  return {
    entity: row.entity_id,
    delegate: row.delegate_id,
    from: row.from_day,
    to: row.to_day,
    version: row.version,
    position: row.position,
    recordedAt: row.recorded_at.toISOString(),
    hash: row.hash,
  }
}
