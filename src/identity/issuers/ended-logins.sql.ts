import { statement } from '../../db/statement.ts'

/*
 * A logout and the beginning of a session do not overlap: each sees the other, or comes after it. Any number of sessions may
 * begin at the same time.
 */

export const LOCK_FOR_LOGOUT = statement({
  text: `select from pg_advisory_xact_lock(hashtext('daybook logins'))`,
})

export const LOCK_FOR_SIGN_IN = statement({
  text: `select from pg_advisory_xact_lock_shared(hashtext('daybook logins'))`,
})

/** For so long somebody may still be coming back from a login server; longer than a round trip. */
const KEPT = `interval '15 minutes'`

/** Uses a logout token up and obeys it: both or neither, since one that was used up and ended nothing could not be sent again. */
export const END_SESSIONS_OF_LOGIN = statement({
  name: 'end-sessions-of-login',
  columns: { is_new: 'bool', ended: 'text[]' },
  params: ['bytea', 'int8', 'text', 'text?', 'text?'],
  text: `
      with expired as (
             delete from access.spent where expires_at < now()
           ),
      forgotten as (
             delete from access.ended_logins where ended_at < now() - ${KEPT}
           ),
      spent as (
             insert into access.spent (digest, expires_at)
             values ($1, now() + $2::bigint * interval '1 second')
                 on conflict do nothing
             returning digest
           ),
      kept as (
             insert into access.ended_logins (issuer, login_session, subject, ended_at)
             select $3, $4, $5, clock_timestamp()
               from spent
           ),
      ended as (
             delete from access.sessions s
              where exists (select from spent)
                and s.issuer = $3
                and ($4::text is null or s.login_session = $4)
                and ($5::text is null or s.subject = $5)
             returning s.session_id
           )
      select exists (select from spent) as is_new, array(select session_id from ended) as ended`,
})

/**
 * Whether a login has ended while somebody was coming back from it. The name of a login is used once, so whenever that ended;
 * of a person, only since their code was about to be exchanged: they may have signed in anew after an earlier logout.
 */
export const HAS_LOGIN_ENDED = statement({
  name: 'has-login-ended',
  columns: { ended: 'bool' },
  params: ['text', 'text?', 'text', 'timestamptz'],
  text: `
      select exists (
               select
                 from access.ended_logins e
                where e.issuer = $1
                  and (e.login_session is null or e.login_session = $2)
                  and (e.subject is null or e.subject = $3)
                  and (e.login_session is not null or e.ended_at >= $4)) as ended`,
})
