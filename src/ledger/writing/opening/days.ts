import type { PoolClient } from 'pg'
import type { CalendarDate } from '../../../domain/calendar-date.ts'
import type { PolicyHistory } from '../../../domain/policy/policy.ts'
import type { Portion, TransactionAt } from '../../../domain/transaction.ts'
import type { Needs } from '../../needs.ts'

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
  const { rows } = await tx.query<{
    entity_id: string
    resource: string
    day: CalendarDate
    am: boolean
    pm: boolean
    position: number
    line: number
  }>({
    name: 'read-days',
    // Each half has its own partial index; a full day is found twice, which does no harm.
    text: `
      select c.*
        from unnest($2::text[], $3::text[], $4::date[]) as k(entity, resource, day)
       cross join lateral (
               (select entity_id, resource, day, am, pm, position, line
                  from ledger.day_claims
                 where book_id = $1
                   and entity_id = k.entity
                   and resource = k.resource
                   and day = k.day
                   and am
                   and released_at_position is null
                 limit 1)
               union all
               (select entity_id, resource, day, am, pm, position, line
                  from ledger.day_claims
                 where book_id = $1
                   and entity_id = k.entity
                   and resource = k.resource
                   and day = k.day
                   and pm
                   and released_at_position is null
                 limit 1)) as c`,
    values: [book, asked.map(({ entity }) => entity), asked.map(({ resource }) => resource), asked.map(({ on }) => on)],
  })
  return rows.map((row) => ({
    entity: row.entity_id,
    resource: row.resource,
    on: row.day,
    portion: row.am && row.pm ? 'full' : row.am ? 'am' : 'pm',
    by: { position: row.position, line: row.line },
  }))
}
