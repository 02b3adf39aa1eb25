import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { Client, freePort, type Service, startService } from '../support/service.ts'
import { temporaryFolder } from '../support/test-run.ts'

// docs/guides/webhooks.md: its receivers are run as they stand there, with the libraries that it names. So signatures are
// held against what others have written.

const run = promisify(execFile)
const PYTHON_LIBRARY = 'standardwebhooks==1.1.0'

let page: string
let database: TestDatabase
let service: Service
let client: Client
const receivers: ChildProcess[] = []
beforeAll(async () => {
  page = await readFile('docs/guides/webhooks.md', 'utf8')
  database = await testDatabase()
  service = await startService({
    DATABASE_URL: database.url,
    DAYBOOK_SECRET_KEY: '7a'.repeat(32),
    DAYBOOK_WEBHOOK_HTTP: 'allow',
  })
  client = new Client(service)
})
afterAll(async () => {
  for (const receiver of receivers) receiver.kill('SIGKILL')
  client.close()
  await service.kill()
  await database.drop()
})

function program(language: string): string {
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(page)![1]!
}

test('the receiver in Node', async () => {
  // Beside the packages that it imports.
  await tryOut('node', [process.execPath, '--input-type=module', '--eval', program('js')])
})

test('the receiver in Python', { timeout: 300_000 }, async ({ skip }) => {
  const folder = await temporaryFolder()
  const python = join(folder, 'python/bin/python')
  try {
    await run('python3', ['-m', 'venv', join(folder, 'python')])
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PYTHON_LIBRARY])
  } catch (error) {
    skip(`no Python with ${PYTHON_LIBRARY}: ${(error as Error).message.split('\n')[0]}`)
  }
  const file = join(folder, 'receiver.py')
  await writeFile(file, program('python'))
  await tryOut('python', [python, file])
})

/** Starts it and sends it events, also twice, and with two signatures. It prints each once, and in order. */
async function tryOut(name: string, [command, ...args]: readonly [string, ...string[]]): Promise<void> {
  const put = (path: string, body: object) => client.put(`/v1/books/${name}${path}`, `${name}${path}`, body)
  expect((await put('', {})).status).toBe(201)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/daybook`
  const made = await put('/webhooks/hr', { url, events: ['entity-defined'] })
  expect(made.status).toBe(201)
  const WEBHOOK_SECRET = made.body['secret'] as string
  const receiver = spawn(command, args, { env: { ...process.env, WEBHOOK_SECRET, PORT: String(port) } })
  receivers.push(receiver)
  let said = ''
  let complained = ''
  receiver.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  receiver.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()))
  await eventually(() => listens(port))

  const hook = `/v1/books/${name}/webhooks/hr`
  const test = await client.call('POST', `${hook}/test`)
  expect([test.body, complained]).toEqual([expect.objectContaining({ outcome: 'delivered', status: 204 }), ''])
  expect((await put('/entities/e1', {})).status).toBe(201)
  expect((await put('/entities/e2', { manager: 'e1' })).status).toBe(201)
  await eventually(() => expect(said).toBe(`${name}.2 entity-defined\n${name}.3 entity-defined\n`))
  expect((await client.call('POST', `${hook}/rotate`, { body: {} })).status).toBe(201)
  expect((await client.call('POST', `${hook}/replay`, { body: { after: 0 } })).status).toBe(200)
  expect((await put('/entities/e3', {})).status).toBe(201)
  await eventually(() => expect(said.split('\n').slice(2)).toEqual([`${name}.4 entity-defined`, '']))

  // It takes nothing that the service has not signed.
  const forged = await fetch(url, {
    method: 'POST',
    headers: {
      'webhook-id': `${name}.9`,
      'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
      'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
    },
    body: '{"type":"entity-defined","data":{}}',
  })
  expect(forged.status).toBe(401)
}

function listens(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1', () => {
      socket.destroy()
      resolve()
    })
    socket.on('error', reject)
  })
}
