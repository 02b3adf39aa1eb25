import type { ClientBase } from 'pg'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { exactFrom } from '../../src/domain/exact.ts'
import { columnTexts } from '../../src/ledger/rows/column.ts'
import { fieldsOf, readPacked } from '../../src/ledger/rows/packed-rows.ts'
import type { Batch } from '../../src/projecting/projection.ts'
import type { AccountChange } from './fold.ts'
import type { Month } from './month.ts'
import { AROUND_MONTHS, FIELDS, KEY } from './read-months.sql.ts'

/** What an account has around a month that changes. */
export interface Around {
  /** The month itself, or else the last one before it. */
  readonly nearest: Month | undefined
  /** Whether there is any after it. */
  readonly hasLater: boolean
}

/** Of each account, what there is around each of its months that change, in their order. */
export async function readAround(
  tx: ClientBase,
  { book, into }: Batch,
  accounts: readonly AccountChange[],
): Promise<readonly (readonly Around[])[]> {
  const keys = accounts.flatMap(({ entity, policy, months }) => months.map(({ end }) => ({ entity, policy, end })))
  const rows = await readPacked(tx, AROUND_MONTHS(into), [book, ...columnTexts(KEY, keys)])
  const found = rows.map(aroundFrom)
  let next = 0
  return accounts.map(({ months }) => months.map(() => found[next++]!))
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
