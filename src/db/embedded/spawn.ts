import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { open, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Binaries } from './binaries.ts'
import type { Cluster } from './cluster.ts'
import { commandLine, environment } from './launcher.ts'

export interface SpawnedServer {
  pid: number
  exited: boolean
  /** Where its part of the log begins. */
  logStart: number
}

const logBytesKept = 10 * 1024 * 1024
const logBytesShown = 2_000

/** Starts the server and returns before it is ready, or has failed to get so. */
export async function spawnServer(cluster: Cluster, binaries: Binaries, durable: boolean): Promise<SpawnedServer> {
  await limitLog(cluster.logFile)
  const log = await open(cluster.logFile, 'a', 0o600)
  try {
    const logStart = (await log.stat()).size
    const port = await choosePort(cluster.portFile)
    const args = ['-D', cluster.folder, '-p', String(port), ...serverSettings(durable)]
    const child = spawn(...commandLine(cluster.launcher, binaries.postgres, args), {
      ...cluster.launcher.account,
      env: environment(),
      stdio: ['ignore', log.fd, log.fd],
      // In a process group of its own: Ctrl-C goes to the whole group of the service, and the service still needs its
      // database then.
      detached: true,
      windowsHide: true,
    })
    const started: SpawnedServer = { pid: child.pid ?? -1, exited: false, logStart }
    const exited = () => {
      started.exited = true
    }
    child.on('exit', exited).on('error', exited).unref()
    return started
  } finally {
    await log.close()
  }
}

/** @throws Error unless what ended the server is a race that another try may win */
export async function refuseUnlessWorthRetrying(cluster: Cluster, { logStart }: SpawnedServer): Promise<void> {
  const log = await endOfLog(cluster.logFile, logStart)
  // Another process started it at the same moment; what is left of a server killed a moment ago is still going down;
  // somebody took the port.
  if (/lock file .* already exists|pre-existing shared memory|is still in use|Address already in use/.test(log)) return
  throw new Error(`PostgreSQL in ${cluster.folder} did not start. ${log}`)
}

/** What the server said last, and since `from`. */
export async function endOfLog(logFile: string, from = 0): Promise<string> {
  const log = await open(logFile, 'r')
  try {
    const start = Math.max(from, (await log.stat()).size - logBytesShown)
    const { buffer, bytesRead } = await log.read(Buffer.alloc(logBytesShown), 0, logBytesShown, start)
    return `${logFile} ends with:\n${buffer.toString('utf8', 0, bytesRead).trim()}`
  } finally {
    await log.close()
  }
}

function serverSettings(durable: boolean): string[] {
  const onOff = durable ? 'on' : 'off'
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // Pools of several service processes; an unused slot costs next to nothing.
    max_connections: '200',
    shared_buffers: '256MB',
    // Fewer checkpoints under a steady stream of appends; also the bound on what a recovery replays.
    max_wal_size: '2GB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements and key values may be personal data, and nobody erases a log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    fsync: onOff,
    synchronous_commit: onOff,
    full_page_writes: onOff,
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/**
 * The port of last time if it is free: whoever is still connected to a server that was killed finds the next one there.
 * Free at this moment: somebody else may be faster, and then the server is started again on another one.
 */
async function choosePort(portFile: string): Promise<number> {
  const last = existsSync(portFile) ? Number(await readFile(portFile, 'utf8')) : 0
  const port = (last > 0 && last < 65_536 ? await freePort(last) : undefined) ?? (await freePort(0))
  if (port === undefined) throw new Error('No TCP port of 127.0.0.1 is free.')
  if (port !== last) await writeFile(portFile, String(port), { mode: 0o600 })
  return port
}

/** @returns undefined where the port is taken */
async function freePort(wanted: number): Promise<number | undefined> {
  const probe = createServer()
  const free = await new Promise<boolean>((resolve) => {
    probe.on('error', () => resolve(false))
    probe.listen(wanted, '127.0.0.1', () => resolve(true))
  })
  if (!free) return undefined
  const address = probe.address()
  await new Promise((resolve) => {
    probe.close(resolve)
  })
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.')
  return address.port
}

/** Keeps one older file. A running server goes on with the file it has. */
async function limitLog(logFile: string): Promise<void> {
  if (existsSync(logFile) && (await stat(logFile)).size > logBytesKept) await rename(logFile, `${logFile}.1`)
}
