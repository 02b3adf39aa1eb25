import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settings } from '../../src/config.ts'
import { openPool } from '../../src/db/pool.ts'
import { type DurableServer, durableServer } from '../support/database.ts'
import { keyWith } from '../support/least-key.ts'
import { Client, type Service, startService } from '../support/service.ts'

// docs/guides/operating-projections.md: its commands are run from top to bottom, and print what the page says they do.

const page = await readFile('docs/guides/operating-projections.md', 'utf8')
const BOOK = '/v1/books/main'

interface Example {
  readonly commands: string
  /** undefined: whatever it prints. */
  readonly output: string | undefined
}

const examples: readonly Example[] = Array.from(
  page.matchAll(/^```sh\n(.*?)\n```\n(?:\n```text\n(.*?)\n```\n)?/gms),
  ([, commands, output]) => ({ commands: commands!, output }),
)

let server: DurableServer
let service: Service
let client: Client
/** Of statistics. */
let key: string

beforeAll(async () => {
  server = await durableServer()
  service = await startService({ DATABASE_URL: server.url })
  client = new Client(service)
  key = await keyWith(client, ['hr'])
  const terms = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: false, overdraftLimit: '0' }
  await client.put(`${BOOK}/policies/annual`, 'policy', terms)
  for (let position = 3; position <= 7; position++) await accrue(position % 2 === 0 ? 'e1' : 'e2', position)
})

afterAll(async () => {
  client.close()
  await service.stop()
  await server.remove()
})

/** Records what comes next, and waits until the calendar and the statistics have gone past it. */
async function accrue(entity: string, position: number): Promise<void> {
  const body = { entity, policy: 'annual', amount: '2', effectiveOn: '2026-01-31' }
  const { status, headers } = await client.post(`${BOOK}/accruals`, `k${position}`, body)
  expect([status, headers['daybook-position']]).toEqual([201, String(position)])
  const caughtUp = { 'daybook-min-position': String(position) }
  const reads = ['stats', 'calendar?from=2026-01-31&to=2026-01-31'].map((path) =>
    client.get(`${BOOK}/${path}`, caughtUp),
  )
  expect((await Promise.all(reads)).map(({ status }) => status)).toEqual([200, 200])
}

/** Has the next event of an entity be one that could not be applied. */
async function park(entity: string, position: number): Promise<void> {
  const admin = openPool({ url: server.url, max: 1, applicationName: 'daybook test' })
  await admin.query(
    `insert into projections.withheld (book_id, projection, build, entity_id, position, state, error)
     select 'main', 'stats', build, $1, $2, 'parked', 'amount is not a number (SQLSTATE 22P02)'
       from projections.builds
      where projection = 'stats'
        and state = 'active'`,
    [entity, position],
  )
  await admin.end()
  await accrue(entity, position)
}

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(6)
  expect(examples.filter(({ output }) => output !== undefined).length).toBeGreaterThan(5)
})

describe('the examples, in their order', () => {
  test.each(examples)('$commands', async ({ commands, output }) => {
    if (commands.includes('parked list') && !commands.includes('skip')) await park('e1', 8)
    if (commands.includes('parked skip')) await park('e2', 9)
    const { code, stdout, stderr } = await run(commands)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    if (output !== undefined) expect(stdout.trimEnd()).toMatch(sameBut(output))
    else expect(stdout).toContain('"available":"10.0"')
  })
})

test('metrics that the page names are there', async () => {
  const { text } = await client.get('/metrics')
  const named = new Set(page.match(/\bdaybook_project[a-z_]+/g))
  expect(named.size).toBeGreaterThan(8)
  for (const metric of named) expect(text).toContain(`# HELP ${metric} `)
})

test('settings that the page names are there', () => {
  const known = new Set<string>(Object.values(settings).map(({ name }) => name))
  const named = page.match(/\b(DAYBOOK|DATABASE)_[A-Z_]+\b/g) ?? []
  expect(named.filter((name) => !known.has(name))).toEqual([])
})

/** The page's text, with other instants, and as wide as the columns happen to be. */
function sameBut(output: string): RegExp {
  const pattern = output
    .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+\\\.\d{3}Z/g, '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z')
    .replaceAll(/ +/g, ' +')
    .replaceAll('\n', ' *\n')
  return new RegExp(`^${pattern}$`)
}

function run(commands: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = `set -e\ndaybook() { "$NODE" src/cli/daybook.ts "$@"; }\n${commands}\n`
  const env = { ...process.env, NODE: process.execPath, DATABASE_URL: server.url, URL: service.url, KEY: key }
  return new Promise((resolve) => {
    execFile('bash', ['-c', script], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}
