import { expect } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'

/** Re-hashes and re-sums a whole book. */
export async function expectSoundBook(url: string, book: string): Promise<void> {
  const pool = openPool({ url, max: 2, applicationName: 'attack', role: 'daybook_service' })
  try {
    expect(await verifyBook(pool, book)).toMatchObject({ ok: true })
  } finally {
    await pool.end()
  }
}
