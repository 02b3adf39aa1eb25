import { expect, test } from 'vitest'
import type { Entry } from '../../src/audit/entry.ts'
import { eventually } from '../support/eventually.ts'
import { choose, invited, newMail, PASSWORD, person, signIn, tokenOf } from './people.ts'
import { call, idOf, type JsonObject, must, serviceOfFile } from './service-of-file.ts'

/* Who signed in, and who tried to: in the audit trail of what is about no book. */

const service = serviceOfFile()

const NOBODY = { actor: { type: 'nobody', id: null }, via: null }
const CLIENT = { ip: '127.0.0.1', userAgent: 'a browser' }
const WRONG = 'a wrong one, but a long one'

async function entries(query: Readonly<Record<string, string>>): Promise<Entry[]> {
  const { body } = await must(service.call('GET', `/v1/audit?${String(new URLSearchParams(query))}&limit=1000`))
  return (body as unknown as { items: Entry[] }).items
}

/** All there is of a call about somebody. */
async function about(subject: string, action: string): Promise<Entry[]> {
  return (await entries({ action })).filter((entry) => entry.subject === subject)
}

function by({ id }: { readonly id: string }) {
  return { actor: { type: 'user', id }, via: { kind: 'user', id } }
}

test('a sign-in, by whom, from where, and which session it began; and that it ended', async () => {
  const somebody = await person(service, [{ book: 'main', role: 'employee', entity: 'e1' }])
  const { body } = await must(signIn(service, somebody, { 'user-agent': 'a browser' }))
  const { id: session, token } = body as { id: string; token: string }
  await must(service.call('DELETE', `/v1/sessions/${session}`, { key: token }))
  const other = await tokenOf(service, somebody)
  await must(service.call('DELETE', '/v1/sessions', { key: other }))
  await eventually(async () =>
    expect(await entries({ actor: `user:${somebody.id}` })).toMatchObject([
      { action: 'choosePassword', subject: `user:${somebody.id}`, outcome: 'accepted', ...by(somebody) },
      {
        action: 'signIn',
        book: null,
        entity: null,
        subject: `session:${session}`,
        outcome: 'accepted',
        problem: null,
        times: 1,
        client: CLIENT,
        ...by(somebody),
      },
      { action: 'endSession', subject: `session:${session}`, outcome: 'accepted', ...by(somebody) },
      { action: 'signIn', outcome: 'accepted' },
      { action: 'endSessions', outcome: 'accepted', ...by(somebody) },
    ]),
  )
})

test('a wrong password: about the user, and by nobody', async () => {
  const somebody = await person(service, [{ book: '*', role: 'auditor' }])
  await signIn(service, { ...somebody, password: WRONG }, { 'user-agent': 'a browser' })
  await eventually(async () =>
    expect(await about(`user:${somebody.id}`, 'signIn')).toMatchObject([
      { outcome: 'refused', problem: 'invalid-credentials', client: CLIENT, ...NOBODY },
    ]),
  )
})

test('a mail address that nobody has: not with that address, which may be a password', async () => {
  const email = newMail()
  expect((await signIn(service, { email, password: PASSWORD }, { 'user-agent': 'who knows' })).status).toBe(401)
  await eventually(async () => {
    const found = (await entries({ action: 'signIn' })).filter(({ client }) => client?.userAgent === 'who knows')
    expect(found).toMatchObject([{ subject: null, outcome: 'refused', problem: 'invalid-credentials', ...NOBODY }])
  })
  const all = JSON.stringify(await entries({}))
  for (const secret of [email, PASSWORD, WRONG]) expect(all).not.toContain(secret)
})

test('an invitation: by whom it was taken, and that somebody had none', async () => {
  const { id, token } = await invited(service)
  expect((await choose(service, token, 'short')).status).toBe(422)
  await must(choose(service, token))
  expect((await choose(service, token)).status).toBe(404)
  await eventually(async () =>
    expect(await entries({ actor: `user:${id}` })).toMatchObject([
      { action: 'choosePassword', outcome: 'refused', problem: 'weak-password', ...by({ id }) },
      { action: 'choosePassword', outcome: 'accepted', problem: null, subject: `user:${id}`, ...by({ id }) },
    ]),
  )
  await eventually(async () =>
    expect(await entries({ action: 'choosePassword', actor: 'nobody' })).toContainEqual(
      expect.objectContaining({ outcome: 'refused', problem: 'not-found', subject: null }),
    ),
  )
  expect(JSON.stringify(await entries({}))).not.toContain(token)
})

test('what is no sign-in at all is one that was refused, with what the matter was', async () => {
  const headers = { 'user-agent': 'a strange client' }
  const post = (body: unknown) => service.call('POST', '/v1/sessions', { body, key: null, headers })
  expect((await post({ mail: WRONG })).status).toBe(400)
  expect((await post('{')).status).toBe(400)
  const foreign = { email: newMail(), password: WRONG, cookie: true }
  const { status } = await call(service.app, 'POST', '/v1/sessions', {
    body: foreign,
    key: null,
    headers: { ...headers, origin: 'https://elsewhere.example' },
  })
  expect(status).toBe(403)
  await eventually(async () => {
    const found = (await entries({ action: 'signIn' })).filter(({ client }) => client?.userAgent === 'a strange client')
    expect(found.map(({ actor, problem, times }) => [actor.type, problem, times])).toEqual([
      ['nobody', 'invalid-request', 2],
      ['nobody', 'forbidden', 1],
    ])
  })
})

test('what an administrator does about users: made, changed, invited anew, ended', async () => {
  const { id, email } = await invited(service)
  const change = { email, name: 'x', roles: [{ book: '*', role: 'payroll' }] }
  await must(service.call('PUT', `/v1/users/${id}`, { body: change }))
  const { body } = await must(service.call('POST', `/v1/users/${id}/invitation`))
  const { invitation } = body as unknown as { invitation: JsonObject }
  await must(service.call('DELETE', `/v1/users/${id}`))
  await eventually(async () => {
    const found = (await entries({ actor: `client:${idOf(await service.keyOf('admin'))}` })).filter(
      ({ subject }) => subject === `user:${id}`,
    )
    expect(found.map(({ action }) => action)).toEqual(['createUser', 'changeUser', 'inviteUser', 'endUser'])
  })
  const all = JSON.stringify(await entries({}))
  expect(all).not.toContain(email)
  expect(all).not.toContain(invitation['token'])
})
