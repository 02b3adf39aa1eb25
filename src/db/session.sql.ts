import { statement } from './statement.ts'

/** Settings $1 get the values $2, for as long as the session lasts; back comes what the server made of each. */
export const SET_SESSION = statement({
  text: `
    select name, set_config(name, value, false) as value
      from unnest($1::text[], $2::text[]) as s(name, value)`,
  columns: { name: 'text', value: 'text' },
  params: ['text[]', 'text[]'],
})

/** What settings $1 are now. */
export const READ_SESSION = statement({
  text: `
    select name, coalesce(current_setting(name, true), '') as value
      from unnest($1::text[]) as s(name)`,
  columns: { name: 'text', value: 'text' },
  params: ['text[]'],
})

/** Whom statements are run as. */
export const CURRENT_USER = statement({
  text: 'select current_user::text as name',
  columns: { name: 'text' },
})
