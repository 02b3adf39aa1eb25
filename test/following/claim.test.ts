import type { Pool, PoolClient } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { onConnection } from '../../src/db/transaction.ts'
import type { Checkpoint } from '../../src/following/checkpoint.ts'
import { type Claims, takeClaimed } from '../../src/following/claim.ts'
import { type BookFollowed, follow, type RunningFollower } from '../../src/following/follow.ts'
import { accrual } from '../support/builders.ts'
import { eventually } from '../support/eventually.ts'
import { type BookHandle, ledgerOfFile } from '../support/ledger.ts'

/*
 * A tiny follower, as a third one would be written: it notes the number of each event that it has seen. Whoever dies when,
 * and however many are at it, each number is noted once.
 */

const daybook = ledgerOfFile()
let pool: Pool
const running: RunningFollower<BookFollowed>[] = []

beforeAll(async () => {
  pool = openPool({ url: daybook.url, max: 8, applicationName: 'noting', pipeline: true })
  await pool.query(`
    create table noted (book_id text, position bigint);
    create table noting (book_id text primary key, position bigint not null)`)
})
afterAll(async () => {
  await Promise.all(running.map((one) => one.close()))
  await pool.end()
})

const BATCH = 3

interface Noting {
  /** Runs between the notes of a batch and its checkpoint. */
  before?: (tx: PoolClient, book: string) => Promise<void>
}

function claimsOf(book: string): Claims<Checkpoint, 'busy'> {
  return {
    whose: `noting in ${book}`,
    async claim(tx) {
      const [{ rows: checkpoints }, { rows: heads }] = await Promise.all([
        tx.query<{ position: number }>('select position from noting where book_id = $1 for update skip locked', [book]),
        tx.query<{ position: number }>('select position from ledger.heads where book_id = $1', [book]),
      ])
      const [checkpoint] = checkpoints
      return checkpoint === undefined ? 'busy' : { position: checkpoint.position, head: heads[0]!.position }
    },
    async move(tx, from, to) {
      const moved = await tx.query('update noting set position = $3 where book_id = $1 and position = $2', [
        book,
        from,
        to,
      ])
      return moved.rowCount ?? 0
    },
  }
}

/** One batch of one book. */
function note(book: string, { before }: Noting = {}) {
  return onConnection(pool, (tx) =>
    takeClaimed(tx, claimsOf(book), async ({ position: after }) => {
      const { rows } = await tx.query<{ position: number }>(
        `with seen as (
           insert into noted (book_id, position)
           select book_id, position
             from ledger.events
            where book_id = $1
              and position > $2
            order by position
            limit $3
           returning position
         )
         select max(position) as position from seen`,
        [book, after, BATCH],
      )
      await before?.(tx, book)
      return rows[0]!.position
    }),
  )
}

/** As one process has it. */
function startNoting(noting: Noting = {}): RunningFollower<BookFollowed> & { readonly taken: string[] } {
  const taken: string[] = []
  const one = follow<BookFollowed>({
    limits: { workers: 2, most: BATCH, gatherMs: 5, busyGatherMs: 5, pollMs: 20 },
    follower: {
      async find() {
        const { rows } = await pool.query<{ book_id: string }>(
          `select n.book_id
             from noting n
             join ledger.heads h on h.book_id = n.book_id
            where h.position > n.position
            order by n.book_id`,
        )
        return { behind: rows.map(({ book_id: book }) => ({ book, key: book })), upToBook: undefined }
      },
      async take({ book }) {
        const batch = await note(book, noting)
        if (typeof batch === 'string') return { outcome: batch }
        taken.push(book)
        const { claimed, position } = batch
        return { outcome: 'taken', from: claimed.position, position, head: claimed.head }
      },
    },
    trouble: { find: () => {}, take: () => {} },
  })
  running.push(one)
  return Object.assign(one, { taken })
}

async function bookWithEvents(count: number): Promise<BookHandle> {
  const book = await daybook.book()
  await Promise.all(Array.from({ length: count }, () => book.record(accrual('1'))))
  await pool.query('insert into noting values ($1, 0)', [book.id])
  return book
}

async function noted(book: string): Promise<number[]> {
  const { rows } = await pool.query<{ position: number }>('select position from noted where book_id = $1 order by 1', [
    book,
  ])
  return rows.map(({ position }) => position)
}

async function positions(book: string): Promise<number[]> {
  const { rows } = await pool.query<{ position: number }>(
    'select position from ledger.events where book_id = $1 order by 1',
    [book],
  )
  return rows.map(({ position }) => position)
}

async function expectAllNoted(book: string): Promise<void> {
  const all = await positions(book)
  await eventually(async () => expect(await noted(book)).toEqual(all))
}

test('two processes at one book, and at others: each event is noted once', async () => {
  const books = await Promise.all([bookWithEvents(40), bookWithEvents(40), bookWithEvents(40)])
  const pair = [startNoting(), startNoting()]
  for (const { id } of books) await expectAllNoted(id)
  await Promise.all(books.map((book) => book.record(accrual('1'))))
  for (const { id } of books) await expectAllNoted(id)
  await Promise.all(pair.map((one) => one.close()))
  expect(pair.every(({ taken }) => taken.length > 0)).toBe(true)
})

test('who comes second leaves a book to who has claimed it', async () => {
  const book = await bookWithEvents(5)
  const first = await note(book.id, {
    async before() {
      expect(await note(book.id)).toBe('busy')
    },
  })
  expect(first).toMatchObject({ position: BATCH, claimed: { position: 0 } })
})

test('killed between take and checkpoint, again and again: nothing is noted twice, nothing is left out', async () => {
  const book = await bookWithEvents(30)
  const all = await positions(book.id)
  for (let kills = 0, at = 0; at < all.length; kills++) {
    const dies = note(book.id, {
      before: async (tx) => void (await tx.query('select pg_terminate_backend(pg_backend_pid())')),
    })
    await expect(dies).rejects.toThrow()
    expect(await noted(book.id), `kill ${kills}`).toEqual(all.slice(0, at))
    // Its lock is gone when its process is, which tells of the error before it ends.
    await eventually(async () => expect(await note(book.id)).not.toBe('busy'))
    at += BATCH
    expect(await noted(book.id)).toEqual(all.slice(0, at))
  }
})

test('a checkpoint that was moved past the claim undoes the batch', async () => {
  const book = await bookWithEvents(5)
  const tampered = note(book.id, {
    before: async (tx) => void (await tx.query('update noting set position = 1 where book_id = $1', [book.id])),
  })
  await expect(tampered).rejects.toThrow(`the checkpoint of noting in ${book.id} moved under its lock`)
  expect(await noted(book.id)).toEqual([])
  while ((await noted(book.id)).length < (await positions(book.id)).length) await note(book.id)
  await expectAllNoted(book.id)
})

test('one book fails and rests; the others are noted to their ends, and it is once it can be', async () => {
  const bad = await bookWithEvents(10)
  const good = await Promise.all([bookWithEvents(10), bookWithEvents(10)])
  let fails = true
  const one = startNoting({
    async before(_tx, book) {
      if (book === bad.id && fails) throw new Error('not this one')
    },
  })
  for (const { id } of good) await expectAllNoted(id)
  expect(await noted(bad.id)).toEqual([])
  fails = false
  await expectAllNoted(bad.id)
  await one.close()
})
