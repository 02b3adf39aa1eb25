import type { Pool } from 'pg'
import { query, type RowOf } from '../../db/statement.ts'
import { positionAt } from '../../ledger/read/known-at.ts'
import { actionOf, typesOf } from '../actions.ts'
import type { AuditClient, Entry, Via } from '../entry.ts'
import type { AuditFilter, Looked, Place } from './asked.ts'
import { lookedThrough } from './merged.ts'
import { RECORDED_AT, RECORDED_ENTRIES, RECORDED_OF_ENTITY } from './recorded.sql.ts'

/** Events that are looked at for one page, where most may not match. */
const WINDOW = 20_000

/**
 * What the record says was accepted, after a place.
 * @param head the last position
 * @returns one more than `limit`, where there are so many
 */
export async function lookIntoRecord(
  db: Pool,
  asked: { book: string; head: number; filter: AuditFilter; after: Place; limit: number },
): Promise<Looked<Entry>> {
  const { book, head, filter, after, limit } = asked
  const { outcome, action, actor, entity, to } = filter
  const types = action === undefined ? null : typesOf(action)
  const cannotBe = (outcome !== undefined && outcome !== 'accepted') || types?.length === 0 || actor?.id === null
  if (cannotBe) return { found: [], upTo: undefined }
  const from = await positionOf(db, book, after)
  // What is recorded at an instant is before it ends.
  const last = to === undefined ? head : Math.min(head, await positionAt(db, book, before(to)))
  const isNarrow = entity !== undefined || isPerson(actor) || (types === null && actor === undefined)
  const end = isNarrow ? last : Math.min(last, from + WINDOW)
  if (from >= end) return { found: [], upTo: undefined }
  const values = [book, from, end, types, actor?.type, actor?.id, limit + 1] as const
  const rows =
    entity === undefined
      ? await query(db, RECORDED_ENTRIES, [...values])
      : await query(db, RECORDED_OF_ENTITY, [...values, entity])
  const found = rows.map((row) => ({ place: placeOf(row), item: entryOf(book, row) }))
  return lookedThrough(found, limit, end < last ? await placeAt(db, book, end) : undefined)
}

/** Whose events have an index: the one by which an erasure finds them. */
function isPerson(actor: AuditFilter['actor']): boolean {
  return actor?.type === 'employee' || actor?.type === 'manager'
}

/** The last position that is at or before a place. */
async function positionOf(db: Pool, book: string, { at, source, number }: Place): Promise<number> {
  if (source === 0 && number > 0) return number
  if (at === 0) return 0
  const instant = new Date(source === 1 ? at : at - 1).toISOString()
  return positionAt(db, book, instant)
}

function before(instant: string): string {
  return new Date(new Date(instant).getTime() - 1).toISOString()
}

async function placeAt(db: Pool, book: string, position: number): Promise<Place> {
  const [row] = await query(db, RECORDED_AT, [book, position])
  return { at: row!.recorded_at.getTime(), source: 0, number: position }
}

function placeOf({ recorded_at, position }: RowOf<typeof RECORDED_ENTRIES>): Place {
  return { at: recorded_at.getTime(), source: 0, number: position }
}

function entryOf(book: string, row: RowOf<typeof RECORDED_ENTRIES>): Entry {
  return {
    at: row.recorded_at.toISOString(),
    actor: { type: row.actor_type, id: row.actor_id },
    via: row.via === null ? null : (JSON.parse(row.via) as Via),
    role: null,
    client: row.client === null ? null : (JSON.parse(row.client) as AuditClient),
    action: actionOf(row.type),
    book,
    entity: row.entity,
    subject: null,
    outcome: 'accepted',
    problem: null,
    position: row.position,
    times: 1,
    entry: null,
    hash: row.hash,
  }
}
