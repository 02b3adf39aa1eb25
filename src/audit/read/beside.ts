import { sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, type RowRead, read, tables } from '../../db/compiled.ts'
import type { AuditActor, AuditClient, AuditOutcome, Entry } from '../entry.ts'
import type { AuditFilter, Looked, Place } from './asked.ts'
import { lookedThrough } from './merged.ts'

/** Entries that are looked at for one page, where no index knows which of them match. */
export const WINDOW = 20_000

export const ENTRY_COLUMNS = [
  'entry_id',
  'at',
  'book_id',
  'actor_type',
  'actor_id',
  'via_kind',
  'via_id',
  'role',
  'action',
  'is_read',
  'entity_id',
  'subject',
  'outcome',
  'problem',
  'times',
  'client',
] as const

interface After {
  readonly book: string | undefined
  readonly at: string
  readonly number: number
}

interface Wanted extends After {
  readonly entity: string | undefined
  readonly actorType: string | undefined
  readonly actorId: string | undefined
  readonly action: string | undefined
  readonly outcome: string | undefined
  /** Before this instant. */
  readonly to: string | undefined
  /** Up to this place, that one included. */
  readonly endAt: string | undefined
  readonly endNumber: number | undefined
  readonly limit: number
}

// Which index serves it depends on what is asked for, so no plan is kept.
export const AUDIT_ENTRIES = compiled({
  optional: ['book', 'entity', 'actorType', 'actorId', 'action', 'outcome', 'to', 'endAt'],
  computed: { hash: 'text' },
  query: (wanted: Wanted) =>
    tables
      .selectFrom('audit.entries')
      .select([...ENTRY_COLUMNS])
      .select(sql<string>`encode(hash, 'hex')`.as('hash'))
      .where('book_id', wanted.book === undefined ? 'is' : '=', wanted.book ?? null)
      .where(sql<boolean>`(at, entry_id) > (${wanted.at}::timestamptz, ${wanted.number}::bigint)`)
      .$if(wanted.endAt !== undefined, (found) =>
        found.where(sql<boolean>`(at, entry_id) <= (${wanted.endAt}::timestamptz, ${wanted.endNumber}::bigint)`),
      )
      .$if(wanted.to !== undefined, (found) => found.where(sql<boolean>`at < ${wanted.to}::timestamptz`))
      .$if(wanted.entity !== undefined, (found) => found.where('entity_id', '=', wanted.entity!))
      .$if(wanted.actorType !== undefined, (found) => found.where('actor_type', '=', wanted.actorType!))
      .$if(wanted.actorId !== undefined, (found) => found.where('actor_id', '=', wanted.actorId!))
      .$if(wanted.action !== undefined, (found) => found.where('action', '=', wanted.action!))
      .$if(wanted.outcome !== undefined, (found) => found.where('outcome', '=', wanted.outcome!))
      .orderBy('at')
      .orderBy('entry_id')
      .limit(wanted.limit),
})

/** The last entry of a window that begins after a place. */
export const END_OF_WINDOW = compiled({
  optional: ['book', 'to'],
  query: ({ book, at, number, to, window }: After & { readonly to: string | undefined; readonly window: number }) =>
    tables
      .selectFrom('audit.entries')
      .select(['at', 'entry_id'])
      .where('book_id', book === undefined ? 'is' : '=', book ?? null)
      .where(sql<boolean>`(at, entry_id) > (${at}::timestamptz, ${number}::bigint)`)
      .$if(to !== undefined, (found) => found.where(sql<boolean>`at < ${to}::timestamptz`))
      .orderBy('at')
      .orderBy('entry_id')
      .offset(window)
      .limit(1),
})

/**
 * Entries beside the record, after a place. @param book null: those that are about no book
 * @returns one more than `limit`, where there are so many
 */
export async function lookBeside(
  db: Pool,
  { book, filter, after, limit }: { book: string | null; filter: AuditFilter; after: Place; limit: number },
): Promise<Looked<Entry>> {
  const { entity, actor, action, outcome, to } = filter
  const place = {
    book: book ?? undefined,
    at: new Date(after.at).toISOString(),
    // At the same time, the record comes first.
    number: after.source === 1 ? after.number : 0,
    to,
  }
  const isIndexed =
    entity !== undefined || hasIndex(actor) || (action === undefined && outcome === undefined && actor === undefined)
  const [end] = isIndexed ? [] : await read(db, END_OF_WINDOW, { ...place, window: WINDOW })
  const rows = await read(db, AUDIT_ENTRIES, {
    ...place,
    entity,
    actorType: actor?.type,
    actorId: actor?.id ?? undefined,
    action,
    outcome,
    endAt: end?.at.toISOString(),
    endNumber: end?.entry_id,
    limit: limit + 1,
  })
  const found = rows.map((row) => ({ place: placeOf(row), item: entryOf(row) }))
  return lookedThrough(found, limit, end && placeOf(end))
}

/** Whose entries have an index: those by which an erasure finds them. */
function hasIndex(actor: AuditFilter['actor']): boolean {
  return actor !== undefined && ['client', 'employee', 'manager', 'user'].includes(actor.type)
}

function placeOf({ at, entry_id }: { readonly at: Date; readonly entry_id: number }): Place {
  return { at: at.getTime(), source: 1, number: entry_id }
}

/** Also of what else reads entries. */
export function entryOf(row: RowRead<typeof AUDIT_ENTRIES>): Entry {
  const { via_kind: kind, via_id: id, client } = row
  return {
    at: row.at.toISOString(),
    // The table holds both or neither; outcomes are those of its constraint.
    actor: { type: row.actor_type, id: row.actor_id } as AuditActor,
    via: kind === null || id === null ? null : { kind, id },
    role: row.role,
    client: client === null ? null : clientOf(client),
    action: row.action,
    book: row.book_id,
    entity: row.entity_id,
    subject: row.subject,
    outcome: row.outcome as AuditOutcome,
    problem: row.problem,
    position: null,
    times: row.times,
    entry: row.entry_id,
    hash: row.hash,
  }
}

function clientOf(text: string): AuditClient {
  const { ip, userAgent, session } = JSON.parse(text) as AuditClient
  return { ip, userAgent, session }
}
