import type { Pool } from 'pg'
import type { Finding } from './finding.ts'
import { type Extent, firstInRanges } from './ranges.ts'

/** The first transaction whose half days are not claimed as it says, or claim without a transaction. */
export function verifyClaims(db: Pool, extent: Extent): Promise<Finding | undefined> {
  return firstInRanges(extent, async (range) => {
    const { rows } = await db.query<{ position: number; line: number }>({
      name: 'verify-claims',
      text: `
        select coalesce(t.position, c.position) as position,
               coalesce(t.line, c.line) as line
          from (
                 select *
                   from ledger.transactions
                  where book_id = $1
                    and position > $2
                    and position <= $3
                    and portion is not null
                    and type <> 'reversal'
               ) as t
          full join (
                 select *
                   from ledger.day_claims
                  where book_id = $1
                    and position > $2
                    and position <= $3
               ) as c on c.position = t.position and c.line = t.line
          left join lateral (
                 select position
                   from ledger.transactions
                  where book_id = $1
                    and reverses_position = t.position
                    and reverses_line = t.line
                  limit 1) as r on true
         where (c.entity_id = t.entity_id
                and c.resource = t.resource
                and c.day = coalesce(t.meant_for, t.effective_on)
                and c.am = (t.portion <> 'pm')
                and c.pm = (t.portion <> 'am')
                and c.released_at_position is not distinct from r.position) is not true
         order by 1, 2
         limit 1`,
      values: [extent.book, range.after, range.upTo],
    })
    const [row] = rows
    return row && { position: row.position, problem: `the day that line ${row.line} takes is not claimed as it says` }
  })
}
