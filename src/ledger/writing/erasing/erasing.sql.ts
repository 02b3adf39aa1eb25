import { administrators } from '../../../db/administrators.sql.ts'
import { statement } from '../../../db/statement.ts'
import { POSITIONS_OF_PERSON, STREAMS_OF_PERSON } from '../../rows/events-of-person.sql.ts'

/** Events about an entity or by it that are not erased, each once or more. Those that erased it say nothing of it. */
export const EVENTS_OF_PERSON = statement({
  name: 'events-of-person',
  text: `
    select e.position
      from (${POSITIONS_OF_PERSON}
      ) as p
      join ledger.events e
        on e.book_id = $1
       and e.position = p.position
       and e.erasable is not null`,
  columns: { position: 'int8' },
  params: ['text', 'text'],
})

/** Keys of definitions that found an entity as they wanted it. */
export const KEYS_OF_PERSON = statement({
  name: 'keys-of-person',
  text: `
    select u.idempotency_key as key
      from (${STREAMS_OF_PERSON}
      ) as s
      join ledger.events e
        on e.book_id = $1
       and e.stream = s.stream
      join ledger.unchanged_definitions u
        on u.book_id = $1
       and u.position = e.position
       and u.salt is not null`,
  columns: { key: 'text' },
  params: ['text', 'text'],
})

/** Feeds that show an entity alone or those who report to it, and those that it made. */
export const FEEDS_OF_PERSON = statement({
  name: 'feeds-of-person',
  text: `
    select feed_id as feed
      from ledger.calendar_feeds
     where book_id = $1
       and token_digest is not null
       and (entity_id = $2
            or manager = $2
            or (actor_id = $2 and actor_type in ('employee', 'manager')))`,
  columns: { feed: 'text' },
  params: ['text', 'text'],
})

/** Until the end of the transaction no entry of the audit trail is written: those that come later find the erasure. */
export const HOLD_AUDIT = statement({
  name: 'hold-audit',
  text: `
    select entry_id
      from audit.head
       for update`,
  columns: { entry_id: 'int8' },
})

/** Users who are an entity, and whoever is it as a login server says, as long as they are signed in. */
const USERS = `
    select user_id as "user"
      from access.users
     where entities @> array[$1 || '/' || $2]
     union
    select subject
      from access.sessions
     where entities @> array[$1 || '/' || $2]`

/** Keys that are an entity, whatever else they may do: those that can be used, and those that ended and have a name still. */
const API_KEYS = `
    select key_id as key
      from access.keys k
     where (ended_at is null or name <> '')
       and exists (
             select
               from json_array_elements(k.grants) g
              where g ->> 'book' = $1
                and g ->> 'entity' = $2)`

export const API_KEYS_OF_PERSON = statement({
  name: 'api-keys-of-person',
  text: API_KEYS,
  columns: { key: 'text' },
  params: ['text', 'text'],
})

/** The names of keys say whose they are, and addresses where somebody is. */
export const END_API_KEYS = statement({
  name: 'end-erased-api-keys',
  text: `
    update access.keys
       set ended_at = coalesce(ended_at, date_trunc('milliseconds', now())),
           name = '',
           allowed_addresses = null
     where key_id = any($1)`,
  params: ['text[]'],
})

export const USERS_OF_PERSON = statement({
  name: 'users-of-person',
  text: USERS,
  columns: { user: 'text!' },
  params: ['text', 'text'],
})

/**
 * Entries of the audit trail by an entity, and about it, that say from where; and by users and keys who are it, in whatever book, and of
 * who was refused to sign in as one of them: mostly themselves.
 */
export const AUDIT_OF_PERSON = statement({
  name: 'audit-of-person',
  text: `
    select entry_id as entry
      from audit.entries
     where book_id = $1
       and actor_id = $2
       and actor_type in ('employee', 'manager')
       and client is not null
     union
    select entry_id
      from audit.entries
     where book_id = $1
       and entity_id = $2
       and client is not null
     union
    select e.entry_id
      from (${USERS}
      ) as u
      join audit.entries e
        on e.actor_type = 'user'
       and e.actor_id = u."user"
       and e.client is not null
     union
    select e.entry_id
      from (${API_KEYS}
      ) as k
      join audit.entries e
        on e.actor_type = 'client'
       and e.actor_id = k.key
       and e.client is not null
     union
    select e.entry_id
      from (${USERS}
      ) as u
      join audit.entries e
        on e.actor_type = 'nobody'
       and e.subject = 'user:' || u."user"
       and e.client is not null`,
  columns: { entry: 'int8!' },
  params: ['text', 'text'],
})

export const ERASE_CLIENTS = statement({
  name: 'erase-audit-clients',
  text: `
    update audit.entries
       set client = null
     where entry_id = any($1)
       and client is not null`,
  params: ['int8[]'],
})

/** Whether all administrators of every book are among users $1 and keys $2; false where there is none. */
export const ENDS_LAST_ADMIN = statement({
  name: 'ends-last-admin',
  text: `
    select coalesce(bool_and(coalesce(user_id = any($1), key_id = any($2))), false) as ends
      from (${administrators('true')}
      ) as administrators`,
  columns: { ends: 'bool' },
  params: ['text[]', 'text[]'],
})

export const END_USERS = statement({
  name: 'end-erased-users',
  text: `
      with ended as (
           delete from access.users
            where user_id = any($1))
    delete from access.sessions
     where subject = any($1)`,
  params: ['text[]'],
})

/** Whether a book knows an entity at all. */
export const IS_KNOWN = statement({
  name: 'is-known-person',
  text: `
    select exists (select from ledger.entities where book_id = $1 and entity_id = $2)
        or exists (select from ledger.transactions where book_id = $1 and entity_id = $2)
        or exists (select from ledger.work_patterns where book_id = $1 and entity_id = $2)
        or exists (select from ledger.assignments where book_id = $1 and entity_id = $2)
        or exists (
             select
               from ledger.events
              where book_id = $1
                and data ->> 'entity' = $2
                and type in ('worked-hours-recorded', 'worked-hours-reversed', 'notice-given'))
        or exists (select from ledger.delegations where book_id = $1 and entity_id = $2)
        or exists (select from ledger.delegations where book_id = $1 and delegate_id = $2)
        or exists (
             select
               from ledger.events
              where book_id = $1
                and actor_id = $2
                and actor_type in ('employee', 'manager')) as known`,
  columns: { known: 'bool' },
  params: ['text', 'text'],
})

export const LAST_ERASURE = statement({
  name: 'last-erasure',
  text: `
    select position, stream_version as version
      from ledger.events
     where book_id = $1
       and stream = 'erasure:' || $2
     order by stream_version desc
     limit 1`,
  columns: { position: 'int8', version: 'int8!' },
  params: ['text', 'text'],
})

/** What says that reasons were erased has none: else an idle book would get such an event each night. */
export const EVENTS_BETWEEN = statement({
  name: 'events-between-not-erased',
  text: `
    select position
      from ledger.events
     where book_id = $1
       and position > $2
       and position <= $3
       and erasable is not null
       and type <> 'reasons-erased'
     order by position`,
  columns: { position: 'int8' },
  params: ['text', 'int8', 'int8'],
})

/** The one change of the record that there is. */
export const ERASE_EVENTS = statement({
  name: 'erase-events',
  text: `
    update ledger.events
       set erasable = null
     where book_id = $1
       and position = any($2)
       and erasable is not null`,
  params: ['text', 'int8[]'],
})

export const ERASE_SALTS = statement({
  name: 'erase-salts',
  text: `
    update ledger.unchanged_definitions
       set salt = null
     where book_id = $1
       and idempotency_key = any($2)`,
  params: ['text', 'text[]'],
})

export const END_FEEDS = statement({
  name: 'end-feeds',
  text: `
    update ledger.calendar_feeds
       set token_digest = null, revoked_at = date_trunc('milliseconds', now())
     where book_id = $1
       and feed_id = any($2)
       and token_digest is not null`,
  params: ['text', 'text[]'],
})

/** Until the end of the transaction, or until another one is set: the role that may forget, and nothing else. */
export const BE_ERASER = statement({ text: 'set local role daybook_eraser', params: [] })
export const BE_SERVICE = statement({ text: 'set local role daybook_service', params: [] })
