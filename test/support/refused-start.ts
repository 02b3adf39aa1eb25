import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePort } from './service.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Starts the service, which is to end by itself; its database is tried once, unless told otherwise. */
export async function refusedStart(
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const { DATABASE_URL: _url, HOST: _host, ...inherited } = process.env
  const own = { PORT: String(await freePort()), DAYBOOK_ADMIN_KEY: 'a-key-of-sixteen-or-more', LOG_LEVEL: 'warn' }
  const child = spawn(process.execPath, [main], {
    env: { ...inherited, ...own, DAYBOOK_DATABASE_WAIT_MS: '0', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  await once(child, 'close')
  return { code: child.exitCode, stderr }
}
