import type { PoolClient } from 'pg'
import { query } from '../../../db/statement.ts'
import type { WorkTime } from '../../../domain/calendar/work-time.ts'
import type { CalendarDate } from '../../../domain/calendar-date.ts'
import { exactFrom } from '../../../domain/exact.ts'
import type { PolicyHistory } from '../../../domain/policy/policy.ts'
import type { Minor } from '../../../domain/quantity.ts'
import type { Portion, TransactionAt } from '../../../domain/transaction.ts'
import type { Needs } from '../../needs.ts'
import { readWorkTimes } from '../../work-times.ts'
import { DAYS, DAYS_WITH_HOURS } from './days.sql.ts'

/** A day, or half of one, or hours of one, that a transaction has taken. */
export interface HeldDay {
  readonly entity: string
  readonly resource: string
  readonly on: CalendarDate
  readonly portion: Portion
  /** At the finest scale; null: it has the day, or the half of it. */
  readonly hours: Minor | null
  readonly by: TransactionAt
}

type Policies = ReadonlyMap<string, PolicyHistory> | undefined

/** Those under policies that claim days. */
export function daysToRead(
  days: Needs['days'],
  policies: Policies,
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
  policies: Policies,
): Promise<HeldDay[]> {
  const asked = daysToRead(days, policies)
  if (asked.length === 0) return []
  const values = [
    book,
    asked.map(({ entity }) => entity),
    asked.map(({ resource }) => resource),
    asked.map(({ on }) => on),
  ] as const
  const ofHours = resourcesOfHours(policies)
  const rows = asked.some(({ resource }) => ofHours.has(resource))
    ? await query(tx, DAYS_WITH_HOURS, [...values])
    : (await query(tx, DAYS, [...values])).map((row) => ({ ...row, taken: null }))
  return rows.map((row) => ({
    entity: row.entity_id,
    resource: row.resource,
    on: row.day,
    portion: row.am === row.pm ? 'full' : row.am ? 'am' : 'pm',
    hours: row.am || row.pm ? null : exactFrom(row.taken!),
    by: { position: row.position, line: row.line },
  }))
}

/** By what entities work of whose days hours may be taken; nothing is read where no line counts hours. */
export async function readTimesOfDays(
  tx: PoolClient,
  book: string,
  days: Needs['days'],
  policies: Policies,
): Promise<ReadonlyMap<string, WorkTime>> {
  const ofHours = resourcesOfHours(policies)
  if (ofHours.size === 0) return NO_TIMES
  const asked = daysToRead(days, policies).filter(({ resource }) => ofHours.has(resource))
  return asked.length === 0 ? NO_TIMES : readWorkTimes(tx, book, [...new Set(asked.map(({ entity }) => entity))])
}

const NO_TIMES: ReadonlyMap<string, WorkTime> = new Map()

/** Resources of which hours of days are claimed, by the policies they follow from. */
function resourcesOfHours(policies: Policies): ReadonlySet<string> {
  if (policies === undefined) return NO_RESOURCES
  let resources = known.get(policies)
  if (resources === undefined) {
    const counting = Array.from(policies.values()).filter(
      (history) => history[0].unit === 'hour' && history.some(({ dayExclusive }) => dayExclusive),
    )
    resources = new Set(counting.map(([{ resource }]) => resource))
    known.set(policies, resources)
  }
  return resources
}

const NO_RESOURCES: ReadonlySet<string> = new Set()
const known = new WeakMap<ReadonlyMap<string, PolicyHistory>, ReadonlySet<string>>()
