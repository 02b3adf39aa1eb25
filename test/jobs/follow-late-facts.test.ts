import type { Pool } from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { submitRequest } from '../../src/commands/about-request.ts'
import { definePolicy } from '../../src/commands/define-policy.ts'
import { openPool } from '../../src/db/pool.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { followLateFacts, type LateFacts } from '../../src/jobs/follow-late-facts.ts'
import { lateFactsCheckpoints } from '../../src/jobs/late-facts-checkpoint.ts'
import { accrual, caller, day, policy } from '../support/builders.ts'
import { eventually } from '../support/eventually.ts'
import { dealtWith } from '../support/late-facts.ts'
import { type BookHandle, ledgerOfFile } from '../support/ledger.ts'

// Many books whose definitions changed at once; and two processes that know of the same ones.

const daybook = ledgerOfFile()
const NEVER_AGAIN_MS = 600_000
const BOOKS = 24

let db: Pool
const following: LateFacts[] = []

beforeAll(() => {
  db = openPool({ url: daybook.url, max: 6, applicationName: 'daybook jobs', role: 'daybook_service' })
})
afterEach(async () => {
  await Promise.all(following.splice(0).map((one) => one.close()))
})
afterAll(() => db.end())

interface Started extends LateFacts {
  /** Books in the order in which they were dealt with, and how many requests of them were corrected. */
  readonly reports: { readonly book: string; readonly recounted: number }[]
  readonly troubles: string[]
}

/** As one process has it; with one look at all books, unless it is told of some. */
function start({ books = 1, pollMs = NEVER_AGAIN_MS } = {}): Started {
  const reports: Started['reports'] = []
  const troubles: string[] = []
  const one = followLateFacts({
    db,
    ledger: daybook.process.ledger,
    limits: { books, recounts: 4, pollMs },
    watcher: {
      lateFacts: ({ book, recounted }) => reports.push({ book, recounted }),
      uncounted: ({ code }) => troubles.push(code),
      trouble: (message) => troubles.push(message),
    },
  })
  following.push(one)
  return { ...one, reports, troubles }
}

const WEEK = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' } as const
const calendar = (...holidays: { date: CalendarDate; name: string }[]) => ({
  workingDays: WEEK,
  effectiveFrom: day('2000-01-01'),
  holidays,
})

/** A book with a week of leave that is asked for, all of which is dealt with. */
async function bookWithLeave(): Promise<BookHandle> {
  const book = await daybook.book({ annual: policy({ resource: 'leave', unit: 'day', dayExclusive: true }) })
  await book.defineCalendar('at', calendar())
  await book.defineEntity('e1', { calendar: 'at' })
  await book.record(accrual('25', { entity: 'e1', policy: 'annual', effectiveOn: day('2025-01-01') }))
  const asked = { id: 'r1', entity: 'e1', policy: 'annual', from: day('2025-07-07'), to: day('2025-07-11') }
  const verdict = await daybook.process.ledger.submit(submitRequest(caller(book.id), asked))
  expect(verdict.outcome).toBe('recorded')
  return book
}

/** A holiday in that week. @returns its position */
async function holiday(book: BookHandle): Promise<number> {
  const verdict = await book.defineCalendar('at', calendar({ date: day('2025-07-09'), name: 'Feast' }))
  if (verdict.outcome !== 'recorded') throw new Error(verdict.outcome)
  return verdict.event.position
}

async function changedBooks(count: number): Promise<{ book: string; position: number }[]> {
  const books = await Promise.all(Array.from({ length: count }, bookWithLeave))
  return Promise.all(books.map(async (book) => ({ book: book.id, position: await holiday(book) })))
}

async function allDealtWith(changed: readonly { book: string; position: number }[]): Promise<void> {
  for (const { book, position } of changed) await dealtWith(db, book, position)
}

test('many books that changed at once are all dealt with after one look, one after the other', async () => {
  const changed = await changedBooks(BOOKS)
  const one = start()
  await allDealtWith(changed)
  await one.close()
  expect(one.reports.map(({ book }) => book).toSorted()).toEqual(changed.map(({ book }) => book).toSorted())
  expect(one.reports.every(({ recounted }) => recounted === 1)).toBe(true)
  expect(one.troubles).toEqual([])
})

test('two processes that are told of the same books: each book is dealt with by one of them', async () => {
  const pair = [start({ books: 3 }), start({ books: 3 })]
  const changed = await changedBooks(8)
  for (const { book } of changed) for (const one of pair) one.defined(book, 'calendar-defined')
  await allDealtWith(changed)
  await Promise.all(pair.map((one) => one.close()))
  const books = pair.flatMap(({ reports }) => reports.map(({ book }) => book))
  expect(books.toSorted()).toEqual(changed.map(({ book }) => book).toSorted())
  expect(pair.flatMap(({ troubles }) => troubles)).toEqual([])
})

test('what concerns no request is no news', async () => {
  const [changed] = await changedBooks(1)
  const one = start()
  await allDealtWith([changed!])
  const { definitions } = await policyDefined(changed!.book)
  one.defined(changed!.book, 'policy-defined')
  await one.close()
  expect(await lateFactsCheckpoints(db).lease(changed!.book, 'test')).toMatchObject({ head: definitions })
  expect(one.reports.length).toBe(1)
})

async function policyDefined(book: string): Promise<{ definitions: number }> {
  const verdict = await daybook.process.ledger.submit(
    definePolicy(caller(book), 'other', policy({ resource: 'other', unit: 'day' })),
  )
  if (verdict.outcome !== 'recorded') throw new Error(verdict.outcome)
  return { definitions: verdict.event.position }
}

test('a lease keeps others away until it ends; then its holder moves the checkpoint no more', async () => {
  const [changed] = await changedBooks(1)
  const checkpoints = lateFactsCheckpoints(db)
  const { book, position } = changed!
  const mine = await checkpoints.lease(book, 'mine')
  expect(mine).toEqual({ position: 0, head: position, waiting: [] })
  expect([await checkpoints.lease(book, 'theirs'), await checkpoints.renew(book, 'mine')]).toEqual([undefined, true])
  // Its holder was held up for longer than the lease.
  await daybook.admin.query(`update ledger.late_facts set leased_till = now() - interval '1 s' where book_id = $1`, [
    book,
  ])
  const theirs = await checkpoints.lease(book, 'theirs')
  expect(theirs).toEqual(mine)
  expect(await checkpoints.renew(book, 'mine')).toBe(false)
  const reached = { position, waiting: [] }
  expect(await checkpoints.move(book, 'mine', 0, reached)).toBe(false)
  expect(await checkpoints.move(book, 'theirs', 0, reached)).toBe(true)
  expect(await checkpoints.move(book, 'theirs', 0, reached)).toBe(false)
  await checkpoints.giveBack(book, 'mine')
  expect(await checkpoints.lease(book, 'mine')).toBeUndefined()
  await checkpoints.giveBack(book, 'theirs')
  expect(await checkpoints.lease(book, 'mine')).toMatchObject({ position })
})

test('died between counting and checkpoint: counted again by the next, and corrected once', async () => {
  const [changed] = await changedBooks(1)
  const { book, position } = changed!
  const dying = followLateFacts({
    db,
    ledger: daybook.process.ledger,
    limits: { books: 1, recounts: 4, pollMs: NEVER_AGAIN_MS },
    watcher: {
      // After the last count, before the checkpoint.
      lateFacts() {
        throw new Error('killed')
      },
      uncounted: () => {},
      trouble: () => {},
    },
  })
  following.push(dying)
  await eventually(async () => expect(await recounts(book)).toBe(1))
  await dying.close()
  const next = start()
  await allDealtWith([{ book, position }])
  await next.close()
  expect(next.reports.filter((report) => report.book === book)).toEqual([{ book, recounted: 0 }])
  expect(await recounts(book)).toBe(1)
})

async function recounts(book: string): Promise<number> {
  const { rowCount } = await daybook.admin.query(
    `select from ledger.events where book_id = $1 and type = 'request-recounted'`,
    [book],
  )
  return rowCount ?? 0
}
