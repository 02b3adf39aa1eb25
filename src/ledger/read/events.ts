import type { Pool } from 'pg'
import { FIRST_BATCH } from './batch-size.ts'
import { type PositionRange, readEventTexts } from './event-texts.ts'
import { readHead } from './head.ts'

export interface EventPage {
  readonly head: number
  /** Canonical JSON, one text an event, by position. */
  readonly items: string[]
  /** What to go on after; null where the page reaches the head. */
  readonly nextPosition: number | null
}

/**
 * Events after a position.
 * @returns undefined where the book does not exist
 */
export async function readEventPage(
  db: Pool,
  { book, after, limit }: { readonly book: string; readonly after: number; readonly limit: number },
): Promise<EventPage | undefined> {
  const head = await readHead(db, book)
  if (head === undefined) return undefined
  const upTo = Math.min(after + limit, head.position)
  const items = after < upTo ? await readEventTexts(db, book, { after, upTo }) : []
  return { head: head.position, items, nextPosition: upTo < head.position ? upTo : null }
}

/**
 * All events after a position up to the head, or to `upTo` where that comes first, in batches of canonical JSON texts.
 * Memory is flat and no snapshot is held: every batch is a statement of its own. None where the book does not exist.
 */
export async function* streamEvents(
  db: Pool,
  {
    book,
    after,
    upTo = Number.POSITIVE_INFINITY,
  }: { readonly book: string; readonly after: number; readonly upTo?: number },
): AsyncGenerator<string[], void, undefined> {
  const head = await readHead(db, book)
  const last = Math.min(upTo, head?.position ?? 0)
  let size = FIRST_BATCH
  let coming = read(after)
  while (coming !== undefined) {
    const { texts, range } = await coming
    size = size.next({ events: texts.length, characters: texts.reduce((sum, text) => sum + text.length, 0) })
    // The next batch is on its way while this one is being sent.
    coming = read(range.upTo)
    yield texts
  }

  function read(from: number): Promise<{ range: PositionRange; texts: string[] }> | undefined {
    if (from >= last) return undefined
    const range = { after: from, upTo: Math.min(from + size.events, last) }
    const reading = readEventTexts(db, book, range).then((texts) => ({ range, texts }))
    // Whoever stops early leaves it to itself.
    reading.catch(() => {})
    return reading
  }
}
