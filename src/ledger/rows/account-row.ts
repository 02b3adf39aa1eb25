import { type Account, accountFrom, lowestKept, type Sums } from '../../domain/account/account.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { printMinor, toMinor } from '../../domain/quantity.ts'

/** A row of `ledger.accounts`, as the driver returns it (numeric and json as text, date as text). */
export interface AccountRow {
  readonly entity_id: string
  readonly policy_id: string
  readonly resource: string
  readonly version: number
  readonly last_position: number
  readonly scale: number
  readonly kept_from: CalendarDate | null
  readonly opening: string
  readonly days: string
  readonly floor: string | null
}

/** What an account is made of, in statements. */
export const ACCOUNT_COLUMNS =
  'entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days, floor'

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
    floor: row.floor === null ? null : floorFrom(row.floor, row.scale),
  })
}

export function printOpening({ opening }: Account): string {
  return `["${opening.join('","')}"]`
}

export function printDays({ days }: Account): string {
  return `[${days.map(({ printed }) => printed).join(',')}]`
}

export function printLowest(account: Account): string {
  return printMinor(lowestKept(account), account.scale)
}

function sumsFrom([accrued, consumed, pending, adjusted]: readonly [string, string, string, string]): Sums {
  return [BigInt(accrued), BigInt(consumed), BigInt(pending), BigInt(adjusted)]
}

function floorFrom(text: string, scale: number): bigint {
  const floor = toMinor(text, scale)
  if (floor === 'scale-exceeded') throw new Error('a floor is kept finer than its account')
  return floor
}
