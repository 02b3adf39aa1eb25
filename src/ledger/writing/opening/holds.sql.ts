import { statement } from '../../../db/statement.ts'
import { HOLD, HOLD_COLUMNS } from '../../rows/hold-row.ts'

export const HOLDS = statement({
  name: 'read-holds',
  text: `
      select o.*
        from unnest($2::text[]) as k(hold)
       cross join lateral (
               select ${HOLD_COLUMNS}
                 from ledger.holds
                where book_id = $1
                  and hold_id = k.hold
                limit 1) as o`,
  columns: HOLD,
  params: ['text', 'text[]'],
})

/** When the next hold of a book is over. In order: only the index of those that hold something gives that order. */
export const NEXT_END = statement({
  name: 'next-end-of-holds',
  text: `
      select expires_at
        from ledger.holds
       where book_id = $1
         and status = 'held'
       order by book_id, expires_at
       limit 1`,
  columns: { expires_at: 'timestamptz' },
  params: ['text'],
})

/** Holds that are given back at once: each has up to a hundred lines. */
export const MOST_LAPSED = 100

/** The holds of a book that are over, first those that are so for longest. */
export const OVER = statement({
  name: 'holds-that-are-over',
  text: `
      select ${HOLD_COLUMNS}
        from ledger.holds
       where book_id = $1
         and status = 'held'
         and expires_at <= $2
       order by book_id, expires_at
       limit ${MOST_LAPSED}`,
  columns: HOLD,
  params: ['text', 'timestamptz'],
})
