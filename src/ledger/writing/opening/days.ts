import type { PoolClient } from 'pg'
import { query } from '../../../db/statement.ts'
import type { CalendarDate } from '../../../domain/calendar-date.ts'
import type { PolicyHistory } from '../../../domain/policy/policy.ts'
import type { Portion, TransactionAt } from '../../../domain/transaction.ts'
import type { Needs } from '../../needs.ts'
import { DAYS } from './days.sql.ts'

/** A day, or half of one, that a transaction has taken. */
export interface HeldDay {
  readonly entity: string
  readonly resource: string
  readonly on: CalendarDate
  readonly portion: Portion
  readonly by: TransactionAt
}

/** Those under policies that claim days. */
export function daysToRead(
  days: Needs['days'],
  policies: ReadonlyMap<string, PolicyHistory> | undefined,
): { readonly entity: string; readonly resource: string; readonly on: CalendarDate }[] {
  return days.flatMap(({ entity, policy, on }) => {
    const history = policies?.get(policy)
    return history?.some(({ dayExclusive }) => dayExclusive) ? [{ entity, resource: history[0].resource, on }] : []
  })
}

/** Who holds days, as far as anybody does. */
export async function readDays(
  tx: PoolClient,
  book: string,
  days: Needs['days'],
  policies: ReadonlyMap<string, PolicyHistory> | undefined,
): Promise<HeldDay[]> {
  const asked = daysToRead(days, policies)
  if (asked.length === 0) return []
  const rows = await query(tx, DAYS, [
    book,
    asked.map(({ entity }) => entity),
    asked.map(({ resource }) => resource),
    asked.map(({ on }) => on),
  ])
  return rows.map((row) => ({
    entity: row.entity_id,
    resource: row.resource,
    on: row.day,
    portion: row.am && row.pm ? 'full' : row.am ? 'am' : 'pm',
    by: { position: row.position, line: row.line },
  }))
}
