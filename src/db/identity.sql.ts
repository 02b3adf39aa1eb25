import { statement } from './statement.ts'

/**
 * Which database of which running server this is. A copy of a server's files has its identifier, but was not started at the same
 * moment.
 */
export const IDENTITY = statement({
  text: `
    select left(encode(sha256(convert_to(concat_ws(' ', system_identifier, d.oid, extract(epoch from pg_postmaster_start_time())),
                                         'UTF8')), 'hex'), 16) as identity
      from pg_control_system(), pg_database d
     where d.datname = current_database()`,
  columns: { identity: 'text' },
})
