import { statement } from '../../db/statement.ts'

/*
 * What unique indexes uphold, looked at without them: an index may have been dropped, or broken. Each statement reads
 * its index in order where it is there.
 */

const EARLIEST = { columns: { position: 'int8?' }, params: ['text'] } as const

/** A row where any two events have one key. Of nothing but the keys: an index answers that without the rows. */
export const ANY_SHARED_KEY = statement({
  text: `
    select
      from ledger.events
     where book_id = $1
     group by idempotency_key
    having count(*) > 1
     limit 1`,
  params: ['text'],
})

/** The first event that has the key of an earlier one. */
export const SHARED_KEY = statement({
  text: `
    select min(position) as position
      from (
             select max(position) as position
               from ledger.events
              where book_id = $1
              group by idempotency_key
             having count(*) > 1
           ) as shared`,
  ...EARLIEST,
})

/** The first event that does not have the next version of its stream. The book’s own stream is numbered by position. */
export const BROKEN_STREAM = statement({
  text: `
    select min(position) as position
      from (
             select position,
                    stream_version,
                    row_number() over (partition by stream order by position) as expected
               from ledger.events
              where book_id = $1
                and stream is not null
                and stream <> 'book'
           ) as streams
     where stream_version <> expected`,
  ...EARLIEST,
})

/** The first event that reverses what was reversed before. */
export const REVERSED_TWICE = statement({
  text: `
    select min(position) as position
      from (
             select max(position) as position
               from ledger.transactions
              where book_id = $1
                and reverses_position is not null
              group by reverses_position, reverses_line
             having count(*) > 1
           ) as reversed`,
  ...EARLIEST,
})

/** The first event that takes a half day that is taken. */
export const CLAIMED_TWICE = statement({
  text: `
    select min(position) as position
      from (
             select max(position) as position
               from ledger.day_claims
              where book_id = $1
                and released_at_position is null
              group by entity_id, resource, day
             having count(*) filter (where am) > 1
                 or count(*) filter (where pm) > 1
           ) as taken`,
  ...EARLIEST,
})
