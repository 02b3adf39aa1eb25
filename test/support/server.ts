import { rm } from 'node:fs/promises'
import { startEmbedded } from '../../src/db/embedded.ts'
import { temporaryFolder } from './test-run.ts'

export interface TestServer {
  /** Of a role that may create databases and roles. */
  url: string
  stop(): Promise<void>
}

const NEWEST = '18'

/** The PostgreSQL of a test run: TEST_DATABASE_URL, else a container where Docker answers, else an embedded one. */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return { url: given, stop: async () => {} }
  return (await startContainer(NEWEST)) ?? (await startEmbeddedForTests())
}

/**
 * @param major version of PostgreSQL
 * @returns undefined where no Docker answers, or it has no such image
 */
export async function startContainer(major: string): Promise<TestServer | undefined> {
  const { getContainerRuntimeClient } = await import('testcontainers')
  const dockerAnswers = await getContainerRuntimeClient().then(
    () => true,
    () => false,
  )
  if (!dockerAnswers) return undefined
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql')
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200']
  try {
    const container = await new PostgreSqlContainer(`postgres:${major}`)
      .withCommand(settings.flatMap((setting) => ['-c', setting]))
      // Where its data are: of the volume that the image declares.
      .withTmpFs({ [Number(major) < 18 ? '/var/lib/postgresql/data' : '/var/lib/postgresql']: 'rw' })
      .start()
    return {
      url: container.getConnectionUri(),
      async stop() {
        await container.stop()
      },
    }
  } catch (error) {
    // Docker is there and the image is not: offline, say.
    console.warn(`No container with PostgreSQL (${(error as Error).message}); using another one.`)
    return undefined
  }
}

async function startEmbeddedForTests(): Promise<TestServer> {
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
