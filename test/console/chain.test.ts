import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BEGINNING, canonical, type Exported, walkOn } from '../../console/src/parts/chain.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { EVERY_EVENT_BOOK, recordEveryEvent } from '../support/every-event.ts'

// What the console computes of an export is what docs/reference/events.md says; whatever is changed in it is found.

let database: TestDatabase
let lines: string[]

beforeAll(async () => {
  database = await testDatabase()
  lines = await recordEveryEvent(database.url)
})
afterAll(() => database.drop())

const known = { book: EVERY_EVENT_BOOK, noted: '' }
const walk = (all: readonly string[]) => walkOn(BEGINNING, all, known)
const eventAt = (position: number) => JSON.parse(lines[position - 1]!) as Exported & Record<string, unknown>
const withLine = (position: number, event: object) => lines.with(position - 1, JSON.stringify(event))
const faultsOf = async (all: readonly string[]) =>
  (await walk(all)).faults.map(({ position, what }) => `${position} ${what}`)

test('a history with every kind of event fits together, in one piece or in several', async () => {
  const whole = await walk(lines)
  expect(whole.faults).toEqual([])
  expect(whole).toMatchObject({ events: lines.length, position: lines.length, hash: eventAt(lines.length).hash })
  expect(whole.kept + whole.erased).toBe(lines.length)
  expect(whole.erased).toBeGreaterThan(0)
  const half = await walk(lines.slice(0, 10))
  expect(await walkOn(half, lines.slice(10), known)).toEqual(whole)
})

test('a hash that was noted is found where it is, and nowhere else', async () => {
  const of = (noted: string) => walkOn(BEGINNING, lines, { ...known, noted })
  expect((await of(eventAt(6).hash)).notedAt).toBe(6)
  expect((await of('f'.repeat(64))).notedAt).toBeUndefined()
})

test('JSON is made canonical as the standard says', () => {
  for (const line of lines) expect(canonical(JSON.parse(line))).toBe(line)
  const odd = { '€': 1, '\r': 2, ö: [1e21, 0.1, -0, 'a"\u001f'], '1': { b: null, a: true }, '😀': '', '\uFB33': [] }
  expect(canonical(odd)).toBe(canonicalize(odd))
})

describe('is found', () => {
  test('content that was changed, at its event alone', async () => {
    const event = eventAt(6)
    expect(await faultsOf(withLine(6, { ...event, actor: { ...(event['actor'] as object), id: 'e2' } }))).toEqual([
      '6 hash',
    ])
  })

  test('content that was changed together with its hash, at the next event', async () => {
    const { hash: _, erasable, ...event } = { ...eventAt(6), idempotencyKey: 'another' }
    const changed = { ...event, erasable, hash: hash('sha256', canonicalize(event)!) }
    expect(await faultsOf(withLine(6, changed))).toEqual(['7 previous'])
  })

  test('what may be forgotten, where it was changed and not forgotten', async () => {
    expect(await faultsOf(withLine(6, { ...eventAt(6), erasable: null }))).toEqual([])
    expect(await faultsOf(withLine(6, { ...eventAt(6), erasable: { reason: 'another' } }))).toEqual(['6 erasable'])
  })

  test('an event that is missing, at the end too; and two that changed places', async () => {
    expect(await faultsOf(lines.toSpliced(5, 1))).toEqual(['7 position', '7 previous'])
    expect((await walk(lines.slice(0, -1))).position).toBe(lines.length - 1)
    const swapped = lines.with(5, lines[6]!).with(6, lines[5]!)
    expect((await walk(swapped)).faultCount).toBeGreaterThan(2)
  })

  test('a time that runs backwards, another book, and a line that is no event', async () => {
    expect(await faultsOf(withLine(6, { ...eventAt(6), recordedAt: '2001-01-01T00:00:00.000Z' }))).toEqual([
      '6 hash',
      '6 time',
    ])
    expect(await faultsOf(withLine(6, { ...eventAt(6), book: 'another' }))).toEqual(['6 hash', '6 book'])
    for (const line of ['', '{', 'null', '{"position": 6}'])
      expect(await faultsOf(lines.with(5, line))).toEqual(['6 unreadable', '7 previous'])
  })

  test('everything, of which the first is listed', async () => {
    const none = await walk(lines.map(() => '{}'))
    expect(none.faultCount).toBe(lines.length)
    expect(none.faults.length).toBe(20)
  })
})
