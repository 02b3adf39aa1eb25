import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBinaries } from '../../src/db/embedded/binaries.ts'
import { launcherFor, run } from '../../src/db/embedded/launcher.ts'
import { isAlive } from '../../src/db/embedded/postmaster.ts'
import { startEmbedded } from '../../src/db/embedded.ts'

export interface TestServer {
  /** Of a role that may create databases and roles. */
  url: string
  stop(): Promise<void>
}

const prefix = 'daybook-test-'

/** The PostgreSQL of a test run: TEST_DATABASE_URL, else a container where Docker answers, else an embedded one. */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return { url: given, stop: async () => {} }
  return (await startContainer()) ?? (await startEmbeddedForTests())
}

/** A folder that is removed by the next run when this one does not come to do it. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
  // PostgreSQL may have to run as another account, and needs to get in.
  await chmod(folder, 0o755)
  return folder
}

/** Stops the servers and removes the folders of runs that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN
    if (Number.isNaN(pid) || isAlive(pid)) continue
    const folder = join(tmpdir(), name)
    if ((await stat(folder)).uid !== process.getuid?.()) continue
    const cluster = join(folder, 'postgres')
    const { pgCtl } = await findBinaries()
    await run(launcherFor(cluster), pgCtl, ['stop', '-D', cluster, '-m', 'immediate'])
    await rm(folder, { recursive: true, force: true })
  }
}

async function startContainer(): Promise<TestServer | undefined> {
  const { getContainerRuntimeClient } = await import('testcontainers')
  const dockerAnswers = await getContainerRuntimeClient().then(
    () => true,
    () => false,
  )
  if (!dockerAnswers) return undefined
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql')
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200']
  try {
    const container = await new PostgreSqlContainer('postgres:18')
      .withCommand(settings.flatMap((setting) => ['-c', setting]))
      .withTmpFs({ '/var/lib/postgresql': 'rw' })
      .start()
    return {
      url: container.getConnectionUri(),
      async stop() {
        await container.stop()
      },
    }
  } catch (error) {
    // Docker is there and the image is not: offline, say.
    console.warn(`No container with PostgreSQL (${(error as Error).message}); using an embedded one.`)
    return undefined
  }
}

async function startEmbeddedForTests(): Promise<TestServer> {
  await removeLeftovers()
  const dataDir = await temporaryFolder()
  const server = await startEmbedded({ dataDir, durable: false })
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
