import { statement } from '../../db/statement.ts'

/**
 * Nothing comes back where it was used before, on whichever process; else when it was, by the clock of the database. Whoever uses
 * something up clears away what would be refused anyway.
 */
export const SPEND = statement({
  name: 'spend',
  columns: { spent_at: 'timestamptz' },
  params: ['bytea', 'int8'],
  text: `
      with expired as (
             delete from access.spent where expires_at < now()
           )
      insert into access.spent (digest, expires_at)
      values ($1, now() + $2::bigint * interval '1 second')
          on conflict do nothing
      returning clock_timestamp() as spent_at`,
})
