import type { Pool } from 'pg'
import { query, run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import { BE_FORGETTING, DELETE_ENTRIES, MOVE_BEGINNING, OLDEST_ENTRIES } from './prune.sql.ts'
import { LOCK_HEAD } from './write.sql.ts'

/** Entries of one commit: whoever writes the next ones waits for it. */
const AT_ONCE = 1_000

/**
 * Deletes the entries before an instant, from the beginning of the chain on, and keeps the hash of the last of them, so that
 * what is left still verifies. A second run, or one beside it, changes nothing more.
 * @returns how many
 */
export async function pruneEntries(db: Pool, before: Date): Promise<number> {
  let pruned = 0
  for (;;) {
    const count = await pruneSome(db, before)
    pruned += count
    if (count < AT_ONCE) return pruned
  }
}

async function pruneSome(db: Pool, before: Date): Promise<number> {
  return inTransaction(db, async (tx) => {
    await run(tx, BE_FORGETTING, [])
    // Everybody else takes it before they touch an entry.
    await query(tx, LOCK_HEAD, [])
    const oldest = await query(tx, OLDEST_ENTRIES, [AT_ONCE])
    const kept = oldest.findIndex(({ at }) => at >= before)
    const old = kept === -1 ? oldest : oldest.slice(0, kept)
    const last = old.at(-1)
    if (last === undefined) return 0
    await run(tx, DELETE_ENTRIES, [last.entry])
    await run(tx, MOVE_BEGINNING, [last.entry, Buffer.from(last.hash, 'hex')])
    return old.length
  })
}
