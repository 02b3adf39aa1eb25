import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/daybook/commands.ts'
import { pendingMigrations } from '../../src/db/migrate.ts'
import { openPool } from '../../src/db/pool.ts'
import { emptyDatabase, testDatabase } from '../support/database.ts'
import { freePort } from '../support/service.ts'
import { temporaryFolder } from '../support/test-run.ts'
import { daybook, shell } from './run.ts'

const folder = await temporaryFolder()
afterAll(() => rm(folder, { recursive: true, force: true }))

test('--help teaches: every command in a line, what to begin with, what exit codes mean', async () => {
  const { code, stdout, stderr } = await daybook(['--help'], {})
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const { name, summary } of commands)
    expect(stdout).toMatch(new RegExp(`^ {2}${name} +${escaped(summary)}$`, 'm'))
  expect(stdout).toContain('To begin with:\n  daybook serve ')
  expect(stdout).toContain('Exit codes: 0 done')
})

test('each command has examples of itself, and says what every option is for', () => {
  for (const { name, help, usage, options } of commands) {
    const [, examples = ''] = help.split('Examples:\n')
    expect(examples).toContain(`daybook ${name}`)
    for (const option of Object.keys(options)) {
      expect(`${name}: ${usage}`).toContain(`--${option}`)
      expect(`${name}: ${help}`).toContain(`--${option}`)
    }
  }
})

test.concurrent.each([
  [[], /^daybook: an append-only ledger.*Usage: daybook <command>/s],
  [['vrify'], /^There is no command vrify\.\n\nSee: daybook --help\n$/],
  [
    ['verify', '--bok'],
    /^Unknown option '--bok'.*Usage: daybook verify \[--book <id>\]\nSee: daybook verify --help\n$/s,
  ],
  [['verify', '--book'], /^Option '--book <value>' argument missing/],
  [
    ['migrate', 'now'],
    /^migrate takes nothing besides its options, and got now\.\n\nUsage: daybook migrate \[--dry-run \| --roles-sql\]/,
  ],
  [['snapshots'], /Usage: daybook <command>\n\n {2}snapshots create/],
  [['doctor', '--url', 'ftp://x'], /^--url is the http:\/\/ or https:\/\/ URL of a service/],
  [['doctor', '--url', 'http://a:b@x'], /^--url is .*without a name or password in it\./],
])('%j: said in a line or two, and 2', async (args, words) => {
  const { code, stdout, stderr } = await daybook(args, { DAYBOOK_DATA_DIR: `${folder}/none` })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(words)
  expect(stderr).not.toContain('    at ')
})

test.concurrent.each([
  [['--json'], 'usage', /^No command is given\./],
  [['vrify', '--json'], 'usage', /^There is no command vrify\.$/],
  [['verify', '--bok', '--json'], 'usage', /^Unknown option '--bok'/],
  [['verify', '--json', '--book', 'main', '--book', 'a1'], 'usage', /^--book is given more than once\.$/],
  [['verify', '--json', '--book=main', '--book=main'], 'usage', /^--book is given more than once\.$/],
  [['verify', '--json'], 'failed', /^There is no database in /],
])('%j: why there is no result is one JSON document, and on stderr', async (args, code, message) => {
  const ended = await daybook(args, { DAYBOOK_DATA_DIR: `${folder}/none` })
  expect(ended.code).toBe(2)
  expect(JSON.parse(ended.stdout)).toEqual({
    error: { code, message: expect.stringMatching(message) as string },
  })
  expect(ended.stderr).not.toBe('')
})

test('after -- nothing is an option; serve has no result, and so no --json', async () => {
  const { stdout } = await daybook(['verify', '--', '--json'], {})
  expect(stdout).toBe('')
  expect(await daybook(['serve', '--json'], {})).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Unknown option '--json'") as string,
  })
})

test('whoever reads no further does not change what it ends with', async () => {
  // `true` is gone before the first line is written.
  const { stderr } = await shell(
    '{ sleep 1; $DAYBOOK --help; echo "ended with $?" >&2; } | true; { sleep 1; $DAYBOOK vrify --json; echo "ended with $?" >&2; } | true',
    folder,
  )
  expect(stderr).toBe('ended with 0\nThere is no command vrify.\n\nSee: daybook --help\nended with 2\n')
})

describe('migrate', () => {
  test('lists what is to run and changes nothing, runs it, and then there is nothing', async () => {
    const database = await emptyDatabase()
    const pool = openPool({ url: database.url, max: 1, applicationName: 'daybook test' })
    const names = await pendingMigrations(pool)
    const run = (...args: string[]) => daybook(['migrate', ...args], { DATABASE_URL: database.url })
    expect(await run('--dry-run')).toEqual({
      code: 1,
      stdout: `${names.map((name) => `to run: ${name}\n`).join('')}${names.length} migrations to run: daybook migrate\n`,
      stderr: '',
    })
    expect(await pendingMigrations(pool)).toEqual(names)
    expect(JSON.parse((await run('--dry-run', '--json')).stdout)).toEqual({ pending: names })
    expect(await run()).toEqual({ code: 0, stdout: names.map((name) => `ran: ${name}\n`).join(''), stderr: '' })
    expect(await pendingMigrations(pool)).toEqual([])
    expect(await run()).toEqual({ code: 0, stdout: 'The schema is that of this release.\n', stderr: '' })
    await pool.end()
    await database.drop()
  })

  test('of a folder without a database, --dry-run makes none', async () => {
    const environment = { DAYBOOK_DATA_DIR: `${folder}/none` }
    const { code, stderr } = await daybook(['migrate', '--dry-run'], environment)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^There is no database in .*none/)
  })

  test('a database that changed behind its back, or is away: said in a line, and 2', async () => {
    const database = await testDatabase()
    const pool = openPool({ url: database.url, max: 1, applicationName: 'daybook test' })
    await pool.query(`update migrations.history set sha256 = 'x' where name like '0001%'`)
    await pool.end()
    const changed = await daybook(['migrate'], { DATABASE_URL: database.url })
    expect(changed).toMatchObject({ code: 2, stdout: '' })
    expect(changed.stderr).toMatch(/^The database could not be migrated: Migration 0001-record\.sql ran .* has changed/)
    await database.drop()
    const away = await daybook(['migrate'], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })
    expect(away).toMatchObject({ code: 2, stdout: '' })
    expect(away.stderr).toMatch(/^The database could not be migrated: .*ECONNREFUSED/)
  })
})

test('serve is the service: it gets ready, and ends with 0 on SIGTERM; the launcher passes the signal on', async () => {
  const database = await testDatabase()
  const port = await freePort()
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, ['bin/daybook.cjs', 'serve'], {
    env: {
      PATH,
      DATABASE_URL: database.url,
      DAYBOOK_ADMIN_KEY: 'a-key-for-one-test',
      PORT: String(port),
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // What it says once it listens.
  await once(child.stdout, 'data')
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
  const doctor = await daybook(['doctor', '--url', `http://127.0.0.1:${port}`], { DATABASE_URL: database.url })
  expect(doctor.stdout).toContain(`service: it is ready at http://127.0.0.1:${port}/`)
  child.kill('SIGTERM')
  await once(child, 'close')
  expect(child.exitCode).toBe(0)
  await database.drop()
})

test('the launcher finds the Node that is needed, from anywhere, and passes on what a command ends with', async () => {
  const launcher = `${process.cwd()}/bin/daybook.cjs`
  const ended = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const environment = { DAYBOOK_DATA_DIR: `${folder}/none` }
    execFile(process.execPath, [launcher, 'verify'], { cwd: folder, env: environment }, (error, stdout, stderr) =>
      resolve({ code: error?.code, stdout, stderr }),
    )
  })
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toMatch(/^There is no database in /)
  const { bin } = JSON.parse(await readFile('package.json', 'utf8')) as { bin: Record<string, string> }
  expect(bin).toEqual({ daybook: 'bin/daybook.cjs' })
})

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
