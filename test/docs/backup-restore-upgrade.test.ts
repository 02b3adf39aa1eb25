import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client as Connection } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandLine, launcherFor, runProgram } from '../../src/db/embedded/launcher.ts'
import { databaseUrl } from '../support/database.ts'
import { newestDebianBin, programsIn, startCluster } from '../support/installed-server.ts'
import { refusedStart } from '../support/refused-start.ts'
import type { TestServer } from '../support/server.ts'
import { Client, freePort, startService } from '../support/service.ts'
import { temporaryFolder } from '../support/test-run.ts'

/*
 * docs/guides/backup-restore-upgrade.md: its commands are run from top to bottom, with Debian's own programs. Before that,
 * what happens to whoever forgets the roles.
 */

const page = await readFile('docs/guides/backup-restore-upgrade.md', 'utf8')
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)\n\`\`\`$`, 'gms'))].map(([, block]) => block!)

const bin = newestDebianBin()
const BOOK = '/v1/books/main'

test('the page has commands', () => {
  expect(blocks('sh').length).toBeGreaterThanOrEqual(9)
})

describe.skipIf(bin === undefined)('with the PostgreSQL of Debian', () => {
  let backups: string
  let data: string
  let port: number
  let old: TestServer
  let fresh: TestServer
  let url: string
  let newUrl: string

  beforeAll(async () => {
    backups = await folder('wal')
    data = join(await temporaryFolder(), 'recovered')
    port = await freePort()
    const archive = `archive_command='test ! -f ${backups}/wal/%f && cp %p ${backups}/wal/%f'`
    const isDurable = true
    old = await startCluster(programsIn(bin!), await temporaryFolder(), {
      isDurable,
      settings: ['archive_mode=on', archive],
    })
    fresh = await startCluster(programsIn(bin!), await temporaryFolder(), { isDurable })
    await on(
      old.url,
      `create role payroll login createrole password 'change-me'`,
      'create database ledger owner payroll',
    )
    url = urlOf(old.url, 'payroll', 'ledger')
    newUrl = urlOf(fresh.url, 'daybook', 'daybook')
    await record(3)
  })
  afterAll(async () => {
    await runProgram(launcherFor(data), join(bin!, 'pg_ctl'), ['stop', '-D', data, '-m', 'immediate'])
    await old.stop()
    await fresh.stop()
  })

  test('whoever forgets the roles is told so, and has everything again after two commands', async () => {
    await on(fresh.url, `create role hasty login password 'change-me'`, 'create database hasty owner hasty')
    const hasty = urlOf(fresh.url, 'hasty', 'hasty')
    const restored = await shell(
      `pg_dump --format=custom "$DATABASE_URL" | pg_restore --no-owner --dbname="${hasty}" || echo "exit code $?"`,
    )
    expect(restored.stderr).toContain('role "daybook_service" does not exist')
    expect(restored.stdout).toBe('exit code 1\n')

    const { code, stderr } = await refusedStart({ DATABASE_URL: hasty })
    expect(code).toBe(1)
    expect(stderr).toContain('there is no role daybook_service, and hasty may not create it. Have an administrator')
    await on(fresh.url, (await shell(`DATABASE_URL="${hasty}" daybook migrate --roles-sql`)).stdout)
    const second = await refusedStart({ DATABASE_URL: hasty })
    expect(second.code).toBe(1)
    expect(second.stderr).toMatch(/belongs to hasty, and not to daybook_service\. .* Run: daybook doctor --repair\n$/)

    const repaired = await shell(
      `DATABASE_URL="${hasty}" daybook doctor --repair && DATABASE_URL="${hasty}" daybook verify`,
    )
    expect(repaired).toMatchObject({ code: 0, stderr: '' })
    expect(await rights(hasty)).toEqual(await rights(url))
  })

  test('the commands of the page, one after the other', async () => {
    let repaired = ''
    for (const commands of blocks('sh')) {
      const isBaseBackup = commands.includes('pg_basebackup')
      const answer = await shell(commands, { SERVER_URL: isBaseBackup ? old.url : fresh.url })
      expect({ commands, code: answer.code, stderr: answer.stderr }).toEqual({ commands, code: 0, stderr: '' })
      if (commands.includes('--repair')) repaired = answer.stdout
      // What comes after the base backup is in the archive alone.
      if (isBaseBackup) {
        await record(2)
        await archived()
      }
    }
    const [said] = blocks('text')
    expect(repaired).toContain(said)
    expect(await headsOf(databaseUrl(recovered(), 'ledger'))).toEqual(await headsOf(url))
    expect(await rights(newUrl)).toEqual(await rights(url))
  })

  test('the restored ledger goes on, and replays what the old one has answered', async () => {
    const service = await startService({ DATABASE_URL: newUrl })
    const client = new Client(service)
    expect((await accrue(client, 1)).headers['idempotency-replayed']).toBe('true')
    expect((await accrue(client, 100)).status).toBe(201)
    const { status } = await client.get(`${BOOK}/stats`, { 'daybook-min-position': '6' })
    expect(status).toBe(200)
    client.close()
    expect(await service.stop()).toBe(0)
  })

  function accrue(client: Client, number: number) {
    const body = { entity: 'ada', policy: 'annual', amount: '1', effectiveOn: '2026-01-31' }
    return client.post(`${BOOK}/accruals`, `k${number}`, body)
  }

  let recorded = 0
  async function record(accruals: number): Promise<void> {
    const service = await startService({ DATABASE_URL: url })
    const client = new Client(service)
    const terms = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: false, overdraftLimit: '0' }
    await client.put(`${BOOK}/policies/annual`, 'policy', terms)
    for (let number = 1; number <= accruals; number++) expect((await accrue(client, ++recorded)).status).toBe(201)
    client.close()
    expect(await service.stop()).toBe(0)
  }

  /** Everything that has been written is in the archive. */
  async function archived(): Promise<void> {
    const [segment] = (await on(old.url, 'select pg_walfile_name(pg_switch_wal()) as name')) as { name: string }[]
    const last = async () =>
      (await on(old.url, 'select last_archived_wal as name from pg_stat_archiver')) as { name: string }[]
    await expect.poll(async () => (await last())[0]!.name >= segment!.name, { timeout: 120_000 }).toBe(true)
  }

  function recovered(): string {
    const there = new URL(url)
    there.port = String(port)
    return there.href
  }

  /** The page's words, with Debian's programs; PostgreSQL does not run as root, and says where it listens here. */
  function shell(
    commands: string,
    environment: Record<string, string> = {},
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const { PATH = '', HOME = '/', TEST_RUN_OF_DAYBOOK = '' } = process.env
    const [start, before] = commandLine(launcherFor(join(backups, 'none')), join(bin!, 'pg_ctl'), [])
    const script = [
      'set -e -o pipefail',
      'daybook() { "$NODE" src/cli/daybook.ts "$@"; }',
      `pg_ctl() { ${[start, ...before].join(' ')} "$@" --options='-c unix_socket_directories= -c listen_addresses=127.0.0.1 -c archive_mode=off -c max_connections=200' > /dev/null; }`,
      commands,
    ].join('\n')
    const env = {
      PATH: `${bin}:${PATH}`,
      HOME,
      TEST_RUN_OF_DAYBOOK,
      NODE: process.execPath,
      PORT: String(port),
      DATABASE_URL: url,
      NEW_URL: newUrl,
      RECOVERED_URL: recovered(),
      BACKUPS: backups,
      DATA: data,
      ...environment,
    }
    return new Promise((resolve) => {
      execFile('bash', ['-c', script], { env }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
      })
    })
  }
})

async function folder(inside: string): Promise<string> {
  const made = await temporaryFolder()
  await mkdir(join(made, inside))
  // The server may run as another account.
  for (const path of [made, join(made, inside)]) await chmod(path, 0o777)
  return made
}

function urlOf(server: string, role: string, database: string): string {
  const there = new URL(databaseUrl(server, database))
  there.username = role
  there.password = 'change-me'
  return there.href
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

function headsOf(url: string): Promise<unknown[]> {
  return on(url, `select book_id, position, encode(hash, 'hex') as hash from ledger.heads order by book_id`)
}

/** What is granted to the service's roles, and what is theirs. */
function rights(url: string): Promise<unknown[]> {
  return on(
    url,
    `select what, array_agg(distinct grantee::regrole || ' ' || privilege order by grantee::regrole || ' ' || privilege) as rights
       from (select oid::regclass::text as what, grantee, privilege_type as privilege
               from pg_class, aclexplode(relacl)
             union all
             select attrelid::regclass || '.' || attname, grantee, privilege_type from pg_attribute, aclexplode(attacl)
             union all
             select nspname, grantee, privilege_type from pg_namespace, aclexplode(nspacl)
             union all
             select oid::regclass::text, relowner, 'OWNER' from pg_class) as granted
      where grantee in (select oid from pg_roles where rolname in ('daybook_service', 'daybook_eraser'))
        and what !~ 'pg_toast'
      group by what
      order by what`,
  )
}
