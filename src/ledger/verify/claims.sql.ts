import { statement } from '../../db/statement.ts'

/** Of the positions after $2 up to $3: the first transaction whose half days are not claimed as it says, or claim without one. */
export const DIFFERING_CLAIM = statement({
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
  columns: { position: 'int8', line: 'int4' },
  params: ['text', 'int8', 'int8'],
})
