import { statement } from '../db/statement.ts'

/** How long a session that is not used is taken. */
const IDLE = `interval '30 minutes'`

/** How long any is. */
const MOST = `interval '12 hours'`

const IN_USE = `s.expires_at > now() and s.last_used_at > now() - ${IDLE}`

export const INSERT_SESSION = statement({
  name: 'insert-session',
  columns: { expires_at: 'timestamptz' },
  params: ['text', 'text?', 'text', 'json?', 'text[]?', 'text?', 'text?', 'text?', 'text?'],
  // To the second, as tokens say it.
  text: `
        with theirs as (
             update access.users
                set last_sign_in_at = date_trunc('milliseconds', now())
              where user_id = $2)
      insert into access.sessions
             (session_id, user_id, subject, grants, entities, address, user_agent, issuer, login_session,
              started_at, last_used_at, expires_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9,
              date_trunc('milliseconds', now()), date_trunc('milliseconds', now()),
              date_trunc('second', now() + ${MOST}))
      returning expires_at`,
})

/** What has ended by itself is of no use to anybody. */
export const DELETE_OLD_SESSIONS = statement({
  name: 'delete-old-sessions',
  columns: {},
  params: [],
  text: `delete from access.sessions where expires_at < now()`,
})

const FOUND = {
  session_id: 'text',
  subject: 'text',
  grants: 'json',
  issuer: 'text?',
  /** Books in which somebody whom a login server knows is an entity now. */
  present: 'text[]',
  expires_at: 'timestamptz',
} as const
const FIND = `
      select s.session_id, s.subject, coalesce(s.grants, u.grants) as grants, s.issuer,
             array(select e.book_id
                     from unnest(s.entities) as named (entity)
                     join ledger.entities e
                       on e.book_id = split_part(named.entity, '/', 1)
                      and e.entity_id = split_part(named.entity, '/', 2)
                    where s.issuer is not null) as present,
             s.expires_at
        from access.sessions s
        left join access.users u
          on u.user_id = s.user_id
       where s.session_id`

/** What a token is held against. */
export const FIND_SESSION = statement({
  name: 'find-session',
  columns: FOUND,
  params: ['text'],
  text: `${FIND} = $1 and ${IN_USE}`,
})

/** Of those in which streams are open: following is no use. */
export const FIND_SESSIONS = statement({
  name: 'find-sessions',
  columns: FOUND,
  params: ['text[]'],
  text: `${FIND} = any ($1) and ${IN_USE}`,
})

/** One that was idle for too long stays so. */
export const USE_SESSION = statement({
  name: 'use-session',
  columns: {},
  params: ['text'],
  text: `
      update access.sessions s
         set last_used_at = date_trunc('milliseconds', now())
       where s.session_id = $1
         and ${IN_USE}
         and s.last_used_at < now() - interval '1 minute'`,
})

export const LIST_SESSIONS = statement({
  name: 'list-sessions',
  columns: {
    session_id: 'text',
    address: 'text?',
    user_agent: 'text?',
    started_at: 'timestamptz',
    last_used_at: 'timestamptz',
    expires_at: 'timestamptz',
  },
  params: ['text', 'text', 'int8'],
  text: `
      select s.session_id, s.address, s.user_agent, s.started_at, s.last_used_at, s.expires_at
        from access.sessions s
       where s.subject = $1
         and s.session_id > $2
         and ${IN_USE}
       order by s.session_id
       limit $3`,
})

export const END_SESSION = statement({
  name: 'end-session',
  columns: { session_id: 'text' },
  params: ['text', 'text'],
  text: `
      delete from access.sessions
       where session_id = $1
         and subject = $2
      returning session_id`,
})

export const END_SESSIONS = statement({
  name: 'end-sessions',
  columns: { session_id: 'text' },
  params: ['text'],
  text: `
      delete from access.sessions
       where subject = $1
      returning session_id`,
})
