import type { ClientBase } from 'pg'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { exactFrom } from '../../src/domain/exact.ts'
import { column } from '../../src/ledger/rows/column.ts'
import { fieldsOf, packed, readPacked } from '../../src/ledger/rows/packed-rows.ts'
import type { Batch, Build } from '../../src/projecting/projection.ts'
import type { AccountChange } from './fold.ts'
import type { Month } from './month.ts'

/** What an account has around a month that changes. */
export interface Around {
  /** The month itself, or else the last one before it. */
  readonly nearest: Month | undefined
  /** Whether there is any after it. */
  readonly hasLater: boolean
}

const FIELDS = 11

/** Of each account, what there is around each of its months that change, in their order. */
export async function readAround(
  tx: ClientBase,
  { book, into }: Batch,
  accounts: readonly AccountChange[],
): Promise<readonly (readonly Around[])[]> {
  const keys = accounts.flatMap(({ entity, policy, months }) => months.map(({ end }) => ({ entity, policy, end })))
  const rows = await readPacked(tx, {
    name: `balances-around-${into.number}`,
    text: aroundMonths(into),
    values: [
      book,
      column(keys, ({ entity }) => entity),
      column(keys, ({ policy }) => policy),
      column(keys, ({ end }) => end),
    ],
  })
  const found = rows.map(aroundFrom)
  let next = 0
  return accounts.map(({ months }) => months.map(() => found[next++]!))
}

function aroundMonths(into: Build): string {
  const ofAccount = `
                 from ${into.table('balance_snapshots')}
                where book_id = $1
                  and entity_id = k.entity
                  and policy_id = k.policy`
  return packed({
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
    from: `unnest(${textArray('$2')}, ${textArray('$3')}, ${textArray('$4')}::date[])
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
  })
}

function textArray(parameter: string): string {
  return `string_to_array(${parameter}, E'\\x1f')`
}

/** Empty where it is null. */
function textOf(column: string): string {
  return `coalesce(${column}::text, '')`
}

function aroundFrom(row: string): Around {
  const fields = fieldsOf(row, FIELDS)
  const [, later, end, accrued, consumed, pending, adjusted, lowest, days, lastPosition, transactions] = fields
  const nearest: Month | undefined =
    end === ''
      ? undefined
      : {
          end: end as CalendarDate,
          sums: [exactFrom(accrued!), exactFrom(consumed!), exactFrom(pending!), exactFrom(adjusted!)],
          lowest: exactFrom(lowest!),
          days: days!,
          lastPosition: Number(lastPosition),
          count: Number(transactions),
        }
  return { nearest, hasLater: later !== '' }
}
