import { statement } from '../db/statement.ts'

/** What a version of a calendar is made of, in statements: columns of `ledger.calendar_versions`. */
export const CALENDAR = {
  calendar_id: 'text',
  version: 'int8',
  position: 'int8',
  effective_from: 'date',
  working_days: 'json',
  hours_per_day: 'json',
  holidays: 'json',
  region: 'text?',
  public_holidays: 'json?',
  worked_days: 'json?',
  weeks: 'json?',
  weeks_from: 'date?',
} as const

/** The same of a pattern: columns of `ledger.work_patterns`. */
export const PATTERN = {
  effective_from: 'date',
  calendar: 'text?',
  working_days: 'json?',
  hours_per_day: 'json?',
  weeks: 'json?',
  weeks_from: 'date?',
} as const

export const CALENDAR_HISTORY = statement({
  text: `select calendar_id, version, position, effective_from, working_days, hours_per_day, holidays, region,
            public_holidays, worked_days, weeks, weeks_from
       from ledger.calendar_versions
      where book_id = $1
        and calendar_id = $2
      order by version`,
  columns: CALENDAR,
  params: ['text', 'text'],
})

/** How many patterns an entity has, and the one in force on the day $3; where none is, its columns are null. */
export const PATTERN_ON = statement({
  text: `select p.*, counted.count, counted.last
       from (
              select count(*) as count, coalesce(max(version), 0) as last
                from ledger.work_patterns
               where book_id = $1
                 and entity_id = $2
            ) as counted
       left join (
              select effective_from, version, position, calendar, working_days, hours_per_day, weeks, weeks_from
                from ledger.work_patterns
               where book_id = $1
                 and entity_id = $2
                 and effective_from <= $3
               order by effective_from desc
               limit 1
            ) as p on true`,
  columns: {
    ...PATTERN,
    effective_from: 'date?',
    version: 'int8?',
    position: 'int8?',
    count: 'int8',
    last: 'int8',
  },
  params: ['text', 'text', 'date'],
})

export const WRITE_CALENDAR = statement({
  text: `insert into ledger.calendar_versions (
              book_id, calendar_id, version, position, effective_from, working_days, hours_per_day, holidays, region,
              public_holidays, worked_days, weeks, weeks_from)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
  params: ['text', 'text', 'int8', 'int8', 'date', 'json', 'json', 'json', 'text?', 'json?', 'json?', 'json?', 'date?'],
})

export const WRITE_PATTERN = statement({
  text: `insert into ledger.work_patterns (
              book_id, entity_id, effective_from, version, position, calendar, working_days, hours_per_day, weeks,
              weeks_from)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (book_id, entity_id, effective_from) do update
        set version = excluded.version,
            position = excluded.position,
            calendar = excluded.calendar,
            working_days = excluded.working_days,
            hours_per_day = excluded.hours_per_day,
            weeks = excluded.weeks,
            weeks_from = excluded.weeks_from`,
  params: ['text', 'text', 'date', 'int8', 'int8', 'text?', 'json?', 'json?', 'json?', 'date?'],
})
