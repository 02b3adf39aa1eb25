import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { startEmbedded } from '../../src/db/embedded.ts'
import { typeParsers } from '../../src/db/parsers.ts'

/** The PostgreSQL that all contestants of a run share, each with databases of its own. */
export interface Postgres {
  /** Of its first process; undefined where it is on another machine, or somebody else's. */
  readonly pid: number | undefined
  readonly version: string
  /** What may differ between two machines and explain a difference, as `name = value`. */
  readonly settings: readonly string[]
  /** @returns the URL of a new and empty database */
  createDatabase(name: string): Promise<string>
  dropDatabase(url: string): Promise<void>
  stop(): Promise<void>
}

/** What makes a commit lasting. Without it, a benchmark of a ledger measures nothing. */
const DURABLE = ['fsync', 'synchronous_commit', 'full_page_writes']
const SHOWN = [...DURABLE, 'shared_buffers', 'max_wal_size', 'checkpoint_timeout', 'wal_sync_method']

/** `BENCH_DATABASE_URL`, whose role may create databases, or an embedded one in a temporary folder. */
export async function startPostgres(): Promise<Postgres> {
  const given = process.env['BENCH_DATABASE_URL']
  if (given) return describe(given, undefined, async () => {})
  const dataDir = await mkdtemp(join(tmpdir(), 'daybook-bench-'))
  // PostgreSQL may have to run as another account, and needs to get in.
  await chmod(dataDir, 0o755)
  const server = await startEmbedded({ dataDir, durable: true })
  return describe(server.url, server.pid, async () => {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  })
}

/** Runs statements on a connection of their own. */
export async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, types: typeParsers })
  // A connection that breaks also fails the call in progress; that error is the one to report.
  client.on('error', () => {})
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

async function describe(url: string, pid: number | undefined, stop: () => Promise<void>): Promise<Postgres> {
  const { version, settings } = await withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string; value: string }>(
      `select name, current_setting(name) as value from pg_settings where name = any($1) order by name`,
      [[...SHOWN, 'server_version']],
    )
    const values = new Map(rows.map(({ name, value }) => [name, value]))
    const lossy = DURABLE.filter((name) => values.get(name) !== 'on')
    if (lossy.length > 0) throw new Error(`This PostgreSQL may lose commits: ${lossy.join(', ')} is not on.`)
    return {
      version: values.get('server_version')!,
      settings: SHOWN.map((name) => `${name} = ${values.get(name)}`),
    }
  })
  return {
    pid,
    version,
    settings,
    stop,
    async createDatabase(name) {
      await withClient(url, (client) => client.query(`create database ${name} template template0`))
      const created = new URL(url)
      created.pathname = `/${name}`
      return created.href
    },
    async dropDatabase(database) {
      const name = new URL(database).pathname.slice(1)
      await withClient(url, (client) => client.query(`drop database ${name} with (force)`))
    },
  }
}
