import { type Access, call } from './client.ts'

/** What the demo does in its books, and no more. */
const RIGHTS = [
  'policies:define',
  'calendars:define',
  'calendars:read',
  'entities:define',
  'delegations:define',
  'work-patterns:define',
  'assignments:define',
  'runs:start',
  'runs:read',
  'transactions:record',
  'transactions:adjust',
  'balances:read',
  'requests:submit',
  'requests:decide',
  'requests:read',
  'requests:override',
  'actors:act-for',
  // Nobody is above the head of the company: the board decides, which is no entity.
  'actors:act-as-service',
] as const

/** Of a demo that was killed, its key ends by itself. */
const LIFE_MS = 3_600_000

/**
 * Works with an API key that may do what the demo does in these books, and nothing else; it is ended afterwards.
 * @param root a key that may make others
 * @throws Failure where no key is given
 */
export async function withLeastKey<T>(
  root: Access,
  books: readonly string[],
  work: (access: Access) => Promise<T>,
): Promise<T> {
  const rights = books.flatMap((book) => RIGHTS.map((right) => ({ book, right })))
  const expiresAt = new Date(Date.now() + LIFE_MS).toISOString()
  const made = { name: 'npm run demo', rights, expiresAt }
  const { id, key } = await call<{ id: string; key: string }>(root, 'POST', '/v1/keys', made)
  try {
    return await work({ url: root.url, key })
  } finally {
    // Where the service is gone, what went wrong before is what is told; the key ends by itself.
    await call(root, 'DELETE', `/v1/keys/${id}`).catch(() => {})
  }
}
