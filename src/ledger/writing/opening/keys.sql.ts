import { statement } from '../../../db/statement.ts'
import { INSTANT } from './instant.ts'

// Each key is asked for as a range of one, in order: only the keys' own index gives an order. With plain equality, a plan
// that was made while the table was empty takes another index, and reads the book for every key.
// The clock is read here, behind the lock, since the lock's own statement may have been computed before its wait.
export const KEYS = statement({
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
  columns: { now: 'text', key: 'text?', position: 'int8', fingerprint: 'text', salt: 'text?', hash: 'text' },
  params: ['text', 'text[]'],
})
