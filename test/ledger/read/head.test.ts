import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { readHead, waitForPosition } from '../../../src/ledger/read/head.ts'
import { openWakeups, type Wakeups } from '../../../src/ledger/read/wakeups.ts'
import { accrual } from '../../support/builders.ts'
import { ledgerOfFile } from '../../support/ledger.ts'
import { readerOf } from './reading.ts'

const daybook = ledgerOfFile()
const reader = readerOf(daybook)
const opened: Wakeups[] = []

afterAll(() => Promise.all(opened.map((wakeups) => wakeups.close())))

function wakeupsOn(url: string, onError?: (error: Error) => void): Wakeups {
  const wakeups = openWakeups({ url, ...(onError === undefined ? {} : { onError }) })
  opened.push(wakeups)
  return wakeups
}

/** Where no database is: nothing is heard from it, not even that it is there. */
const NOWHERE = 'postgres://nobody@127.0.0.1:1/none'

/** How long something takes. */
async function time(what: Promise<unknown>): Promise<number> {
  const started = performance.now()
  await what
  return performance.now() - started
}

test('a head is the last event, and what the book is called', async () => {
  const book = await daybook.book()
  const { event } = await book.record(accrual('1'))
  expect(await readHead(reader.db, book.id)).toEqual({
    position: event.position,
    hash: event.hash,
    recordedAt: event.recordedAt,
    definitions: event.position - 1,
    name: 'A book',
    timeZone: 'UTC',
  })
  expect(await readHead(reader.db, 'nobody')).toBeUndefined()
})

describe('waiting for a position', () => {
  test('returns at once where it is reached, and where there is no book', async () => {
    const book = await daybook.book()
    const wakeups = wakeupsOn(daybook.url)
    expect(await time(waitForPosition(reader.db, book.id, 5, 5_000, wakeups))).toBeLessThan(1_000)
    expect(await waitForPosition(reader.db, 'nobody', 5, 5_000, wakeups)).toBe(true)
  })

  test('returns when it is reached, heard or not', async () => {
    const book = await daybook.book()
    const deaf: Wakeups = {
      announce() {},
      next: (_book, _after, _signal, timeoutMs) => sleep(timeoutMs),
      close: async () => {},
    }
    for (const [wakeups, position] of [
      [wakeupsOn(daybook.url), 6],
      [deaf, 7],
    ] as const) {
      const waiting = waitForPosition(reader.db, book.id, position, 10_000, wakeups)
      await sleep(50)
      await book.record(accrual('1'))
      expect(await waiting).toBe(true)
    }
  })

  test('gives up after its time', async () => {
    const book = await daybook.book()
    const waiting = waitForPosition(reader.db, book.id, 99, 250, wakeupsOn(daybook.url))
    expect(await time(waiting)).toBeGreaterThanOrEqual(249)
    expect(await waiting).toBe(false)
  })
})

describe('wake-ups', () => {
  test('come from a group of any process', async () => {
    const book = await daybook.book()
    const wakeups = wakeupsOn(daybook.url)
    // The first group may come before the connection listens.
    for (let round = 0; round < 2; round++) {
      const { event } = await book.record(accrual('1'))
      await wakeups.next(book.id, event.position - 1, undefined, 5_000)
    }
    const head = (await readHead(reader.db, book.id))!.position
    const waiting = time(wakeups.next(book.id, head, undefined, 20_000))
    await book.through(daybook.another()).record(accrual('1'))
    expect(await waiting).toBeLessThan(10_000)
  })

  test('come from this process without the database', async () => {
    const wakeups = wakeupsOn(NOWHERE)
    const waiting = time(wakeups.next('b', 4, undefined, 20_000))
    wakeups.announce('other', 9)
    wakeups.announce('b', 4)
    wakeups.announce('b', 5)
    expect(await waiting).toBeLessThan(10_000)
    expect(await time(wakeups.next('b', 4, undefined, 20_000))).toBeLessThan(1_000)
    // What is known is not taken back.
    wakeups.announce('b', 3)
    expect(await time(wakeups.next('b', 4, undefined, 20_000))).toBeLessThan(1_000)
  })

  test('wake nobody for long over a position that the book does not reach', async () => {
    const wakeups = wakeupsOn(NOWHERE)
    wakeups.announce('b', 1_000_000)
    await sleep(1_050)
    expect(await time(wakeups.next('b', 4, undefined, 60))).toBeGreaterThanOrEqual(59)
    const waiting = time(wakeups.next('b', 4, undefined, 20_000))
    wakeups.announce('b', 5)
    expect(await waiting).toBeLessThan(10_000)
  })

  test('end with their time, their signal, and when they are closed', async () => {
    const wakeups = wakeupsOn(NOWHERE)
    expect(await time(wakeups.next('b', 1, undefined, 60))).toBeGreaterThanOrEqual(59)
    const abort = new AbortController()
    const waiting = wakeups.next('b', 1, abort.signal, 20_000)
    abort.abort()
    await waiting
    await wakeups.next('b', 1, abort.signal, 20_000)
    const last = wakeups.next('b', 1, undefined, 20_000)
    await wakeups.close()
    await last
  })

  test('come again after the connection broke', async () => {
    const book = await daybook.book()
    const errors: Error[] = []
    const wakeups = wakeupsOn(daybook.url, (error) => errors.push(error))
    const { event } = await book.record(accrual('1'))
    await wakeups.next(book.id, event.position, undefined, 300)
    const broken = await daybook.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'daybook wakeups'`,
    )
    expect(broken.rowCount).toBeGreaterThan(0)
    // Whoever waits is woken by the new connection: it may have missed something.
    expect(await time(wakeups.next(book.id, event.position, undefined, 20_000))).toBeLessThan(10_000)
    const waiting = time(wakeups.next(book.id, event.position, undefined, 20_000))
    await book.record(accrual('1'))
    expect(await waiting).toBeLessThan(10_000)
    expect(errors.length).toBeGreaterThan(0)
  })
})
