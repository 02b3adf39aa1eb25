import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'

/** A service that is started anew finds a job of a dead one within a minute and a half. */
const PATIENCE_MS = 150_000

/** Waits until all that is defined in a book up to a position is dealt with, whichever process does it. */
export async function dealtWith(db: Pool, book: string, position: number): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS
  for (;;) {
    const { rows } = await db.query<{ position: number }>('select position from ledger.late_facts where book_id = $1', [
      book,
    ])
    if ((rows[0]?.position ?? 0) >= position) return
    if (performance.now() > giveUpAt) throw new Error(`what was defined at ${position} of ${book} is not dealt with`)
    await sleep(10)
  }
}
