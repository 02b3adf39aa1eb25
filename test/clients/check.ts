import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openApiText } from '../../src/http/document/openapi-text.ts'
import { Client, type Service, startService } from '../support/service.ts'
import { GENERATORS, type Generator, TOOLS } from './generators.ts'

/*
 * `npm run clients:check`: makes a client of the OpenAPI document with every generator of the table, compiles it, and has it
 * record an accrual with a key, in a dry run and twice over, decode a 409, walk a list, and ask for leave and cancel it. It
 * needs the network and the languages, and takes some minutes, so it is no test. `npm run clients:check -- ogen orval`
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

const asked = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'daybook-clients-'))
const document = join(folder, 'daybook.json')
const tools = join(folder, 'tools')
await mkdir(tools)
await writeFile(document, await openApiText())
const service = await startService({ DAYBOOK_DATA_DIR: join(folder, 'data') })
try {
  for (const { needs, install } of TOOLS)
    if (missing(needs).length === 0) await sh('sh', ['-c', install], { cwd: tools })
  const tried = GENERATORS.filter(({ name }) => asked.length === 0 || asked.includes(name))
  for (const generator of tried) {
    const outcome = await outcomeOf(generator, service)
    if (outcome.startsWith('failed')) process.exitCode = 1
    console.log(`${generator.name} ${generator.version}: ${outcome}`)
  }
} finally {
  await service.stop()
  await rm(folder, { recursive: true, force: true })
}

async function outcomeOf({ name, needs, make, run }: Generator, { url, key }: Service): Promise<string> {
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
    DAYBOOK_KEY: key,
    DAYBOOK_BOOK: name,
  }
  try {
    await sh('sh', ['-ec', make], { cwd, env, maxBuffer: 1e8 })
    if (run === undefined) return 'made; not compiled'
    await prepare(new Client({ url, key }), name)
    const { stdout } = await sh('sh', ['-ec', run], { cwd, env })
    const seen = JSON.parse(stdout.trim().split('\n').at(-1)!) as object
    const differs = Object.entries(SEEN).filter(
      ([member, value]) => (seen as Record<string, unknown>)[member] !== value,
    )
    return differs.length === 0 ? 'made, compiled, right' : `failed: it saw ${stdout.trim()}`
  } catch (error) {
    return `failed: ${String((error as { stderr?: string }).stderr ?? error).slice(-2_000)}`
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

function missing(programs: readonly string[]): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return programs.filter((program) => !folders.some((at) => existsSync(join(at, program))))
}
