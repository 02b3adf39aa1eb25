import type { PoolClient } from 'pg'
import { query } from '../../db/statement.ts'
import { dayIn } from '../../domain/calendar-date.ts'
import type { BookFacts, DelegationFacts, EntityFacts, Profile } from '../../domain/definition/facts.ts'
import { lastDayOf, type PendingRequest, type Period, type PeriodFacts } from '../../domain/period/period.ts'
import type { PolicyHistory } from '../../domain/policy/policy.ts'
import { readCalendarHistory, readPatterns } from '../calendars.ts'
import type { DefineCommand } from '../command.ts'
import type { Defined } from '../definition.ts'
import { employmentFromRow } from '../rows/employment-row.ts'
import { BOOK, DELEGATION, EMAIL_OWNER, ENTITY, PENDING_REQUESTS, PERIOD, PROFILE } from './read-defined.sql.ts'

/** Reads what a definition is decided on. The head of the book is locked, so nothing of it can change meanwhile. */
export async function readDefined(
  tx: PoolClient,
  command: DefineCommand,
  { now, policies }: { now: string; policies: ReadonlyMap<string, PolicyHistory> },
): Promise<Defined> {
  const { book, reads } = command
  const [facts, entity, profile, emailOwner, calendar, patterns, period, pending, delegation] = await Promise.all([
    readBookFacts(tx, book),
    reads.entity === undefined ? undefined : readEntityFacts(tx, book, reads.entity),
    reads.entity === undefined ? undefined : readProfile(tx, book, reads.entity),
    reads.email ? readEmailOwner(tx, book, reads.email) : undefined,
    reads.calendar === undefined ? undefined : readCalendarHistory(tx, book, reads.calendar),
    reads.pattern === undefined ? undefined : readPatterns(tx, book, reads.pattern),
    reads.period === undefined ? undefined : readPeriodFacts(tx, book, reads.period),
    reads.period === undefined ? [] : readPending(tx, book, reads.period),
    reads.delegation === undefined ? undefined : readDelegation(tx, book, reads.delegation),
  ])
  const { position: bookPosition, closedThrough, ...named } = facts
  return {
    today: dayIn(facts.timeZone, new Date(now)),
    book: named,
    bookPosition,
    policies,
    entity,
    calendar,
    patterns,
    period,
    pending,
    closedThrough,
    delegation,
    profile,
    emailOwner,
  }
}

async function readBookFacts(
  tx: PoolClient,
  book: string,
): Promise<BookFacts & { readonly position: number; readonly closedThrough: Period | null }> {
  const [row] = await query(tx, BOOK, [book])
  const { name, time_zone: timeZone, position, closed_through: closedThrough } = row!
  return { name, timeZone, position, closedThrough }
}

async function readEntityFacts(tx: PoolClient, book: string, entity: string): Promise<EntityFacts | undefined> {
  const [row] = await query(tx, ENTITY, [book, entity])
  if (row === undefined) return undefined
  const { hired_on: _hiredOn, left_on: _leftOn, ...same } = row
  return { ...same, ...employmentFromRow(row) }
}

async function readProfile(tx: PoolClient, book: string, entity: string): Promise<Profile | undefined> {
  const [row] = await query(tx, PROFILE, [book, entity])
  return row && { name: row.name, email: row.email, metadataText: row.metadata }
}

async function readEmailOwner(tx: PoolClient, book: string, email: string): Promise<string | undefined> {
  const [row] = await query(tx, EMAIL_OWNER, [book, email])
  return row?.entity_id
}

/** Whoever closes a month needs to know that there are some, and which: not all of a year's. */
const MOST_PENDING = 1_000

async function readPending(tx: PoolClient, book: string, period: Period): Promise<readonly PendingRequest[]> {
  const rows = await query(tx, PENDING_REQUESTS, [book, lastDayOf(period), MOST_PENDING])
  return rows.map(({ request_id: request, entity_id: entity, resource, from_day: from, to_day: to }) => {
    return { request, entity, resource, from, to }
  })
}

async function readPeriodFacts(tx: PoolClient, book: string, period: Period): Promise<PeriodFacts | undefined> {
  const [row] = await query(tx, PERIOD, [book, period])
  return row
}

async function readDelegation(
  tx: PoolClient,
  book: string,
  { entity, delegate }: { readonly entity: string; readonly delegate: string },
): Promise<DelegationFacts | undefined> {
  const [row] = await query(tx, DELEGATION, [book, entity, delegate])
  return row
}
