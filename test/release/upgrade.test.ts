import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { absences } from '../../projections/absences/project.ts'
import { EVENT_DATA } from '../../src/contract/events/event-schemas.ts'
import { migrate, pendingMigrations } from '../../src/db/migrate.ts'
import { openPool } from '../../src/db/pool.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { EventType } from '../../src/domain/event.ts'
import { Following } from '../../src/importing/follow.ts'
import { installJobs } from '../../src/jobs/install.ts'
import { Replay } from '../../src/ledger/verify/replay.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { openRebuildPool } from '../../src/projecting/pools.ts'
import { rebuild } from '../../src/projecting/rebuild.ts'
import { exportOf, importLines } from '../importing/importing.ts'
import { emptyDatabase, type TestDatabase, testDatabase } from '../support/database.ts'
import { schemaFaults } from '../support/event-schemas.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { printSchemas } from '../support/ledger-schema.ts'
import { lastRelease, restore } from '../support/released.ts'
import { Client, type Service, startService } from '../support/service.ts'

/*
 * A database that the last release filled, brought to this one: nothing that was recorded, hashed, or answered then comes
 * out otherwise now. Where a release means to change an answer, the changelog says so, and this test names it.
 */

const release = await lastRelease()
const books = [...new Set(Object.keys(release.answers).map((path) => path.split('/')[3]!))]

/** Types of events that came after the release. */
const SINCE: readonly EventType[] = [
  'entity-erased',
  'retention-defined',
  'reasons-erased',
  'assignment-defined',
  'worked-hours-recorded',
  'worked-hours-reversed',
  'notice-given',
  'encashment-recorded',
  'settlement-recorded',
  'earned',
  'hold-placed',
  'hold-taken',
  'hold-released',
  'hold-lapsed',
]

/** A change that only gives up days leaves its request approved, and keeps the lines of the days that stay. */
const GIVES_UP = '"givesUp":true'

/** Whoever stands in for somebody decides none of their requests. */
const OWN_REQUEST = 'own-request'

/** What the rules of today would decide otherwise than those of the release, by book. */
const DECIDED_OTHERWISE: Readonly<Record<string, readonly { position: number; today: string }[]>> = {
  'isar-and-thames-2025': [
    ...[83, 113, 147].map((position) => ({ position, today: OWN_REQUEST })),
    ...[246, 296, 351, 399, 411, 496, 499, 508, 546, 558].map((position) => ({ position, today: GIVES_UP })),
  ],
}

/** Members that answers have which did not have them then, by the end of the path. */
const MEMBERS_SINCE: Readonly<Record<string, readonly string[]>> = {
  entities: ['personnelNumber'],
  requests: ['waitingFor'],
  calendar: ['transaction'],
}

let upgraded: TestDatabase
let fresh: TestDatabase
let db: Pool
let freshDb: Pool

beforeAll(async () => {
  upgraded = await emptyDatabase()
  fresh = await testDatabase()
  await restore(release, upgraded.url)
  const open = (url: string): Pool => openPool({ url, max: 2, applicationName: 'daybook test' })
  db = open(upgraded.url)
  freshDb = open(fresh.url)
})
afterAll(async () => {
  await Promise.all([db.end(), freshDb.end()])
  await upgraded.drop()
  await fresh.drop()
})

test('it is migrated by what came since, and has the schema of a new one', async () => {
  const since = await pendingMigrations(db)
  expect(await migrate({ url: upgraded.url })).toEqual(since)
  await installJobs(upgraded.url)
  await installJobs(fresh.url)
  // Of the schema `projections` each database has the read models that were built in it.
  const ledgerOf = async (pool: Pool): Promise<string> => (await printSchemas(pool)).split('create schema p')[0]!
  expect(await ledgerOf(db)).toBe(await ledgerOf(freshDb))
})

test('its read models of another version are rebuilt, as the guide to upgrades says', async () => {
  const rebuilding = openRebuildPool(upgraded.url, { workers: 1, onError: () => {} })
  const options = { db: rebuilding, projection: absences, workers: 1, onProgress: () => {} }
  expect(await rebuild({ ...options, signal: new AbortController().signal })).toMatchObject({ outcome: 'switched' })
  await rebuilding.end()
})

describe.each(books)('the book %s', (book) => {
  let lines: string[]
  beforeAll(async () => {
    lines = await exportOf(db, book)
  })

  test('verifies, by the service and by nothing of it', async () => {
    expect(await verifyBook(db, book)).toMatchObject({ ok: true, events: lines.length })
    expect(faultsIn(await readRecord(db, book))).toEqual([])
  })

  test('has the balances that were answered, added up from its events alone', () => {
    const replay = new Replay({})
    const following = new Following(book)
    for (const line of lines) replay.take(following.next(line))
    for (const asOf of ['2025-06-30', '2026-12-31']) {
      const answered = release.answers[`/v1/books/${book}/balances?asOf=${asOf}&limit=1000`] as { items: object[] }
      expect(replay.balances(asOf as CalendarDate)).toMatchObject(answered.items)
    }
  })

  test('has events that are what the schemas of today say', () => {
    expect(schemaFaults(lines)).toEqual([])
  })

  test('is imported, and comes out as the same bytes; what is decided otherwise today is listed', async () => {
    const { decidedOtherwise } = await importLines(fresh.url, book, lines)
    expect(await exportOf(freshDb, book)).toEqual(lines)
    expect(await verifyBook(freshDb, book)).toMatchObject({ ok: true, events: lines.length })
    const otherwise = DECIDED_OTHERWISE[book] ?? []
    expect(decidedOtherwise).toMatchObject({
      count: otherwise.length,
      first: otherwise.map(({ position, today }) => ({ position, today: expect.stringContaining(today) as string })),
    })
  })
})

test('its books hold an event of every type that there was', async () => {
  const { rows } = await db.query<{ type: EventType }>('select distinct type from ledger.events')
  const types = new Set(rows.map(({ type }) => type))
  const expected = (Object.keys(EVENT_DATA) as EventType[]).filter((type) => !SINCE.includes(type))
  expect(expected.filter((type) => !types.has(type))).toEqual([])
})

describe('the service on it', () => {
  const client = clientOn(() => upgraded)

  test.each(Object.keys(release.answers))('answers %s as the release did', async (path) => {
    const { status, body } = await client().get(path)
    expect({ status, body: asReleased(path, body) }).toEqual({ status: 200, body: release.answers[path] })
  })

  test.each(books)('goes on recording in %s', async (book) => {
    const policy = { resource: 'after-the-upgrade', unit: 'day', scale: 1, dayExclusive: false, overdraftLimit: '0' }
    const { status } = await client().put(`/v1/books/${book}/policies/after-the-upgrade`, 'after-the-upgrade', policy)
    expect(status).toBe(201)
    expect(await verifyBook(db, book)).toMatchObject({ ok: true })
  })
})

describe('the service on what was imported', () => {
  const client = clientOn(() => fresh)

  test.each(Object.keys(release.answers))('answers %s as the release did', async (path) => {
    const { status, body } = await client().get(path)
    expect({ status, body: withoutProfiles(asReleased(path, body)) }).toEqual({
      status: 200,
      body: withoutProfiles(release.answers[path]),
    })
  })
})

/** A service on a database, for the tests of one block. */
function clientOn(database: () => TestDatabase): () => Client {
  let service: Service
  let client: Client
  beforeAll(async () => {
    service = await startService({ DATABASE_URL: database().url })
    client = new Client(service)
  })
  afterAll(async () => {
    client.close()
    await service.stop()
  })
  return () => client
}

/** An answer without the members that came since. */
function asReleased(path: string, answer: unknown): unknown {
  const since = MEMBERS_SINCE[path.split('?')[0]!.split('/').at(-1)!] ?? []
  return JSON.parse(JSON.stringify(answer), (name, value: unknown) => (since.includes(name) ? undefined : value))
}

/** Names and the like are in no history, and so in no import. */
function withoutProfiles(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (name, value: unknown) =>
    ['name', 'email', 'personnelNumber', 'metadata'].includes(name) ? undefined : value,
  )
}
