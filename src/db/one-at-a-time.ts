import type { PoolClient } from 'pg'

/**
 * A connection that does not pipeline, for who sends several statements without waiting: each waits here for the one
 * before it, since the driver is not to be given another one meanwhile.
 */
export function oneAtATime(client: PoolClient): PoolClient {
  let last: Promise<unknown> = Promise.resolve()
  // A cast: of its forms the one is used that takes a statement and returns a promise.
  const send = client.query.bind(client) as (statement: unknown, values?: unknown) => Promise<unknown>
  const query = (statement: unknown, values?: unknown): Promise<unknown> => {
    const result = last.then(() => send(statement, values))
    last = result.catch(() => {})
    return result
  }
  return Object.create(client, { query: { value: query } }) as PoolClient
}
