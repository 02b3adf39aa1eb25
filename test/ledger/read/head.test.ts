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

/** Two processes that hear each other. */
async function twoThatListen(onError?: (error: Error) => void): Promise<[Wakeups, Wakeups]> {
  const both = [wakeupsOn(daybook.url, onError), wakeupsOn(daybook.url, onError)] as const
  // A connection wakes everybody once it listens.
  await Promise.all(both.map((wakeups) => wakeups.next('nobody', 0, undefined, 20_000)))
  return [...both]
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
    expect(await time(waitForPosition(reader.db, book.id, 5, 5_000, wakeups))).toBeLessThan(4_000)
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
  test('come from the groups of any process: of many that follow each other, of the last one', async () => {
    const [here, there] = await twoThatListen()
    const waiting = ['a', 'b'].map((book) => time(here.next(book, 99, undefined, 20_000)))
    for (let position = 1; position <= 100; position++) {
      there.announce('a', position)
      there.announce('b', position)
    }
    for (const waited of await Promise.all(waiting)) expect(waited).toBeLessThan(10_000)
  })

  test('come from this process without the database', async () => {
    const wakeups = wakeupsOn(NOWHERE)
    const waiting = time(wakeups.next('b', 4, undefined, 20_000))
    wakeups.announce('other', 9)
    wakeups.announce('b', 4)
    wakeups.announce('b', 5)
    expect(await waiting).toBeLessThan(10_000)
    expect(await time(wakeups.next('b', 4, undefined, 20_000))).toBeLessThan(10_000)
    // What is known is not taken back.
    wakeups.announce('b', 3)
    expect(await time(wakeups.next('b', 4, undefined, 20_000))).toBeLessThan(10_000)
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
    const errors: Error[] = []
    const [here, there] = await twoThatListen((error) => errors.push(error))
    const waiting = [here, there].map((wakeups) => time(wakeups.next('a', 1, undefined, 20_000)))
    const broken = await daybook.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'daybook wakeups'`,
    )
    expect(broken.rowCount).toBeGreaterThan(0)
    // Whoever waits is woken by the new connection: it may have missed something.
    for (const waited of await Promise.all(waiting)) expect(waited).toBeLessThan(10_000)
    const hearing = time(here.next('a', 1, undefined, 20_000))
    there.announce('a', 2)
    expect(await hearing).toBeLessThan(10_000)
    expect(errors.length).toBeGreaterThan(0)
  })
})
