import { BOOK } from '../load/workload.ts'
import type { HttpProcess } from '../processes/http-process.ts'
import { Wrong } from '../scenario.ts'

/** What a call carries besides its path. */
interface Carried {
  readonly body?: object
  readonly idempotencyKey?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** One call about the book. @param path below it; @throws Wrong where it is not answered well */
export async function call<Body>(
  { port, key }: HttpProcess,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  { body, idempotencyKey, headers = {} }: Carried = {},
): Promise<Body> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/books/${BOOK}/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Wrong(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Body
}
