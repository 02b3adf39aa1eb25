import type { ClientBase } from 'pg'
import { printExact } from '../../src/domain/exact.ts'
import { column } from '../../src/ledger/rows/column.ts'
import type { Batch } from '../../src/projecting/projection.ts'
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

/** One column: the type its text is read as, and what it holds of a row. */
type Columns<Row> = Readonly<Record<string, readonly [type: string, of: (row: Row) => string | number | null]>>

const MONTH: Columns<MonthOf> = {
  entity_id: ['text', ({ entity }) => entity],
  policy_id: ['text', ({ policy }) => policy],
  month_end: ['date', ({ month }) => month.end],
  accrued: ['numeric', ({ month }) => printExact(month.sums[0])],
  consumed: ['numeric', ({ month }) => printExact(month.sums[1])],
  pending: ['numeric', ({ month }) => printExact(month.sums[2])],
  adjusted: ['numeric', ({ month }) => printExact(month.sums[3])],
  lowest: ['numeric', ({ month }) => printExact(month.lowest)],
  days: ['text', ({ month }) => month.days],
  last_position: ['bigint', ({ month }) => month.lastPosition],
  transaction_count: ['bigint', ({ month }) => month.count],
}

const MOVE: Columns<MoveOf> = {
  entity_id: ['text', ({ entity }) => entity],
  policy_id: ['text', ({ policy }) => policy],
  month_end: ['date', ({ move }) => move.month.end],
  before: ['date', ({ move }) => move.before],
  accrued: ['numeric', ({ move }) => printExact(move.sums[0])],
  consumed: ['numeric', ({ move }) => printExact(move.sums[1])],
  pending: ['numeric', ({ move }) => printExact(move.sums[2])],
  adjusted: ['numeric', ({ move }) => printExact(move.sums[3])],
  lowest: ['numeric', ({ move }) => printExact(move.month.lowest)],
  days: ['text', ({ move }) => move.month.days],
  last_position: ['bigint', ({ move }) => move.lastPosition],
  transaction_count: ['bigint', ({ move }) => move.count],
}

/** Writes months that are not there yet. */
export async function addMonths(tx: ClientBase, batch: Batch, months: readonly MonthOf[]): Promise<void> {
  if (months.length === 0) return
  const { book, into } = batch
  await tx.query({
    name: `balances-add-${into.number}`,
    text: `
      insert into ${into.table('balance_snapshots')} (book_id, ${Object.keys(MONTH).join(', ')})
      select u.*
        from ${rowsOf(MONTH)}`,
    values: [book, ...values(MONTH, months)],
  })
}

/** Adds to the months that are there; the first of each move takes its lowest balance and its days from it. */
export async function moveMonths(tx: ClientBase, batch: Batch, moves: readonly MoveOf[]): Promise<void> {
  if (moves.length === 0) return
  const { book, into } = batch
  await tx.query({
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
    values: [book, ...values(MOVE, moves)],
  })
}

/*
 * Months are updated and not upserted, which takes each row's lock in a write of its own and cost three times as much. The
 * offset keeps the rows together: taken apart, an update could be planned, while the table is new, as a scan of the book
 * for each of them.
 */
function rowsOf<Row>(columns: Columns<Row>): string {
  return `(
               select h.book_id, r.*
                 from ledger.heads h,
                      ${unnested(columns, 2)}
                        as r(${Object.keys(columns).join(', ')})
                where h.book_id = $1
               offset 0
             ) as u`
}

function unnested<Row>(columns: Columns<Row>, firstParameter: number): string {
  const arrays = Object.values(columns).map(
    ([type], index) => `string_to_array($${firstParameter + index}, E'\\x1f', E'\\x1e')::${type}[]`,
  )
  return `unnest(${arrays.join(',\n                    ')})`
}

function values<Row>(columns: Columns<Row>, rows: readonly Row[]): string[] {
  return Object.values(columns).map(([, of]) => column(rows, of))
}
