import { withClient } from './postgres.ts'

export const KEYS = 10_000
export const USERS = 100_000

/** Gives a database many keys and users, who all may something on the book; nobody has their secrets. */
export async function makeCrowd(url: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(
      `insert into access.keys (key_id, name, grants, created_at, created_by, digest)
       select lpad(to_hex(n), 16, '0'),
              'key ' || n,
              '[{"book": "main", "role": "integration", "entity": null, "until": null}]',
              date_trunc('milliseconds', now()),
              'admin:root',
              sha256(convert_to(n::text, 'UTF8'))
         from generate_series(1, ${KEYS}) as n`,
    )
    await client.query(
      `insert into access.users (user_id, email, name, grants, entities, created_at, created_by)
       select lpad(to_hex(n), 16, '0'),
              'u' || n || '@example.com',
              'user ' || n,
              json_build_array(json_build_object('book', 'main', 'role', 'employee', 'entity', 'u' || n, 'until', null)),
              array['main/u' || n],
              date_trunc('milliseconds', now()),
              'admin:root'
         from generate_series(1, ${USERS}) as n`,
    )
    await client.query('vacuum analyze access.keys')
    await client.query('vacuum analyze access.users')
  })
}
