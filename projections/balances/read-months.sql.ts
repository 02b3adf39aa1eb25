import { perBuild } from '../../src/db/statement.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { type PackedColumns, textsOf, unnested } from '../../src/ledger/rows/column.ts'
import { packed } from '../../src/ledger/rows/packed-rows.ts'
import type { Build } from '../../src/projecting/projection.ts'

/** A month of an account. */
export interface Key {
  readonly entity: string
  readonly policy: string
  readonly end: CalendarDate
}

export const KEY: PackedColumns<Key> = {
  entity: ['text', ({ entity }) => entity],
  policy: ['text', ({ policy }) => policy],
  month_end: ['date', ({ end }) => end],
}

/** number, next month, then of the month itself: end, the four sums, lowest, days, last position, transactions */
export const FIELDS = 11

/** Of each month the month itself, or else the last one of its account before it; and the next one after it. */
export const AROUND_MONTHS = perBuild((into: Build) => {
  const ofAccount = `
                 from ${into.table('balance_snapshots')}
                where book_id = $1
                  and entity_id = k.entity
                  and policy_id = k.policy`
  return packed({
    name: `balances-around-${into.number}`,
    columns: [
      'k.number',
      textOf('l.later'),
      textOf('s.month_end'),
      textOf('s.accrued'),
      textOf('s.consumed'),
      textOf('s.pending'),
      textOf('s.adjusted'),
      textOf('s.lowest'),
      textOf('s.days'),
      textOf('s.last_position'),
      textOf('s.transaction_count'),
    ],
    from: `${unnested(KEY, 2)}
               with ordinality as k(entity, policy, month_end, number)
         left join lateral (
               select month_end, accrued, consumed, pending, adjusted, lowest, days, last_position, transaction_count${ofAccount}
                  and month_end <= k.month_end
                order by month_end desc
                limit 1) as s on true
         left join lateral (
               select month_end as later${ofAccount}
                  and month_end > k.month_end
                order by month_end
                limit 1) as l on true`,
    order: 'k.number',
    params: ['text', ...textsOf(KEY)],
  })
})

/** Empty where it is null. */
function textOf(column: string): string {
  return `coalesce(${column}::text, '')`
}
