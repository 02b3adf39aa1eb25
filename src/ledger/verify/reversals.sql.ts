import { statement } from '../../db/statement.ts'

/** Of the positions after $2 up to $3: the first reversal that is not the exact opposite of an earlier transaction of its account. */
export const BROKEN_REVERSAL = statement({
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
  columns: { position: 'int8', line: 'int4' },
  params: ['text', 'int8', 'int8'],
})
