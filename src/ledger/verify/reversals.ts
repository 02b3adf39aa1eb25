import type { Pool } from 'pg'
import type { Finding } from './finding.ts'
import { type Extent, firstInRanges } from './ranges.ts'

/** The first reversal that is not the exact opposite of an earlier transaction of the same account. */
export function verifyReversals(db: Pool, extent: Extent): Promise<Finding | undefined> {
  return firstInRanges(extent, async (range) => {
    const { rows } = await db.query<{ position: number; line: number }>({
      name: 'verify-reversals',
      text: `
        select r.position, r.line
          from ledger.transactions r
          left join lateral (
                 select *
                   from ledger.transactions
                  where book_id = $1
                    and position = r.reverses_position
                    and line = r.reverses_line
                  limit 1) as t on true
         where r.book_id = $1
           and r.position > $2
           and r.position <= $3
           and r.type = 'reversal'
           and (t.type <> 'reversal'
                and (t.position, t.line) < (r.position, r.line)
                and t.entity_id = r.entity_id
                and t.policy_id = r.policy_id
                and t.resource = r.resource
                and t.component = r.component
                and t.amount = -r.amount
                and t.portion is not distinct from r.portion) is not true
         order by r.position, r.line
         limit 1`,
      values: [extent.book, range.after, range.upTo],
    })
    const [row] = rows
    return (
      row && {
        position: row.position,
        problem: `line ${row.line} does not reverse an earlier transaction of its account, in full`,
      }
    )
  })
}
