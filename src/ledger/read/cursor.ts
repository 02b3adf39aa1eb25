import { hash } from 'node:crypto'
import { parseCalendarDate } from '../../domain/calendar-date.ts'

/** A cursor that this service did not make, or made for another list. */
export class BadCursor extends Error {
  constructor() {
    super('not a cursor of this list')
    this.name = 'BadCursor'
  }
}

/** What a list is walked by: an id, a day, or a position, line or other whole number. */
type KeyKind = 'id' | 'day' | 'number'
type Key<Kind> = Kind extends 'number' ? number : string
type Keys<Kinds extends readonly KeyKind[]> = { readonly [At in keyof Kinds]: Key<Kinds[At]> }

/** The cursors of one list: which list it is, under which filters, and what its items are ordered by. */
export interface Cursors<Kinds extends readonly KeyKind[]> {
  /** The cursor of the page after the item with these keys. */
  after(keys: Keys<Kinds>): string
  /**
   * @returns the keys that the cursor was made with; undefined where there is none, which is the first page
   * @throws BadCursor where it is not one of this list
   */
  parse(cursor: string | undefined): Keys<Kinds> | undefined
}

const SHAPES: Record<KeyKind, (value: unknown) => boolean> = {
  id: (value) => typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/.test(value),
  day: (value) => typeof value === 'string' && parseCalendarDate(value) !== undefined,
  number: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
}

/**
 * @param list its name
 * @param filters what was asked for: a cursor made under other filters is refused
 */
export function cursorsOf<const Kinds extends readonly KeyKind[]>(
  list: string,
  filters: readonly (string | number | undefined)[],
  kinds: Kinds,
): Cursors<Kinds> {
  // Tells lists apart; it keeps nobody from making a cursor by hand, which would show nothing that a filter could not.
  const madeFor = hash('sha256', JSON.stringify([list, ...filters.map((filter) => filter ?? null)]), 'base64url').slice(
    0,
    12,
  )
  return {
    after: (keys) => Buffer.from(JSON.stringify([madeFor, ...keys])).toString('base64url'),
    parse(cursor) {
      if (cursor === undefined) return undefined
      const [list, ...keys] = readArray(cursor)
      const fits = list === madeFor && keys.length === kinds.length && kinds.every((kind, at) => SHAPES[kind](keys[at]))
      if (!fits) throw new BadCursor()
      return keys as Keys<Kinds>
    },
  }
}

function readArray(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

/** A page of a list. */
export interface Page<Item> {
  readonly items: Item[]
  readonly nextCursor: string | null
}

/**
 * Cuts rows to a page.
 * @param rows one more than `limit` were asked for, which tells whether another page follows
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { item, cursor }: { item: (row: Row) => Item; cursor: (row: Row) => string },
): Page<Item> {
  const shown = rows.slice(0, limit)
  return { items: shown.map(item), nextCursor: rows.length > limit ? cursor(shown.at(-1)!) : null }
}
