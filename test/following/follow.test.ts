import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import {
  type BookFollowed,
  type Follower,
  type FollowLimits,
  follow,
  type RunningFollower,
  type Taken,
} from '../../src/following/follow.ts'
import { eventually } from '../support/eventually.ts'

// When a book is taken, and how many at the same time. No database: what is followed are numbers in memory.

const NEVER_AGAIN_MS = 600_000
const LIMITS: FollowLimits = { workers: 3, most: 10, gatherMs: 1, busyGatherMs: 1, pollMs: NEVER_AGAIN_MS }

const running: RunningFollower<BookFollowed>[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()))
})

/** Books in memory, each with a head and a checkpoint. */
class Shelf implements Follower<BookFollowed> {
  readonly heads = new Map<string, number>()
  readonly checkpoints = new Map<string, number>()
  readonly takes: { readonly book: string; readonly most: number }[] = []
  readonly troubles: string[] = []
  looks = 0
  atOnce = 0
  mostAtOnce = 0
  /** Runs inside each batch. */
  during: (book: string, signal: AbortSignal) => Promise<void> | void = () => {}

  constructor(heads: Readonly<Record<string, number>>) {
    for (const [book, head] of Object.entries(heads)) this.heads.set(book, head)
  }

  async find({ afterBook, books }: { afterBook: string; books: number }) {
    this.looks += 1
    const page = [...this.heads.keys()]
      .filter((book) => book > afterBook)
      .toSorted()
      .slice(0, books)
    const behind = page.filter((book) => this.at(book) < this.heads.get(book)!)
    return { behind: behind.map(named), upToBook: page.length < books ? undefined : page.at(-1) }
  }

  async take({ book }: BookFollowed, most: number, signal: AbortSignal): Promise<Taken> {
    this.takes.push({ book, most })
    this.atOnce += 1
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce)
    try {
      const from = this.at(book)
      const head = this.heads.get(book)!
      await this.during(book, signal)
      await turnOfTheLoop()
      const position = Math.min(from + most, head)
      this.checkpoints.set(book, position)
      return { outcome: 'taken', from, position, head }
    } finally {
      this.atOnce -= 1
    }
  }

  at(book: string): number {
    return this.checkpoints.get(book) ?? 0
  }

  get isDone(): boolean {
    return [...this.heads].every(([book, head]) => this.at(book) === head)
  }
}

function named(book: string): BookFollowed {
  return { book, key: book }
}

function start(
  shelf: Shelf,
  { wakeups, ...limits }: Partial<FollowLimits> & { wakeups?: Parameters<typeof follow>[0]['wakeups'] } = {},
): RunningFollower<BookFollowed> {
  const one = follow({
    follower: shelf,
    limits: { ...LIMITS, ...limits },
    ...(wakeups === undefined ? {} : { wakeups }),
    trouble: {
      find: () => shelf.troubles.push('find'),
      take: ({ book }) => shelf.troubles.push(book),
    },
  })
  running.push(one)
  return one
}

const many = Object.fromEntries(Array.from({ length: 24 }, (_, number) => [`b${String(number).padStart(2, '0')}`, 7]))

test('many books that are behind at once are all taken after one look, so many at a time', async () => {
  const shelf = new Shelf(many)
  start(shelf)
  await eventually(() => expect(shelf.isDone).toBe(true))
  expect([shelf.looks, shelf.takes.length, shelf.mostAtOnce]).toEqual([1, 24, 3])
})

test('many books that are announced at once need no look at all', async () => {
  const shelf = new Shelf({})
  const follower = start(shelf)
  await eventually(() => expect(shelf.looks).toBe(1))
  for (const [book, head] of Object.entries(many)) shelf.heads.set(book, head)
  for (const book of Object.keys(many)) for (let call = 0; call < 5; call++) follower.look(named(book))
  await eventually(() => expect(shelf.isDone).toBe(true))
  expect([shelf.looks, shelf.takes.length, shelf.mostAtOnce]).toEqual([1, 24, 3])
})

test('a book that is far behind goes to the end of the queue after each batch', async () => {
  const shelf = new Shelf({ a: 25, b: 3 })
  start(shelf, { workers: 1 })
  await eventually(() => expect(shelf.isDone).toBe(true))
  expect(shelf.takes.map(({ book }) => book)).toEqual(['a', 'b', 'a', 'a'])
})

test('a batch that fails rests and is tried with less, while the others go on', async () => {
  const shelf = new Shelf({ ...many, bad: 7 })
  let fails = 2
  shelf.during = (book) => {
    if (book === 'bad' && fails-- > 0) throw new Error('not now')
  }
  start(shelf)
  await eventually(() => expect(shelf.isDone).toBe(true))
  expect(shelf.troubles).toEqual(['bad', 'bad'])
  const bad = shelf.takes.filter(({ book }) => book === 'bad')
  // 10, a quarter of it, a quarter of that; then twice as much until the end.
  expect(bad.map(({ most }) => most)).toEqual([10, 2, 1, 2, 4])
  expect(shelf.takes.length - bad.length).toBe(24)
  expect(shelf.looks).toBe(1)
})

test('what cannot be looked for is looked for again', async () => {
  const shelf = new Shelf(many)
  const find = shelf.find.bind(shelf)
  shelf.find = async (page) => {
    if (shelf.looks++ === 0) throw new Error('the database is away')
    return find(page)
  }
  start(shelf, { pollMs: 1 })
  await eventually(() => expect(shelf.isDone).toBe(true))
  expect(shelf.troubles).toEqual(['find'])
})

test('news that comes while a batch is under way is taken after it', async () => {
  const shelf = new Shelf({ a: 1 })
  const follower = start(shelf)
  shelf.during = () => {
    if (shelf.takes.length > 1) return
    // The batch has read where the book ends.
    shelf.heads.set('a', 2)
    follower.look(named('a'))
  }
  await eventually(() => expect(shelf.at('a')).toBe(2))
  expect(shelf.looks).toBe(1)
})

test('a book that was taken to its end is woken by news of it', async () => {
  const shelf = new Shelf({ a: 3 })
  const waiting: { book: string; after: number; wake: () => void }[] = []
  const wakeups = {
    next: (book: string, after: number, signal: AbortSignal | undefined) =>
      new Promise<void>((wake) => {
        waiting.push({ book, after, wake })
        signal?.addEventListener('abort', () => wake())
      }),
  }
  start(shelf, { wakeups })
  await eventually(() => expect(waiting).toMatchObject([{ book: 'a', after: 3 }]))
  shelf.heads.set('a', 5)
  waiting[0]!.wake()
  await eventually(() => expect(shelf.at('a')).toBe(5))
  expect(shelf.looks).toBe(1)
})

test('a book that comes no further, though nothing fails, is not tried over and over', async () => {
  const shelf = new Shelf({ a: 3 })
  shelf.take = async ({ book }, most) => {
    shelf.takes.push({ book, most })
    return { outcome: 'taken', from: 0, position: 0, head: 3 }
  }
  const follower = start(shelf, { pollMs: 1 })
  // Found again and again, and left alone.
  await eventually(() => expect(shelf.looks).toBeGreaterThan(20))
  expect(shelf.takes.length).toBe(1)
  // Unless somebody has news of it.
  follower.look(named('a'))
  await eventually(() => expect(shelf.takes.length).toBe(2))
})

test('it ends while it waits: for news, for a rest, for the next look', async () => {
  const shelf = new Shelf({ a: 1, bad: 1 })
  shelf.during = (book) => {
    if (book === 'bad') throw new Error('never')
  }
  const wakeups = {
    next: (_book: string, _after: number, signal: AbortSignal | undefined) =>
      new Promise<void>((wake) => signal?.addEventListener('abort', () => wake())),
  }
  const follower = start(shelf, { wakeups })
  await eventually(() => expect([shelf.at('a'), shelf.troubles.length]).toEqual([1, 1]))
  const takes = shelf.takes.length
  await follower.close()
  follower.look(named('a'))
  await Promise.resolve()
  expect(shelf.takes.length).toBe(takes)
})

test('ending waits for the batches under way, tells them, and starts no other', async () => {
  const shelf = new Shelf(many)
  let told = 0
  shelf.during = (_book, signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        told += 1
        setTimeout(resolve, 5)
      })
    })
  const follower = start(shelf)
  await eventually(() => expect(shelf.atOnce).toBe(3))
  await follower.close()
  expect([told, shelf.atOnce, shelf.takes.length]).toEqual([3, 0, 3])
})
