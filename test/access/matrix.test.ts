import { describe, expect, test } from 'vitest'
import { ANYBODY, type Needed, RIGHTS, ROLES, type Role } from '../../src/access/rights.ts'
import { type JsonObject, must, serviceOfFile } from '../http/service-of-file.ts'
import { addressOf, type Call, callsOf } from './calls.ts'

/*
 * Every call, with a key of every role: on a book of its own, on another one, and with no key at all. What a call would do
 * is not asked for here (paths name what is not there, bodies are empty), only whether it is let in.
 */

const service = serviceOfFile()

const ROLE_NAMES = Object.keys(ROLES) as Role[]

async function keyOf(grants: object): Promise<string> {
  const { body } = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', ...grants } }))
  return (body as JsonObject)['key'] as string
}

async function tried(
  call: Call,
  book: string,
  key: string | null,
): Promise<{ status: number; code: unknown; needs: unknown }> {
  const body = call.method === 'GET' || call.method === 'DELETE' ? {} : { body: {} }
  const headers = { accept: 'application/json' }
  const answer = await service.call(call.method, addressOf(call, { book }), { key, headers, ...body })
  const { code, needs } = (answer.body ?? {}) as JsonObject
  return { status: answer.status, code, needs }
}

/** Whether a key of a role on one book is let into a call about that book. */
function isLetIn(role: Role, { right, least }: Needed): boolean {
  if (least === 'every-book') return false
  if ((ANYBODY as readonly string[]).includes(right)) return true
  const { extent, rights } = ROLES[role]
  // Keys of employees without an entity are nobody.
  return extent === 'book' && (rights as readonly string[]).includes(right)
}

test('every line of the table is a call that there is, and every call has one', () => {
  expect(
    callsOf(service)
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(Object.keys(RIGHTS).toSorted())
})

describe.each(ROLE_NAMES)('a key of role %s', (role) => {
  test('is let into what the table says, and into nothing else, on its own book', async () => {
    const book = await service.book()
    const key = await keyOf({ roles: [{ book, role }] })
    for (const call of callsOf(service)) {
      const needed = RIGHTS[call.id]
      const { status, code, needs } = await tried(call, book, key)
      const isRefused = status === 403 && code === 'forbidden'
      expect({ call: call.id, isRefused }).toEqual({ call: call.id, isRefused: !isLetIn(role, needed) })
      if (isRefused) expect(needs).toBe(needed.right)
      expect({ call: call.id, isKnown: status !== 401 && status < 500 }).toEqual({ call: call.id, isKnown: true })
    }
  })

  test('cannot tell another book from one that is not there', async () => {
    const key = await keyOf({ roles: [{ book: await service.book(), role }] })
    const other = await service.book()
    for (const call of callsOf(service).filter(({ path }) => path.includes('{book}'))) {
      const [there, missing] = [await tried(call, other, key), await tried(call, 'nowhere', key)]
      const expected =
        call.id === 'defineBook' ? { status: 403, code: 'forbidden' } : { status: 404, code: 'unknown-book' }
      expect({ call: call.id, ...there }).toMatchObject({ call: call.id, ...expected })
      expect({ call: call.id, ...there }).toEqual({ call: call.id, ...missing })
    }
  })
})

test('nobody is let in without a key, or with one that is not known', async () => {
  const book = await service.book()
  for (const key of [null, 'another', `dbk_${'0'.repeat(16)}_${'x'.repeat(43)}`, 'dbk_short']) {
    for (const call of callsOf(service)) {
      expect({ call: call.id, ...(await tried(call, book, key)) }).toMatchObject({ call: call.id, status: 401 })
    }
  }
})
