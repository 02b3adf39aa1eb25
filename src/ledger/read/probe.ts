import type { Pool } from 'pg'
import { run, statement } from '../../db/statement.ts'

export const PROBE = statement({ text: 'select 1', columns: { '?column?': 'int4' } })

/**
 * Asks a database for the least that it can answer.
 * @throws whatever keeps it from answering
 */
export async function probe(db: Pool): Promise<void> {
  await run(db, PROBE, [])
}
