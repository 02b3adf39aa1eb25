import type { ClientBase, Pool } from 'pg'
import { EVERY_BOOK, type Granted } from '../access/principal.ts'
import { query, type RowOf, run } from '../db/statement.ts'
import { cursorsOf, type Page, pageOf } from '../ledger/read/cursor.ts'
import { makeKey } from './key-text.ts'
import { END_KEY, INSERT_KEY, LIST_KEYS, READ_KEY, ROTATE_KEY, USE_KEY } from './keys.sql.ts'

/** An API key as it is shown: never with its secret. */
export interface Key {
  readonly id: string
  readonly name: string
  readonly grants: readonly Granted[]
  /** Ranges from which it may be used; null: from anywhere. */
  readonly allowedAddresses: readonly string[] | null
  readonly createdAt: string
  /** `<kind>:<id>` */
  readonly createdBy: string
  readonly expiresAt: string | null
  /** Until when the secret before the last rotation is taken too. */
  readonly formerUntil: string | null
  /** To within a minute. */
  readonly lastUsedAt: string | null
}

export interface KeyAsked {
  readonly name: string
  readonly grants: readonly Granted[]
  readonly allowedAddresses: readonly string[] | null
  readonly expiresAt: string | null
  readonly createdBy: string
}

/** @returns the key, whose text is kept nowhere */
export async function createKey(db: Pool, asked: KeyAsked): Promise<{ readonly key: Key; readonly text: string }> {
  const { id, digest, text } = makeKey()
  const { name, grants, allowedAddresses, createdBy, expiresAt } = asked
  const values = [id, name, JSON.stringify(grants), allowedAddresses, createdBy, expiresAt, digest] as const
  const [row] = await query(db, INSERT_KEY, [...values])
  return { key: keyOf(row!), text }
}

/**
 * Keys that have not ended, by id.
 * @param books none but those that give nothing outside of these
 * @throws BadCursor
 */
export async function listKeys(
  db: Pool,
  asked: { readonly books: readonly string[]; readonly cursor: string | undefined; readonly limit: number },
): Promise<Page<Key>> {
  const { books, cursor, limit } = asked
  const cursors = cursorsOf('keys', [books.join()], ['id'])
  const [after = ''] = cursors.parse(cursor) ?? []
  const rows = await query(db, LIST_KEYS, [after, books.includes(EVERY_BOOK) ? null : books, limit + 1])
  return pageOf(rows, limit, { item: keyOf, cursor: (row) => cursors.after([row.key_id]) })
}

/** @returns undefined where there is none, or it has ended */
export async function readKey(db: Pool, id: string): Promise<Key | undefined> {
  const [row] = await query(db, READ_KEY, [id])
  return row && keyOf(row)
}

/**
 * Gives a key another secret.
 * @param overlapSeconds for how long the one it has is taken too
 * @returns undefined where there is none, or it has ended
 */
export async function rotateKey(
  db: Pool,
  { id, overlapSeconds }: { readonly id: string; readonly overlapSeconds: number },
): Promise<{ readonly key: Key; readonly text: string } | undefined> {
  const { digest, text } = makeKey(id)
  const [row] = await query(db, ROTATE_KEY, [id, digest, overlapSeconds])
  return row && { key: keyOf(row), text }
}

/** @returns whether there was one that had not ended */
export async function endKey(db: Pool | ClientBase, id: string): Promise<boolean> {
  return (await query(db, END_KEY, [id])).length > 0
}

/** Notes that a key is used, at most once a minute. */
export async function noteUse(db: Pool, id: string): Promise<void> {
  await run(db, USE_KEY, [id])
}

function keyOf(row: RowOf<typeof READ_KEY>): Key {
  return {
    id: row.key_id,
    name: row.name,
    grants: JSON.parse(row.grants) as Granted[],
    allowedAddresses: row.allowed_addresses,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    expiresAt: row.expires_at?.toISOString() ?? null,
    formerUntil: row.former_until?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }
}
