import { statement } from '../db/statement.ts'

const ON_BOOK = (grants: string): string => `exists (
               select from json_array_elements(${grants}) g
                where g ->> 'book' in ($3, '*')
                  and (g ->> 'until' is null or (g ->> 'until')::date >= $4))`

/** Keys and users after an id ($1) and kind ($2) that give something on a book ($3), or on every one, on a day ($4). */
export const LIST_HOLDERS_ON = statement({
  name: 'list-holders-on',
  columns: {
    kind: 'text!',
    id: 'text!',
    name: 'text!',
    grants: 'json!',
    allowed_addresses: 'text[]?',
    expires_at: 'timestamptz?',
    last_used_at: 'timestamptz?',
  },
  params: ['text', 'text', 'text', 'date', 'int8'],
  text: `
      select 'client' as kind, k.key_id as id, k.name, k.grants, k.allowed_addresses, k.expires_at, k.last_used_at
        from access.keys k
       where (k.key_id, 'client') > ($1, $2)
         and k.ended_at is null
         and (k.expires_at is null or k.expires_at > now())
         and ${ON_BOOK('k.grants')}
       union all
      select 'user', u.user_id, u.name, u.grants, null, null, u.last_sign_in_at
        from access.users u
       where (u.user_id, 'user') > ($1, $2)
         and ${ON_BOOK('u.grants')}
       order by id, kind
       limit $5`,
})
