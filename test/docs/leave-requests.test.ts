import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { Client, type Service, startService } from '../support/service.ts'

/*
 * docs/guides/leave-requests.md: its calls are made one after the other, and what stands below each is part of what it
 * answers. A call without an answer below it succeeds.
 */

interface Example {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly answer: object | undefined
}

const page = await readFile('docs/guides/leave-requests.md', 'utf8')
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({
  language: language!,
  text: text!,
}))
const examples = blocks.flatMap((block, index): Example[] => {
  if (block.language !== 'http') return []
  const [head = '', body] = block.text.split('\n\n')
  const [first = '', ...headers] = head.trimEnd().split('\n')
  const [method = '', path = ''] = first.split(' ')
  const next = blocks[index + 1]
  return [
    {
      method,
      path,
      headers: Object.fromEntries(headers.map((line) => line.split(': ') as [string, string])),
      body,
      answer: next?.language === 'json' ? (JSON.parse(next.text) as object) : undefined,
    },
  ]
})

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

test('there are calls', () => {
  expect(examples.length).toBeGreaterThan(15)
})

test.each(examples.map((example, index) => ({ number: index + 1, ...example })))(
  '$number: $method $path',
  async ({ number, method, path, headers, body, answer }) => {
    const answered = await client.call(method, path, {
      headers: { 'idempotency-key': `guide-${number}`, ...headers },
      ...(body === undefined ? {} : { body }),
    })
    if (answer === undefined || !('code' in answer)) expect(answered.status, answered.text).toBeLessThan(300)
    if (answer !== undefined) expect(answered.body).toMatchObject(answer)
  },
)
