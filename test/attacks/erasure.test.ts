import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pool } from 'pg'
import { afterEach, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { exportOf } from '../importing/importing.ts'
import { type DurableServer, durableServer } from '../support/database.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { type Answer, Client, freePort, type Service, startService } from '../support/service.ts'
import { expectSoundBook } from './sound-book.ts'

// Somebody is erased while the service works, and while it dies. Afterwards nothing of the person is in any table, any file of
// the data folder that rows are kept in, any export, or the log.

const BOOK = '/v1/books/main'
const KEY = 'a-key-that-outlives-every-process'
const LEFT = { kind: 'person', hiredOn: '2020-01-01', leftOn: '2024-12-31' }
const WHY = { reason: 'asked for by letter' }

/** What is said of a person nowhere else. */
function marksOf(entity: string) {
  return {
    name: `Quillfeather-${entity}`,
    email: `mailmark-${entity}@quill.example`,
    personnelNumber: `number-mark-${entity}`,
    shoe: `shoe-mark-${entity}`,
    reason: `reason-mark-${entity}`,
    agent: `agent-mark-${entity}`,
  }
}

let server: DurableServer | undefined
let service: Service | undefined
let admin: Pool | undefined

afterEach(async () => {
  await service?.kill()
  await admin?.end()
  await server?.remove()
})

async function started(): Promise<{ client: Client; url: string; start: () => Promise<void> }> {
  server = await durableServer()
  const { url } = server
  const port = await freePort()
  const start = async (): Promise<void> => {
    service = await startService({ DATABASE_URL: url, LOG_LEVEL: 'debug' }, { port, key: KEY })
  }
  await start()
  admin = openPool({ url, max: 2, applicationName: 'attack' })
  admin.on('error', () => {})
  const client = new Client({ url: `http://127.0.0.1:${port}`, key: KEY }, { connections: 16 })
  const terms = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: '0' }
  expect((await client.put(`${BOOK}/policies/annual`, 'policy', terms)).status).toBe(201)
  return { client, url, start }
}

/** Everything that the service can be told of somebody. */
async function live(client: Client, entity: string): Promise<void> {
  const { name, email, personnelNumber, shoe, reason, agent } = marksOf(entity)
  const own = { 'user-agent': agent, 'daybook-client-id': agent, 'daybook-actor': `employee:${entity}` }
  const definition = { ...LEFT, name, email, personnelNumber, metadata: { shoe } }
  const line = { entity, policy: 'annual', reason, metadata: { shoe } }
  const about = { entity, policy: 'annual', from: '2024-05-06', to: '2024-05-07', reason }
  const all = [
    await client.put(`${BOOK}/entities/${entity}`, `define-${entity}`, definition),
    await client.put(`${BOOK}/entities/${entity}`, `again-${entity}`, definition),
    await client.post(`${BOOK}/accruals`, `earn-${entity}`, { ...line, amount: '20', effectiveOn: '2024-01-01' }),
    await client.post(`${BOOK}/requests`, `ask-${entity}`, { id: `r-${entity}`, ...about }, own),
    await client.post(
      `${BOOK}/requests/r-${entity}/cancel`,
      `cancel-${entity}`,
      { expectedVersion: 1, comment: reason },
      own,
    ),
    await client.post(
      `${BOOK}/adjustments`,
      `by-${entity}`,
      { ...line, entity: 'other', amount: '1', effectiveOn: '2024-01-01' },
      { ...own, 'daybook-actor': `manager:${entity}` },
    ),
    await client.post(`${BOOK}/calendar-feeds`, `feed-${entity}`, { entity }, own),
    // Refused, and so in the log at most.
    await client.post(
      `${BOOK}/consumptions`,
      `no-${entity}`,
      { ...line, amount: '99', effectiveOn: '2024-01-01' },
      { 'user-agent': agent, 'daybook-client-id': agent },
    ),
  ]
  expect(all.map(({ status }) => status)).toEqual([201, 200, 201, 201, 201, 201, 201, 422])
  const found = await client.get(`${BOOK}/entities?q=${encodeURIComponent(name)}`)
  expect(found.text).toContain(email)
}

/** Every column of every table of the database, as text. */
async function tablesOf(db: Pool): Promise<string> {
  const { rows } = await db.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  const texts = await Promise.all(
    rows.map(async ({ name }) => {
      const { rows: found } = await db.query<{ row: string }>(`select t::text as row from ${name} t`)
      return found.map(({ row }) => row).join('\n')
    }),
  )
  return texts.join('\n')
}

/** The files below a folder that have one of the marks in them. */
async function filesWith(folder: string, marks: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const found: string[] = []
  for (const file of files) {
    const bytes = await readFile(file).catch(() => Buffer.alloc(0))
    if (marks.some((mark) => bytes.includes(mark))) found.push(file.slice(folder.length))
  }
  return found
}

const marked = (text: string, marks: readonly string[]): string[] => marks.filter((mark) => text.includes(mark))

test('nothing of the person is in tables, data files, exports or the log once they are erased', async () => {
  const { client, url } = await started()
  await live(client, 'ada')
  await live(client, 'ben')
  const marks = Object.values(marksOf('ada'))
  const others = Object.values(marksOf('ben'))
  expect(marked(await tablesOf(admin!), marks)).toEqual(marks)
  await admin!.query('vacuum full')
  await admin!.query('checkpoint')
  expect(await filesWith(join(server!.dataDir, 'postgres', 'base'), marks)).not.toEqual([])
  expect((await client.post(`${BOOK}/entities/ada/erase`, 'erase', WHY)).status).toBe(201)
  expect(marked(await tablesOf(admin!), marks)).toEqual([])
  expect(marked(await tablesOf(admin!), others)).toEqual(others)
  expect(marked((await exportOf(admin!, 'main')).join('\n'), marks)).toEqual([])
  expect(marked(service!.output(), [...marks, ...others])).toEqual([])
  await admin!.query('vacuum full')
  await admin!.query('checkpoint')
  expect(await filesWith(join(server!.dataDir, 'postgres', 'base'), marks)).toEqual([])
  expect(await filesWith(join(server!.dataDir, 'postgres', 'base'), others)).not.toEqual([])
  await expectSoundBook(url, 'main')
  client.close()
})

test('kill -9 of the service while people are erased: each is whole or gone, and a repeated call is answered', async () => {
  const { client, url, start } = await started()
  const people = Array.from({ length: 12 }, (_, index) => `p${index}`)
  await Promise.all(people.map((entity) => live(client, entity)))
  const erase = (entity: string): Promise<Answer | undefined> =>
    client.post(`${BOOK}/entities/${entity}/erase`, `erase-${entity}`, WHY).catch(() => undefined)
  for (let from = 0; from < people.length; from += 3) {
    const erasing = people.slice(from, from + 3).map(erase)
    await Promise.race(erasing)
    await service!.kill()
    await Promise.all(erasing)
    const { events } = await readRecord(admin!, 'main')
    const erased = events
      .filter(({ type }) => type === 'entity-erased')
      .map(({ stream }) => stream!.slice('erasure:'.length))
    const tables = await tablesOf(admin!)
    for (const entity of people) {
      const marks = Object.values(marksOf(entity)).map((mark) => (entity === 'p1' ? `${mark}` : mark))
      const there = marks.filter((mark) => new RegExp(`${mark}(?![0-9])`).test(tables))
      expect({ entity, there }).toEqual({ entity, there: erased.includes(entity) ? [] : marks })
    }
    await start()
  }
  for (const entity of people) expect((await erase(entity))?.status).toBe(201)
  expect(faultsIn(await readRecord(admin!, 'main'))).toEqual([])
  await expectSoundBook(url, 'main')
  client.close()
})

test('an erasure among commands about the same person comes before or after each of them', async () => {
  const { client, url } = await started()
  for (let round = 0; round < 10; round++) {
    const entity = `racer-${round}`
    await live(client, entity)
    const { name, reason } = marksOf(entity)
    const line = { entity, policy: 'annual', amount: '1', effectiveOn: '2024-01-01', reason }
    await Promise.all([
      ...Array.from({ length: 8 }, (_, index) => client.post(`${BOOK}/accruals`, `race-${round}-${index}`, line)),
      client.post(`${BOOK}/entities/${entity}/erase`, `erase-${round}`, WHY),
      client.put(`${BOOK}/entities/${entity}`, `late-${round}`, { ...LEFT, name }),
    ])
    const { events } = await readRecord(admin!, 'main')
    const at = events.findIndex(({ stream }) => stream === `erasure:${entity}`)
    const before = events.slice(0, at).filter(({ erasable }) => erasable?.includes(`${reason}"`) === true)
    expect(before).toEqual([])
    const { rows } = await admin!.query<{ before: boolean }>(
      `select (select position from ledger.events where book_id = 'main' and idempotency_key = $1) < $2 as before
         from ledger.profiles where book_id = 'main' and entity_id = $3`,
      [`late-${round}`, at + 1, entity],
    )
    // A profile that is there was said by a command that came later; it records nothing, or comes behind the erasure.
    expect(rows.filter((row) => row.before)).toEqual([])
    expect((await client.post(`${BOOK}/entities/${entity}/erase`, `again-${round}`, WHY)).status).toBeLessThan(202)
    expect(marked(await tablesOf(admin!), [`${name}"`, `${reason}"`])).toEqual([])
  }
  expect(faultsIn(await readRecord(admin!, 'main'))).toEqual([])
  await expectSoundBook(url, 'main')
  client.close()
})
