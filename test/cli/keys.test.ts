import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { type Service, startService } from '../support/service.ts'
import { daybook } from './run.ts'

/* Keys made, changed and ended beside the service, by whoever has its database. */

let database: TestDatabase
let service: Service
beforeAll(async () => {
  database = await testDatabase()
  service = await startService({ DATABASE_URL: database.url })
})
afterAll(async () => {
  await service.stop()
  await database.drop()
})

async function keys(...args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return daybook(['keys', ...args], { DATABASE_URL: database.url })
}

async function statusWith(key: string, path = '/v1/me'): Promise<number> {
  return (await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${key}` } })).status
}

test('an administrator’s key, where every other one is lost', async () => {
  const { code, stdout, stderr } = await keys('create', '--name', 'way back', '--admin')
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('shown this once') as string })
  const key = stdout.trim()
  const me = await fetch(`${service.url}/v1/me`, { headers: { authorization: `Bearer ${key}` } })
  expect(await me.json()).toMatchObject({ kind: 'client', roles: [{ book: '*', role: 'admin' }] })
  const shown = await fetch(`${service.url}/v1/keys`, { headers: { authorization: `Bearer ${key}` } })
  expect(await shown.json()).toMatchObject({ items: [{ name: 'way back', createdBy: 'system:cli' }] })
})

test('a key of one role is listed, gets another secret, and is refused by the service once it has ended', async () => {
  const made = await keys('create', '--name', 'payroll', '--book', 'main', '--role', 'payroll', '--json')
  const { id, key } = JSON.parse(made.stdout) as { id: string; key: string }
  expect(await statusWith(key, '/v1/books/main/balances')).toBe(200)
  expect(await statusWith(key, '/v1/books/main/events')).toBe(403)
  const listed = JSON.parse((await keys('list', '--json')).stdout) as { id: string; lastUsedAt: string | null }[]
  expect(listed.find((one) => one.id === id)?.lastUsedAt).not.toBeNull()
  expect((await keys('list')).stdout).not.toContain(key)

  const other = (await keys('rotate', '--overlap', '0', id)).stdout.trim()
  await eventually(async () => expect([await statusWith(key), await statusWith(other)]).toEqual([401, 200]))
  expect(await keys('end', id)).toMatchObject({ code: 0 })
  await eventually(async () => expect(await statusWith(other)).toBe(401))
  expect(await keys('end', id)).toMatchObject({ code: 2 })
})

test('the last administrator of every book is not ended where the configuration has no way back', async () => {
  const own = await testDatabase()
  const without = { DATABASE_URL: own.url }
  const create = ['keys', 'create', '--name', 'x', '--admin', '--json']
  const made = async () => JSON.parse((await daybook(create, without)).stdout) as { id: string }
  try {
    expect(await daybook(['migrate'], without)).toMatchObject({ code: 0 })
    const last = await made()
    const refused = await daybook(['keys', 'end', last.id, '--json'], without)
    expect({ code: refused.code, said: JSON.parse(refused.stdout) as object }).toMatchObject({
      code: 1,
      said: { refused: { code: 'last-admin' } },
    })
    const other = await made()
    expect(await daybook(['keys', 'end', last.id], without)).toMatchObject({ code: 0 })
    const withKey = { ...without, DAYBOOK_ADMIN_KEY: service.key }
    expect(await daybook(['keys', 'end', other.id], withKey)).toMatchObject({ code: 0 })
  } finally {
    await own.drop()
  }
})

test.each([
  [['create', '--admin'], '--name'],
  [['create', '--name', 'x'], '--admin'],
  [['create', '--name', 'x', '--book', 'main', '--role', 'boss'], '--role is one of'],
  [['create', '--name', 'x', '--admin', '--book', 'main'], 'stands alone'],
  [['create', '--name', 'x', '--book', '*', '--role', 'hr', '--entity', 'e1'], 'somebody of one book'],
  [['rotate', '--overlap', 'long', 'x'], '--overlap'],
])('%j is not right', async (args, says) => {
  const { code, stderr } = await keys(...args)
  expect({ code, says: stderr.includes(says) }).toEqual({ code: 2, says: true })
})

test.each([
  [['--book', 'maine', '--role', 'hr'], 'There is no book maine yet.'],
  [
    ['--book', 'main', '--role', 'employee', '--entity', 'nobody-here'],
    'There is no entity nobody-here in the book main yet.',
  ],
  [['--book', 'main', '--role', 'employee'], 'An employee without --entity is nobody of the book'],
])('%j names what is not there: the key is made, and that is said', async (args, says) => {
  const { code, stderr, stdout } = await keys('create', '--name', 'a slip of the pen', ...args)
  expect({ code, says: stderr.includes(says), made: stdout.startsWith('dbk_') }).toEqual({
    code: 0,
    says: true,
    made: true,
  })
})

test('nothing is said of a grant that names what is there', async () => {
  const { code, stderr } = await keys('create', '--name', 'no slip', '--book', 'main', '--role', 'hr')
  expect({ code, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 0, lines: 1 })
})

test('what becomes of keys here stands in the audit trail, as done by the command line', async () => {
  const made = await keys('create', '--name', 'audited', '--book', 'main', '--role', 'hr', '--json')
  const { id } = JSON.parse(made.stdout) as { id: string }
  expect(await keys('rotate', id)).toMatchObject({ code: 0 })
  expect(await keys('end', id)).toMatchObject({ code: 0 })
  const headers = { authorization: `Bearer ${service.key}` }
  const trail = await fetch(`${service.url}/v1/books/main/audit?actor=system:cli&limit=1000`, { headers })
  const { items } = (await trail.json()) as { items: { action: string; subject: string }[] }
  const ofKey = items.filter(({ subject }) => subject === `key:${id}`)
  expect(ofKey.map(({ action }) => action)).toEqual(['createKey', 'rotateKey', 'endKey'])
})
