import { narrowed, statement } from '../../db/statement.ts'
import type { Period } from '../../domain/period/period.ts'
import { REQUEST, REQUEST_COLUMNS } from '../../ledger/rows/request-row.ts'

/** A book, and how one of its entities is employed: nothing of one that was never defined. */
export const LEAVER = statement({
  name: 'leaver',
  columns: {
    head: 'int8',
    time_zone: 'text',
    closed_through: narrowed<Period | null>('text?'),
    position: 'int8?',
    hired_on: 'date?',
    left_on: 'date?',
    employments: 'json?',
  },
  params: ['text', 'text'],
  text: `
      select h.position as head, b.time_zone, h.closed_through, n.position, n.hired_on, n.left_on, n.employments
        from ledger.heads h
        join ledger.books b on b.book_id = h.book_id
        left join ledger.entities n on n.book_id = h.book_id
                                   and n.entity_id = $2
       where h.book_id = $1`,
})

/**
 * Requests of an entity that have days, or had some before a late fact took them: those that reach beyond a day, and those that
 * have lost days, which may come back where the last day is a later one now.
 */
export const REQUESTS_BEYOND = statement({
  name: 'requests-beyond',
  columns: REQUEST,
  params: ['text', 'text', 'date'],
  text: `
      select ${REQUEST_COLUMNS}
        from ledger.requests
       where book_id = $1
         and entity_id = $2
         and (status in ('pending', 'approved') or lost_as is not null)
         and (to_day > $3 or lost is not null or lost_as is not null)
       order by submitted_position`,
})
