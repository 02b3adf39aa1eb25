import type { ClientBase } from 'pg'
import { net } from '../../src/domain/account/account.ts'
import { printExact } from '../../src/domain/exact.ts'
import { column } from '../../src/ledger/column.ts'
import type { Batch } from '../../src/projecting/projection.ts'
import type { Shift } from './fold.ts'
import type { Month } from './month.ts'

export interface MonthOf {
  readonly entity: string
  readonly policy: string
  readonly month: Month
}

export interface ShiftOf {
  readonly entity: string
  readonly policy: string
  readonly shift: Shift
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

const SHIFT: Columns<ShiftOf> = {
  entity_id: ['text', ({ entity }) => entity],
  policy_id: ['text', ({ policy }) => policy],
  after: ['date', ({ shift }) => shift.after],
  before: ['date', ({ shift }) => shift.before],
  accrued: ['numeric', ({ shift }) => printExact(shift.sums[0])],
  consumed: ['numeric', ({ shift }) => printExact(shift.sums[1])],
  pending: ['numeric', ({ shift }) => printExact(shift.sums[2])],
  adjusted: ['numeric', ({ shift }) => printExact(shift.sums[3])],
  net: ['numeric', ({ shift }) => printExact(net(shift.sums))],
  last_position: ['bigint', ({ shift }) => shift.lastPosition],
  transaction_count: ['bigint', ({ shift }) => shift.count],
}

/** Writes months whole: new ones, and those whose days have changed. */
export async function writeMonths(tx: ClientBase, { book, into }: Batch, months: readonly MonthOf[]): Promise<void> {
  if (months.length === 0) return
  const names = Object.keys(MONTH)
  await tx.query({
    name: `balances-write-${into.number}`,
    text: `
      insert into ${into.table('balance_snapshots')} (book_id, ${names.join(', ')})
      select h.book_id, u.*
        from ledger.heads h,
             ${unnested(MONTH, 2)} as u(${names.join(', ')})
       where h.book_id = $1
          on conflict (book_id, entity_id, policy_id, month_end) do update
         set accrued = excluded.accrued,
             consumed = excluded.consumed,
             pending = excluded.pending,
             adjusted = excluded.adjusted,
             lowest = excluded.lowest,
             days = excluded.days,
             last_position = excluded.last_position,
             transaction_count = excluded.transaction_count`,
    values: [book, ...values(MONTH, months)],
  })
}

/**
 * Adds what takes effect in one month to the later ones that stay as they are otherwise. Written as an insert that always
 * meets a row: an update from a join may be planned, while the table is new, as a scan of the book.
 */
export async function shiftMonths(tx: ClientBase, { book, into }: Batch, shifts: readonly ShiftOf[]): Promise<void> {
  if (shifts.length === 0) return
  await tx.query({
    name: `balances-shift-${into.number}`,
    text: `
      insert into ${into.table('balance_snapshots')} (book_id, ${Object.keys(MONTH).join(', ')})
      select s.book_id,
             s.entity_id,
             s.policy_id,
             s.month_end,
             trim_scale(s.accrued + u.accrued),
             trim_scale(s.consumed + u.consumed),
             trim_scale(s.pending + u.pending),
             trim_scale(s.adjusted + u.adjusted),
             trim_scale(s.lowest + u.net),
             s.days,
             greatest(s.last_position, u.last_position),
             s.transaction_count + u.transaction_count
        from ${unnested(SHIFT, 2)} as u(${Object.keys(SHIFT).join(', ')})
       cross join lateral (
               select *
                 from ${into.table('balance_snapshots')}
                where book_id = $1
                  and entity_id = u.entity_id
                  and policy_id = u.policy_id
                  and month_end > u.after
                  and month_end < coalesce(u.before, 'infinity')
                order by month_end
                limit ${MOST_MONTHS}) as s
          on conflict (book_id, entity_id, policy_id, month_end) do update
         set accrued = excluded.accrued,
             consumed = excluded.consumed,
             pending = excluded.pending,
             adjusted = excluded.adjusted,
             lowest = excluded.lowest,
             last_position = excluded.last_position,
             transaction_count = excluded.transaction_count`,
    values: [book, ...values(SHIFT, shifts)],
  })
}

/** There are no more in the calendar. */
const MOST_MONTHS = 1_100 * 12

function unnested<Row>(columns: Columns<Row>, firstParameter: number): string {
  const arrays = Object.values(columns).map(
    ([type], index) => `string_to_array($${firstParameter + index}, E'\\x1f', E'\\x1e')::${type}[]`,
  )
  return `unnest(${arrays.join(',\n                    ')})`
}

function values<Row>(columns: Columns<Row>, rows: readonly Row[]): string[] {
  return Object.values(columns).map(([, of]) => column(rows, of))
}
