import type { Pool } from 'pg'
import { compiled, type RowRead, read, tables } from '../../db/compiled.ts'
import { query, statement } from '../../db/statement.ts'
import type { Actor } from '../../domain/event.ts'
import type { Period, PeriodStatus } from '../../domain/period/period.ts'
import { cursorsOf, type Page } from './cursor.ts'
import { besideHead, pageBesideHead, withEvent } from './with-head.ts'

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

export const PERIODS = compiled({
  name: 'list-periods',
  optional: ['after'],
  computed: { hash: 'text', reason: 'text?', closed_through: 'text?' },
  query: ({ book, after, limit }: { book: string; after: Period | undefined; limit: number }) =>
    besideHead(
      book,
      withEvent(
        book,
        tables
          .selectFrom('ledger.periods')
          .select(['period', 'version', 'position'])
          .select((rows) =>
            rows.selectFrom('ledger.heads').select('closed_through').where('book_id', '=', book).as('closed_through'),
          )
          .where('book_id', '=', book)
          .$if(after !== undefined, (found) => found.where('period', '>', after!))
          .orderBy('period')
          .limit(limit),
        ['actor_type', 'actor_id', 'reason'],
      ),
      ['period'],
    ),
})

/** The last closed month of a book, for a page on which no period stands. */
export const CLOSED_THROUGH = statement({
  name: 'closed-through',
  text: 'select closed_through from ledger.heads where book_id = $1',
  columns: { closed_through: 'text?' },
  params: ['text'],
})

/**
 * The periods that were ever closed by themselves, in the order of the calendar, and up to which month the book is closed.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listPeriods(
  db: Pool,
  { book, cursor, limit }: { readonly book: string; readonly cursor: string | undefined; readonly limit: number },
): Promise<({ head: number; closedThrough: Period | null } & Page<PeriodItem>) | undefined> {
  const cursors = cursorsOf('periods', [book], ['id'])
  const after = cursors.parse(cursor)?.[0] as Period | undefined
  const rows = await read(db, PERIODS, { book, after, limit: limit + 1 })
  const found = pageBesideHead(rows, limit, {
    key: 'period',
    item: periodItem,
    cursor: (row) => cursors.after([row.period]),
  })
  if (found === undefined) return undefined
  const [first] = found.items.length > 0 ? rows : await query(db, CLOSED_THROUGH, [book])
  return { ...found, closedThrough: (first?.closed_through ?? null) as Period | null }
}

function periodItem(row: RowRead<typeof PERIODS>): PeriodItem {
  const { period, version, reason, actor_type, actor_id, position, recorded_at, hash, closed_through } = row
  return {
    period,
    status: closed_through !== null && period <= closed_through ? 'closed' : 'open',
    version,
    reason,
    by: { type: actor_type, id: actor_id },
    position,
    recordedAt: recorded_at.toISOString(),
    hash,
  }
}
