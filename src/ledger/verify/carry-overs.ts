import type { Pool } from 'pg'
import { query } from '../../db/statement.ts'
import { DIFFERING_CARRY_OVER } from './carry-overs.sql.ts'
import type { Finding } from './finding.ts'
import { type Extent, firstInRanges } from './ranges.ts'

/** The first carry-over that is kept otherwise than its event says it. */
export function verifyCarryOvers(db: Pool, extent: Extent): Promise<Finding | undefined> {
  return firstInRanges(extent, async ({ after, upTo }) => {
    const [row] = await query(db, DIFFERING_CARRY_OVER, [extent.book, after, upTo])
    return row && { position: row.position, problem: 'what it carried over is kept as something else' }
  })
}
