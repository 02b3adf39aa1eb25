import { perBuild, statement } from '../../src/db/statement.ts'
import { printExact } from '../../src/domain/exact.ts'
import { type PackedColumns, textsOf, unnested } from '../../src/ledger/rows/column.ts'
import { componentColumns } from '../../src/ledger/rows/component-sums.ts'
import type { Build } from '../../src/projecting/projection.ts'
import type { Move } from './fold.ts'
import type { Month } from './month.ts'

export interface MonthOf {
  readonly entity: string
  readonly policy: string
  readonly month: Month
}

export interface MoveOf {
  readonly entity: string
  readonly policy: string
  readonly move: Move
}

/** A new month. */
export const MONTH: PackedColumns<MonthOf> = {
  entity_id: ['text', ({ entity }) => entity],
  policy_id: ['text', ({ policy }) => policy],
  month_end: ['date', ({ month }) => month.end],
  ...componentColumns(({ month }) => month.sums),
  lowest: ['numeric', ({ month }) => printExact(month.lowest)],
  days: ['text', ({ month }) => month.days],
  last_position: ['bigint', ({ month }) => month.lastPosition],
  transaction_count: ['bigint', ({ month }) => month.count],
}

/** What is added to months. */
export const MOVE: PackedColumns<MoveOf> = {
  entity_id: ['text', ({ entity }) => entity],
  policy_id: ['text', ({ policy }) => policy],
  month_end: ['date', ({ move }) => move.month.end],
  before: ['date', ({ move }) => move.before],
  ...componentColumns(({ move }) => move.sums),
  lowest: ['numeric', ({ move }) => printExact(move.month.lowest)],
  days: ['text', ({ move }) => move.month.days],
  last_position: ['bigint', ({ move }) => move.lastPosition],
  transaction_count: ['bigint', ({ move }) => move.count],
}

/** Writes months that are not there yet. */
export const ADD_MONTHS = perBuild((into: Build) =>
  statement({
    name: `balances-add-${into.number}`,
    text: `
      insert into ${into.table('balance_snapshots')} (book_id, ${Object.keys(MONTH).join(', ')})
      select u.*
        from ${rowsOf(MONTH)}`,
    params: ['text', ...textsOf(MONTH)],
  }),
)

/** Adds to the months that are there; the first of each move takes its lowest balance and its days from it. */
export const MOVE_MONTHS = perBuild((into: Build) =>
  statement({
    name: `balances-move-${into.number}`,
    text: `
      update ${into.table('balance_snapshots')} as s
         set accrued = trim_scale(s.accrued + u.accrued),
             consumed = trim_scale(s.consumed + u.consumed),
             pending = trim_scale(s.pending + u.pending),
             adjusted = trim_scale(s.adjusted + u.adjusted),
             lowest = case
                        when s.month_end = u.month_end then u.lowest
                        else trim_scale(s.lowest + u.accrued + u.consumed + u.pending + u.adjusted)
                      end,
             days = case when s.month_end = u.month_end then u.days else s.days end,
             last_position = greatest(s.last_position, u.last_position),
             transaction_count = s.transaction_count + u.transaction_count
        from ${rowsOf(MOVE)}
       where s.book_id = u.book_id
         and s.entity_id = u.entity_id
         and s.policy_id = u.policy_id
         and s.month_end >= u.month_end
         and s.month_end < coalesce(u.before, 'infinity')`,
    params: ['text', ...textsOf(MOVE)],
  }),
)

/*
 * Months are updated and not upserted, which takes each row's lock in a write of its own and cost three times as much. The
 * offset keeps the rows together: taken apart, an update could be planned, while the table is new, as a scan of the book
 * for each of them.
 */
function rowsOf<Row>(columns: PackedColumns<Row>): string {
  return `(
               select h.book_id, r.*
                 from ledger.heads h,
                      ${unnested(columns, 2)}
                        as r(${Object.keys(columns).join(', ')})
                where h.book_id = $1
               offset 0
             ) as u`
}
