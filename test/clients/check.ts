import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openApiText } from '../../src/http/document/openapi-text.ts'
import { keyWith } from '../support/least-key.ts'
import { Client, type Service, startService } from '../support/service.ts'
import { GENERATORS, type Generator, TOOLS } from './generators.ts'

/*
 * `npm run clients:check`: makes a client of the OpenAPI document with every generator of the table, compiles it, and has it
 * record an accrual with a key, in a dry run and twice over, decode a 409, walk a list, and ask for leave and cancel it; and
 * decode what a webhook is sent, where the generator makes something of that. It needs the network and the languages, and takes some minutes, so it is no test. `npm run clients:check -- ogen orval`
 * tries these only. What came of it is in docs/reference/clients.md.
 */

const sh = promisify(execFile)
const PROGRAMS = fileURLToPath(new URL('programs/', import.meta.url))

/** What every program is to print: what it decoded, not what it sent. */
const SEEN = {
  available: '0.00',
  cancelled: 'cancelled',
  dryRun: true,
  items: 2,
  problem: 'insufficient-balance',
  replayed: true,
}

/** The same of an event as a webhook is sent it, where the generator makes a type of that. */
const RECEIVED = { received: 'policy-defined 2' }

const asked = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'daybook-clients-'))
const document = join(folder, 'daybook.json')
const tools = join(folder, 'tools')
await mkdir(tools)
await writeFile(document, await openApiText())
const service = await startService({ DAYBOOK_DATA_DIR: join(folder, 'data') })
try {
  const tried = GENERATORS.filter(({ name }) => asked.length === 0 || asked.includes(name))
  const wanted = TOOLS.filter(({ needs }) =>
    tried.some((generator) => needs.every((program) => generator.needs.includes(program))),
  )
  for (const { needs, install } of wanted)
    if (missing(needs).length === 0) await sh('sh', ['-c', install], { cwd: tools })
  for (const generator of tried) {
    const outcome = await outcomeOf(generator, service)
    if (outcome.startsWith('failed')) process.exitCode = 1
    console.log(`${generator.name} ${generator.version}: ${outcome}`)
  }
} finally {
  await service.stop()
  await rm(folder, { recursive: true, force: true })
}

async function outcomeOf(
  { name, needs, make, run, receives = false }: Generator,
  { url, key: root }: Service,
): Promise<string> {
  const absent = missing(needs)
  if (absent.length > 0) return `skipped, ${absent.join(' and ')} not installed`
  const cwd = join(folder, name)
  await mkdir(cwd)
  if (run !== undefined) await cp(join(PROGRAMS, name), cwd, { recursive: true })
  const env = {
    ...process.env,
    DOCUMENT: document,
    TOOLS: tools,
    DAYBOOK_URL: url,
    DAYBOOK_BOOK: name,
  }
  try {
    await sh('sh', ['-ec', make], { cwd, env, maxBuffer: 1e8 })
    if (run === undefined) return 'made; not compiled'
    const client = new Client({ url, key: root })
    await prepare(client, name)
    const given = {
      DAYBOOK_KEY: await keyWith(client, ['integration'], name),
      DAYBOOK_MESSAGE: await messageOf(client, name),
    }
    client.close()
    const { stdout } = await sh('sh', ['-ec', run], { cwd, env: { ...env, ...given } })
    const seen = JSON.parse(stdout.trim().split('\n').at(-1)!) as object
    const differs = Object.entries({ ...SEEN, ...(receives ? RECEIVED : {}) }).filter(
      ([member, value]) => (seen as Record<string, unknown>)[member] !== value,
    )
    return differs.length === 0 ? 'made, compiled, right' : `failed: it saw ${stdout.trim()}`
  } catch (error) {
    // Some say what is wrong on the one, some on the other.
    const { stderr, stdout } = error as { readonly stderr?: string; readonly stdout?: string }
    return `failed: ${stderr === undefined ? String(error) : `${stdout}${stderr}`.slice(-2_000)}`
  }
}

/** A book in which the program finds a policy and somebody who works. */
async function prepare(client: Client, book: string): Promise<void> {
  const on = (day: string) => [day, '1'] as const
  const off = (day: string) => [day, '0'] as const
  const workingDays = Object.fromEntries([...['mon', 'tue', 'wed', 'thu', 'fri'].map(on), ...['sat', 'sun'].map(off)])
  const definitions: readonly (readonly [string, object])[] = [
    ['', {}],
    ['/policies/annual', { resource: 'annual-leave', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: '0' }],
    ['/calendars/office', { workingDays }],
    ['/entities/e1', { calendar: 'office' }],
  ]
  for (const [path, body] of definitions) {
    const { status, body: answer } = await client.put(`/v1/books/${book}${path}`, `made${path}`, body)
    if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`)
  }
}

/** What a webhook would be sent of the second event of a book. */
async function messageOf(client: Client, book: string): Promise<string> {
  const { body } = await client.get<{ items: [object, Record<string, unknown>] }>(`/v1/books/${book}/events?limit=2`)
  const { erasable: _erasable, ...event } = body.items[1]
  return JSON.stringify({ type: event['type'], timestamp: event['recordedAt'], data: { ...event, book } })
}

function missing(programs: readonly string[]): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return programs.filter((program) => !folders.some((at) => existsSync(join(at, program))))
}
