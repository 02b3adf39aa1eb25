import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { inject } from 'vitest'
import { isAlive } from '../../src/db/embedded/postmaster.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { temporaryFolder } from './test-run.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Made by global-setup.ts. */
    testServer: { url: string; template: string }
  }
}

export interface TestDatabase {
  /** Of the role that owns it. */
  url: string
  name: string
  /** Ends the connections that are left, and removes it. A database that is not dropped goes with the run. */
  drop(): Promise<void>
}

/** A migrated database of one's own, on the server of the test run: one per test file, in 0.1 s. */
export async function testDatabase(): Promise<TestDatabase> {
  const { template } = inject('testServer')
  return createDatabase(`template ${template}`)
}

/** The same before any migration. */
export async function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template template0')
}

export interface DurableServer {
  /** Another one after every start. */
  readonly url: string
  readonly pid: number
  readonly dataDir: string
  /** SIGKILL, as a crash would; returns when the process is gone. */
  kill(): Promise<void>
  /** After `kill`: starts it on the same data; returns when it has recovered. */
  restart(): Promise<void>
  /** Stops it when it runs, and removes its data. */
  remove(): Promise<void>
}

/** A server of one's own, empty and not migrated, that keeps what it commits: for what must survive a crash. */
export async function durableServer(): Promise<DurableServer> {
  const dataDir = await temporaryFolder()
  let server = await startEmbedded({ dataDir, durable: true })
  return {
    get url() {
      return server.url
    },
    get pid() {
      return server.pid
    },
    dataDir,
    async kill() {
      process.kill(server.pid, 'SIGKILL')
      while (isAlive(server.pid)) await sleep(5)
    },
    async restart() {
      server = await startEmbedded({ dataDir, durable: true })
    },
    async remove() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The URL of another database on the same server. */
export function databaseUrl(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}

async function createDatabase(options: string): Promise<TestDatabase> {
  const { url, template } = inject('testServer')
  const name = `${template}_${randomBytes(4).toString('hex')}`
  await onServer(url, `create database ${name} ${options}`)
  return {
    url: databaseUrl(url, name),
    name,
    drop: () => onServer(url, `drop database if exists ${name} with (force)`),
  }
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
