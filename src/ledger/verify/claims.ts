import type { Pool } from 'pg'
import { query } from '../../db/statement.ts'
import { DIFFERING_CLAIM } from './claims.sql.ts'
import type { Finding } from './finding.ts'
import { type Extent, firstInRanges } from './ranges.ts'

/** The first transaction whose half days are not claimed as it says, or claim without a transaction. */
export function verifyClaims(db: Pool, extent: Extent): Promise<Finding | undefined> {
  return firstInRanges(extent, async ({ after, upTo }) => {
    const [row] = await query(db, DIFFERING_CLAIM, [extent.book, after, upTo])
    return row && { position: row.position, problem: `the day that line ${row.line} takes is not claimed as it says` }
  })
}
