import type { Pool } from 'pg'
import { query } from '../../db/statement.ts'
import type { Finding } from './finding.ts'
import { type Extent, firstInRanges } from './ranges.ts'
import { BROKEN_REVERSAL } from './reversals.sql.ts'

/** The first reversal that is not the exact opposite of an earlier transaction of the same account. */
export function verifyReversals(db: Pool, extent: Extent): Promise<Finding | undefined> {
  return firstInRanges(extent, async ({ after, upTo }) => {
    const [row] = await query(db, BROKEN_REVERSAL, [extent.book, after, upTo])
    if (row === undefined) return undefined
    const problem = `line ${row.line} does not reverse an earlier transaction of its account, in full`
    return { position: row.position, problem }
  })
}
