import { narrowed, statement } from '../../db/statement.ts'
import type { Portion } from '../../domain/transaction.ts'
import { DAY_OF_LINE, OF_REQUEST, PORTION_OF_LINE } from '../rows/day-of-line.sql.ts'

/**
 * The writer's statements are short, and ended where they are not. To look through a book of a million lines takes longer:
 * $1 is how long the next statements may take. Returns how long they were allowed to before.
 */
export const PATIENCE = statement({
  text: `select current_setting('statement_timeout') as before, set_config('statement_timeout', $1, true) as now`,
  columns: { before: 'text', now: 'text' },
  params: ['text'],
})

// The lines of a policy that would claim their days: live ones of the days from $3 until $4 that claim nothing yet. Of what
// one request has of a day, one line stands for the day, as several accounts may pay for it.
export const CLAIMING = `\
      with live as materialized (
             select t.entity_id, t.resource, t.position, t.line, t.effective_on, t.meant_for, -t.amount as taken,
                    ${DAY_OF_LINE} as day
               from ledger.transactions t
              where t.book_id = $1
                and t.policy_id = $2
                and t.type in ('consumption', 'pending')
                and t.portion is null
                and ${DAY_OF_LINE} >= $3
                and ${DAY_OF_LINE} < coalesce($4, 'infinity'::date)
                and (
                      select position
                        from ledger.transactions
                       where book_id = $1
                         and reverses_position = t.position
                         and reverses_line = t.line
                       limit 1) is null
           ),
           claiming as materialized (
             select t.entity_id, t.resource, t.day, t.position, t.line, t.taken, u.of_hours, u.of_days,
                    ${PORTION_OF_LINE} as portion
               from live t
              cross join (
                      select unit = 'hour' as of_hours, unit = 'day' as of_days
                        from ledger.policy_versions
                       where book_id = $1
                         and policy_id = $2
                         and version = 1) as u
              where (
                      select position
                        from ledger.day_claims
                       where book_id = $1
                         and position = t.position
                         and (line = t.line or (not u.of_hours and entity_id = t.entity_id and day = t.day and ${OF_REQUEST}))
                       limit 1) is null
           )`

/**
 * How many lines would claim their days, and the first half of a day that two lines would have: which is the later one's
 * part, and who has it before.
 */
export const CLAIMING_LINES = statement({
  text: `${CLAIMING},
           halves as (
             select entity_id, resource, day, position, line, portion, half
               from claiming
               join (values ('am'), ('pm')) as h(half) on portion in (half, 'full')
              where not of_hours
             union
             select k.entity_id, k.resource, k.day, c.position, c.line,
                    case when c.am and c.pm then 'full' else 'am' end, 'am'
               from claiming k
              cross join lateral (
                      select am, pm, position, line
                        from ledger.day_claims
                       where book_id = $1
                         and entity_id = k.entity_id
                         and resource = k.resource
                         and day = k.day
                         and am
                         and released_at_position is null
                       limit 1) as c
              where k.portion in ('am', 'full')
             union
             select k.entity_id, k.resource, k.day, c.position, c.line,
                    case when c.am and c.pm then 'full' else 'pm' end, 'pm'
               from claiming k
              cross join lateral (
                      select am, pm, position, line
                        from ledger.day_claims
                       where book_id = $1
                         and entity_id = k.entity_id
                         and resource = k.resource
                         and day = k.day
                         and pm
                         and released_at_position is null
                       limit 1) as c
              where k.portion in ('pm', 'full')
           ),
           overlap as (
             select *
               from (
                      select entity_id, day, portion, half, position, line,
                             lag(position) over on_day as before_position,
                             lag(line) over on_day as before_line
                        from halves
                      window on_day as (partition by entity_id, resource, day, half order by position, line)
                    ) as pairs
              where before_position is not null
              order by day, entity_id, half, position, line
              limit 1
           )
      select n.lines, o.entity_id, o.day, o.portion, o.before_position, o.before_line
        from (select count(*) as lines from claiming) as n
        left join overlap o on true`,
  columns: {
    lines: 'int8',
    entity_id: 'text?',
    day: 'date?',
    portion: narrowed<Portion | null>('text?'),
    before_position: 'int8?',
    before_line: 'int4?',
  },
  params: ['text', 'text', 'date', 'date?'],
})

/** Has these lines claim their days. $5: the definition that says so. */
export const CLAIM_DAYS = statement({
  text: `${CLAIMING}
      insert into ledger.day_claims (
               book_id, entity_id, resource, day, am, pm, position, line, claimed_by_position, taken)
      select h.book_id, c.entity_id, c.resource, c.day,
             not c.of_hours and c.portion <> 'pm', not c.of_hours and c.portion <> 'am',
             c.position, c.line, $5,
             case when c.of_hours then c.taken
                  when c.of_days and c.taken <= case c.portion when 'full' then 1 else 0.5 end then c.taken end
        from ledger.heads h,
             claiming c
       where h.book_id = $1`,
  params: ['text', 'text', 'date', 'date?', 'int8'],
})
