import type { PoolClient } from 'pg'
import { query, run } from '../../db/statement.ts'
import { KEEP_UNCHANGED, UNCHANGED } from './unchanged.sql.ts'

/** A definition that changed nothing, as it is remembered under its key. */
export interface Unchanged {
  /** Lower-case hex. */
  readonly fingerprint: string
  /** null once it is erased. */
  readonly salt: string | null
  /** Of the event that had recorded what was wanted. */
  readonly position: number
}

/** @returns undefined where the key was not used for such a definition */
export async function readUnchanged(tx: PoolClient, book: string, key: string): Promise<Unchanged | undefined> {
  const [row] = await query(tx, UNCHANGED, [book, key])
  return row
}

/** Part of the transaction that found it unchanged; the head's lock keeps others away. */
export async function keepUnchanged(
  tx: PoolClient,
  book: string,
  key: string,
  { fingerprint, salt, position }: Unchanged,
): Promise<void> {
  await run(tx, KEEP_UNCHANGED, [book, key, fingerprint, salt, position])
}
