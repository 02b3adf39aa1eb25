import type { PoolClient } from 'pg'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { dayIn } from '../../domain/calendar-date.ts'
import type { BookFacts, DelegationFacts, EntityFacts, Profile } from '../../domain/definition/facts.ts'
import type { Period, PeriodFacts } from '../../domain/period/period.ts'
import type { PolicyHistory } from '../../domain/policy/policy.ts'
import type { SnapshotFacts } from '../../domain/snapshot/snapshot.ts'
import { readCalendarHistory, readPatterns, writeCalendarVersion, writePattern } from '../calendars.ts'
import type { DefineCommand } from '../command.ts'
import type { Defined, Definition } from '../definition.ts'
import type { EventRow } from './append.ts'

/** Reads what a definition is decided on. The head of the book is locked, so nothing of it can change meanwhile. */
export async function readDefined(
  tx: PoolClient,
  command: DefineCommand,
  { now, policies }: { now: string; policies: ReadonlyMap<string, PolicyHistory> },
): Promise<Defined> {
  const { book, reads } = command
  const [facts, entity, profile, emailOwner, calendar, patterns, period, delegation] = await Promise.all([
    readBookFacts(tx, book),
    reads.entity === undefined ? undefined : readEntityFacts(tx, book, reads.entity),
    reads.entity === undefined ? undefined : readProfile(tx, book, reads.entity),
    reads.email ? readEmailOwner(tx, book, reads.email) : undefined,
    reads.calendar === undefined ? undefined : readCalendarHistory(tx, book, reads.calendar),
    reads.pattern === undefined ? undefined : readPatterns(tx, book, reads.pattern),
    reads.period === undefined ? undefined : readPeriodFacts(tx, book, reads.period),
    reads.delegation === undefined ? undefined : readDelegation(tx, book, reads.delegation),
  ])
  const { position: bookPosition, ...named } = facts
  return {
    today: dayIn(facts.timeZone, new Date(now)),
    book: named,
    bookPosition,
    policies,
    entity,
    calendar,
    patterns,
    period,
    delegation,
    profile,
    emailOwner,
  }
}

/** Writes the tables that definitions are read from. Part of the transaction that records the event. */
export async function writeDefinition(
  tx: PoolClient,
  book: string,
  { event }: EventRow,
  definition: Definition,
): Promise<void> {
  switch (definition.kind) {
    case 'book':
      await tx.query('update ledger.books set name = $2, time_zone = $3 where book_id = $1', [
        book,
        definition.facts.name,
        definition.facts.timeZone,
      ])
      return
    case 'policy': {
      const { policy, version, effectiveFrom, resource, unit, scale, dayExclusive, overdraftLimit, name, requests } =
        definition.version
      await tx.query(
        `insert into ledger.policy_versions (
                  book_id, policy_id, version, position, effective_from, resource, unit, scale, day_exclusive,
                  overdraft_limit, name, requests)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        [
          book,
          policy,
          version,
          event.position,
          effectiveFrom,
          resource,
          unit,
          scale,
          dayExclusive,
          overdraftLimit,
          name,
          requests === null ? null : JSON.stringify(requests),
        ],
      )
      return
    }
    case 'entity': {
      const { entity, facts, profile } = definition
      await Promise.all([writeEntity(tx, book, entity, facts), writeProfile(tx, book, entity, profile)])
      return
    }
    case 'calendar':
      await writeCalendarVersion(tx, book, definition.version)
      return
    case 'work-pattern':
      await writePattern(tx, book, definition.entity, definition.facts)
      return
    case 'period':
      await Promise.all([
        writePeriod(tx, book, event.position, definition),
        writeClosedPeriods(tx, book, definition.period, definition.facts.status),
      ])
      return
    case 'delegation':
      await writeDelegation(tx, book, definition)
      return
    case 'snapshot':
      await writeSnapshot(tx, book, event.position, definition.snapshot)
  }
}

/** Writes what is known of an entity beside the record; nothing is left of a profile that says nothing. */
export async function writeProfile(tx: PoolClient, book: string, entity: string, profile: Profile): Promise<void> {
  if (profile.name === null && profile.email === null && profile.metadataText === null) {
    await tx.query('delete from ledger.profiles where book_id = $1 and entity_id = $2', [book, entity])
    return
  }
  await tx.query(
    `insert into ledger.profiles (book_id, entity_id, name, email, metadata)
     values ($1, $2, $3, $4, $5)
         on conflict (book_id, entity_id) do update
        set name = excluded.name, email = excluded.email, metadata = excluded.metadata`,
    [book, entity, profile.name, profile.email, profile.metadataText],
  )
}

async function writeEntity(tx: PoolClient, book: string, entity: string, facts: EntityFacts): Promise<void> {
  await tx.query(
    `insert into ledger.entities (
              book_id, entity_id, version, position, kind, department, manager, hired_on, left_on, calendar)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (book_id, entity_id) do update
        set version = excluded.version,
            position = excluded.position,
            kind = excluded.kind,
            department = excluded.department,
            manager = excluded.manager,
            hired_on = excluded.hired_on,
            left_on = excluded.left_on,
            calendar = excluded.calendar`,
    [
      book,
      entity,
      facts.version,
      facts.position,
      facts.kind,
      facts.department,
      facts.manager,
      facts.hiredOn,
      facts.leftOn,
      facts.calendar,
    ],
  )
}

async function writePeriod(
  tx: PoolClient,
  book: string,
  position: number,
  { period, facts }: { readonly period: Period; readonly facts: PeriodFacts },
): Promise<void> {
  await tx.query(
    `insert into ledger.periods (book_id, period, version, position, status)
     values ($1, $2, $3, $4, $5)
         on conflict (book_id, period) do update
        set version = excluded.version, position = excluded.position, status = excluded.status`,
    [book, period, facts.version, position, facts.status],
  )
}

/** What the head holds every group to. */
async function writeClosedPeriods(
  tx: PoolClient,
  book: string,
  period: Period,
  status: PeriodFacts['status'],
): Promise<void> {
  await tx.query(
    `update ledger.heads
        set closed_periods = (
              select coalesce(array_agg(closed order by closed collate "C"), '{}')
                from (
                       select unnest(closed_periods) as closed
                       except
                       select $2
                       union
                       select $2 where $3 = 'closed'
                     ) as periods)
      where book_id = $1`,
    [book, period, status],
  )
}

async function writeSnapshot(tx: PoolClient, book: string, position: number, snapshot: SnapshotFacts): Promise<void> {
  const { knownAt, asOf, resource, policy, entities, name, count, digest } = snapshot
  await tx.query(
    `insert into ledger.snapshots (
              book_id, position, known_at, as_of, resource, policy_id, entities, name, balances, digest)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, decode($10, 'hex'))`,
    [
      book,
      position,
      knownAt,
      asOf,
      resource,
      policy,
      entities === null ? null : JSON.stringify(entities),
      name,
      count,
      digest,
    ],
  )
}

async function writeDelegation(
  tx: PoolClient,
  book: string,
  { entity, delegate, facts }: Extract<Definition, { readonly kind: 'delegation' }>,
): Promise<void> {
  await tx.query(
    `insert into ledger.delegations (book_id, entity_id, delegate_id, version, position, from_day, to_day)
     values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (book_id, delegate_id, entity_id) do update
        set version = excluded.version,
            position = excluded.position,
            from_day = excluded.from_day,
            to_day = excluded.to_day`,
    [book, entity, delegate, facts.version, facts.position, facts.from, facts.to],
  )
}

async function readDelegation(
  tx: PoolClient,
  book: string,
  { entity, delegate }: { readonly entity: string; readonly delegate: string },
): Promise<DelegationFacts | undefined> {
  const { rows } = await tx.query<DelegationFacts>(
    `select version, position, from_day as "from", to_day as "to"
       from ledger.delegations
      where book_id = $1
        and entity_id = $2
        and delegate_id = $3`,
    [book, entity, delegate],
  )
  return rows[0]
}

async function readPeriodFacts(tx: PoolClient, book: string, period: Period): Promise<PeriodFacts | undefined> {
  const { rows } = await tx.query<PeriodFacts>(
    'select version, status from ledger.periods where book_id = $1 and period = $2',
    [book, period],
  )
  return rows[0]
}

async function readBookFacts(tx: PoolClient, book: string): Promise<BookFacts & { readonly position: number }> {
  const { rows } = await tx.query<{ name: string | null; time_zone: string; position: number }>(
    `select name,
            time_zone,
            coalesce((
              select max(stream_version)
                from ledger.events
               where book_id = $1
                 and stream = 'book'
            ), 0) as position
       from ledger.books
      where book_id = $1`,
    [book],
  )
  const { name, time_zone: timeZone, position } = rows[0]!
  return { name, timeZone, position }
}

async function readEntityFacts(tx: PoolClient, book: string, entity: string): Promise<EntityFacts | undefined> {
  const { rows } = await tx.query<{
    version: number
    position: number
    kind: string | null
    department: string | null
    manager: string | null
    hired_on: CalendarDate | null
    left_on: CalendarDate | null
    calendar: string | null
  }>(
    `select version, position, kind, department, manager, hired_on, left_on, calendar
       from ledger.entities
      where book_id = $1
        and entity_id = $2`,
    [book, entity],
  )
  const [row] = rows
  if (row === undefined) return undefined
  const { hired_on: hiredOn, left_on: leftOn, ...same } = row
  return { ...same, hiredOn, leftOn }
}

async function readProfile(tx: PoolClient, book: string, entity: string): Promise<Profile | undefined> {
  const { rows } = await tx.query<{ name: string | null; email: string | null; metadata: string | null }>(
    'select name, email, metadata from ledger.profiles where book_id = $1 and entity_id = $2',
    [book, entity],
  )
  const [row] = rows
  return row && { name: row.name, email: row.email, metadataText: row.metadata }
}

async function readEmailOwner(tx: PoolClient, book: string, email: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ entity_id: string }>(
    'select entity_id from ledger.profiles where book_id = $1 and lower(email) = lower($2) and email is not null',
    [book, email],
  )
  return rows[0]?.entity_id
}
