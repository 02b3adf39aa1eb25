import type { PoolClient } from 'pg'
import { query } from '../../../db/statement.ts'
import { type ClockReading, heardNow } from '../clock.ts'
import { KEYS } from './keys.sql.ts'

/** An idempotency key that is taken. */
export interface KnownKey {
  readonly position: number
  /** Lower-case hex. */
  readonly fingerprint: string
  /** null once the event's erasable part is gone. */
  readonly salt: string | null
  readonly hash: string
}

export interface ReadKeys {
  readonly clock: ClockReading
  readonly known: ReadonlyMap<string, KnownKey>
}

/** Which keys are taken, and what the database's clock says: behind the lock, where there is one. */
export async function readKeys(tx: PoolClient, book: string, keys: readonly string[]): Promise<ReadKeys> {
  const rows = await query(tx, KEYS, [book, keys])
  const known = new Map<string, KnownKey>()
  for (const { key, position, fingerprint, salt, hash } of rows) {
    if (key !== null) known.set(key, { position, fingerprint, salt, hash })
  }
  return { clock: heardNow(rows[0]!.now), known }
}
