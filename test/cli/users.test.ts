import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { Client, type Service, startService } from '../support/service.ts'
import { daybook, type Ended } from './run.ts'

/* People made, invited and ended beside the service, by whoever has its database. */

const PASSWORD = 'seven lamps over a quiet harbour'

let database: TestDatabase
let service: Service
let client: Client
beforeAll(async () => {
  database = await testDatabase()
  service = await startService({ DATABASE_URL: database.url })
  client = new Client(service)
})
afterAll(async () => {
  client.close()
  await service.stop()
  await database.drop()
})

function users(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  return daybook(['users', ...args], { DATABASE_URL: database.url, DAYBOOK_PUBLIC_URL: service.url, ...environment })
}

interface Made {
  readonly id: string
  readonly invitation: { readonly token: string; readonly url: string; readonly expiresAt: string }
}

let mails = 0

async function made(...args: readonly string[]): Promise<Made & { readonly email: string }> {
  const email = `person-${++mails}@example.com`
  const { code, stdout } = await users(['create', '--email', email, '--name', 'Some Body', ...args, '--json'])
  expect(code).toBe(0)
  return { ...(JSON.parse(stdout) as Made), email }
}

async function choose(url: string, password = PASSWORD): Promise<number> {
  const { pathname } = new URL(url)
  return (await client.call('POST', pathname, { body: { password } })).status
}

async function signIn(email: string): Promise<string> {
  const { body } = await client.call('POST', '/v1/sessions', { body: { email, password: PASSWORD } })
  return body['token'] as string
}

async function statusWith(token: string): Promise<number> {
  return (await client.get('/v1/me', { authorization: `Bearer ${token}` })).status
}

test('an administrator chooses a password by the link, which is shown this once, and signs in', async () => {
  const email = 'grace@example.com'
  const { code, stdout, stderr } = await users(['create', '--email', email, '--name', 'Grace Hopper', '--admin'])
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('shown this once') as string })
  const [token, url] = stdout.trim().split('\n') as [string, string]
  expect(token).toMatch(/^dbi_/)
  expect(url).toBe(`${service.url}/v1/invitations/${token}`)
  expect(await choose(url)).toBe(200)
  const me = await client.get('/v1/me', { authorization: `Bearer ${await signIn(email)}` })
  expect(me.body).toMatchObject({ kind: 'user', roles: [{ book: '*', role: 'admin', entity: null }] })
})

test('an employee is listed without what they sign in with, invited anew, and refused by the service once ended', async () => {
  const { id, email, invitation } = await made('--book', 'main', '--role', 'employee', '--entity', 'e1')
  const listed = await users(['list', '--json'])
  const all = JSON.parse(listed.stdout) as { id: string }[]
  expect(all.find((one) => one.id === id)).toMatchObject({
    email,
    grants: [{ book: 'main', role: 'employee', entity: 'e1' }],
    createdBy: 'system:cli',
    hasPassword: false,
    invitedUntil: invitation.expiresAt,
  })
  expect(listed.stdout).not.toContain(invitation.token)
  expect((await users(['list'])).stdout).toContain('employee on main as e1')

  const again = JSON.parse((await users(['invite', id, '--json'])).stdout) as Made
  expect(await choose(invitation.url)).toBe(404)
  expect(await choose(again.invitation.url)).toBe(200)
  const token = await signIn(email)
  expect(await statusWith(token)).toBe(200)
  expect(await users(['end', id])).toMatchObject({ code: 0 })
  await eventually(async () => expect(await statusWith(token)).toBe(401))
  for (const command of ['end', 'invite']) {
    expect(await users([command, id])).toMatchObject({ code: 2, stderr: `There is no user ${id}.\n` })
  }
})

test('a mail address is of one user', async () => {
  const { email } = await made('--admin')
  const args = ['create', '--email', email.toUpperCase(), '--name', 'x', '--admin', '--json']
  const { code, stdout } = await users(args)
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ refused: { code: 'email-taken' } })
})

describe('the last administrator of every book', () => {
  test('stays where the configuration has no way back, and nothing says otherwise', async () => {
    const own = await testDatabase()
    const without = { DATABASE_URL: own.url }
    try {
      const create = ['create', '--email', 'last@example.com', '--name', 'x', '--admin', '--json']
      expect(await daybook(['migrate'], without)).toMatchObject({ code: 0 })
      const { id, invitation } = JSON.parse((await daybook(['users', ...create], without)).stdout) as Made
      await chooseAt(own.url, invitation.token)
      const refused = await daybook(['users', 'end', id, '--json'], without)
      expect({ code: refused.code, said: JSON.parse(refused.stdout) as object }).toMatchObject({
        code: 1,
        said: { refused: { code: 'last-admin' } },
      })
      expect((await daybook(['users', 'list'], without)).stdout).toContain('last@example.com')
      // Beside a key that may do the same, nobody is the last.
      expect(await daybook(['keys', 'create', '--name', 'x', '--admin'], without)).toMatchObject({ code: 0 })
      expect(await daybook(['users', 'end', id], without)).toMatchObject({ code: 0 })
    } finally {
      await own.drop()
    }
  })

  test('is ended where DAYBOOK_ADMIN_KEY is set', async () => {
    const { id } = await made('--admin')
    expect(await users(['end', id], { DAYBOOK_ADMIN_KEY: service.key })).toMatchObject({ code: 0 })
  })
})

test('where nobody has a password, nobody is invited', async () => {
  const off = { DAYBOOK_PASSWORDS: 'off' }
  const create = ['create', '--email', 'sso@example.com', '--name', 'x', '--book', '*', '--role', 'auditor', '--json']
  const { code, stdout } = await users(create, off)
  expect(code).toBe(0)
  const { id, invitation } = JSON.parse(stdout) as Made
  expect(invitation).toBeNull()
  expect(await users(['invite', id], off)).toMatchObject({ code: 2 })
})

test.each([
  [['create', '--name', 'x', '--admin'], '--email'],
  [['create', '--email', 'ada', '--name', 'x', '--admin'], '--email'],
  [['create', '--email', 'a@example.com', '--admin'], '--name'],
  [['create', '--email', 'a@example.com', '--name', 'x'], '--admin'],
  [['create', '--email', 'a@example.com', '--name', 'x', '--book', 'main', '--role', 'employee'], '--entity'],
  [['create', '--email', 'a@example.com', '--name', 'x', '--admin', '--book', 'main'], 'stands alone'],
])('%j is not right', async (args, says) => {
  const { code, stderr } = await users(args)
  expect({ code, says: stderr.includes(says) }).toEqual({ code: 2, says: true })
})

test('what becomes of users here stands in the audit trail, as done by the command line', async () => {
  const { id, invitation } = await made('--admin')
  expect(await users(['invite', id])).toMatchObject({ code: 0 })
  expect(await users(['end', id], { DAYBOOK_ADMIN_KEY: service.key })).toMatchObject({ code: 0 })
  const trail = await client.get('/v1/audit?actor=system:cli&limit=1000')
  const { items } = trail.body as unknown as { items: { action: string; subject: string; outcome: string }[] }
  const ofUser = items.filter(({ subject }) => subject === `user:${id}`)
  expect(ofUser.map(({ action, outcome }) => [action, outcome])).toEqual([
    ['createUser', 'accepted'],
    ['inviteUser', 'accepted'],
    ['endUser', 'accepted'],
  ])
  expect(trail.text).not.toContain(invitation.token)
})

/** By a service that is there for that alone. */
async function chooseAt(url: string, token: string): Promise<void> {
  const other = await startService({ DATABASE_URL: url })
  const own = new Client(other)
  const { status } = await own.call('POST', `/v1/invitations/${token}`, { body: { password: PASSWORD } })
  expect(status).toBe(200)
  own.close()
  await other.stop()
}
