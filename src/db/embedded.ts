import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { Attachment } from './embedded/attachment.ts'
import { type Binaries, findBinaries } from './embedded/binaries.ts'
import { type Cluster, prepareCluster, superuser } from './embedded/cluster.ts'
import { ANSWER, DURABLE_AND_THERE } from './embedded/embedded.sql.ts'
import { runProgram } from './embedded/launcher.ts'
import { findPostmaster, isAlive } from './embedded/postmaster.ts'
import { endOfLog, refuseUnlessWorthRetrying, type SpawnedServer, spawnServer } from './embedded/spawn.ts'
import { query } from './statement.ts'

export interface EmbeddedServer {
  /** Of its database `daybook`, as superuser. Contains the password. */
  url: string
  pid: number
  /** Whether the server was running already. */
  attached: boolean
  /** Stops the server, whoever started it and whoever else uses it; returns when it is down. */
  stop(): Promise<void>
  /**
   * Stops the server unless somebody else has started it, or attached to it, as well. Close your own connections first:
   * those that are left are ended.
   * @returns whether it is down
   */
  stopIfUnused(): Promise<boolean>
  /** What it is held by until one of those two. */
  readonly attachment: Attachment
}

export interface EmbeddedOptions {
  readonly dataDir: string
  /** false: commits do not wait for the disk. For tests only. */
  readonly durable: boolean
  /** Of whoever starts a server again that was lost. */
  readonly attachment?: Attachment
}

const database = 'daybook'
// Recovery after a crash replays at most max_wal_size, a matter of a minute on a slow disk.
const startTimeoutMs = 300_000
const stopTimeoutSeconds = 60
const pollMs = 25

/**
 * A PostgreSQL of one's own in `<dataDir>/postgres`: made on the first call, started when it is not running, attached
 * to when it is. It outlives this process: after a kill -9 the next call finds it. After a kill of the server itself the
 * next call starts it again, and it recovers. One machine only: nothing guards a folder that two machines share.
 *
 * It listens on a free port of 127.0.0.1, to be asked for with a password that is kept in the data folder (0600).
 * Its messages go to `<dataDir>/postgres.log`.
 *
 * @throws Error with a message for the person who started the service: no binaries for this platform, a folder that
 *   cannot be used, a server that does not start (with the end of its log)
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const binaries = await findBinaries()
  const cluster = await prepareCluster(options.dataDir, binaries, options.durable)
  const { pid, port, attached } = await startOrAttach(cluster, binaries, options.durable)
  const url = await openDatabase(cluster, port, attached && options.durable)
  const { attachment = new Attachment() } = options
  await attachment.hold(url)
  const stop = async (): Promise<void> => {
    await attachment.release()
    await stopServer(cluster, binaries)
  }
  return {
    url,
    pid,
    attached,
    attachment,
    stop,
    async stopIfUnused() {
      await attachment.release()
      // The one that runs by now: ours may have been killed, and started again.
      const running = findPostmaster(cluster.folder)
      if (running && (await countUsers(urlOf(cluster, running.port, 'postgres'), attachment)) > 0) return false
      await stop()
      return true
    },
  }
}

async function startOrAttach(
  cluster: Cluster,
  binaries: Binaries,
  durable: boolean,
): Promise<{ pid: number; port: number; attached: boolean }> {
  const deadline = Date.now() + startTimeoutMs
  let started: SpawnedServer | undefined
  while (Date.now() < deadline) {
    const running = findPostmaster(cluster.folder)
    if (running && (await answers(cluster, running.port))) {
      return { ...running, attached: running.pid !== started?.pid }
    }
    if (started?.exited) {
      await refuseUnlessWorthRetrying(cluster, started)
      started = undefined
    }
    if (!running && !started) started = await spawnServer(cluster, binaries, durable)
    await sleep(pollMs)
  }
  throw new Error(`PostgreSQL did not get ready within ${startTimeoutMs / 1000} s. ${await endOfLog(cluster.logFile)}`)
}

/** @returns false while the server is on its way up or down */
async function answers(cluster: Cluster, port: number): Promise<boolean> {
  if (port === 0) return false
  try {
    await withClient(urlOf(cluster, port, 'postgres'), (client) => query(client, ANSWER, []))
    return true
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === '28P01') {
      throw new Error(`PostgreSQL in ${cluster.folder} does not accept the password kept there.`, { cause: error })
    }
    // Full up, but there.
    return code === '53300'
  }
}

/** @returns the URL of the database, which is made when it is not there */
async function openDatabase(cluster: Cluster, port: number, mustBeDurable: boolean): Promise<string> {
  await withClient(urlOf(cluster, port, 'postgres'), async (client) => {
    const [found] = await query(client, DURABLE_AND_THERE, [database])
    if (mustBeDurable && !found!.durable) {
      throw new Error(
        `The PostgreSQL that runs in ${cluster.folder} was started by a test and may lose commits: stop it.`,
      )
    }
    if (found!.there) return
    await client.query(`create database ${database}`).catch((error: unknown) => {
      // Another process was faster.
      if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error
    })
  })
  return urlOf(cluster, port, database)
}

/** @returns 0 as well where it cannot be asked: it goes down, since of two that leave at once the other one stops it */
async function countUsers(url: string, attachment: Attachment): Promise<number> {
  return withClient(url, (client) => attachment.countOthers(client)).catch(() => 0)
}

async function stopServer(cluster: Cluster, binaries: Binaries): Promise<void> {
  const running = findPostmaster(cluster.folder)
  if (!running) return
  const args = ['stop', '-D', cluster.folder, '-m', 'fast', '-w', '-t', String(stopTimeoutSeconds)]
  const { status, output } = await runProgram(cluster.launcher, binaries.pgCtl, args)
  if (status === 0) return
  // Somebody else may be stopping it, and have taken away the file that pg_ctl looks for.
  for (const giveUpAt = Date.now() + stopTimeoutSeconds * 1_000; Date.now() < giveUpAt; await sleep(pollMs)) {
    if (!isAlive(running.pid)) return
    if (findPostmaster(cluster.folder)?.pid === running.pid) break
  }
  throw new Error(`PostgreSQL in ${cluster.folder} did not stop: ${output.trim()}`)
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  // A connection that breaks also fails the call in progress; that error is the one to report.
  client.on('error', () => {})
  try {
    await client.connect()
    return await use(client)
  } finally {
    await client.end()
  }
}

function urlOf(cluster: Cluster, port: number, name: string): string {
  return `postgres://${superuser}:${cluster.password}@127.0.0.1:${port}/${name}`
}
