import type { Pool } from 'pg'
import { query } from '../../db/statement.ts'
import { DIFFERING_ACCOUNT, DIFFERING_LAST_ACCOUNT, LAST_OF_BATCH } from './accounts.sql.ts'
import { earliest, type Finding } from './finding.ts'
import type { Extent } from './ranges.ts'

/**
 * The first account that is not the sum of its transactions: as kept from the same day on, to the last character of its
 * days. The chain must be whole.
 */
export async function verifyAccounts(db: Pool, { book, signal }: Extent): Promise<Finding | undefined> {
  let first: Finding | undefined
  let after = ''
  for (;;) {
    const upTo = await lastOfBatch(db, book, after)
    first = earliest([first, await differing(db, book, { after, upTo })])
    if (upTo === null || signal.aborted) return first
    after = upTo
  }
}

/** The last entity of the next batch; null where no account is left, and only what belongs to none can be. */
async function lastOfBatch(db: Pool, book: string, after: string): Promise<string | null> {
  const [row] = await query(db, LAST_OF_BATCH, [book, after])
  return row?.entity_id ?? null
}

async function differing(
  db: Pool,
  book: string,
  { after, upTo }: { readonly after: string; readonly upTo: string | null },
): Promise<Finding | undefined> {
  const [row] =
    upTo === null
      ? await query(db, DIFFERING_LAST_ACCOUNT, [book, after])
      : await query(db, DIFFERING_ACCOUNT, [book, after, upTo])
  return row && { position: row.position, problem: `account ${row.account} is not the sum of its transactions` }
}
