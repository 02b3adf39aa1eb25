import { sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, isOneOf, present, read, tables } from '../../db/compiled.ts'
import type { HoldLine, HoldStatus } from '../../domain/hold/hold.ts'
import { type ShownHold, shownHold } from '../../domain/hold/shown-hold.ts'
import { amongThese, knowsOf, type LeftOut, leftOut, type Reader } from '../../domain/reach.ts'
import { HOLD, holdFromRow } from '../rows/hold-row.ts'
import { cursorsOf, type Page } from './cursor.ts'
import { isKnown } from './kinds.ts'
import { besideHead, oneBesideHead, pageBesideHead } from './with-head.ts'

export interface HoldsAsked {
  readonly book: string
  readonly status?: HoldStatus | undefined
  /** Only holds with a line of this one. */
  readonly entity?: string | undefined
  readonly reader: Reader
  readonly cursor?: string | undefined
  readonly limit: number
}

interface HoldFilters extends LeftOut, Pick<HoldsAsked, 'book' | 'entity' | 'status'> {
  readonly hold: string | undefined
  readonly after: number | undefined
  readonly reach: readonly string[] | undefined
  readonly limit: number
}

const CONDITIONS = ['status', 'entity', 'hold', 'after', 'reach', 'hidden'] as const

// Several indexes may serve it, by what is asked, so no plan is kept.
export const HOLDS = compiled({
  optional: CONDITIONS,
  query: (asked: HoldFilters) => {
    const { book, status, entity, hold, after, reach, hidden } = asked
    const found = tables
      .selectFrom('ledger.holds')
      .select(COLUMNS)
      .where((eb) => eb.and({ book_id: book, ...present({ status, hold_id: hold }) }))
      .$if(after !== undefined, (rows) => rows.where('placed_position', '>', after!))
      .$if(entity !== undefined || reach !== undefined || hidden !== undefined, (rows) =>
        rows.where('placed_position', 'in', linesOf(asked)),
      )
      .orderBy('placed_position')
      .limit(asked.limit)
    return besideHead(book, found, ['placed_position'])
  },
})

const COLUMNS = Object.keys(HOLD) as (keyof typeof HOLD)[]

/** Where lines are held that the reader may know: of one entity, where one is asked about. */
function linesOf({ book, entity, reach, hidden, own }: HoldFilters) {
  return tables
    .selectFrom('ledger.transactions')
    .select('position')
    .where('book_id', '=', book)
    .where('type', '=', sql.lit('pending'))
    .$if(entity !== undefined, (lines) => lines.where('entity_id', '=', entity!))
    .$if(reach !== undefined, (lines) => lines.where(isOneOf('entity_id', reach!)))
    .$if(hidden !== undefined, (lines) => lines.where(isKnown({ own: own!, hidden: hidden! })))
}

/**
 * Holds in the order in which they were placed, each with those of its lines that the reader may know.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listHolds(
  db: Pool,
  { book, status, entity, reader, cursor, limit }: HoldsAsked,
): Promise<({ head: number } & Page<ShownHold>) | undefined> {
  const cursors = cursorsOf('holds', [book, status, entity], ['number'])
  const after = cursors.parse(cursor)?.[0]
  const within = { reach: amongThese(reader.reach, entity), ...leftOut(reader, entity) }
  const asked = { book, status, entity, hold: undefined, after, ...within, limit: limit + 1 }
  return pageBesideHead(await read(db, HOLDS, asked), limit, {
    key: 'hold_id',
    item: (row) => shownHold(holdFromRow(row), isShownTo(reader)),
    cursor: (row) => cursors.after([row.placed_position]),
  })
}

/** @returns undefined where the book does not exist, no item where the hold does not or is out of reach */
export async function readHold(
  db: Pool,
  { book, hold, reader }: { readonly book: string; readonly hold: string; readonly reader: Reader },
): Promise<{ head: number; item: ShownHold | undefined } | undefined> {
  const within = { reach: amongThese(reader.reach), ...leftOut(reader) }
  const asked = { book, hold, status: undefined, entity: undefined, after: undefined, ...within, limit: 1 }
  return oneBesideHead(await read(db, HOLDS, asked), {
    key: 'hold_id',
    item: (row) => shownHold(holdFromRow(row), isShownTo(reader)),
  })
}

function isShownTo(reader: Reader): (line: HoldLine) => boolean {
  const { reach } = reader
  return (line) => (reach === 'everybody' || reach.includes(line.entity)) && knowsOf(reader, line)
}
