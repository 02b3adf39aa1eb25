import type { Pool } from 'pg'

// Looked at to find where a slice ends; with fewer transactions each, slices are smaller.
const ACCOUNTS_PER_SLICE = 50_000

/**
 * Where the next slice of a book's entities ends. Accounts know how many transactions they have; they only say how large
 * slices are, and every entity is in one of them whatever they say.
 * @returns the last entity of the slice; undefined where the rest is one slice
 */
export async function nextEntity(
  db: Pool,
  book: string,
  after: string,
  transactionsPerSlice: number,
): Promise<string | undefined> {
  const { rows } = await db.query<{ last: string | null }>(
    `select min(entity_id) as last
       from (
              select entity_id, sum(version) over (order by entity_id) as transactions
                from (
                       select entity_id, version
                         from ledger.accounts
                        where book_id = $1
                          and entity_id > $2
                        order by entity_id
                        limit ${ACCOUNTS_PER_SLICE}
                     ) as a
            ) as s
      where transactions >= $3`,
    [book, after, transactionsPerSlice],
  )
  const { last } = rows[0]!
  return last ?? (await lastOfMany(db, book, after))
}

async function lastOfMany(db: Pool, book: string, after: string): Promise<string | undefined> {
  const { rows } = await db.query<{ entity_id: string }>(
    `select entity_id
       from ledger.accounts
      where book_id = $1
        and entity_id > $2
      order by entity_id
     offset ${ACCOUNTS_PER_SLICE - 1}
      limit 1`,
    [book, after],
  )
  return rows[0]?.entity_id
}

/** How many transactions the accounts of a book have, and of those the ones up to an entity. */
export async function countTransactions(
  db: Pool,
  book: string,
  upToEntity: string,
): Promise<{ all: number; upTo: number }> {
  const { rows } = await db.query<{ all: number; up_to: number }>(
    `select coalesce(sum(version), 0)::bigint as all,
            coalesce(sum(version) filter (where entity_id <= $2), 0)::bigint as up_to
       from ledger.accounts
      where book_id = $1`,
    [book, upToEntity],
  )
  return { all: rows[0]!.all, upTo: rows[0]!.up_to }
}
