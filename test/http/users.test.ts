import { describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { asOwner, choose, invited, newMail, PASSWORD, person, signIn, tokenOf } from './people.ts'
import { type Json, type JsonObject, matching, must, type Reply, serviceOfFile } from './service-of-file.ts'

// People who sign in here: made, invited, changed and ended by administrators of every book.

const service = serviceOfFile()

const AUDITOR = [{ book: '*', role: 'auditor' }]

function countsOf(replies: readonly Reply[]): Record<string, number> {
  const byStatus = Map.groupBy(replies, ({ status }) => status)
  return Object.fromEntries(Array.from(byStatus, ([status, { length }]) => [status, length]))
}

function create(body: object) {
  return service.call('POST', '/v1/users', { body })
}

describe('a user', () => {
  test('is made with an invitation, and shown without it ever after', async () => {
    const email = newMail()
    const roles = [
      { book: 'main', role: 'employee', entity: 'e1' },
      { book: '*', role: 'auditor', until: '2099-12-31' },
    ]
    const { status, body } = await create({ email, name: 'Ada Lovelace', roles })
    expect(status).toBe(201)
    const { invitation, ...user } = body as JsonObject
    expect(user).toEqual({
      id: matching(/^[0-9a-f]{16}$/),
      email,
      name: 'Ada Lovelace',
      roles: [
        { book: 'main', role: 'employee', entity: 'e1', until: null },
        { book: '*', role: 'auditor', entity: null, until: '2099-12-31' },
      ],
      createdAt: matching(/Z$/),
      createdBy: matching(/^client:[0-9a-f]{16}$/),
      hasPassword: false,
      invitedUntil: matching(/Z$/),
      lastSignInAt: null,
    })
    const { token, url, expiresAt } = invitation as { token: string; url: string; expiresAt: string }
    const { id, createdAt } = user as { id: string; createdAt: string }
    expect(url).toMatch(new RegExp(`^http.*/v1/invitations/${token}$`))
    const hours = (Date.parse(expiresAt) - Date.parse(createdAt)) / 3_600_000
    expect(hours).toBe(72)
    const read = await service.call('GET', `/v1/users/${id}`)
    expect(read.body).toEqual(user)
    expect(read.text).not.toContain(token)
  })

  test('has a mail address of its own, in whatever case, and of two made at once there is one', async () => {
    const email = newMail()
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        create({ email: at % 2 === 0 ? email : email.toUpperCase(), name: 'x', roles: AUDITOR }),
      ),
    )
    expect(countsOf(made)).toEqual({ 201: 1, 409: 7 })
    expect(made.find(({ status }) => status === 409)!.body).toMatchObject({ code: 'email-taken' })
    const other = await invited(service)
    const change = { email: email.toUpperCase(), name: 'y', roles: AUDITOR }
    expect(await service.call('PUT', `/v1/users/${other.id}`, { body: change })).toMatchObject({
      status: 409,
      body: { code: 'email-taken' },
    })
  })

  test.each<[string, Json, number, object]>([
    ['a role that there is not', [{ book: 'main', role: 'boss' }], 422, { code: 'unknown-role', name: 'boss' }],
    ['an employee who is nobody', [{ book: 'main', role: 'employee' }], 400, { code: 'invalid-request' }],
    ['somebody on every book', [{ book: '*', role: 'hr', entity: 'e1' }], 400, { code: 'invalid-request' }],
    ['no role', [], 400, { code: 'invalid-request' }],
  ])('is refused: %s', async (_case, roles, status, problem) => {
    expect(await create({ email: newMail(), name: 'x', roles })).toMatchObject({ status, body: problem })
  })

  test('that is not there is not found', async () => {
    const url = `/v1/users/${'0'.repeat(16)}`
    const body = { email: newMail(), name: 'x', roles: AUDITOR }
    const replies = await Promise.all([
      service.call('GET', url),
      service.call('PUT', url, { body }),
      service.call('DELETE', url),
      service.call('POST', `${url}/invitation`),
    ])
    expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404])
  })

  test('is listed in pages', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => invited(service)))
    const found: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`
      const { body } = await must(service.call('GET', `/v1/users?limit=2${query}`))
      const { items, nextCursor } = body as { items: { id: string }[]; nextCursor: string | null }
      found.push(...items.map(({ id }) => id))
      cursor = nextCursor
    }
    expect(found).toEqual([...new Set(found)].toSorted())
    expect(found).toEqual(expect.arrayContaining(made.map(({ id }) => id)))
  })

  test('is nobody’s but those of administrators of every book', async () => {
    const book = await service.book()
    const admin = await tokenOf(service, await person(service, [{ book, role: 'admin' }]))
    expect(await service.call('GET', '/v1/users', { key: admin })).toMatchObject({
      status: 403,
      body: { needs: 'users:define' },
    })
  })
})

test('who may do more than whoever calls could give is neither changed nor invited by them', async () => {
  const rights = [{ book: '*', right: 'users:define' }]
  const { body } = await must(service.call('POST', '/v1/keys', { body: { name: 'no administrator', rights } }))
  const { key } = body as { key: string }
  const { id, email } = await invited(service)
  const change = { email, name: 'x', roles: AUDITOR }
  const replies = await Promise.all([
    service.call('POST', `/v1/users/${id}/invitation`, { key }),
    service.call('PUT', `/v1/users/${id}`, { key, body: change }),
    service.call('DELETE', `/v1/users/${id}`, { key }),
    service.call('POST', '/v1/users', { key, body: { ...change, email: newMail() } }),
  ])
  expect(replies.map(({ status }) => status)).toEqual([403, 403, 403, 403])
  expect(await service.call('GET', `/v1/users/${id}`, { key })).toMatchObject({ status: 200 })
})

describe('an invitation', () => {
  test('lets the user choose a password, once, and of two at once one', async () => {
    const { email, token } = await invited(service)
    const passwords = Array.from({ length: 6 }, (_, at) => `${PASSWORD} ${at}`)
    const chosen = await Promise.all(passwords.map((password) => choose(service, token, password)))
    expect(countsOf(chosen)).toEqual({ 200: 1, 404: 5 })
    const signedIn = await Promise.all(passwords.map((password) => signIn(service, { email, password })))
    expect(signedIn.map(({ status }) => (status === 429 ? 401 : status))).toEqual(
      chosen.map(({ status }) => (status === 200 ? 201 : 401)),
    )
    expect(await choose(service, token)).toMatchObject({ status: 404 })
  })

  test('is not there once it is too old, or another one was made', async () => {
    const { id, token } = await invited(service)
    const { body } = await must(service.call('POST', `/v1/users/${id}/invitation`))
    const { token: next } = (body as { invitation: { token: string } }).invitation
    expect(await choose(service, token)).toMatchObject({ status: 404 })
    await asOwner(service, `update access.users set invitation_until = now() where user_id = $1`, [id])
    expect(await choose(service, next)).toMatchObject({ status: 404 })
    expect(await choose(service, 'dbi_none')).toMatchObject({ status: 404 })
  })

  test('made for a forgotten password leaves the old one until another is chosen, which ends all sessions', async () => {
    const somebody = await person(service, AUDITOR)
    const session = await tokenOf(service, somebody)
    const { body } = await must(service.call('POST', `/v1/users/${somebody.id}/invitation`))
    const { token } = (body as { invitation: { token: string } }).invitation
    expect(await signIn(service, somebody)).toMatchObject({ status: 201 })
    await must(choose(service, token, 'another one that nobody would guess'))
    expect(await signIn(service, somebody)).toMatchObject({ status: 401 })
    await eventually(async () => {
      expect(await service.call('GET', '/v1/me', { key: session })).toMatchObject({ status: 401 })
    })
  })

  test('and what is kept of it and of the password does not give them away', async () => {
    const { id, token } = await invited(service)
    const kept = async () => JSON.stringify(await asOwner(service, 'select * from access.users'))
    expect(await kept()).not.toContain(token.slice(4))
    await must(choose(service, token))
    const rows = await asOwner<{ password: string }>(service, 'select password from access.users where user_id = $1', [
      id,
    ])
    // OWASP: 19 MiB, two passes, one lane.
    expect(rows[0]!.password).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$|^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await kept()).not.toContain(PASSWORD)
    expect(JSON.stringify(service.log)).not.toContain(token)
    expect(JSON.stringify(service.log)).not.toContain(PASSWORD)
  })

  test('with a weak password says what is the matter with it, and can be used again', async () => {
    const { token } = await invited(service)
    expect(await choose(service, token, 'too short')).toMatchObject({
      status: 422,
      body: { code: 'weak-password', reason: 'too-short' },
    })
    expect(await choose(service, token, 'passwordpassword1')).toMatchObject({ body: { reason: 'expected' } })
    expect(await choose(service, token)).toMatchObject({ status: 200 })
  })
})

test('whoever is ended is gone, and so are their sessions', async () => {
  const somebody = await person(service, AUDITOR)
  const key = await tokenOf(service, somebody)
  expect(await service.call('GET', '/v1/me', { key })).toMatchObject({ status: 200 })
  expect(await service.call('DELETE', `/v1/users/${somebody.id}`)).toMatchObject({ status: 204 })
  await eventually(async () => expect((await service.call('GET', '/v1/me', { key })).status).toBe(401))
  expect(await signIn(service, somebody)).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } })
  for (const table of ['users', 'sessions']) {
    expect(await asOwner(service, `select from access.${table} where user_id = $1`, [somebody.id])).toEqual([])
  }
})

test('other roles hold within a second, in sessions that are open', async () => {
  const somebody = await person(service, AUDITOR)
  const key = await tokenOf(service, somebody)
  const book = await service.book()
  expect(await service.call('GET', `/v1/books/${book}/events`, { key })).toMatchObject({ status: 200 })
  const changed = { email: somebody.email, name: 'Some Body', roles: [{ book, role: 'payroll' }] }
  await must(service.call('PUT', `/v1/users/${somebody.id}`, { body: changed }))
  await eventually(async () =>
    expect((await service.call('GET', `/v1/books/${book}/events`, { key })).status).toBe(403),
  )
})
