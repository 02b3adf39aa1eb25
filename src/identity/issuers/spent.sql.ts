import { statement } from '../../db/statement.ts'

/** Whoever uses something up clears away what would be refused anyway. */
const EXPIRED = `
      with expired as (
             delete from access.spent where expires_at < now()
           )`

/** Nothing comes back where it was used before, on whichever process. */
export const SPEND = statement({
  name: 'spend',
  columns: { digest: 'bytea' },
  params: ['bytea', 'int8'],
  text: `${EXPIRED}
      insert into access.spent (digest, expires_at)
      values ($1, now() + $2::bigint * interval '1 second')
          on conflict do nothing
      returning digest`,
})

/** Both or neither: a token that was used up and ended nothing could not be sent again. */
export const END_SESSIONS_OF_LOGIN = statement({
  name: 'end-sessions-of-login',
  columns: { is_new: 'bool', ended: 'text[]' },
  params: ['bytea', 'int8', 'text', 'text?', 'text?'],
  text: `${EXPIRED},
      spent as (
             insert into access.spent (digest, expires_at)
             values ($1, now() + $2::bigint * interval '1 second')
                 on conflict do nothing
             returning digest
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
