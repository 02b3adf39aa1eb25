import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openServer } from '../../src/cli/daybook/database.ts'
import { record } from '../../src/cli/demo/client.ts'
import { findOrStart, type Service } from '../../src/cli/demo/service.ts'
import { schemaFaults } from '../support/event-schemas.ts'
import { temporaryFolder } from '../support/test-run.ts'

// The demo as a person runs it: the real service, a data folder of its own, one run after the other.

const TIMEOUT_MS = 300_000

const ALL_RIGHT = [
  'right  public holidays',
  'right  refusals',
  'right  stories',
  'right  requests',
  'right  balances',
  'right  daybook verify',
]

let dataDir: string
/** Where nobody serves, so that the demo starts a service itself. */
let nobody: string

beforeAll(async () => {
  dataDir = await temporaryFolder()
  nobody = String(await freePort())
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

describe('npm run demo', { timeout: TIMEOUT_MS }, () => {
  test('starts a service, posts the years, shows them, and stops the service', async () => {
    const { code, stdout, stderr } = await demo()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`No service at http://127.0.0.1:${nobody}, so starting one`)
    expect(tableLines(stdout)).toHaveLength(26)
    expect(tableLines(stdout)[0]).toBe(
      '  1  2025-01-25 │    4.00   0.00   4.00 │    6.00   0.00   6.00 │    8.00   0.00   8.00',
    )
    expect(tableLines(stdout)[12]).toBe(
      ' 13  2025-07-12 │   52.00  48.00   4.00 │   78.00  32.00  46.00 │  104.00  88.00  16.00',
    )
    expect(tableLines(stdout)[25]).toBe(
      ' 26  2026-01-10 │  104.00  74.25  29.75 │  160.00 136.00  24.00 │  208.00 200.00   8.00',
    )
    expect(stdout).toContain('722 commands were new, 0 had been recorded before.')
    for (const verdict of [
      'amara  104.00 h, 104 h  right',
      'bruno  160.00 h, 160 h  right',
      'chiyo  208.00 h, 208 h  right',
    ]) {
      expect(stdout).toContain(verdict)
    }
    expect(stdout).toMatch(/^all +40 +\d+ +\d+ +\d+ +\d+ +\d+\.\d\d +\d+\.\d\d$/m)
    expect(stdout).toMatch(/through 2025-12-31: 0 accruals, 0 carry-overs, \d+ lapses, 0 corrections\n/)
    for (const words of [
      /yuki +2025-03-17 +22\.5 {2}9 of 12 full months of 2025 at 30 days a year/,
      /vera +2025-04-01 +-4\.5 {2}4\.5 days lapsed, not taken by 31 March/,
      /oliver +2025-01-01 +-3\.00 {2}8 days left of 2024, 5 carried over/,
      /oliver +2025-07-01 +2\.25 {2}July at 27 days a year/,
    ]) {
      expect(stdout).toMatch(words)
    }
    expect(stdout).toMatch(/farid-march +5\.0 /)
    expect(stdout).toMatch(/Lukas asks for a day that he has off +409 day-taken\n/)
    expect(verdictsIn(stdout)).toEqual(ALL_RIGHT)
    expect(stdout).toContain('Everything is right.')
    expect(existsSync(`${dataDir}/postgres/postmaster.pid`)).toBe(false)
  })

  test('posts nothing new the second time, and shows the same', async () => {
    const { code, stdout } = await demo()
    expect(code).toBe(0)
    expect(stdout).toContain('0 commands were new, 722 had been recorded before.')
    expect(verdictsIn(stdout)).toEqual(ALL_RIGHT)
    expect(tableLines(stdout)[25]).toContain('104.00  74.25  29.75')
  })

  describe('into a service that runs', () => {
    let service: Service

    beforeAll(async () => {
      service = await findOrStart(environment(), () => {})
    }, TIMEOUT_MS)
    afterAll(() => service.stop())

    test('uses it, and leaves it running', async () => {
      const { code, stdout } = await demo({ DAYBOOK_URL: `${service.url}/` })
      expect(code).toBe(0)
      expect(stdout).toContain(`Using the service at ${service.url}.`)
      // Of a service that may be elsewhere the database is not asked.
      expect(verdictsIn(stdout)).toEqual(ALL_RIGHT.slice(0, -1))
      expect(stdout).toContain('npm run verify -- --book isar-and-thames-2025')
      expect(stdout).toContain('0 commands were new, 722 had been recorded before.')
      expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
    })

    test.each(['us-federal-2025', 'isar-and-thames-2025'])(
      'the events of %s are what their JSON Schemas say',
      async (book) => {
        const headers = { accept: 'application/x-ndjson', authorization: `Bearer ${service.key}` }
        const answer = await fetch(`${service.url}/v1/books/${book}/events`, { headers })
        const lines = (await answer.text()).trimEnd().split('\n')
        expect(lines.length).toBeGreaterThan(90)
        expect(schemaFaults(lines)).toEqual([])
      },
    )

    test('finds it without DAYBOOK_URL where npm start would serve', async () => {
      const { code, stdout } = await demo({ PORT: new URL(service.url).port })
      expect(code).toBe(0)
      expect(stdout).toContain(`Using the service at ${service.url}.`)
    })

    test('says that the key is not accepted', async () => {
      const { code, stderr } = await demo({ DAYBOOK_URL: service.url, DAYBOOK_ADMIN_KEY: 'another-key-than-its-own' })
      expect(code).toBe(1)
      expect(stderr).toBe(
        `The service at ${service.url} does not accept the key. Set DAYBOOK_ADMIN_KEY to the one it was given.\n`,
      )
    })

    test('says that there is no key', async () => {
      const { code, stderr } = await demo({ DAYBOOK_URL: service.url, DAYBOOK_DATA_DIR: `${dataDir}/elsewhere` })
      expect(code).toBe(1)
      expect(stderr).toContain(`${dataDir}/elsewhere/admin.key cannot be read`)
      expect(stderr).toContain('Set DAYBOOK_ADMIN_KEY')
    })

    test('says which figure is wrong, once somebody else has posted, and exits with 1', async () => {
      await record(service, {
        method: 'POST',
        path: '/v1/books/us-federal-2025/accruals',
        idempotencyKey: 'somebody-else',
        body: { entity: 'bruno', policy: 'annual-leave-category-6', amount: '0.25', effectiveOn: '2025-05-01' },
      })
      const { code, stdout, stderr } = await demo({ DAYBOOK_URL: service.url })
      expect(code).toBe(1)
      expect(stdout).toContain('amara  104.00 h, 104 h  right')
      expect(stdout).toContain('bruno  160.25 h, 160 h  WRONG')
      expect(stderr).toContain('The figures do not come out.')
      expect(stderr).toContain('GET /v1/books/us-federal-2025/events')
    })

    test('says which balance of the company is wrong, and which request nobody asked for, which refusal is another', async () => {
      await record(service, {
        method: 'POST',
        path: '/v1/books/isar-and-thames-2025/adjustments',
        idempotencyKey: 'somebody-else',
        body: { entity: 'zoe', policy: 'annual', amount: '0.5', effectiveOn: '2025-05-01' },
      })
      await record(service, {
        method: 'POST',
        path: '/v1/books/isar-and-thames-2025/requests',
        idempotencyKey: 'somebody-else-asks',
        body: { id: 'strange', entity: 'hanna', resource: 'study-leave', from: '2025-11-20', to: '2025-11-20' },
      })
      await record(service, {
        method: 'POST',
        path: '/v1/books/isar-and-thames-2025/requests/lukas-christmas/approve',
        idempotencyKey: 'somebody-else-approves',
        body: { expectedVersion: 1 },
      })
      const { code, stdout, stderr } = await demo({ DAYBOOK_URL: service.url })
      expect(code).toBe(1)
      expect(verdictsIn(stdout)).toEqual([
        'right  public holidays',
        'WRONG  refusals',
        'right  stories',
        'WRONG  requests',
        'WRONG  balances',
      ])
      expect(stdout).toContain('Selin does, though Jonas is back: 409 version-conflict, not 403 forbidden')
      expect(stdout).toContain('strange: nobody of the demo asked for it')
      expect(stdout).toMatch(/zoe annual on 2025-08-15: adjusted is 0\.50, not 0\.00\n/)
      expect(stdout).toMatch(/hanna study on 2025-12-31: pending is 1\.00, not 0\.00\n/)
      expect(stdout).not.toContain('zoe annual on 2025-04-01')
      expect(stdout).not.toContain('Everything is right.')
      expect(stderr).toContain('GET /v1/books/isar-and-thames-2025/events')
    })

    test('says that the record does not fit, once somebody had their hands in the database', async () => {
      const server = await openServer(environment())
      const client = new pg.Client({ connectionString: server.url })
      await client.connect()
      try {
        await client.query('begin; set local session_replication_role = replica')
        const { rowCount } = await client.query(
          "update ledger.events set actor_id = 'nobody' where book_id = 'isar-and-thames-2025' and position = 200",
        )
        expect(rowCount).toBe(1)
        await client.query('commit')
      } finally {
        await client.end()
        await server.close()
      }
      const { code, stdout } = await demo({ PORT: new URL(service.url).port })
      expect(code).toBe(1)
      expect(verdictsIn(stdout).at(-1)).toBe('WRONG  daybook verify')
      expect(stdout).toMatch(/position 200\b/)
    })
  })

  test('says that it cannot read what is stored, where its settings are not those of the service', async () => {
    const service = await findOrStart(environment(), () => {})
    try {
      const key = (await readFile(`${dataDir}/admin.key`, 'utf8')).trim()
      const { stdout } = await demo({
        PORT: new URL(service.url).port,
        DAYBOOK_ADMIN_KEY: key,
        DAYBOOK_DATA_DIR: `${dataDir}/elsewhere`,
      })
      expect(stdout).toContain(`What is stored could not be read (There is no database in ${dataDir}/elsewhere`)
    } finally {
      await service.stop()
    }
  })

  test('says that nothing answers where DAYBOOK_URL points, and starts nothing', async () => {
    const { code, stdout, stderr } = await demo({ DAYBOOK_URL: `http://127.0.0.1:${nobody}` })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(
      `No Daybook answers at http://127.0.0.1:${nobody} (DAYBOOK_URL): connect ECONNREFUSED 127.0.0.1:${nobody}.\n`,
    )
  })

  test('says that something else answers there, and does not show it the key', async () => {
    const asked: string[] = []
    const other = createServer(({ url = '', headers }, response) => {
      asked.push(`${url} ${headers.authorization}`)
      response.writeHead(200).end('<h1>Hello</h1>')
    }).listen(0, '127.0.0.1')
    await once(other, 'listening')
    try {
      const { code, stderr } = await demo({ DAYBOOK_URL: `http://127.0.0.1:${(other.address() as AddressInfo).port}` })
      expect(code).toBe(1)
      expect(stderr).toContain('(DAYBOOK_URL): something else does.')
      expect(asked).toEqual(['/readyz undefined'])
    } finally {
      other.close()
    }
  })

  test('says why a service does not start', async () => {
    const { code, stderr } = await demo({ DAYBOOK_DATA_DIR: `${dataDir}/admin.key` })
    expect(code).toBe(1)
    expect(stderr).toContain('The service did not start. It said:')
  })

  test('says which setting is wrong', async () => {
    const { code, stderr } = await demo({ LOG_LEVEL: 'loud' })
    expect(code).toBe(1)
    expect(stderr).toContain('LOG_LEVEL: "loud" is not')
  })
})

function environment(also: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { DATABASE_URL: _url, DAYBOOK_ADMIN_KEY: _key, DAYBOOK_URL: _service, ...inherited } = process.env
  return { ...inherited, DAYBOOK_DATA_DIR: dataDir, PORT: nobody, ...also }
}

function demo(also: Record<string, string> = {}): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['src/cli/demo.ts'], { env: environment(also) }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr })
    })
  })
}

function tableLines(stdout: string): string[] {
  return stdout.split('\n').filter((line) => /^ *\d+ {2}\d{4}-/.test(line))
}

function verdictsIn(stdout: string): string[] {
  return [...stdout.matchAll(/^ {2}((?:right|WRONG) {2}[a-z]+(?: [a-z]+)?) /gm)].map(([, verdict]) => verdict!)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
