import type { ClientBase } from 'pg'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { exactFrom } from '../../src/domain/exact.ts'
import { column } from '../../src/ledger/column.ts'
import { fieldsOf, packed, readPacked } from '../../src/ledger/verify/packed-rows.ts'
import type { Batch, Build } from '../../src/projecting/projection.ts'
import type { AccountChange } from './fold.ts'
import type { Month } from './month.ts'

/** Of each account the newest month there is, in the order of the accounts. */
export async function readNewest(
  tx: ClientBase,
  { book, into }: Batch,
  accounts: readonly AccountChange[],
): Promise<(Month | undefined)[]> {
  const entities = column(accounts, ({ entity }) => entity)
  const policies = column(accounts, ({ policy }) => policy)
  const rows = await readPacked(tx, {
    name: `balances-newest-${into.number}`,
    text: nearestMonths(into, {
      keys: `unnest(${textArray('$2')}, ${textArray('$3')})
               with ordinality as k(entity, policy, number)`,
      condition: '',
    }),
    values: [book, entities, policies],
  })
  return placed(rows, accounts.length)
}

/** Of each account and each month that changes: the month itself, or else the last one before it. */
export async function readNearest(
  tx: ClientBase,
  { book, into }: Batch,
  accounts: readonly AccountChange[],
): Promise<(Month | undefined)[][]> {
  if (accounts.length === 0) return []
  const keys = accounts.flatMap(({ entity, policy, months }) => months.map(({ end }) => ({ entity, policy, end })))
  const rows = await readPacked(tx, {
    name: `balances-nearest-${into.number}`,
    text: nearestMonths(into, {
      keys: `unnest(${textArray('$2')}, ${textArray('$3')}, ${textArray('$4')}::date[])
               with ordinality as k(entity, policy, month_end, number)`,
      condition: `
                  and month_end <= k.month_end`,
    }),
    values: [
      book,
      column(keys, ({ entity }) => entity),
      column(keys, ({ policy }) => policy),
      column(keys, ({ end }) => end),
    ],
  })
  const found = placed(rows, keys.length)
  let next = 0
  return accounts.map(({ months }) => months.map(() => found[next++]))
}

function textArray(parameter: string): string {
  return `string_to_array(${parameter}, E'\\x1f')`
}

const FIELDS = 10

function nearestMonths(into: Build, { keys, condition }: { keys: string; condition: string }): string {
  return packed({
    columns: [
      'k.number',
      's.month_end',
      's.accrued',
      's.consumed',
      's.pending',
      's.adjusted',
      's.lowest',
      's.days',
      's.last_position',
      's.transaction_count',
    ],
    from: `${keys}
       cross join lateral (
               select month_end, accrued, consumed, pending, adjusted, lowest, days, last_position, transaction_count
                 from ${into.table('balance_snapshots')}
                where book_id = $1
                  and entity_id = k.entity
                  and policy_id = k.policy${condition}
                order by month_end desc
                limit 1) as s`,
    order: 'k.number',
  })
}

function placed(rows: readonly string[], count: number): (Month | undefined)[] {
  const months: (Month | undefined)[] = Array.from({ length: count })
  for (const row of rows) {
    const [number, end, accrued, consumed, pending, adjusted, lowest, days, lastPosition, transactions] = fieldsOf(
      row,
      FIELDS,
    )
    months[Number(number) - 1] = {
      end: end as CalendarDate,
      sums: [exactFrom(accrued!), exactFrom(consumed!), exactFrom(pending!), exactFrom(adjusted!)],
      lowest: exactFrom(lowest!),
      days: days!,
      lastPosition: Number(lastPosition),
      count: Number(transactions),
    }
  }
  return months
}
