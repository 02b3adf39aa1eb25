import type { Pool } from 'pg'
import { earliest, type Finding } from './finding.ts'

/*
 * What unique indexes uphold, looked at without them: an index may have been dropped, or broken. Each statement reads
 * its index in order where it is there.
 */

/** The first position that has what only one may have. */
export async function verifyUniqueness(db: Pool, book: string): Promise<Finding | undefined> {
  return earliest([
    await sharedKey(db, book),
    await brokenStream(db, book),
    await reversedTwice(db, book),
    await claimedTwice(db, book),
  ])
}

async function sharedKey(db: Pool, book: string): Promise<Finding | undefined> {
  // Whether there is any is asked first, of nothing but the keys: an index answers that without the rows.
  const shared = await db.query(
    `select
       from ledger.events
      where book_id = $1
      group by idempotency_key
     having count(*) > 1
      limit 1`,
    [book],
  )
  if (shared.rowCount === 0) return undefined
  const { rows } = await db.query<{ position: number | null }>(
    `select min(position) as position
       from (
              select max(position) as position
                from ledger.events
               where book_id = $1
               group by idempotency_key
              having count(*) > 1
            ) as shared`,
    [book],
  )
  return finding(rows, 'its idempotency key belongs to an earlier event')
}

async function brokenStream(db: Pool, book: string): Promise<Finding | undefined> {
  // The book's own stream is numbered by position.
  const { rows } = await db.query<{ position: number | null }>(
    `select min(position) as position
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
    [book],
  )
  return finding(rows, 'its stream does not have this version next')
}

async function reversedTwice(db: Pool, book: string): Promise<Finding | undefined> {
  const { rows } = await db.query<{ position: number | null }>(
    `select min(position) as position
       from (
              select max(position) as position
                from ledger.transactions
               where book_id = $1
                 and reverses_position is not null
               group by reverses_position, reverses_line
              having count(*) > 1
            ) as reversed`,
    [book],
  )
  return finding(rows, 'it reverses a transaction that was reversed before')
}

async function claimedTwice(db: Pool, book: string): Promise<Finding | undefined> {
  const { rows } = await db.query<{ position: number | null }>(
    `select min(position) as position
       from (
              select max(position) as position
                from ledger.day_claims
               where book_id = $1
                 and released_at_position is null
               group by entity_id, resource, day
              having count(*) filter (where am) > 1
                  or count(*) filter (where pm) > 1
            ) as taken`,
    [book],
  )
  return finding(rows, 'it takes a half day that another transaction holds')
}

function finding([row]: readonly { readonly position: number | null }[], problem: string): Finding | undefined {
  return row === undefined || row.position === null ? undefined : { position: row.position, problem }
}
