import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Role } from '../../src/access/rights.ts'
import { openApiText } from '../../src/http/document/openapi-text.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { keyWith, leastRoles } from '../support/least-key.ts'
import { Client, type Service, startService } from '../support/service.ts'

interface Example {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** What the page has below the call, where it has something. */
  readonly answer: object | undefined
}

/**
 * Makes the calls of a page (its blocks of `http`) one after the other, in an empty book `main`. The `json` below a call
 * is part of its answer; a call without one succeeds. Each is made with a key that may do no more than it needs, of a role that
 * the page names.
 * @param least calls that there are at least, so that a page without any does not pass
 * @param settings of the service
 */
export async function testCallsOf(
  path: string,
  least: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const page = await readFile(path, 'utf8')
  const examples = examplesOf(page)
  const leastRoleFor = leastRoles(JSON.parse(await openApiText()) as object)
  const roleOf = ({ method, path, headers, body }: Example): Role => leastRoleFor(method, path, { headers, body })
  const roles = [...new Set(examples.map(roleOf))]
  let database: TestDatabase
  let service: Service
  let root: Client
  const clients = new Map<Role, Client>()

  beforeAll(async () => {
    database = await testDatabase()
    service = await startService({ ...settings, DATABASE_URL: database.url })
    root = new Client(service)
    for (const role of roles) clients.set(role, new Client({ url: service.url, key: await keyWith(root, [role]) }))
  })
  afterAll(async () => {
    for (const client of [root, ...clients.values()]) client.close()
    await service.stop()
    await database.drop()
  })

  test('there are calls', () => {
    expect(examples.length).toBeGreaterThanOrEqual(least)
  })

  test('the page says which roles its calls need', () => {
    const [, said = ''] = /needs? an API key with the roles?\s(.*?)[.:]/s.exec(page) ?? []
    const named = [...said.matchAll(/`(\w+)`/g)].map(([, name]) => name)
    expect(new Set(named)).toEqual(new Set(roles))
  })

  test.each(examples.map((example, index) => ({ number: index + 1, ...example })))(
    '$number: $method $path',
    async ({ number, answer, ...example }) => {
      const { method, path: at, headers, body } = example
      const answered = await clients.get(roleOf({ ...example, answer }))!.call(method, at, {
        headers: { 'idempotency-key': `guide-${number}`, ...headers },
        ...(body === undefined ? {} : { body }),
      })
      if (answer === undefined || !('code' in answer)) expect(answered.status, answered.text).toBeLessThan(300)
      if (answer !== undefined) expect(answered.body).toMatchObject(answer)
    },
  )
}

function examplesOf(page: string): Example[] {
  const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({
    language: language!,
    text: text!,
  }))
  return blocks.flatMap((block, index): Example[] => {
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
}
