import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { findOrStart } from '../../src/cli/demo/service.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { recordEveryEvent } from '../../test/support/every-event.ts'
import { dumpOf } from './dump.ts'

const KEY = 'of-no-use-to-anybody-else'

/** What is asked of a kept database again, in each of its books. */
const ASKED = [
  'balances?asOf=2025-06-30&limit=1000',
  'balances?asOf=2026-12-31&limit=1000',
  'transactions?limit=1000',
  'entities?limit=1000',
  'requests?limit=1000',
  'calendar?from=2025-06-01&to=2025-06-30',
]

/**
 * Fills a database as a release fills it (an event of every type, and both years of the demo, with their read models),
 * and keeps two files: `database.sql.gz`, and `answers.json.gz`, what the release answered.
 */
export async function keepDatabase(folder: string, version: string): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'daybook-release-'))
  await chmod(dataDir, 0o755)
  const server = await startEmbedded({ dataDir, durable: false })
  // What stops the server holds no process up, and here nothing else does.
  const awake = setInterval(() => {}, 1_000)
  try {
    await migrate({ url: server.url })
    await recordEveryEvent(server.url)
    const environment = { ...process.env, DATABASE_URL: server.url, DAYBOOK_ADMIN_KEY: KEY, PORT: await freePort() }
    await runDemo(environment)
    const answers = await answersOf(environment)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'answers.json.gz'), gzipSync(JSON.stringify(answers), { level: 9 }))
    await writeFile(join(folder, 'database.sql.gz'), gzipSync(await dumpOf(server.url, version), { level: 9 }))
  } finally {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
    clearInterval(awake)
  }
}

async function runDemo(env: NodeJS.ProcessEnv): Promise<void> {
  const demo = fileURLToPath(new URL('../../src/cli/demo.ts', import.meta.url))
  const [code] = (await once(
    spawn(process.execPath, [demo], { env, stdio: ['ignore', 'ignore', 'inherit'] }),
    'exit',
  )) as [number | null]
  if (code !== 0) throw new Error(`the demo ended with ${code}`)
}

/** @returns what the service answers, by path */
async function answersOf(environment: NodeJS.ProcessEnv): Promise<Record<string, unknown>> {
  const service = await findOrStart(environment, () => {})
  try {
    const ask = async (path: string): Promise<Record<string, unknown>> => {
      const answer = await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${service.key}` } })
      if (!answer.ok) throw new Error(`${path} was answered with ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as Record<string, unknown>
    }
    const answers: Record<string, unknown> = {}
    const { items } = (await ask('/v1/books')) as { items: { id: string }[] }
    for (const path of items.flatMap(({ id }) => ASKED.map((asked) => `/v1/books/${id}/${asked}`))) {
      answers[path] = await ask(path)
    }
    return answers
  } finally {
    await service.stop()
  }
}

async function freePort(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return String(port)
}
