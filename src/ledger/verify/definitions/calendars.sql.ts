import { statement } from '../../../db/statement.ts'
import { OF_DEFINITION } from './of-definition.ts'

/** The first calendar version that is not what its event says, or has none. */
export const DIFFERING_CALENDAR = statement({
  text: `
    select coalesce(e.position, c.position) as position
      from (
             select position, data
               from ledger.events
              where book_id = $1
                and starts_with(stream, 'calendar:')
           ) as e
      full join (
             select *
               from ledger.calendar_versions
              where book_id = $1
           ) as c on c.position = e.position
     where (c.calendar_id = e.data ->> 'calendar'
            and c.version = (e.data ->> 'version')::bigint
            and c.effective_from = (e.data ->> 'effectiveFrom')::date
            and c.working_days::jsonb = (e.data -> 'workingDays')::jsonb
            and c.hours_per_day::jsonb = (e.data -> 'hoursPerDay')::jsonb
            and c.holidays::jsonb = (e.data -> 'holidays')::jsonb
            and c.region is not distinct from e.data ->> 'region'
            and coalesce(c.public_holidays, 'null')::jsonb = (e.data -> 'publicHolidays')::jsonb
            and c.worked_days::jsonb is not distinct from (e.data -> 'workedDays')::jsonb
            and c.weeks::jsonb is not distinct from (e.data -> 'weeks')::jsonb
            and c.weeks_from is not distinct from (e.data ->> 'weeksFrom')::date) is not true
     order by 1
     limit 1`,
  ...OF_DEFINITION,
})
