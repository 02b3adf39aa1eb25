import { statement } from '../../db/statement.ts'
import { DAY_OF_LINE, OF_REQUEST, PORTION_OF_LINE } from '../rows/day-of-line.sql.ts'

/**
 * Of the positions after $2 up to $3: the first transaction whose half days are not claimed as it says, or claim without one.
 *
 * A line that says nothing of its day claims it since the first later definition of its policy that had lines of its day
 * claim theirs, if it was not reversed by then, and no other line of its request had the day.
 */
export const DIFFERING_CLAIM = statement({
  name: 'verify-claims',
  text: `
    with hourly as materialized (
           select policy_id
             from ledger.policy_versions
            where book_id = $1
              and version = 1
              and unit = 'hour'
         ),
         had_claimed as materialized (
           select p.policy_id, p.position,
                  (e.data -> 'daysClaimed' ->> 'from')::date as from_day,
                  coalesce((e.data -> 'daysClaimed' ->> 'until')::date, 'infinity') as until_day
             from ledger.policy_versions p
             join ledger.events e on e.book_id = $1 and e.position = p.position
            where p.book_id = $1
              and p.day_exclusive
              and e.data -> 'daysClaimed' is not null
         )
    select coalesce(t.position, c.position) as position,
           coalesce(t.line, c.line) as line
      from (
             select t.position, t.line, t.entity_id, t.resource, -t.amount as amount,
                    t.policy_id in (select policy_id from hourly) as of_hours,
                    ${DAY_OF_LINE} as day,
                    v.position as claimed_by,
                    case when v.position is null then t.portion else ${PORTION_OF_LINE} end as portion
               from ledger.transactions t
               left join lateral (
                      select n.position
                        from had_claimed n
                       where t.portion is null
                         and n.policy_id = t.policy_id
                         and n.position > t.position
                         and n.from_day <= ${DAY_OF_LINE}
                         and n.until_day > ${DAY_OF_LINE}
                         and not exists (
                               select
                                 from ledger.transactions r
                                where r.book_id = $1
                                  and r.reverses_position = t.position
                                  and r.reverses_line = t.line
                                  and r.position < n.position)
                         and (t.policy_id in (select policy_id from hourly) or not exists (
                               select
                                 from ledger.day_claims s
                                where s.book_id = $1
                                  and s.position = t.position
                                  and s.line <> t.line
                                  and s.entity_id = t.entity_id
                                  and s.day = ${DAY_OF_LINE}
                                  and coalesce(s.claimed_by_position, 0) < n.position
                                  and ${OF_REQUEST}))
                       order by n.position
                       limit 1) as v on true
              where t.book_id = $1
                and t.position > $2
                and t.position <= $3
                and t.type in ('consumption', 'pending')
                and (t.portion is not null or v.position is not null)
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
            and c.day = t.day
            and c.am = (not t.of_hours and t.portion <> 'pm')
            and c.pm = (not t.of_hours and t.portion <> 'am')
            and case when t.of_hours then c.taken = t.amount else coalesce(c.taken, t.amount) = t.amount end
            and c.claimed_by_position is not distinct from t.claimed_by
            and c.released_at_position is not distinct from r.position) is not true
     order by 1, 2
     limit 1`,
  columns: { position: 'int8', line: 'int4' },
  params: ['text', 'int8', 'int8'],
})
