import type { RowOf, Statement } from '../../db/statement.ts'
import { type Account, accountFrom, type Sums } from '../../domain/account/account.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'

/** What an account is made of, in statements: columns of `ledger.accounts`. How low it may be follows from its days. */
export const ACCOUNT = {
  entity_id: 'text',
  policy_id: 'text',
  resource: 'text',
  version: 'int8',
  last_position: 'int8',
  scale: 'int2',
  kept_from: 'date?',
  opening: 'json',
  days: 'json',
  has_lots: 'bool',
} as const

/** Their names, as they stand in a `select`. */
export const ACCOUNT_COLUMNS = Object.keys(ACCOUNT).join(', ')

/** A row of them. */
export type AccountRow = RowOf<Statement<typeof ACCOUNT>>

export function accountFromRow(row: AccountRow): Account {
  const days = JSON.parse(row.days) as [CalendarDate, string, string, string, string][]
  return accountFrom({
    entity: row.entity_id,
    policy: row.policy_id,
    resource: row.resource,
    version: row.version,
    lastPosition: row.last_position,
    scale: row.scale,
    keptFrom: row.kept_from,
    opening: sumsFrom(JSON.parse(row.opening) as [string, string, string, string]),
    days: days.map(([on, ...sums]) => ({ on, sums: sumsFrom(sums) })),
    floor: null,
    hasLots: row.has_lots,
    lots: null,
  })
}

/** The sums before the first kept day as the JSON of their column. */
export function printOpening({ opening }: Account): string {
  return `["${opening.join('","')}"]`
}

/** The kept days as the JSON of their column. */
export function printDays({ days }: Account): string {
  return `[${days.map(({ printed }) => printed).join(',')}]`
}

function sumsFrom([accrued, consumed, pending, adjusted]: readonly [string, string, string, string]): Sums {
  return [BigInt(accrued), BigInt(consumed), BigInt(pending), BigInt(adjusted)]
}
