import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** A server that was started for the bench, and answers. */
export interface HttpProcess {
  readonly port: number
  readonly pid: number
  readonly key: string
  /** SIGTERM, and waits for the end. @throws Error where it did not end in peace */
  stop(): Promise<void>
}

const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 60_000
const POLL_MS = 25
/** As much of what a process said as is shown when something goes wrong. */
const KEPT_CHARACTERS = 4_000
const KEY = 'bench-key-of-one-run'

/**
 * Starts a script of this repository that serves HTTP as the service does: `PORT`, `DATABASE_URL`, `DAYBOOK_ADMIN_KEY`,
 * ready when `/readyz` answers 200.
 */
export async function startHttp(
  script: URL,
  { databaseUrl, args = [], env = {} }: { databaseUrl: string; args?: string[]; env?: Record<string, string> },
): Promise<HttpProcess> {
  const port = await freePort()
  const child = spawn(process.execPath, [...nodeOptions(), fileURLToPath(script), ...args], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      DAYBOOK_ADMIN_KEY: KEY,
      LOG_LEVEL: 'warn',
      NODE_ENV: 'production',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = lastWords(child)
  const stop = () => stopChild(child, said)
  try {
    await untilReady(port, child, said)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return { port, pid: child.pid!, key: KEY, stop }
}

/** `BENCH_NODE_OPTIONS`, such as `--cpu-prof --cpu-prof-dir=profiles`: for those who look where the time goes. */
function nodeOptions(): string[] {
  return process.env['BENCH_NODE_OPTIONS']?.split(' ').filter((option) => option !== '') ?? []
}

async function untilReady(port: number, child: ChildProcess, said: () => string): Promise<void> {
  const giveUpAt = Date.now() + START_TIMEOUT_MS
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.status === 200) return
    if (!isRunning(child)) throw new Error(`A server did not start. It said:\n${said()}`)
    if (Date.now() > giveUpAt) throw new Error(`A server did not get ready. It said:\n${said()}`)
    await sleep(POLL_MS)
  }
}

async function stopChild(child: ChildProcess, said: () => string): Promise<void> {
  if (isRunning(child)) {
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    const killed = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await exited
    clearTimeout(killed)
  }
  if (child.exitCode !== 0) throw new Error(`A server ended with ${child.exitCode ?? child.signalCode}:\n${said()}`)
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null
}

function lastWords(child: ChildProcess): () => string {
  let words = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      words = `${words}${chunk}`.slice(-KEPT_CHARACTERS)
    })
  }
  return () => words.trim()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
