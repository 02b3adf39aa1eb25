import { statement } from '../db/statement.ts'
import { FURTHEST_POSTED } from '../ledger/read/earned-through.ts'
import { TRANSACTION } from '../ledger/rows/transaction-row.ts'

/**
 * One account and its book, in one look: the head, how far the account's rules have come, what was carried, and every line. An
 * account without lines is one row, of which the columns of a line are null.
 */
export const FORESEEN_ACCOUNT = statement({
  name: 'foreseen-account',
  columns: {
    head: 'int8',
    definitions: 'int8',
    time_zone: 'text',
    through: 'date?',
    assignments: 'text[]?',
    seen: 'int8?',
    carried: 'json?',
    ...TRANSACTION,
  },
  params: ['text', 'text', 'text'],
  text: `
      select h.position as head, h.definitions, b.time_zone,
             ${FURTHEST_POSTED.trim()} as through,
             m.assignments, m.seen, c.carried, t.*
        from ledger.heads h
        join ledger.books b
          on b.book_id = h.book_id
        left join earning.accounts m
          on m.book_id = h.book_id
         and m.entity_id = $2
         and m.policy_id = $3
        left join earning.books r
          on r.book_id = h.book_id
        left join lateral (
             select json_agg(json_build_object(
                      'position', position, 'on', on_day, 'earnedBefore', earned_before, 'kept', kept::text,
                      'validUntil', valid_until, 'neverLapses', never_lapses::text) order by position) as carried
               from ledger.carry_overs
              where book_id = $1
                and entity_id = $2
                and policy_id = $3) as c on true
        left join lateral (
             select ${Object.keys(TRANSACTION).join(', ')}
               from ledger.transactions
              where book_id = $1
                and entity_id = $2
                and policy_id = $3) as t on true
       where h.book_id = $1
       order by t.position, t.line`,
})
