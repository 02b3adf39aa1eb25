import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export interface Postmaster {
  pid: number
  port: number
}

/**
 * The server that runs on a cluster, by the file it keeps there; undefined when none does.
 * A file left behind by a server that was killed may name a process that is something else today, always so when a
 * container starts again with the same few process ids. PostgreSQL would refuse to start: such a file is removed.
 */
export function findPostmaster(clusterFolder: string): Postmaster | undefined {
  const file = join(clusterFolder, 'postmaster.pid')
  const lines = readLines(file)
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  if (!(pid > 0) || !isAlive(pid)) return undefined
  if (!isOurs(pid, clusterFolder)) {
    rmSync(file, { force: true })
    return undefined
  }
  // The port is written a moment after the process id.
  return { pid, port: port > 0 ? port : 0 }
}

/** Whether a process of this id runs on this machine, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of somebody else is alive, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether the process was started on this cluster. Only Linux shows it cheaply; elsewhere it is taken for granted. */
function isOurs(pid: number, clusterFolder: string): boolean {
  if (process.platform !== 'linux') return true
  const commandLine = readLines(`/proc/${pid}/cmdline`)[0] ?? ''
  return commandLine === '' ? !isZombie(pid) : commandLine.split('\0').includes(clusterFolder)
}

/** Killed, and not yet buried by its parent. */
function isZombie(pid: number): boolean {
  return readLines(`/proc/${pid}/status`).some((line) => /^State:\s*Z/.test(line))
}

/** Empty when the file is not there, or goes away while it is read. */
function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
