import { statement } from './statement.ts'

/** What the service has to know of a server and a database before it does anything there. */
export const SERVER_FACTS = statement({
  text: `
    select pg_backend_pid() as pid,
           current_setting('server_version') as version,
           current_setting('server_version_num')::integer / 10000 as major,
           pg_is_in_recovery() as standby,
           current_setting('default_transaction_read_only') = 'on' as reads_only,
           current_database()::text as database,
           pg_encoding_to_char(encoding)::text as encoding
      from pg_database
     where datname = current_database()`,
  columns: {
    pid: 'int4',
    version: 'text',
    major: 'int4',
    standby: 'bool',
    reads_only: 'bool',
    database: 'text',
    encoding: 'text',
  },
})

/** The process of the server that runs this very statement. */
export const BACKEND = statement({
  text: 'select pg_backend_pid() as pid',
  columns: { pid: 'int4' },
})
