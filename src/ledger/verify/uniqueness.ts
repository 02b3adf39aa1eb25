import type { Pool } from 'pg'
import { query } from '../../db/statement.ts'
import { earliest, type Finding } from './finding.ts'
import { ANY_SHARED_KEY, BROKEN_STREAM, CLAIMED_TWICE, REVERSED_TWICE, SHARED_KEY } from './uniqueness.sql.ts'

/** What only one may have, and what to say of another. */
const CHECKS = [
  [SHARED_KEY, 'its idempotency key belongs to an earlier event'],
  [BROKEN_STREAM, 'its stream does not have this version next'],
  [REVERSED_TWICE, 'it reverses a transaction that was reversed before'],
  [CLAIMED_TWICE, 'it takes a half day that another transaction holds'],
] as const

/** The first position that has what only one may have. */
export async function verifyUniqueness(db: Pool, book: string): Promise<Finding | undefined> {
  const findings: Finding[] = []
  for (const [statement, problem] of CHECKS) {
    // Looked for only where there is any: most books have none, and the keys alone say so.
    if (statement === SHARED_KEY && (await query(db, ANY_SHARED_KEY, [book])).length === 0) continue
    const [row] = await query(db, statement, [book])
    if (row !== undefined && row.position !== null) findings.push({ position: row.position, problem })
  }
  return earliest(findings)
}
