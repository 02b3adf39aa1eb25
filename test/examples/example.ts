import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { findChromium, openBrowser, type Watched, watchedPage } from '../support/browser.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { Client, freePort, type Service, startService } from '../support/service.ts'

export const chromium = findChromium()

/** An example as it runs. */
export interface Running {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

export interface Stage {
  readonly service: Service
  readonly client: Client
  /** The example, by the command of its own `npm start`. */
  start(environment?: Record<string, string>, at?: { readonly port: number }): Promise<Running>
  /** A page of its own, as of another person. */
  page(url: string): Promise<Watched>
}

/** The service and a browser, for the tests of one example; what was started is stopped after them. */
export function stageFor(name: string, settings: Record<string, string> = {}): Stage {
  let database: TestDatabase
  let service: Service
  let client: Client
  let browser: Browser | undefined
  const started: Running[] = []
  const opened: Watched[] = []
  beforeAll(async () => {
    database = await testDatabase()
    service = await startService({ DATABASE_URL: database.url, ...settings })
    client = new Client(service)
    if (chromium !== undefined) browser = await openBrowser(chromium)
  })
  afterAll(async () => {
    await browser?.close()
    for (const one of started) await one.stop()
    client.close()
    await service.stop()
    await database.drop()
    expect(opened.flatMap(({ troubles }) => troubles)).toEqual([])
  })
  return {
    get service() {
      return service
    },
    get client() {
      return client
    },
    async start(environment = {}, { port } = { port: 0 }) {
      const environmentOfService = { DAYBOOK_URL: service.url, DAYBOOK_KEY: service.key, ...environment }
      const running = await startExample(name, port === 0 ? await freePort() : port, environmentOfService)
      started.push(running)
      return running
    },
    async page(url) {
      const watched = await watchedPage(browser!, url)
      opened.push(watched)
      return watched
    },
  }
}

/** All that a reader of the example has before them. */
export function linesOf(name: string): number {
  const files = globSync(`examples/${name}/**/*`, { withFileTypes: true }).filter((entry) => entry.isFile())
  return files.reduce(
    (sum, file) => sum + readFileSync(join(file.parentPath, file.name), 'utf8').split('\n').length - 1,
    0,
  )
}

async function startExample(name: string, port: number, environment: Record<string, string>): Promise<Running> {
  const cwd = join('examples', name)
  const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) as { scripts: { start: string } }
  const [node, ...given] = scripts.start.split(' ')
  expect(node).toBe('node')
  const env = { ...process.env, ...environment, PORT: String(port) }
  const child = spawn(process.execPath, given, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  let output = ''
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        if (output.includes(`http://127.0.0.1:${port}`)) resolve()
      })
    }
    child.on('exit', () => reject(new Error(`the example did not start:\n${output}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
