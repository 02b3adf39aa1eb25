import { statement } from '../db/statement.ts'

const SHOWN = {
  key_id: 'text',
  name: 'text',
  grants: 'json',
  allowed_addresses: 'text[]?',
  created_at: 'timestamptz',
  created_by: 'text',
  expires_at: 'timestamptz?',
  former_until: 'timestamptz?',
  last_used_at: 'timestamptz?',
} as const
const COLUMNS = Object.keys(SHOWN).join(', ')

export const INSERT_KEY = statement({
  name: 'insert-key',
  columns: SHOWN,
  params: ['text', 'text', 'json', 'text[]?', 'text', 'timestamptz?', 'bytea'],
  text: `
      insert into access.keys (key_id, name, grants, allowed_addresses, created_at, created_by, expires_at, digest)
      values ($1, $2, $3, $4, date_trunc('milliseconds', now()), $5, $6, $7)
      returning ${COLUMNS}`,
})

export const LIST_KEYS = statement({
  name: 'list-keys',
  columns: SHOWN,
  // Of every book, where there are none given.
  params: ['text', 'text[]?', 'int8'],
  text: `
      select ${COLUMNS}
        from access.keys k
       where key_id > $1
         and ended_at is null
         and ($2::text[] is null or not exists (
               select from json_array_elements(k.grants) g where g ->> 'book' <> all($2::text[])))
       order by key_id
       limit $3`,
})

export const READ_KEY = statement({
  name: 'read-key',
  columns: SHOWN,
  params: ['text'],
  text: `select ${COLUMNS} from access.keys where key_id = $1 and ended_at is null`,
})

const HELD_AGAINST = {
  key_id: 'text',
  grants: 'json',
  allowed_addresses: 'text[]?',
  expires_at: 'timestamptz?',
  digest: 'bytea',
  former_digest: 'bytea?',
  former_until: 'timestamptz?',
} as const
const HELD_COLUMNS = Object.keys(HELD_AGAINST).join(', ')

/** What a credential is held against. */
export const FIND_KEY = statement({
  name: 'find-key',
  columns: HELD_AGAINST,
  params: ['text'],
  text: `
      select ${HELD_COLUMNS}
        from access.keys
       where key_id = $1 and ended_at is null`,
})

/** The same of many. */
export const FIND_KEYS = statement({
  name: 'find-keys',
  columns: HELD_AGAINST,
  params: ['text[]'],
  text: `
      select ${HELD_COLUMNS}
        from access.keys
       where key_id = any ($1) and ended_at is null`,
})

export const ROTATE_KEY = statement({
  name: 'rotate-key',
  columns: SHOWN,
  params: ['text', 'bytea', 'int8'],
  text: `
      update access.keys
         set former_digest = digest,
             former_until = date_trunc('milliseconds', now()) + $3::bigint * interval '1 second',
             digest = $2
       where key_id = $1 and ended_at is null
      returning ${COLUMNS}`,
})

export const END_KEY = statement({
  name: 'end-key',
  columns: { key_id: 'text' },
  params: ['text'],
  text: `
      update access.keys
         set ended_at = date_trunc('milliseconds', now())
       where key_id = $1 and ended_at is null
      returning key_id`,
})

export const USE_KEY = statement({
  name: 'use-key',
  columns: {},
  params: ['text'],
  text: `
      update access.keys
         set last_used_at = date_trunc('milliseconds', now())
       where key_id = $1
         and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
})
