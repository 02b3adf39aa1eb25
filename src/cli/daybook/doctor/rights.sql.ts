import { statement } from '../../../db/statement.ts'

/** Of privileges $2 on tables $1: those that the service has. */
export const GRANTED_PRIVILEGES = statement({
  text: `
    select name, privilege
      from unnest($1::text[], $2::text[]) as k(name, privilege)
     where has_table_privilege('daybook_service', name, privilege)
        or privilege = 'update' and has_any_column_privilege('daybook_service', name, privilege)`,
  columns: { name: 'text', privilege: 'text' },
  params: ['text[]', 'text[]'],
})
