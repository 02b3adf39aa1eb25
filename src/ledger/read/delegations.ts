import type { Pool } from 'pg'
import { compiled, isOneOf, type RowRead, read, tables } from '../../db/compiled.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { amongThese, type Reach } from '../../domain/reach.ts'
import { cursorsOf, type Page } from './cursor.ts'
import { besideHead, pageBesideHead, withEvent } from './with-head.ts'

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

interface DelegationFilters {
  readonly book: string
  readonly entity: string
  readonly after: string | undefined
  readonly reach: readonly string[] | undefined
  readonly limit: number
}

// More than one index may serve it, so no plan is kept.
export const DELEGATIONS = compiled({
  optional: ['after', 'reach'],
  computed: { hash: 'text' },
  query: ({ book, entity, after, reach, limit }: DelegationFilters) =>
    besideHead(
      book,
      withEvent(
        book,
        tables
          .selectFrom('ledger.delegations')
          .select(['entity_id', 'delegate_id', 'from_day', 'to_day', 'version', 'position'])
          .where('book_id', '=', book)
          .where('entity_id', '=', entity)
          .$if(after !== undefined, (found) => found.where('delegate_id', '>', after!))
          .$if(reach !== undefined, (found) => found.where(isOneOf('entity_id', reach!)))
          .orderBy('delegate_id')
          .limit(limit),
      ),
      ['delegate_id'],
    ),
})

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
    readonly reach: Reach
    readonly cursor: string | undefined
    readonly limit: number
  },
): Promise<({ head: number } & Page<DelegationItem>) | undefined> {
  const { book, entity, reach, cursor, limit } = asked
  const cursors = cursorsOf('delegations', [book, entity], ['id'])
  const after = cursors.parse(cursor)?.[0]
  const among = amongThese(reach, entity)
  const rows = await read(db, DELEGATIONS, { book, entity, after, reach: among, limit: limit + 1 })
  return pageBesideHead(rows, limit, {
    key: 'delegate_id',
    item: delegationItem,
    cursor: (row) => cursors.after([row.delegate_id]),
  })
}

function delegationItem(row: RowRead<typeof DELEGATIONS>): DelegationItem {
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
