import type { PoolClient } from 'pg'

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
  const { rows } = await tx.query<Unchanged>(
    `select encode(fingerprint, 'hex') as fingerprint, salt, position
       from ledger.unchanged_definitions
      where book_id = $1
        and idempotency_key = $2`,
    [book, key],
  )
  return rows[0]
}

/** Part of the transaction that found it unchanged; the head's lock keeps others away. */
export async function keepUnchanged(
  tx: PoolClient,
  book: string,
  key: string,
  { fingerprint, salt, position }: Unchanged,
): Promise<void> {
  await tx.query(
    `insert into ledger.unchanged_definitions (book_id, idempotency_key, fingerprint, salt, position)
     values ($1, $2, decode($3, 'hex'), $4, $5)`,
    [book, key, fingerprint, salt, position],
  )
}
