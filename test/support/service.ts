import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { Agent, request as requestPlain } from 'node:http'
import { request as requestTls, Agent as TlsAgent } from 'node:https'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The service as a process of its own, as users run it, and a client that speaks to it over HTTP. */
export interface Service {
  readonly url: string
  readonly port: number
  readonly process: ChildProcess
  readonly key: string
  /** SIGKILL; returns when it is gone. */
  kill(): Promise<void>
  /** SIGTERM; returns its exit code. */
  stop(): Promise<number | null>
  /** What it has written to stdout and stderr. */
  output(): string
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const READY_MS = 180_000

/** Starts `src/main.ts` and waits until it is ready. */
export async function startService(
  environment: Record<string, string>,
  { port, key = randomBytes(16).toString('hex') }: { port?: number; key?: string } = {},
): Promise<Service> {
  const listening = port ?? (await freePort())
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      LOG_LEVEL: 'warn',
      DAYBOOK_ADMIN_KEY: key,
      HOST: '127.0.0.1',
      PORT: String(listening),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-100_000)
    })
  }
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const url = `http://127.0.0.1:${listening}`
  const service: Service = {
    url,
    port: listening,
    process: child,
    key,
    output: () => output,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    stop() {
      child.kill('SIGTERM')
      return exited
    },
  }
  const deadline = Date.now() + READY_MS
  while (!(await isReady(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`the service did not get ready:\n${output}`)
    }
    await sleep(50)
  }
  return service
}

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  readonly body: Body
}

/** A client with connections of its own. */
export class Client {
  readonly #agent: Agent
  readonly #service: { url: string; key: string }

  /** @param options.from an address of this machine that it calls from */
  constructor(
    service: { url: string; key: string },
    { connections = 64, from }: { connections?: number; from?: string } = {},
  ) {
    this.#service = service
    const options = { keepAlive: true, maxSockets: connections, ...(from === undefined ? {} : { localAddress: from }) }
    this.#agent = service.url.startsWith('https:') ? new TlsAgent(options) : new Agent(options)
  }

  /** @throws the error of the connection, where no whole answer came */
  call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer<Body>> {
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    const request = this.#agent instanceof TlsAgent ? requestTls : requestPlain
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.#service.url}${path}`,
        {
          method,
          agent: this.#agent,
          headers: {
            authorization: `Bearer ${this.#service.key}`,
            ...(payload === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('aborted', () => reject(new Error('the answer was cut off')))
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            const isJson = /^application\/(problem\+)?json/.test(response.headers['content-type'] ?? '')
            const answer = { status: response.statusCode ?? 0, headers: response.headers, text }
            resolve({ ...answer, body: (isJson ? JSON.parse(text) : undefined) as Body })
          })
        },
      )
      sent.on('error', reject)
      sent.end(payload)
    })
  }

  /** A command: a POST with its idempotency key. */
  post<Body = Record<string, unknown>>(path: string, key: string, body: unknown, headers: Record<string, string> = {}) {
    return this.call<Body>('POST', path, { body, headers: { 'idempotency-key': key, ...headers } })
  }

  put<Body = Record<string, unknown>>(path: string, key: string, body: unknown) {
    return this.call<Body>('PUT', path, { body, headers: { 'idempotency-key': key } })
  }

  get<Body = Record<string, unknown>>(path: string, headers: Record<string, string> = {}) {
    return this.call<Body>('GET', path, { headers })
  }

  close(): void {
    this.#agent.destroy()
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).status === 200
  } catch {
    return false
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port')
  return address.port
}
