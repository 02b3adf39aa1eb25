import { Client as Connection } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allGrants } from '../../src/db/roles/privileges.ts'
import { daybook, type Ended } from '../cli/run.ts'
import { type DurableServer, databaseUrl, durableServer } from '../support/database.ts'
import { refusedStart } from '../support/refused-start.ts'
import { Client, startService } from '../support/service.ts'

/*
 * Roles as operators hand them out, on a server that has none of ours: who may make them, who may act in them, whose the
 * tables are. What is missing is said, and repaired by what is printed.
 */

let server: DurableServer
beforeAll(async () => {
  server = await durableServer()
})
afterAll(() => server.remove())

async function asAdministrator(...statements: string[]): Promise<void> {
  await on(server.url, ...statements)
}

async function on(url: string, ...statements: string[]): Promise<unknown[]> {
  const client = new Connection({ connectionString: url })
  await client.connect()
  try {
    let rows: unknown[] = []
    for (const statement of statements) ({ rows } = await client.query<object>(statement))
    return rows
  } finally {
    await client.end()
  }
}

/** A role with a password, and a database of its own. @returns its URL */
async function ownerOf(name: string, options = ''): Promise<string> {
  await asAdministrator(`create role ${name} login password 'secret-of-${name}' ${options}`)
  await asAdministrator(`create database ${name} owner ${name} template template0 encoding 'UTF8'`)
  const url = new URL(databaseUrl(server.url, name))
  url.username = name
  url.password = `secret-of-${name}`
  return url.href
}

const migrated = (url: string): Promise<Ended> => daybook(['migrate'], { DATABASE_URL: url })

/** Has an administrator run what is printed for the role of a URL. */
async function admit(url: string): Promise<void> {
  const { code, stdout } = await daybook(['migrate', '--roles-sql'], { DATABASE_URL: url })
  expect(code).toBe(0)
  expect(stdout).not.toContain('secret')
  await asAdministrator(stdout)
}

interface Finding {
  readonly about: string
  readonly level: string
  readonly says: string
  readonly advice?: string
}

async function examine(url: string, ...args: string[]): Promise<{ repaired: string[]; findings: Finding[] }> {
  const { stdout, stderr } = await daybook(['doctor', '--json', ...args], { DATABASE_URL: url, PORT: '1' })
  expect(stderr).toBe('')
  return JSON.parse(stdout) as { repaired: string[]; findings: Finding[] }
}

async function saidOf(url: string, ...about: string[]): Promise<string[]> {
  const { findings } = await examine(url)
  return findings.filter((finding) => finding.level !== 'ok' && about.includes(finding.about)).map(({ says }) => says)
}

test('a role that may not make roles is told what an administrator has to run; then it migrates', async () => {
  const url = await ownerOf('plain')
  const first = await migrated(url)
  expect(first.code).toBe(2)
  expect(first.stderr).toBe(
    'The database could not be migrated: there is no role daybook_service, and plain may not create it. ' +
      'Have an administrator of the server run what this prints: daybook migrate --roles-sql\n',
  )
  const { code, stderr } = await refusedStart({ DATABASE_URL: url })
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /^Daybook cannot start: DATABASE_URL: the PostgreSQL at \S+ cannot be used: there is no role daybook_service, .*\n$/,
    ),
  ])
  // Made by an administrator, and not given: the most that some do.
  await asAdministrator('create role daybook_service nologin', 'create role daybook_eraser nologin')
  expect((await migrated(url)).stderr).toContain('plain may not act as daybook_service. Have an administrator')
  await admit(url)
  expect(await migrated(url)).toMatchObject({ code: 0, stderr: '' })
  expect(await saidOf(url, 'role', 'privileges', 'owners')).toEqual([])
})

describe('two databases with two owners on one server', () => {
  let one: string
  let other: string
  beforeAll(async () => {
    one = await ownerOf('owner_one', 'createrole')
    other = await ownerOf('owner_two', 'createrole')
    await admit(one)
    await admit(other)
  })

  test('both are migrated and may do what they have to', async () => {
    expect(await migrated(one)).toMatchObject({ code: 0, stderr: '' })
    expect(await migrated(other)).toMatchObject({ code: 0, stderr: '' })
    expect(await saidOf(other, 'privileges', 'owners')).toEqual([])
  })

  test('that each may enter the other is said, until it may not', async () => {
    expect(await saidOf(other, 'role')).toContain(
      'owner_one may enter this database as well, and act as daybook_service',
    )
    await on(other, 'revoke connect on database owner_two from public')
    expect(await saidOf(other, 'role')).toEqual([])
    const url = new URL(one)
    url.pathname = '/owner_two'
    await expect(on(url.href, 'select 1')).rejects.toThrow(/permission denied for database/)
    expect((await migrated(other)).code).toBe(0)
  })
})

test('a role that may make roles makes them, and needs nobody', async () => {
  const fresh = await durableServer()
  try {
    await on(fresh.url, `create role maker login createrole password 'secret'`, 'create database maker owner maker')
    const url = new URL(databaseUrl(fresh.url, 'maker'))
    url.username = 'maker'
    url.password = 'secret'
    expect(await migrated(url.href)).toMatchObject({ code: 0, stderr: '' })
  } finally {
    await fresh.remove()
  }
})

describe('privileges and owners that were lost', () => {
  let url: string
  beforeAll(async () => {
    url = await ownerOf('moved')
    await admit(url)
    const service = await startService({ DATABASE_URL: url })
    expect(await service.stop()).toBe(0)
  })

  test('are found, each with its statement; the service refuses to start; and one command repairs all of it', async () => {
    const statements = (await on(
      url,
      `select format('alter table %s owner to moved', t) as sql from projections.builds, unnest(tables) as t
        union all select format('revoke all on all tables in schema %I from daybook_service, daybook_eraser', s)
                    from unnest(array['ledger', 'access', 'audit', 'webhooks', 'earning', 'projections', 'pgboss']) as s
        union all select format('revoke all on schema %I from daybook_service, daybook_eraser', s)
                    from unnest(array['ledger', 'access', 'audit', 'webhooks', 'earning', 'projections']) as s`,
    )) as { sql: string }[]
    await on(url, ...statements.map(({ sql }) => sql))
    await on(databaseUrl(server.url, 'moved'), 'alter table ledger.heads owner to daybook_service')

    const { code, stderr } = await refusedStart({ DATABASE_URL: url })
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /cannot be used: ledger\.heads belongs to daybook_service, and not to moved\. .*doctor --repair\n$/,
    )
    const { findings } = await examine(url)
    const advice = findings.filter(({ about }) => about === 'owners').map((finding) => finding.advice)
    expect(advice).toContain('Run: alter table ledger.heads owner to moved. Or: daybook doctor --repair')
    expect(advice.join()).toMatch(/alter table projections\.balance_snapshots\w* owner to daybook_service/)
    const lacking = findings.filter(({ about }) => about === 'privileges').map(({ says }) => says)
    expect(lacking).toContain('daybook_service may not insert into ledger.events')
    expect(lacking).toContain('daybook_eraser may not use the schema ledger')
    expect(lacking.length).toBeGreaterThan((await allGrants()).length * 0.9)

    const { repaired, findings: after } = await examine(url, '--repair')
    expect(repaired).toContain('alter table ledger.heads owner to moved')
    expect(repaired).toContain('grant update (erasable) on ledger.events to daybook_eraser')
    expect(after.filter(({ about, level }) => level !== 'ok' && ['privileges', 'owners'].includes(about))).toEqual([])
    expect((await examine(url, '--repair')).repaired).toEqual([])
  })

  test('and then it serves and projects', async () => {
    const service = await startService({ DATABASE_URL: url })
    const client = new Client(service)
    const terms = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: false, overdraftLimit: '0' }
    const { status, headers } = await client.put('/v1/books/main/policies/annual', 'policy', terms)
    expect(status).toBe(201)
    const caughtUp = { 'daybook-min-position': String(headers['daybook-position']) }
    expect((await client.get('/v1/books/main/stats', caughtUp)).status).toBe(200)
    client.close()
    expect(await service.stop()).toBe(0)
  })
})
