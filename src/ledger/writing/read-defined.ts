import type { PoolClient } from 'pg'
import { query } from '../../db/statement.ts'
import { dayIn } from '../../domain/calendar-date.ts'
import type { BookFacts, DelegationFacts, EntityFacts, Profile } from '../../domain/definition/facts.ts'
import { lastDayOf, type PendingRequest, type Period, type PeriodFacts } from '../../domain/period/period.ts'
import type { PolicyHistory } from '../../domain/policy/policy.ts'
import { readAssignments } from '../assignments.ts'
import { readCalendarHistory, readPatterns } from '../calendars.ts'
import type { DefineCommand } from '../command.ts'
import { type Defined, type DefinitionReads, NOBODY, type Owners } from '../definition.ts'
import { employmentFromRow } from '../rows/employment-row.ts'
import { readClaiming } from './claim-days.ts'
import { findBetween, findToErase } from './erasing/erase-person.ts'
import {
  BOOK,
  DELEGATION,
  EMAIL_OWNER,
  ENTITY,
  LAST_OF_STREAM,
  PENDING_REQUESTS,
  PERIOD,
  PERSONNEL_NUMBER_OWNER,
  PROFILE,
  WORKED_HOURS,
} from './read-defined.sql.ts'

/** Reads what a definition is decided on. The head of the book is locked, so nothing of it can change meanwhile. */
export async function readDefined(
  tx: PoolClient,
  command: DefineCommand,
  { now, policies }: { now: string; policies: ReadonlyMap<string, PolicyHistory> },
): Promise<Defined> {
  const { book, reads } = command
  const [
    facts,
    entity,
    profile,
    owners,
    calendar,
    patterns,
    period,
    pending,
    delegation,
    assignments,
    workedHours,
    forgetting,
  ] = await Promise.all([
    readBookFacts(tx, book),
    reads.entity === undefined ? undefined : readEntityFacts(tx, book, reads.entity),
    reads.entity === undefined ? undefined : readProfile(tx, book, reads.entity),
    reads.unique === undefined ? NOBODY : readOwners(tx, book, reads.unique),
    reads.calendar === undefined ? undefined : readCalendarHistory(tx, book, reads.calendar),
    reads.pattern === undefined ? undefined : readPatterns(tx, book, reads.pattern),
    reads.period === undefined ? undefined : readPeriodFacts(tx, book, reads.period),
    reads.period === undefined ? [] : readPending(tx, book, reads.period),
    reads.delegation === undefined ? undefined : readDelegation(tx, book, reads.delegation),
    reads.assignment === undefined ? undefined : readAssignments(tx, book, reads.assignment),
    reads.workedHours === undefined ? undefined : readWorkedHours(tx, book, reads.workedHours),
    readForgetting(tx, book, reads),
  ])
  const { position: bookPosition, closedThrough, ...named } = facts
  const today = dayIn(facts.timeZone, new Date(now))
  return {
    today,
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
    assignments,
    workedHours,
    profile,
    owners,
    claiming: reads.claiming && (await readClaiming(tx, book, reads.claiming, { today, policies })),
    ...forgetting,
  }
}

/** What can be erased, and what was said of erasing. */
async function readForgetting(
  tx: PoolClient,
  book: string,
  reads: DefinitionReads,
): Promise<Pick<Defined, 'erasure' | 'last' | 'reasons'>> {
  const [erasure, last, reasons] = await Promise.all([
    reads.erasure === undefined ? undefined : findToErase(tx, book, reads.erasure),
    reads.lastOf === undefined ? undefined : readLastOf(tx, book, reads.lastOf),
    reads.reasons === undefined ? undefined : findBetween(tx, book, reads.reasons),
  ])
  return { erasure, last, reasons }
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
  if (row === undefined) return undefined
  const { metadata: metadataText, ...named } = row
  return { ...named, metadataText }
}

async function readOwners(
  tx: PoolClient,
  book: string,
  { email, personnelNumber }: Pick<Profile, 'email' | 'personnelNumber'>,
): Promise<Owners> {
  const [ofEmail, ofPersonnelNumber] = await Promise.all([
    email === null ? [] : query(tx, EMAIL_OWNER, [book, email]),
    personnelNumber === null ? [] : query(tx, PERSONNEL_NUMBER_OWNER, [book, personnelNumber]),
  ])
  return { email: ofEmail[0]?.entity_id, personnelNumber: ofPersonnelNumber[0]?.entity_id }
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

/** Whose the hours are that the event at a position recorded; undefined where it recorded none. */
async function readWorkedHours(tx: PoolClient, book: string, position: number): Promise<Defined['workedHours']> {
  const [row] = await query(tx, WORKED_HOURS, [book, position])
  return row
}

async function readLastOf(tx: PoolClient, book: string, stream: string): Promise<Defined['last']> {
  const [row] = await query(tx, LAST_OF_STREAM, [book, stream])
  return row && { position: row.position, version: row.version, dataText: row.data }
}
