import { statement } from '../db/statement.ts'

/** One at a time: of two administrators who take the role from each other, one comes second. */
export const LOCK_ADMINS = statement({
  text: `select from pg_advisory_xact_lock(hashtext('daybook administrators'))`,
})

/** Who may do everything on every book, without end: keys, and users who can sign in. */
export const COUNT_ADMINS = statement({
  name: 'count-admins',
  columns: { count: 'int8' },
  params: ['bool'],
  text: `
      select count(*) as count
        from (select grants
                from access.keys
               where ended_at is null
                 and (expires_at is null or expires_at > now())
               union all
              select grants
                from access.users
               where $1
                 and password is not null) a
       where exists (select from json_array_elements(a.grants) g
                      where g ->> 'book' = '*' and g ->> 'role' = 'admin' and g ->> 'until' is null)`,
})
