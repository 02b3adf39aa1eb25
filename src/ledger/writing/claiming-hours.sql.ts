import { narrowed, statement } from '../../db/statement.ts'
import type { Portion } from '../../domain/transaction.ts'
import { CLAIMING } from './claim-days.sql.ts'

/**
 * Days of which several lines would have something, and at least one of them hours: those lines, in the order in which they
 * were recorded, with those that have claimed the day already. A day of one line is left out: nothing overlaps.
 */
export const CLAIMING_WITH_HOURS = statement({
  text: `${CLAIMING},
           held as (
             select k.entity_id, k.resource, k.day, c.position, c.line, c.taken, not c.am and not c.pm as of_hours,
                    case when c.am = c.pm then 'full' when c.am then 'am' else 'pm' end as portion
               from (select distinct entity_id, resource, day from claiming) as k
              cross join lateral (
                      select am, pm, position, line, taken
                        from ledger.day_claims
                       where book_id = $1
                         and entity_id = k.entity_id
                         and resource = k.resource
                         and day = k.day
                         and am
                         and released_at_position is null
                       union
                      select am, pm, position, line, taken
                        from ledger.day_claims
                       where book_id = $1
                         and entity_id = k.entity_id
                         and resource = k.resource
                         and day = k.day
                         and pm
                         and released_at_position is null
                       union
                      select am, pm, position, line, taken
                        from ledger.day_claims
                       where book_id = $1
                         and entity_id = k.entity_id
                         and resource = k.resource
                         and day = k.day
                         and not am
                         and not pm
                         and released_at_position is null) as c
           ),
           together as (
             select a.*,
                    count(*) over on_day as lines,
                    bool_or(of_hours) over on_day as has_hours
               from (
                      select entity_id, resource, day, position, line, taken, of_hours, portion
                        from claiming
                       union all
                      select entity_id, resource, day, position, line, taken, of_hours, portion
                        from held
                    ) as a
             window on_day as (partition by entity_id, resource, day)
           )
      select entity_id, day, portion, position, line, case when of_hours then taken end as hours
        from together
       where lines > 1
         and has_hours
       order by day, entity_id, position, line`,
  columns: {
    entity_id: 'text',
    day: 'date',
    portion: narrowed<Portion>('text'),
    position: 'int8',
    line: 'int4',
    hours: 'numeric?',
  },
  params: ['text', 'text', 'date', 'date?'],
})
