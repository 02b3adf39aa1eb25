import { statement } from '../db/statement.ts'

const SHOWN = {
  user_id: 'text',
  email: 'text',
  name: 'text',
  grants: 'json',
  created_at: 'timestamptz',
  created_by: 'text',
  has_password: 'bool',
  invitation_until: 'timestamptz?',
  last_sign_in_at: 'timestamptz?',
} as const
const COLUMNS =
  'user_id, email, name, grants, created_at, created_by, password is not null as has_password, invitation_until, last_sign_in_at'

/** How long a token lets somebody choose a password. */
const INVITED = `date_trunc('milliseconds', now()) + interval '72 hours'`

export const INSERT_USER = statement({
  name: 'insert-user',
  columns: SHOWN,
  params: ['text', 'text', 'text', 'json', 'text[]', 'text', 'bytea?'],
  text: `
      insert into access.users
             (user_id, email, name, grants, entities, created_at, created_by, invitation_digest, invitation_until)
      values ($1, $2, $3, $4, $5, date_trunc('milliseconds', now()), $6, $7, case when $7::bytea is not null then ${INVITED} end)
      returning ${COLUMNS}`,
})

export const LIST_USERS = statement({
  name: 'list-users',
  columns: SHOWN,
  params: ['text', 'int8'],
  text: `
      select ${COLUMNS}
        from access.users
       where user_id > $1
       order by user_id
       limit $2`,
})

export const READ_USER = statement({
  name: 'read-user',
  columns: SHOWN,
  params: ['text'],
  text: `select ${COLUMNS} from access.users where user_id = $1`,
})

export const CHANGE_USER = statement({
  name: 'change-user',
  columns: SHOWN,
  params: ['text', 'text', 'text', 'json', 'text[]'],
  text: `
      update access.users
         set email = $2,
             name = $3,
             grants = $4,
             entities = $5
       where user_id = $1
      returning ${COLUMNS}`,
})

export const END_USER = statement({
  name: 'end-user',
  columns: { user_id: 'text' },
  params: ['text'],
  text: `delete from access.users where user_id = $1 returning user_id`,
})

export const INVITE_USER = statement({
  name: 'invite-user',
  columns: SHOWN,
  params: ['text', 'bytea'],
  text: `
      update access.users
         set invitation_digest = $2,
             invitation_until = ${INVITED}
       where user_id = $1
      returning ${COLUMNS}`,
})

export const FIND_INVITED = statement({
  name: 'find-invited-user',
  columns: { user_id: 'text', email: 'text', name: 'text', entities: 'text[]' },
  params: ['bytea'],
  text: `
      select user_id, email, name, entities
        from access.users
       where invitation_digest = $1
         and invitation_until > now()`,
})

/** Of two who use one invitation at once, one finds it. Sessions under the password before are over. */
export const TAKE_INVITATION = statement({
  name: 'take-invitation',
  columns: { user_id: 'text', email: 'text', name: 'text' },
  params: ['bytea', 'text'],
  text: `
      with taken as (
        update access.users
           set password = $2,
               invitation_digest = null,
               invitation_until = null
         where invitation_digest = $1
           and invitation_until > now()
        returning user_id, email, name
      ),
      ended as (
        delete from access.sessions
         where user_id in (select user_id from taken)
      )
      select user_id, email, name from taken`,
})

/** What a sign-in is held against. */
export const FIND_PASSWORD = statement({
  name: 'find-password',
  columns: { user_id: 'text', password: 'text?', entities: 'text[]' },
  params: ['text'],
  text: `select user_id, password, entities from access.users where lower(email) = lower($1)`,
})
