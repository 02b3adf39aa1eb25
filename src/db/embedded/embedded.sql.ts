import { statement } from '../statement.ts'

/*
 * On the plain connections of whoever starts the server: no column is of a type that needs our parsers.
 */

/** Whether the server answers. */
export const ANSWER = statement({ text: 'select' })

/** Whether commits wait for the disk, and whether a database exists. */
export const DURABLE_AND_THERE = statement({
  text: `
    select current_setting('fsync') = 'on' as durable,
           exists (select from pg_database where datname = $1::text) as there`,
  columns: { durable: 'bool', there: 'bool' },
  params: ['text'],
})

/** How many connections are named beginning with $1, and not $2. */
export const OTHERS = statement({
  text: `
    select count(*)::integer as others
      from pg_stat_activity
     where starts_with(application_name, $1)
       and application_name <> $2`,
  columns: { others: 'int4' },
  params: ['text', 'text'],
})
