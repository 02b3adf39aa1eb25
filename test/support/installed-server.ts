import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Binaries } from '../../src/db/embedded/binaries.ts'
import { handOver, launcherFor, runProgram } from '../../src/db/embedded/launcher.ts'
import type { TestServer } from './server.ts'
import { freePort } from './service.ts'

/** PostgreSQL as an operator has it: Debian's packages, with the programs that npm's leave out (`pg_dump` and others). */

const DEBIAN = '/usr/lib/postgresql'

/** Tests can do without what a crash would need. */
const FAST = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']

/** Where the programs of a version are; undefined where Debian's package of it is not installed. */
export function debianBin(major: string): string | undefined {
  const bin = join(DEBIAN, major, 'bin')
  return existsSync(join(bin, 'initdb')) ? bin : undefined
}

/** Of the newest version that is installed here; undefined where none is, which is said. */
export function newestDebianBin(): string | undefined {
  const majors = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : []
  const bin = majors.map(debianBin).find((found) => found !== undefined)
  if (bin === undefined) console.warn('SKIPPED: no PostgreSQL with pg_dump here (apt-get install postgresql).')
  return bin
}

export function programsIn(bin: string, suffix = ''): Binaries {
  const program = (name: string): string => join(bin, `${name}${suffix}`)
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') }
}

export interface ClusterOptions {
  /** Whether it would survive a crash; unless said, it is fast instead. */
  readonly isDurable?: boolean
  /** Such as `max_connections=200`. */
  readonly settings?: readonly string[]
}

/** A cluster that is only there for the tests, and says so nowhere: they have its URL, of its superuser `test`. */
export async function startCluster(
  { initdb, pgCtl }: Binaries,
  parent: string,
  { settings = [], isDurable = false }: ClusterOptions = {},
): Promise<TestServer> {
  const folder = join(parent, 'postgres')
  const launcher = launcherFor(folder)
  const password = randomBytes(12).toString('hex')
  const passwordFile = join(parent, 'password')
  await mkdir(folder, { mode: 0o700 })
  await writeFile(passwordFile, password)
  await handOver(launcher, folder)
  // What every version knows: text sorts by code point, as in the embedded server.
  await must(initdb, [
    `--pgdata=${folder}`,
    '--username=test',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ])
  const port = await freePort()
  const log = join(folder, 'server.log')
  const options = [`-p ${port}`, '-c unix_socket_directories=', '-c listen_addresses=127.0.0.1']
  const configured = [...(isDurable ? [] : FAST), 'max_connections=200', 'timezone=UTC', ...settings].map(
    (setting) => `-c ${setting}`,
  )
  await must(pgCtl, ['start', '-w', '-D', folder, '-l', log, '-o', [...options, ...configured].join(' ')])
  return {
    url: `postgres://test:${password}@127.0.0.1:${port}/postgres`,
    async stop() {
      await must(pgCtl, ['stop', '-w', '-D', folder, '-m', 'immediate'])
    },
  }

  async function must(program: string, args: string[]): Promise<void> {
    const { status, output } = await runProgram(launcher, program, args)
    if (status !== 0) throw new Error(`${program} failed: ${output}`)
  }
}
