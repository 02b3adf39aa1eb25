import { statement } from '../../../db/statement.ts'
import { OF_DEFINITION } from './of-definition.ts'

/** The first work pattern that is not what the last event to define it says, or has none. */
export const DIFFERING_PATTERN = statement({
  text: `
    select coalesce(e.position, p.position) as position
      from (
             select distinct on (stream, data ->> 'effectiveFrom') stream, position, data
               from ledger.events
              where book_id = $1
                and starts_with(stream, 'work-pattern:')
              order by stream, data ->> 'effectiveFrom', stream_version desc
           ) as e
      full join (
             select *
               from ledger.work_patterns
              where book_id = $1
           ) as p on 'work-pattern:' || p.entity_id = e.stream
                 and p.effective_from = (e.data ->> 'effectiveFrom')::date
     where (p.position = e.position
            and p.version = (e.data ->> 'version')::bigint
            and p.calendar is not distinct from e.data ->> 'calendar'
            and coalesce(p.working_days, 'null')::jsonb = (e.data -> 'workingDays')::jsonb
            and coalesce(p.hours_per_day, 'null')::jsonb = (e.data -> 'hoursPerDay')::jsonb
            and p.weeks::jsonb is not distinct from (e.data -> 'weeks')::jsonb
            and p.weeks_from is not distinct from (e.data ->> 'weeksFrom')::date) is not true
     order by 1
     limit 1`,
  ...OF_DEFINITION,
})
