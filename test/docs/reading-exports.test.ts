import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { keyWith } from '../support/least-key.ts'
import { Client, type Service, startService } from '../support/service.ts'

/*
 * docs/guides/reading-exports.md: its calls are run by a shell, and the CSV below each is what it answers. The snippets for
 * other programs need these programs; they were tried by hand, with the versions that the page names.
 */

const page = await readFile('docs/guides/reading-exports.md', 'utf8')
const [names] = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text]) => text!)
const examples = [...page.matchAll(/^```sh\n([^`]*?)^```\n\n```csv\n(.*?)^```$/gms)].map(([, commands, csv]) => ({
  commands: commands!,
  csv: csv!,
}))

const BOOK = '/v1/books/main'
let database: TestDatabase
let service: Service
let client: Client
/** Of payroll. */
let key: string

beforeAll(async () => {
  database = await testDatabase()
  service = await startService({ DATABASE_URL: database.url })
  client = new Client(service)
  key = await keyWith(client, ['payroll'])
  const leave = { resource: 'annual-leave', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: '0' }
  const advance = { resource: 'money', unit: 'euro', scale: 2, dayExclusive: false, overdraftLimit: null }
  const ada = { entity: 'ada', policy: 'annual-leave' }
  const ben = { entity: 'ben', policy: 'advance' }
  // What the page says there is: events 2 to 9.
  const answers = [
    await client.put(`${BOOK}/policies/annual-leave`, 'leave', leave),
    await client.put(`${BOOK}/policies/advance`, 'advance', advance),
    await client.put(`${BOOK}/entities/ada`, 'ada', { personnelNumber: '00017', email: 'ada@example.com' }),
    await client.put(`${BOOK}/entities/ben`, 'ben', { personnelNumber: '00018', email: 'ben@example.com' }),
    await client.post(`${BOOK}/accruals`, '1', { ...ada, amount: '25', effectiveOn: '2026-01-01' }),
    await client.post(`${BOOK}/consumptions`, '2', { ...ada, amount: '1', effectiveOn: '2026-03-02' }),
    await client.post(`${BOOK}/consumptions`, '3', { ...ben, amount: '7.25', effectiveOn: '2026-03-03' }),
    await client.post(`${BOOK}/snapshots`, 'march', { asOf: '2026-03-31' }),
  ]
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
})
afterAll(async () => {
  client.close()
  await service.stop()
  await database.drop()
})

test('there are examples', () => {
  expect(examples).toHaveLength(2)
})

test.each(examples)('$commands answers as the page says', async ({ commands, csv }) => {
  expect(await run(commands)).toBe(csv.replaceAll('\n', '\r\n'))
})

/** Runs commands in a shell, with the names that the page sets first. */
function run(commands: string): Promise<string> {
  const set = names!.replace('http://127.0.0.1:3000', service.url)
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', `${set}\n${commands}`], { env: { ...process.env, KEY: key } }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${error.message}\n${stderr}`))
    })
  })
}
