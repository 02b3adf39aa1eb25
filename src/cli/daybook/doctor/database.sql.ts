import { statement } from '../../../db/statement.ts'

/** The settings that a crash of the machine is survived by, as far as they are off. */
export const NOT_DURABLE = statement({
  text: `
    select name
      from pg_settings
     where name in ('fsync', 'full_page_writes')
       and setting = 'off'
     order by name`,
  columns: { name: 'text!' },
})

/** How many connections there may be, and are. */
export const CONNECTIONS = statement({
  text: `
    select current_setting('max_connections')::integer
             - current_setting('superuser_reserved_connections')::integer as most,
           count(*) filter (where backend_type = 'client backend') as used
      from pg_stat_activity`,
  columns: { most: 'int4', used: 'int8' },
})

/** The clock of the database, in milliseconds since 1970. */
export const CLOCK = statement({
  text: 'select (extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms',
  columns: { now_ms: 'int8' },
})

const MOST_SESSIONS = 10

/** The sessions with a transaction open for longer than $1 seconds, or waiting for a lock for longer than $2. */
export const OLD_SESSIONS = statement({
  text: `
    select pid,
           coalesce(nullif(application_name, ''), 'unnamed') as name,
           (extract(epoch from clock_timestamp() - case when waits then query_start else xact_start end) * 1000)::bigint as ms,
           waits
      from (select *, wait_event_type = 'Lock' as waits from pg_stat_activity where datname = current_database()) as a
     where pid <> pg_backend_pid()
       and (xact_start < clock_timestamp() - make_interval(secs => $1::integer)
            or waits and query_start < clock_timestamp() - make_interval(secs => $2::integer))
     order by ms desc
     limit ${MOST_SESSIONS}`,
  columns: { pid: 'int4!', name: 'text', ms: 'int8', waits: 'bool?' },
  params: ['int4', 'int4'],
})

/** The size of the database, for people. */
export const SIZE = statement({
  text: 'select pg_size_pretty(pg_database_size(current_database())) as size',
  columns: { size: 'text' },
})
