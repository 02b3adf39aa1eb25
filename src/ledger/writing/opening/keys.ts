import type { PoolClient } from 'pg'
import { type ClockReading, heardNow } from '../clock.ts'
import { INSTANT } from './instant.ts'

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

// Each key is asked for as a range of one, in order: only the keys' own index gives an order. With plain equality, a plan
// that was made while the table was empty takes another index, and reads the book for every key.
// The clock is read here, behind the lock, since the lock's own statement may have been computed before its wait.
export async function readKeys(tx: PoolClient, book: string, keys: readonly string[]): Promise<ReadKeys> {
  const { rows } = await tx.query<{
    now: string
    key: string | null
    position: number
    fingerprint: string
    salt: string | null
    hash: string
  }>({
    name: 'read-keys',
    text: `
      select to_char(clock.now at time zone 'UTC', ${INSTANT}) as now, known.*
        from (select clock_timestamp() as now offset 0) as clock
        left join (
               select e.*
                 from unnest($2::text[]) as k(key)
                cross join lateral (
                        select idempotency_key as key,
                               position,
                               encode(fingerprint, 'hex') as fingerprint,
                               erasable ->> 'salt' as salt,
                               encode(hash, 'hex') as hash
                          from ledger.events
                         where book_id = $1
                           and idempotency_key >= k.key
                           and idempotency_key <= k.key
                         order by idempotency_key
                         limit 1) as e
             ) as known on true`,
    values: [book, keys],
  })
  const known = new Map<string, KnownKey>()
  for (const { key, position, fingerprint, salt, hash } of rows) {
    if (key !== null) known.set(key, { position, fingerprint, salt, hash })
  }
  return { clock: heardNow(rows[0]!.now), known }
}
