import { statement } from '../db/statement.ts'

export const READ_SIGNING_KEYS = statement({
  name: 'read-signing-keys',
  columns: { key_id: 'text', created_at: 'timestamptz', public_key: 'json', sealed_private_key: 'text?' },
  params: ['int8'],
  // More there are only where processes without a key to encrypt with start all the time.
  text: `
      select key_id, created_at, public_key, sealed_private_key
        from access.signing_keys
       where created_at > now() - $1::bigint * interval '1 second'
       order by created_at desc, key_id
       limit 1000`,
})

export const INSERT_SIGNING_KEY = statement({
  name: 'insert-signing-key',
  columns: { created_at: 'timestamptz' },
  params: ['text', 'json', 'text?'],
  text: `
      insert into access.signing_keys (key_id, created_at, public_key, sealed_private_key)
      values ($1, date_trunc('milliseconds', now()), $2, $3)
      returning created_at`,
})

export const DELETE_SIGNING_KEYS = statement({
  name: 'delete-signing-keys',
  columns: {},
  params: ['int8'],
  text: `delete from access.signing_keys where created_at <= now() - $1::bigint * interval '1 second'`,
})
