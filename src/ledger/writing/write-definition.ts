import type { PoolClient } from 'pg'
import { run } from '../../db/statement.ts'
import type { BookFacts, EntityFacts } from '../../domain/definition/facts.ts'
import { earningTermsOf, saysNothing } from '../../domain/earning/said.ts'
import type { SnapshotFacts } from '../../domain/snapshot/snapshot.ts'
import { writeAssignment } from '../assignments.ts'
import { writeCalendarVersion, writePattern } from '../calendars.ts'
import type { Definition } from '../definition.ts'
import type { EventRow } from './addition.ts'
import { claimDays } from './claim-days.ts'
import { eraseEvents, eraseFound } from './erasing/erase-person.ts'
import {
  FIND_CLOSED_THROUGH,
  WRITE_BOOK,
  WRITE_CLOSED_THROUGH,
  WRITE_DELEGATION,
  WRITE_ENTITY,
  WRITE_PERIOD,
  WRITE_POLICY,
  WRITE_SNAPSHOT,
} from './write-definition.sql.ts'
import { writeProfile } from './write-profile.ts'

/** Writes the tables that definitions are read from. Part of the transaction that records the event. */
export async function writeDefinition(
  tx: PoolClient,
  book: string,
  { event: { position } }: EventRow,
  definition: Definition,
): Promise<void> {
  switch (definition.kind) {
    case 'book':
      return writeBook(tx, book, definition.facts)
    case 'policy':
      return writePolicy(tx, book, position, definition)
    case 'entity': {
      const { entity, facts, profile } = definition
      await Promise.all([
        writeEntity(tx, book, entity, facts),
        profile === null ? undefined : writeProfile(tx, book, entity, profile),
      ])
      return
    }
    case 'calendar':
      return writeCalendarVersion(tx, book, definition.version)
    case 'work-pattern':
      return writePattern(tx, book, definition.entity, definition.facts)
    case 'assignment':
      return writeAssignment(tx, book, definition)
    case 'period':
      return writePeriod(tx, book, position, definition)
    case 'delegation':
      return writeDelegation(tx, book, definition)
    case 'erasure':
      return eraseFound(tx, { book, entity: definition.entity }, definition.found)
    case 'reasons':
      return eraseEvents(tx, book, definition.positions)
    case 'retention':
    case 'worked-hours-reversed':
      // The last event of its stream is what is read.
      return
    case 'snapshot':
      return writeSnapshot(tx, book, position, definition.snapshot)
  }
}

async function writeBook(tx: PoolClient, book: string, { name, timeZone }: BookFacts): Promise<void> {
  await run(tx, WRITE_BOOK, [book, name, timeZone])
}

async function writePolicy(
  tx: PoolClient,
  book: string,
  position: number,
  { version, claims }: Extract<Definition, { readonly kind: 'policy' }>,
): Promise<void> {
  if (claims !== undefined) await claimDays(tx, book, { policy: version.policy, days: claims, position })
  await run(tx, WRITE_POLICY, [
    book,
    version.policy,
    version.version,
    position,
    version.effectiveFrom,
    version.resource,
    version.unit,
    version.scale,
    version.dayExclusive,
    version.overdraftLimit,
    version.name,
    version.requests === null ? null : JSON.stringify(version.requests),
    version.retiredFrom ?? null,
    version.kindVisibleTo ?? null,
    saysNothing(version) ? null : JSON.stringify(earningTermsOf(version)),
  ])
}

async function writeEntity(tx: PoolClient, book: string, entity: string, facts: EntityFacts): Promise<void> {
  await run(tx, WRITE_ENTITY, [
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
    facts.employments && JSON.stringify(facts.employments),
  ])
}

async function writePeriod(
  tx: PoolClient,
  book: string,
  position: number,
  { period, facts: { version, status }, closedThrough }: Extract<Definition, { readonly kind: 'period' }>,
): Promise<void> {
  await Promise.all([
    run(tx, WRITE_PERIOD, [book, period, version, position, status]),
    closedThrough === 'by-itself'
      ? run(tx, FIND_CLOSED_THROUGH, [book])
      : run(tx, WRITE_CLOSED_THROUGH, [book, closedThrough]),
  ])
}

async function writeSnapshot(tx: PoolClient, book: string, position: number, snapshot: SnapshotFacts): Promise<void> {
  const { knownAt, asOf, resource, policy, entities, name, count, digest } = snapshot
  const entitiesText = entities === null ? null : JSON.stringify(entities)
  await run(tx, WRITE_SNAPSHOT, [book, position, knownAt, asOf, resource, policy, entitiesText, name, count, digest])
}

async function writeDelegation(
  tx: PoolClient,
  book: string,
  { entity, delegate, facts }: Extract<Definition, { readonly kind: 'delegation' }>,
): Promise<void> {
  await run(tx, WRITE_DELEGATION, [book, entity, delegate, facts.version, facts.position, facts.from, facts.to])
}
