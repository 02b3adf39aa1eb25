import type { Pool } from 'pg'
import { type Proof, prove } from './prove.ts'
import type { Range } from './ranges.ts'

// Proven at the same time: the server may have as many cores, and a statement has one.
const AT_ONCE = 4

// A statement holds a snapshot. What it takes depends on how large events are, so the next is as large as this allows.
const MS = 400
const FIRST_EVENTS = 1_000
const MOST_EVENTS = 20_000
const MOST_GROWTH = 4

/** What the server could prove of each range of a book up to `upTo`, in order; undefined: it could not. */
export async function* proofs(
  db: Pool,
  book: string,
  upTo: number,
): AsyncGenerator<{ readonly range: Range; readonly proof: Proof | undefined }, void, undefined> {
  const coming: Promise<Proven>[] = []
  let events = FIRST_EVENTS
  let asked = 0
  for (;;) {
    while (asked < upTo && coming.length < AT_ONCE) {
      const range = { after: asked, upTo: Math.min(asked + events, upTo) }
      const proving = timed(range, prove(db, book, range))
      // Whoever stops early leaves it to itself.
      proving.catch(() => {})
      coming.push(proving)
      asked = range.upTo
    }
    const next = coming.shift()
    if (next === undefined) return
    const { range, proof, ms } = await next
    const fitting = Math.floor(((range.upTo - range.after) * MS) / Math.max(ms, 1))
    events = Math.max(1, Math.min(fitting, events * MOST_GROWTH, MOST_EVENTS))
    yield { range, proof }
  }
}

interface Proven {
  readonly range: Range
  readonly proof: Proof | undefined
  readonly ms: number
}

async function timed(range: Range, proving: Promise<Proof | undefined>): Promise<Proven> {
  const began = performance.now()
  const proof = await proving
  return { range, proof, ms: performance.now() - began }
}
