import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { keyWith } from '../support/least-key.ts'
import { Client, type Service, startService } from '../support/service.ts'
import { temporaryFolder } from '../support/test-run.ts'
import { unreliable } from '../support/unreliable.ts'

/*
 * docs/guides/clients/: the program of each page is run as it stands there, against the service, through something that
 * loses an answer, refuses, and falls silent. All of them print the same.
 */

const FOLDER = 'docs/guides/clients'
const GSON = '/usr/share/java/gson.jar'

interface Language {
  readonly page: string
  /** What begins the block of its program. */
  readonly block: string
  readonly file: string
  /** What runs the file, and has to be there. */
  readonly command: readonly [program: string, ...args: string[]]
  readonly needs?: readonly string[]
}

const LANGUAGES: readonly Language[] = [
  { page: 'python', block: 'python', file: 'client.py', command: ['python3'] },
  { page: 'javascript', block: 'js', file: 'client.mjs', command: [process.execPath] },
  { page: 'java', block: 'java', file: 'Daybook.java', command: ['java', '-cp', GSON], needs: ['javac', GSON] },
  { page: 'go', block: 'go', file: 'main.go', command: ['go', 'run'] },
  { page: 'shell', block: 'bash', file: 'client.sh', command: ['bash'], needs: ['curl', 'jq', 'bc'] },
]

let database: TestDatabase
let service: Service
let client: Client
beforeAll(async () => {
  database = await testDatabase()
  service = await startService({ DATABASE_URL: database.url })
  client = new Client(service)
})
afterAll(async () => {
  client.close()
  await service.stop()
  await database.drop()
})

test('every page is of a language that is run here', async () => {
  const pages = (await readdir(FOLDER)).map((name) => name.replace(/\.md$/, ''))
  expect(pages.toSorted()).toEqual(LANGUAGES.map(({ page }) => page).toSorted())
})

for (const language of LANGUAGES) {
  test.skipIf(isMissing(language))(`the program of ${language.page}.md`, { timeout: 300_000 }, () => tryOut(language))
}

/** What comes before the program: 4 transactions, of which 3 are Ada's. */
async function bookFor({ page }: Language): Promise<string> {
  const book = `/v1/books/${page}`
  const terms = { resource: 'annual-leave', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: '0' }
  const line = { entity: 'ada', policy: 'annual-leave', amount: '0.5', effectiveOn: '2026-01-01' }
  const answers = [
    await client.put(book, 'book', {}),
    await client.put(`${book}/policies/annual-leave`, 'policy', terms),
    await client.post(`${book}/accruals`, 'a', line),
    await client.post(`${book}/accruals`, 'b', { ...line, entity: 'ben' }),
    await client.post(`${book}/accruals`, 'c', { ...line, amount: '1' }),
    await client.post(`${book}/consumptions`, 'd', { ...line, amount: '1', effectiveOn: '2026-06-01' }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 201])
  return book
}

async function tryOut(language: Language): Promise<void> {
  const path = await bookFor(language)
  const between = await unreliable(service.url, { mishaps: ['answer-lost', 'refused', 'silence'], pageSize: 2 })
  try {
    expect(
      await run(language, {
        BOOK: `${between.url}${path}`,
        KEY: await keyWith(client, ['integration'], language.page),
      }),
    ).toEqual({
      stdout: [
        'recorded 7.1',
        'refused: 25.5 available, 74.5 too few, on 2026-07-06',
        '3.1 accrual 0.5',
        '5.1 accrual 1.0',
        '6.1 consumption -1.0',
        '7.1 accrual 25.0',
        '25.5 day',
        '',
      ].join('\n'),
      stderr: expect.anything() as string,
    })
  } finally {
    await between.close()
  }
  const [first, ...again] = between.passed.slice(0, 4)
  expect(first).toMatchObject({ method: 'POST', key: 'hr:opening:ada:2026' })
  expect(again).toEqual([first, first, first])
  expect((await client.get(path)).body).toMatchObject({ position: 7 })
  const lists = between.passed.filter(({ path }) => path.includes('/transactions?'))
  expect(lists).toHaveLength(2)
}

/** As it stands on the page, but for its patience, which is that of a person. */
async function run({ page, block, file, command }: Language, settings: Record<string, string>) {
  const text = await readFile(join(FOLDER, `${page}.md`), 'utf8')
  const [program, ...more] = [...text.matchAll(new RegExp(`^\`\`\`${block}\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, it]) => it!,
  )
  expect(more).toEqual([])
  const patience = /(patience_?seconds *= *)30/i
  expect(program).toMatch(patience)
  const path = join(await temporaryFolder(), file)
  await writeFile(path, program!.replace(patience, '$12'))
  const [tool, ...args] = command
  return new Promise<{ stdout: string; stderr: string }>((resolve, reject) => {
    execFile(tool, [...args, path], { env: { ...process.env, ...settings } }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr })
      else reject(new Error(`${error.message}\n${stdout}`))
    })
  })
}

function isMissing({ page, command: [program], needs = [] }: Language): boolean {
  const missing = [program, ...needs].filter((need) => !isThere(need))
  if (missing.length > 0) console.warn(`SKIPPED: the client in ${page} is not tried: no ${missing.join(', ')} here.`)
  return missing.length > 0
}

function isThere(need: string): boolean {
  if (need.startsWith('/')) return existsSync(need)
  try {
    execFileSync('which', [need], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
