import { narrowed, statement } from '../db/statement.ts'

// Each table is read in the order of its key, an entity or a calendar at a time: a join that the planner may turn round
// would read the book. The bounds are those that definitions are held to.
export const WORK_TIMES = statement({
  name: 'read-work-times',
  text: `
      with own as materialized (
             select k.entity, n.calendar
               from unnest($2::text[]) as k(entity)
              cross join lateral (
                      select calendar
                        from ledger.entities
                       where book_id = $1
                         and entity_id = k.entity
                       limit 1) as n
           ),
           patterns as materialized (
             select k.entity, p.*
               from unnest($2::text[]) as k(entity)
              cross join lateral (
                      select effective_from, calendar, working_days, hours_per_day, weeks, weeks_from
                        from ledger.work_patterns
                       where book_id = $1
                         and entity_id = k.entity
                       order by effective_from
                       limit 500) as p
           ),
           calendars as materialized (
             select c.*
               from (
                      select calendar from own where calendar is not null
                      union
                      select calendar from patterns where calendar is not null
                    ) as k(calendar)
              cross join lateral (
                      select calendar_id, version, position, effective_from, working_days, hours_per_day, holidays,
                             region, public_holidays, worked_days, weeks, weeks_from
                        from ledger.calendar_versions
                       where book_id = $1
                         and calendar_id = k.calendar
                       order by version
                       limit 250) as c
           )
      select 'entity' as what, entity, calendar, null::text as calendar_id, null::bigint as version,
             null::bigint as position, null::date as effective_from, null::json as working_days,
             null::json as hours_per_day, null::json as holidays, null::text as region, null::json as public_holidays,
             null::json as worked_days, null::json as weeks, null::date as weeks_from
        from own
       union all
      select 'pattern', entity, calendar, null, null, null, effective_from, working_days, hours_per_day, null, null, null,
             null, weeks, weeks_from
        from patterns
       union all
      select 'calendar', null, null, calendar_id, version, position, effective_from, working_days, hours_per_day,
             holidays, region, public_holidays, worked_days, weeks, weeks_from
        from calendars
       order by version, effective_from`,
  columns: {
    what: narrowed<'calendar' | 'entity' | 'pattern'>('text'),
    entity: 'text?',
    calendar: 'text?',
    calendar_id: 'text?',
    version: 'int8?',
    position: 'int8?',
    effective_from: 'date?',
    working_days: 'json?',
    hours_per_day: 'json?',
    holidays: 'json?',
    region: 'text?',
    public_holidays: 'json?',
    worked_days: 'json?',
    weeks: 'json?',
    weeks_from: 'date?',
  },
  params: ['text', 'text[]'],
})
