import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findBinaries } from '../../src/db/embedded/binaries.ts'
import { launcherFor, runProgram } from '../../src/db/embedded/launcher.ts'
import { findPostmaster, isAlive } from '../../src/db/embedded/postmaster.ts'
import { processesWith } from './processes.ts'

/*
 * A run is a process of vitest and everything that is started below it. It is known by the id of that process: all of its
 * processes have it in their environment, and all of its folders in their names. So what is left of a run can be found,
 * however it ended.
 */

const RUN = 'TEST_RUN_OF_DAYBOOK'
const FOLDER = 'daybook-test-'

const undertaker = fileURLToPath(new URL('undertaker.ts', import.meta.url))

/** How long what is left of a run is ended again and again: its processes may just be starting others. */
const PATIENCE_MS = 30_000
/** How long a server may take to end well. */
const POLITE_MS = 5_000
const LOOK_MS = 50

/** Everything that this process starts from now on belongs to a run of its own, and ends with it at the latest. */
export async function beginRun(): Promise<void> {
  await clearAwayDeadRuns()
  const { [RUN]: _outer, ...environment } = process.env
  const child = spawn(process.execPath, [undertaker, String(process.pid)], {
    // In a session of its own: it is there for when the others are told to end.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: environment,
  })
  child.unref()
  // Closed when this process ends, by whatever way; no reason for it to go on.
  ;(child.stdin as Socket).unref()
  process.env[RUN] = String(process.pid)
}

/** A folder of this run: removed when it has ended, at the latest. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${FOLDER}${process.env[RUN] ?? process.pid}-`))
  // PostgreSQL may have to run as another account, and needs to get in.
  await chmod(folder, 0o755)
  return folder
}

/** Of runs that were killed together with their undertakers. */
async function clearAwayDeadRuns(): Promise<void> {
  const ids = [
    ...(await processesWith(RUN)).map(({ value }) => Number(value)),
    ...(await readdir(tmpdir()))
      .filter((name) => name.startsWith(FOLDER))
      .map((name) => Number.parseInt(name.slice(FOLDER.length), 10)),
  ]
  for (const id of new Set(ids)) if (id > 0 && !isAlive(id)) await clearAway(id)
}

/** Ends the processes of a run that is over, and removes its folders. */
export async function clearAway(run: number): Promise<void> {
  await endProcesses(run)
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(`${FOLDER}${run}-`)) continue
    const folder = join(tmpdir(), name)
    if ((await stat(folder)).uid !== process.getuid?.()) continue
    await stopServer(join(folder, 'postgres'))
    await rm(folder, { recursive: true, force: true })
  }
}

async function endProcesses(run: number): Promise<void> {
  const began = performance.now()
  while (performance.now() - began < PATIENCE_MS) {
    const left = (await processesWith(RUN)).filter(({ value }) => Number(value) === run)
    if (left.length === 0) return
    for (const { pid, name } of left) {
      const isPolite = name === 'postgres' && performance.now() - began < POLITE_MS
      // To PostgreSQL that means: at once, and leaving nothing in shared memory.
      tell(pid, isPolite ? 'SIGQUIT' : 'SIGKILL')
    }
    await sleep(LOOK_MS)
  }
}

function tell(pid: number, signal: 'SIGQUIT' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended by itself.
  }
}

/** Where processes do not show their environment, a server is found by its folder. */
async function stopServer(cluster: string): Promise<void> {
  if (findPostmaster(cluster) === undefined) return
  const { pgCtl } = await findBinaries()
  await runProgram(launcherFor(cluster), pgCtl, ['stop', '-D', cluster, '-m', 'immediate'])
}
