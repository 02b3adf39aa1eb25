import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Counted } from '../load/job.ts'
import { type Metered, runChild } from '../load/run.ts'
import { Tally } from '../load/tally.ts'
import type { Meter } from '../processes/cores.ts'
import { cpuSecondsOf } from '../processes/cpu.ts'

/** One of the scripts beside this file, run by many clients, each in a loop. */
export interface SqlJob {
  readonly url: string
  readonly script: 'append' | 'append-in-one' | 'read'
  /** Of the tables' accounts, how many are used. */
  readonly accounts: number
  readonly clients: number
  readonly warmUpSeconds: number
  readonly seconds: number
}

const PGBENCH = 'pgbench'

/** pgbench counts in whole seconds, and spends part of the first one connecting. */
const LEAST_SECONDS = 2

/** How the scripts are run, for the report. */
export const sqlClient = await versionOfPgbench()

/** Runs SQL without any HTTP: by pgbench where it is installed, else through the driver. */
export async function runSql(job: SqlJob, meter: Meter): Promise<Metered<Counted>> {
  if (sqlClient === undefined) return runChild(new URL('./sql-clients.ts', import.meta.url), job, meter)
  await pgbench(job, { seconds: job.warmUpSeconds, log: undefined })
  const folder = await mkdtemp(join(tmpdir(), 'daybook-pgbench-'))
  try {
    meter.begin()
    const began = performance.now()
    const { tps, cpuSeconds } = await pgbench(job, { seconds: job.seconds, log: join(folder, 'log') })
    const seconds = (performance.now() - began) / 1_000
    meter.end()
    return {
      ...(await readLogs(folder)),
      seconds,
      rate: tps,
      cpuSeconds,
      cores: meter.cores({ seconds, cpuSeconds }),
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

export function scriptPath(script: SqlJob['script']): string {
  return fileURLToPath(new URL(`./sql-${script}.sql`, import.meta.url))
}

async function pgbench(
  { url, script, accounts, clients }: SqlJob,
  { seconds, log }: { seconds: number; log: string | undefined },
): Promise<{ tps: number; cpuSeconds: number | undefined }> {
  const settings = ['-n', '-M', 'prepared', '-c', clients, '-j', 1, '-T', Math.max(LEAST_SECONDS, Math.round(seconds))]
  const logging = log === undefined ? [] : ['-l', `--log-prefix=${log}`]
  const args = [...settings, ...logging, '-D', `accounts=${accounts}`, '-f', scriptPath(script), url]
  const child = spawn(PGBENCH, args.map(String), { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  // Nobody says afterwards how much processor time it took.
  let cpuSeconds: number | undefined
  const looking = setInterval(() => {
    cpuSeconds = cpuSecondsOf(child.pid!) ?? cpuSeconds
  }, 50)
  const [code] = (await once(child, 'close')) as [number | null]
  clearInterval(looking)
  if (code !== 0) throw new Error(`pgbench failed: ${output}`)
  // None where nothing was done in time.
  const [, tps = '0'] = /^tps = ([\d.]+)/m.exec(output) ?? []
  return { tps: Number(tps), cpuSeconds }
}

/** @returns the latencies that pgbench wrote down, one line for each transaction */
async function readLogs(folder: string): Promise<Pick<Counted, 'answers' | 'wrong' | 'tenths'>> {
  const tally = new Tally()
  tally.begin()
  for (const file of await readdir(folder)) {
    for (const line of (await readFile(join(folder, file), 'utf8')).split('\n')) {
      const us = Number(line.split(' ', 3)[2])
      if (us > 0) tally.take(200, us / 1_000, { done: 1 })
    }
  }
  tally.end()
  const { answers, wrong, tenths } = tally.report()
  return { answers, wrong, tenths }
}

async function versionOfPgbench(): Promise<string | undefined> {
  const child = spawn(PGBENCH, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  return new Promise((resolve) => {
    child.on('error', () => resolve(undefined))
    child.on('close', (code) => resolve(code === 0 ? output.trim() : undefined))
  })
}
