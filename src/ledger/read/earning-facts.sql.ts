import { statement } from '../../db/statement.ts'
import { ASSIGNMENT } from '../assignments.sql.ts'
import { CALENDAR } from '../calendars.sql.ts'

/*
 * What entities $2 earn by, as it was known at a position: an entity at a time, each by an index, which `offset 0` sees to. A
 * join that the planner may turn round reads the whole book. None is planned once for all times, either: what is planned while
 * a book is new keeps doing what was right then.
 */

/** Versions of their assignments to policies $3, by first day. */
export const ASSIGNMENTS_OF = statement({
  columns: ASSIGNMENT,
  params: ['text', 'text[]', 'text[]', 'int8'],
  text: `
      select a.*
        from unnest($2::text[]) as k(entity)
       cross join lateral (
               select entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day,
                      service_since, share, amounts, terms
                 from ledger.assignments
                where book_id = $1
                  and entity_id = k.entity
                  and policy_id = any($3)
                  and position <= $4
               offset 0) as a
       order by a.entity_id, a.assignment_id, a.version`,
})

/** When they are employed, as it stands now. */
export const EMPLOYMENTS_OF = statement({
  columns: { entity: 'text', hired_on: 'date?', left_on: 'date?', employments: 'json?' },
  params: ['text', 'text[]'],
  text: `
      select k.entity, n.*
        from unnest($2::text[]) as k(entity)
       cross join lateral (
               select hired_on, left_on, employments
                 from ledger.entities
                where book_id = $1
                  and entity_id = k.entity
                limit 1) as n`,
})

/** Hours that they have worked and that nobody has taken back. */
export const HOURS_OF = statement({
  columns: { entity: 'text', position: 'int8', from: 'date', to: 'date', hours: 'text' },
  params: ['text', 'text[]', 'int8'],
  text: `
      select k.entity, e.position, (e.data ->> 'from')::date as "from", (e.data ->> 'to')::date as "to",
             e.data ->> 'hours' as hours
        from unnest($2::text[]) as k(entity)
       cross join lateral (
               select position, data
                 from ledger.events
                where book_id = $1
                  and data ->> 'entity' = k.entity
                  and type = 'worked-hours-recorded'
                  and position <= $3
               offset 0) as e
       where (select position
                from ledger.events
               where book_id = $1
                 and stream = 'worked-hours:' || e.position
                 and position <= $3
               limit 1) is null
       order by 3, e.position`,
})

/** Of what leave they were told that it will lapse. */
export const NOTICES_OF = statement({
  columns: { entity: 'text', policy: 'text', position: 'int8', year: 'int4', givenOn: 'date' },
  params: ['text', 'text[]', 'text[]', 'int8'],
  text: `
      select k.entity, e.data ->> 'policy' as policy, e.position, (e.data ->> 'year')::integer as year,
             (e.data ->> 'givenOn')::date as "givenOn"
        from unnest($2::text[]) as k(entity)
       cross join lateral (
               select position, data
                 from ledger.events
                where book_id = $1
                  and data ->> 'entity' = k.entity
                  and type = 'notice-given'
                  and data ->> 'policy' = any($3)
                  and position <= $4
               offset 0) as e
       order by e.position`,
})

/** What they have taken under policies $3 and nobody has undone, by the day that it is about. */
export const TAKEN_OF = statement({
  columns: { entity: 'text', policy: 'text', on: 'date', amount: 'numeric' },
  params: ['text', 'text[]', 'text[]', 'int8'],
  text: `
      select k.entity, t.policy_id as policy, coalesce(t.meant_for, t.effective_on) as "on", -t.amount as amount
        from unnest($2::text[]) as k(entity)
       cross join lateral (
               select position, line, policy_id, effective_on, meant_for, amount
                 from ledger.transactions
                where book_id = $1
                  and entity_id = k.entity
                  and policy_id = any($3)
                  and type = 'consumption'
                  and position <= $4
               offset 0) as t
       where (select position
                from ledger.transactions
               where book_id = $1
                 and reverses_position = t.position
                 and reverses_line = t.line
                 and position <= $4
               limit 1) is null
       order by 3, t.position, t.line`,
})

/** The last definition of each of them up to a position, as its event says it. */
export const DEFINED_THEN = statement({
  columns: { entity: 'text', data: 'json' },
  params: ['text', 'text[]', 'int8'],
  text: `
      select k.entity, e.data
        from unnest($2::text[]) as k(entity)
       cross join lateral (
               select data
                 from ledger.events
                where book_id = $1
                  and stream = 'entity:' || k.entity
                  and position <= $3
                order by stream_version desc
                limit 1) as e`,
})

/** Their work patterns up to a position, as the events say them: of each day the last one. */
export const PATTERNS_THEN = statement({
  columns: { entity: 'text', data: 'json' },
  params: ['text', 'text[]', 'int8'],
  text: `
      select k.entity, e.data
        from unnest($2::text[]) as k(entity)
       cross join lateral (
               select distinct on (data ->> 'effectiveFrom') data
                 from ledger.events
                where book_id = $1
                  and stream = 'work-pattern:' || k.entity
                  and position <= $3
                order by data ->> 'effectiveFrom', stream_version desc) as e`,
})

/** All versions of calendars up to a position. */
export const CALENDARS_THEN = statement({
  columns: CALENDAR,
  params: ['text', 'text[]', 'int8'],
  text: `
      select c.*
        from unnest($2::text[]) as k(calendar)
       cross join lateral (
               select calendar_id, version, position, effective_from, working_days, hours_per_day, holidays, region,
                      public_holidays, worked_days, weeks, weeks_from
                 from ledger.calendar_versions
                where book_id = $1
                  and calendar_id = k.calendar
                  and position <= $3
               offset 0) as c
       order by c.calendar_id, c.version`,
})
