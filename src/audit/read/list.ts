import type { Pool } from 'pg'
import { cursorsOf, type Page } from '../../ledger/read/cursor.ts'
import { readHead } from '../../ledger/read/head.ts'
import type { Entry } from '../entry.ts'
import { type AuditFilter, BEGINNING, type Place } from './asked.ts'
import { lookBeside } from './beside.ts'
import { merged } from './merged.ts'
import { lookIntoRecord } from './recorded.ts'

export interface ListAsked {
  /** null: what is about no book. */
  readonly book: string | null
  readonly filter: AuditFilter
  readonly cursor: string | undefined
  readonly limit: number
}

/**
 * What happened in a book, by time: accepted commands from the record, and everything else from beside it. A page may be short,
 * or empty, and have another one after it: only so much is looked at for one.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listAudit(
  db: Pool,
  asked: ListAsked,
): Promise<(Page<Entry> & { readonly head: number }) | undefined> {
  const { book, filter, limit } = asked
  const cursors = cursorsOf('audit', [book ?? undefined, JSON.stringify(filter)], ['number', 'number', 'number'])
  const after = placeOf(cursors.parse(asked.cursor)) ?? beginningOf(filter)
  const head = book === null ? 0 : (await readHead(db, book))?.position
  if (head === undefined) return undefined
  const sources = await Promise.all([
    lookBeside(db, { book, filter, after, limit }),
    ...(book === null ? [] : [lookIntoRecord(db, { book, head, filter, after, limit })]),
  ])
  const { items, next } = merged(sources, limit)
  const nextCursor = next === undefined ? null : cursors.after([next.at, next.source, next.number])
  return { head, items: [...items], nextCursor }
}

function placeOf(keys: readonly [number, number, number] | undefined): Place | undefined {
  if (keys === undefined) return undefined
  const [at, source, number] = keys
  return { at, source: source === 0 ? 0 : 1, number }
}

function beginningOf({ from }: AuditFilter): Place {
  return from === undefined ? BEGINNING : { at: new Date(from).getTime(), source: 0, number: 0 }
}
