import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { processesWith } from '../support/processes.ts'
import { freePort } from '../support/service.ts'
import { temporaryFolder } from '../support/test-run.ts'

// `npm start` as a user has it, and a signal to npm alone: what a supervisor sends, who knows of nothing else.

const hasNpm = spawnSync('npm', ['--version']).status === 0
if (!hasNpm) console.warn('SKIPPED: npm start is not tried, because npm is missing.')

const MARK = 'NPM_START_OF_A_TEST'
const TIMEOUT_MS = 300_000

describe.skipIf(!hasNpm || process.platform === 'win32')('npm start', () => {
  let dataDir: string
  let port: number
  let mark: string
  let npm: ChildProcess
  let said: string
  beforeEach(async () => {
    dataDir = `${await temporaryFolder()}/data`
    port = await freePort()
    mark = randomBytes(8).toString('hex')
    said = ''
    const { DATABASE_URL: _url, DAYBOOK_ADMIN_KEY: _key, HOST: _host, ...inherited } = process.env
    npm = spawn('npm', ['start'], {
      env: {
        ...inherited,
        DAYBOOK_DATA_DIR: dataDir,
        PORT: String(port),
        [MARK]: mark,
        // An install would pull the ground from under the tests beside this one.
        npm_config_ignore_scripts: 'true',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [npm.stdout!, npm.stderr!]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  })
  afterEach(async () => {
    for (const pid of await left()) process.kill(pid, 'SIGKILL')
    await rm(dataDir, { recursive: true, force: true })
  })

  async function left(): Promise<number[]> {
    return (await processesWith(MARK)).filter(({ value }) => value === mark).map(({ pid }) => pid)
  }

  async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isSo())) {
      if (npm.exitCode !== null) throw new Error(`npm start ended with ${npm.exitCode}:\n${said}`)
      await sleep(10)
    }
  }

  async function expectStopped(signal: 'SIGTERM' | 'SIGINT'): Promise<void> {
    const ended = once(npm, 'exit')
    npm.kill(signal)
    expect({ ended: await ended, said }).toEqual({ ended: [0, null], said: expect.any(String) as string })
    expect(await left()).toEqual([])
    expect(existsSync(`${dataDir}/postgres/postmaster.pid`)).toBe(false)
  }

  test(
    'SIGTERM to npm stops the service: exit 0 and no process left',
    async () => {
      await until(async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.status === 200)
      if (process.platform === 'linux') expect((await left()).length).toBeGreaterThan(2)
      await expectStopped('SIGTERM')
    },
    TIMEOUT_MS,
  )

  test(
    'so does SIGINT while it makes its database: what was begun is ended, and no half is left',
    async () => {
      await until(() => existsSync(dataDir) && readdirSync(dataDir).some((name) => name.startsWith('postgres.new-')))
      await expectStopped('SIGINT')
      expect(readdirSync(dataDir).filter((name) => name.startsWith('postgres.new-'))).toEqual([])
    },
    TIMEOUT_MS,
  )

  test(
    'so does SIGTERM when it has only just begun to listen',
    async () => {
      await until(async () => (await fetch(`http://127.0.0.1:${port}/livez`).catch(() => undefined))?.status === 200)
      await expectStopped('SIGTERM')
    },
    TIMEOUT_MS,
  )
})
