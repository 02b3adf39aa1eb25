import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { freePort } from '../support/service.ts'
import { temporaryFolder } from '../support/test-run.ts'

// What a service says and does from its first moment on, when not everything is as it should be.

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const KEY = 'a-key-of-sixteen-or-more'

let database: TestDatabase
let port: number
let service: Starting | undefined
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  port = await freePort()
})
afterEach(() => service?.process.kill('SIGKILL'))

interface Starting {
  readonly process: ChildProcess
  readonly ended: Promise<number | null>
  readonly stderr: () => string
}

function start(environment: Record<string, string>): Starting {
  const { DATABASE_URL: _url, HOST: _host, ...inherited } = process.env
  const child = spawn(process.execPath, [main], {
    env: { ...inherited, LOG_LEVEL: 'warn', PORT: String(port), DAYBOOK_ADMIN_KEY: KEY, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = once(child, 'close').then(() => child.exitCode)
  service = { process: child, ended, stderr: () => stderr }
  return service
}

interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Asks until there is an answer at all. */
async function ask(path: string): Promise<Answered> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined)
    if (response !== undefined) {
      return { status: response.status, headers: response.headers, text: await response.text() }
    }
    if (service?.process.exitCode !== null) throw new Error(`it ended: ${service?.stderr()}`)
    await sleep(10)
  }
}

/** Everything about the database but where it is. */
function at(other: number): string {
  const url = new URL(database.url)
  url.host = `127.0.0.1:${other}`
  return url.href
}

describe('a port that is taken', () => {
  test('is said in one line, before a database is made', async () => {
    const taken = createServer().listen(port, '127.0.0.1')
    await once(taken, 'listening')
    const dataDir = `${await temporaryFolder()}/data`
    const { ended, stderr } = start({ DAYBOOK_DATA_DIR: dataDir })
    expect(await ended).toBe(1)
    expect(stderr()).toBe(
      `Daybook cannot start: HOST 127.0.0.1, PORT ${port}: another process listens there. Stop it, or set PORT to ` +
        'another port (0 takes a free one).\n',
    )
    expect(existsSync(dataDir)).toBe(false)
    taken.close()
  })

  test('and an address that is none of this machine as well', async () => {
    const { ended, stderr } = start({ HOST: '192.0.2.1', DATABASE_URL: database.url })
    expect(await ended).toBe(1)
    expect(stderr()).toMatch(/^Daybook cannot start: HOST 192\.0\.2\.1, PORT \d+: .*Set HOST to one that is.*\n$/)
  })
})

describe('a database that cannot be reached', () => {
  let proxy: Server | undefined
  afterEach(() => proxy?.close())

  test('is waited for, while the service says that it lives; and then it serves', async () => {
    const later = await freePort()
    const { process: child, ended, stderr } = start({ DATABASE_URL: at(later) })
    expect(await ask('/livez')).toMatchObject({ status: 200, text: 'alive\n' })
    const readyz = await ask('/readyz')
    expect(readyz.status).toBe(503)
    expect(readyz.headers.get('content-type')).toBe('application/problem+json')
    expect(readyz.headers.get('retry-after')).toBe('1')
    expect(JSON.parse(readyz.text)).toMatchObject({ code: 'unavailable', status: 503 })
    expect(JSON.parse((await ask('/health')).text)).toMatchObject({
      status: 'failing',
      checks: { process: { status: 'ok' }, database: { status: 'failing' } },
    })
    expect((await ask('/v1/books')).status).toBe(503)
    await expect.poll(stderr, { timeout: 60_000 }).toContain('\n')

    const target = new URL(database.url)
    proxy = createServer((socket) => {
      const server = connect(Number(target.port), target.hostname)
      socket.pipe(server).pipe(socket)
      socket.on('error', () => server.destroy())
      server.on('error', () => socket.destroy())
    }).listen(later, '127.0.0.1')
    await expect.poll(async () => (await ask('/readyz')).status, { timeout: 60_000 }).toBe(200)
    expect((await ask('/v1/books')).status).toBe(401)
    expect(stderr().trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        new RegExp(
          `^Daybook waits for its database: DATABASE_URL: .* 127\\.0\\.0\\.1:${later} cannot be reached .* 300 s\\.$`,
        ),
      ),
    ])
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  test('is given up after DAYBOOK_DATABASE_WAIT_MS, with a line that names no password', async () => {
    const { password } = new URL(database.url)
    const { ended, stderr } = start({ DATABASE_URL: at(await freePort()), DAYBOOK_DATABASE_WAIT_MS: '300' })
    expect(await ended).toBe(1)
    expect(stderr()).toMatch(
      /Daybook cannot start: DATABASE_URL: .* tried for 0\.3 s \(DAYBOOK_DATABASE_WAIT_MS\)\.\n$/,
    )
    if (password !== '') expect(stderr()).not.toContain(password)
  })

  test('does not keep the service from being stopped', async () => {
    const { process: child, ended } = start({ DATABASE_URL: at(await freePort()) })
    await ask('/livez')
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })
})

describe('what waiting does not mend is not waited for', () => {
  test('a role that is not let in, or a password that is wrong', async () => {
    const url = new URL(database.url)
    url.username = 'somebody'
    url.password = 'hunter2'
    const { ended, stderr } = start({ DATABASE_URL: url.href })
    expect(await ended).toBe(1)
    expect(stderr()).toMatch(/^Daybook cannot start: DATABASE_URL: .* the role somebody .*\n$/)
    expect(stderr()).not.toContain('hunter2')
  })

  test('a database that is not there', async () => {
    const url = new URL(database.url)
    url.pathname = '/nowhere'
    const { ended, stderr } = start({ DATABASE_URL: url.href })
    expect(await ended).toBe(1)
    expect(stderr()).toMatch(/^Daybook cannot start: DATABASE_URL: .* has no database nowhere\. Create it, .*\n$/)
  })
})
