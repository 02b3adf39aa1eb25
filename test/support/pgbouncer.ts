import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { commandLine, environment, launcherFor } from '../../src/db/embedded/launcher.ts'
import { freePort } from './service.ts'
import { temporaryFolder } from './test-run.ts'

export interface Pooler {
  /** A URL of its server, through it. */
  through(url: string): string
  stop(): Promise<void>
}

export interface PoolerOptions {
  readonly mode: 'session' | 'transaction' | 'statement'
  /** Lines of its configuration. */
  readonly settings?: readonly string[]
}

/** The PgBouncer of this machine; undefined where there is none, which is said. */
export function findPgBouncer(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
  const program = folders.map((folder) => join(folder, 'pgbouncer')).find((path) => existsSync(path))
  if (program === undefined) console.warn('SKIPPED: no PgBouncer here (apt-get install pgbouncer).')
  return program
}

/** A PgBouncer in front of the server of a URL, with its role. */
export async function startPgBouncer(program: string, url: string, options: PoolerOptions): Promise<Pooler> {
  const folder = await temporaryFolder()
  const { hostname, port: serverPort, username, password } = new URL(url)
  const port = await freePort()
  const users = join(folder, 'users.txt')
  const configuration = join(folder, 'pgbouncer.ini')
  await writeFile(users, `"${username}" "${decodeURIComponent(password)}"\n`)
  await writeFile(
    configuration,
    [
      '[databases]',
      `* = host=${hostname} port=${serverPort}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = scram-sha-256',
      `auth_file = ${users}`,
      `pool_mode = ${options.mode}`,
      'default_pool_size = 40',
      ...(options.settings ?? []),
      '',
    ].join('\n'),
  )
  const launcher = launcherFor(join(folder, 'cluster'))
  const [command, args] = commandLine(launcher, program, ['--quiet', configuration])
  const child = spawn(command, args, { ...launcher.account, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const exited = once(child, 'exit')
  const through = (target: string): string => {
    const other = new URL(target)
    other.host = `127.0.0.1:${port}`
    return other.href
  }
  for (let tries = 0; !(await answers(through(url))); tries++) {
    if (child.exitCode !== null || tries > 400) throw new Error(`PgBouncer did not start: ${said}`)
    await sleep(25)
  }
  return {
    through,
    async stop() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}
