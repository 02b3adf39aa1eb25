import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Config, parseConfig } from '../../config.ts'
import { type Access, wordsOf } from './client.ts'
import { Failure, innermost } from './failure.ts'

/** A service that answers, whoever started it. */
export interface Service extends Access {
  /** Stops it if it was started here. */
  stop(): Promise<void>
}

const KEY_FILE = 'admin.key'

/** A first start makes a database; one after a crash replays what the crash interrupted. */
const START_TIMEOUT_MS = 300_000
const STOP_TIMEOUT_MS = 60_000
const PROBE_TIMEOUT_MS = 5_000
const POLL_MS = 100
/** As much of what a service said as is shown when it does not start. */
const KEPT_CHARACTERS = 4_000

/**
 * The service at `DAYBOOK_URL`; without that the one where `npm start` would serve, or, where none is, one that is started
 * on the data folder that `npm start` would use.
 * @param say where progress is told
 * @throws Failure
 */
export async function findOrStart(environment: NodeJS.ProcessEnv, say: (words: string) => void): Promise<Service> {
  const { config, problems } = parseConfig(environment)
  if (config === undefined) throw new Failure(problems.join('\n'))
  const named = environment['DAYBOOK_URL']?.replace(/\/+$/, '')
  const url = named || usualUrl(config)
  const found = await probe(url)
  if (found.is === 'ready') {
    say(`Using the service at ${url}.`)
    return { url, key: await readKey(config, url), stop: async () => {} }
  }
  if (found.is === 'not-ready') throw new Failure(`The service at ${url} is not ready: ${found.words}`)
  if (named) throw new Failure(`No Daybook answers at ${url} (DAYBOOK_URL): ${found.words}`)
  say(
    `No service at ${url}, so starting one for the demo (data: ${config.databaseUrl === undefined ? config.dataDir : 'DATABASE_URL'}).`,
  )
  return start(config, environment)
}

function usualUrl({ host, port }: Config): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

type Probed =
  | { readonly is: 'ready' }
  | { readonly is: 'not-ready'; readonly words: string }
  | { readonly is: 'absent'; readonly words: string }

async function probe(url: string): Promise<Probed> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })
    const isOurs = answer.headers.has('daybook-request-id')
    if (isOurs && answer.ok) return { is: 'ready' }
    if (isOurs && answer.status === 503) return { is: 'not-ready', words: await wordsOf(answer) }
    return { is: 'absent', words: 'something else does.' }
  } catch (error) {
    return { is: 'absent', words: `${innermost(error)}.` }
  }
}

async function start(config: Config, environment: NodeJS.ProcessEnv): Promise<Service> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const main = fileURLToPath(new URL('../../main.ts', import.meta.url))
  const child = spawn(process.execPath, [main], {
    // The demo has everything posted itself, day by day; what a night posts would come in between.
    env: { ...environment, HOST: '127.0.0.1', PORT: String(port), DAYBOOK_NIGHTLY: 'off' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C is for the demo, which then stops it.
    detached: true,
  })
  const said = lastWords(child)
  const service = { url, stop: () => stop(child) }
  try {
    await untilReady(url, child, said)
    return { ...service, key: await readKey(config, url) }
  } catch (error) {
    await service.stop()
    throw error
  }
}

async function untilReady(url: string, child: ChildProcess, said: () => string): Promise<void> {
  const giveUpAt = Date.now() + START_TIMEOUT_MS
  while ((await probe(url)).is !== 'ready') {
    if (!isRunning(child)) throw new Failure(`The service did not start. It said:\n${said()}`)
    if (Date.now() > giveUpAt) {
      throw new Failure(`The service was not ready within ${START_TIMEOUT_MS / 1_000} s. It said:\n${said()}`)
    }
    await sleep(POLL_MS)
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const killed = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await exited
  clearTimeout(killed)
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

async function readKey({ adminKey, dataDir }: Config, url: string): Promise<string> {
  if (adminKey !== undefined) return adminKey
  const file = join(dataDir, KEY_FILE)
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    throw new Failure(
      `The service at ${url} wants a key, and ${file} cannot be read (${innermost(error)}). ` +
        'Set DAYBOOK_ADMIN_KEY to the key, or DAYBOOK_DATA_DIR to the folder that the service keeps its data in.',
      error,
    )
  }
}
