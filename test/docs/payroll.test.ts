import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { keyWith } from '../support/least-key.ts'
import { Client, type Service, startService } from '../support/service.ts'

/*
 * docs/guides/payroll.md: its commands are run by a shell, one after the other, and what stands below each is what it
 * answers, but for what is different every time: there the page has an ellipsis.
 */

interface Example {
  readonly commands: string
  /** What the page has below them, where it has something. */
  readonly answer: { readonly language: string; readonly text: string } | undefined
}

const page = await readFile('docs/guides/payroll.md', 'utf8')
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({
  language: language!,
  text: text!,
}))
const [preamble, ...examples] = blocks.flatMap((block, index): Example[] => {
  if (block.language !== 'sh') return []
  const next = blocks[index + 1]
  return [{ commands: block.text, answer: next === undefined || next.language === 'sh' ? undefined : next }]
}) as [Example, ...Example[]]

const BOOK = '/v1/books/main'
let database: TestDatabase
let service: Service
let client: Client
let digest: string
/** With the roles that the page names. */
let key: string

beforeAll(async () => {
  database = await testDatabase()
  service = await startService({ DATABASE_URL: database.url })
  client = new Client(service)
  key = await keyWith(client, ['payroll', 'integration'])
  const policy = { resource: 'annual-leave', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: '0' }
  const line = { policy: 'annual-leave', effectiveOn: '2026-01-01' }
  // What the page says there is: events 2 to 5.
  const answers = [
    await client.put(`${BOOK}/policies/annual-leave`, 'policy', policy),
    await client.post(`${BOOK}/accruals`, 'ada', { ...line, entity: 'ada', amount: '25' }),
    await client.post(`${BOOK}/accruals`, 'ben', { ...line, entity: 'ben', amount: '20' }),
    await client.post(`${BOOK}/consumptions`, 'leave-17', {
      ...line,
      entity: 'ada',
      amount: '1',
      effectiveOn: '2026-03-02',
    }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
})
afterAll(async () => {
  client.close()
  await service.stop()
  await database.drop()
})

test('there are examples', () => {
  expect(examples).toHaveLength(8)
  expect(preamble.answer).toBeUndefined()
})

test.each(examples.map((example, index) => ({ number: index + 1, ...example })))(
  'example $number answers as the page says',
  async ({ commands, answer }) => {
    const printed = await run(commands)
    switch (answer?.language) {
      case 'json': {
        const found = JSON.parse(printed) as Record<string, unknown>
        if (typeof found['digest'] === 'string') digest = found['digest']
        expect(withoutChance(found)).toEqual(withoutChance(JSON.parse(answer.text) as Record<string, unknown>))
        return
      }
      case 'ndjson':
        expect(printed).toBe(answer.text)
        expect(createHash('sha256').update(answer.text).digest('hex')).toBe(digest)
        return
      case 'csv':
        expect(printed).toBe(answer.text.replaceAll('\n', '\r\n'))
        return
      default:
        // Said in words: the late line and the correction are recorded.
        expect(printed).not.toContain('/problems/')
    }
  },
)

test('the late line is effective today and says which day it is about', async () => {
  const { body } = await client.get<{ items: { effectiveOn: string; recordedAt: string; meantFor?: string }[] }>(
    `${BOOK}/transactions?afterPosition=7`,
  )
  const [late] = body.items
  expect(late).toMatchObject({ meantFor: '2026-03-10', effectiveOn: late!.recordedAt.slice(0, 10) })
})

test('afterwards the snapshot is still what the page has', async () => {
  const { text } = await client.get(`${BOOK}/snapshots/7/balances`, { accept: 'application/x-ndjson' })
  expect(text).toBe(blocks.find(({ language }) => language === 'ndjson')!.text)
})

/** Runs commands in a shell, with the names that the page sets first. */
function run(commands: string): Promise<string> {
  const names = preamble.commands.replace('http://127.0.0.1:3000', service.url)
  return new Promise((resolve, reject) => {
    const env = { ...process.env, KEY: key }
    execFile('sh', ['-c', `${names}\n${commands}`], { env }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${error.message}\n${stderr}`))
    })
  })
}

function withoutChance(document: Record<string, unknown>): Record<string, unknown> {
  const { recordedAt: _recordedAt, hash: _hash, instance: _instance, by, ...rest } = document
  return by === undefined ? rest : { ...rest, by: { ...(by as object), id: '…' } }
}
