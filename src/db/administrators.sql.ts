import { statement } from './statement.ts'

/** One at a time: of two administrators who take the role from each other, one comes second. */
export const LOCK_ADMINISTRATORS = statement({
  text: `select from pg_advisory_xact_lock(hashtext('daybook administrators'))`,
})

/**
 * Who may do everything on every book, without end: keys, and users who have a password.
 * @param usersIf a condition, in SQL, under which users can sign in at all
 */
export function administrators(usersIf: string): string {
  return `
      select user_id, key_id
        from (select null as user_id, key_id, grants
                from access.keys
               where ended_at is null
                 and (expires_at is null or expires_at > now())
               union all
              select user_id, null, grants
                from access.users
               where ${usersIf}
                 and password is not null) a
       where exists (select from json_array_elements(a.grants) g
                      where g ->> 'book' = '*' and g ->> 'role' = 'admin' and g ->> 'until' is null)`
}
