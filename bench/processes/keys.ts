import { BOOK } from '../load/workload.ts'
import type { HttpProcess } from './http-process.ts'

/** Makes an API key with the role `integration` on the book, as any administrator does. */
export async function makeKey({ port, key }: HttpProcess): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'loads of the bench', roles: [{ book: BOOK, role: 'integration' }] }),
  })
  if (answer.status !== 201) throw new Error(`no key: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { key: string }).key
}
