import type { Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'

// Looked at to find where a slice ends; with fewer transactions each, slices are smaller.
const ACCOUNTS_PER_SLICE = 50_000

/** Of the accounts behind an entity, the first one up to which there are $3 transactions. */
export const FIND_SLICE_END = statement({
  columns: { last: 'text?' },
  params: ['text', 'text', 'numeric'],
  text: `
      select min(entity_id) as last
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
})

export const FIND_LAST_OF_MANY = statement({
  columns: { entity_id: 'text' },
  params: ['text', 'text'],
  text: `
      select entity_id
        from ledger.accounts
       where book_id = $1
         and entity_id > $2
       order by entity_id
      offset ${ACCOUNTS_PER_SLICE - 1}
       limit 1`,
})

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
  const [end] = await query(db, FIND_SLICE_END, [book, after, String(transactionsPerSlice)])
  if (end!.last !== null) return end!.last
  const [lastOfMany] = await query(db, FIND_LAST_OF_MANY, [book, after])
  return lastOfMany?.entity_id
}

export const COUNT_TRANSACTIONS = statement({
  columns: { all: 'int8', up_to: 'int8' },
  params: ['text', 'text'],
  text: `
      select coalesce(sum(version), 0)::bigint as all,
             coalesce(sum(version) filter (where entity_id <= $2), 0)::bigint as up_to
        from ledger.accounts
       where book_id = $1`,
})

/** How many transactions the accounts of a book have, and of those the ones up to an entity. */
export async function countTransactions(
  db: Pool,
  book: string,
  upToEntity: string,
): Promise<{ all: number; upTo: number }> {
  const [row] = await query(db, COUNT_TRANSACTIONS, [book, upToEntity])
  return { all: row!.all, upTo: row!.up_to }
}
