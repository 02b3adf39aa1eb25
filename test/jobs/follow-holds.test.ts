import type { Pool } from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { placeHold } from '../../src/commands/about-hold.ts'
import { openPool } from '../../src/db/pool.ts'
import { followHolds } from '../../src/jobs/follow-holds.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { playTime } from '../../src/world-clock.ts'
import { caller, day, policy } from '../support/builders.ts'
import { eventually } from '../support/eventually.ts'
import { type BookHandle, ledgerOfFile, recorded } from '../support/ledger.ts'

// Holds that end by themselves while nobody asks anything of their books; and several processes that look for them.

const daybook = ledgerOfFile()
const following: ReturnType<typeof followHolds>[] = []
const troubles: string[] = []
let db: Pool

beforeAll(() => {
  db = openPool({ url: daybook.url, max: 6, applicationName: 'daybook jobs', role: 'daybook_service' })
})
afterEach(async () => {
  playTime(undefined)
  await Promise.all(following.splice(0).map((one) => one.close()))
  expect(troubles.splice(0)).toEqual([])
})
afterAll(() => db.end())

function start(ledger = daybook.process.ledger): void {
  const trouble = (message: string): void => void troubles.push(message)
  following.push(followHolds({ db, ledger, books: 3, pollMs: 20, trouble }))
}

async function bookWithHolds(holds: number, seconds = 60): Promise<BookHandle> {
  const book = await daybook.book({ seats: policy({ resource: 'seat', scale: 0, overdraftLimit: null }) })
  for (let number = 0; number < holds; number++) {
    const lines = [{ entity: `seat-${number}`, policy: 'seats', amount: '1', effectiveOn: day('2026-03-31') }]
    recorded(await daybook.process.ledger.submit(placeHold(caller(book.id), { lines, seconds })))
  }
  return book
}

async function ended({ id }: BookHandle): Promise<number> {
  const { rows } = await daybook.admin.query<{ ended: number }>(
    `select count(*)::integer as ended from ledger.events where book_id = $1 and type = 'hold-lapsed'`,
    [id],
  )
  return rows[0]!.ended
}

test('I20 the ends of holds are recorded in all books, once, whoever looks', async () => {
  const books = await Promise.all(Array.from({ length: 8 }, () => bookWithHolds(5)))
  const still = await bookWithHolds(2, 86_400)
  start()
  start(daybook.another().ledger)
  playTime({ from: new Date(Date.now() + 3_600_000) })
  for (const book of books) await eventually(async () => expect(await ended(book)).toBe(5))
  expect(await ended(still)).toBe(0)
  for (const book of [...books, still]) expect(await verifyBook(db, book.id)).toMatchObject({ ok: true })
})

test('I20 what is over while nobody looked is found', async () => {
  const book = await bookWithHolds(120)
  playTime({ from: new Date(Date.now() + 3_600_000) })
  start()
  await eventually(async () => expect(await ended(book)).toBe(120))
  expect(await verifyBook(db, book.id)).toMatchObject({ ok: true })
})
