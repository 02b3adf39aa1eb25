import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { keyWith } from '../support/least-key.ts'
import { Client, type Service, startService } from '../support/service.ts'

// docs/guides/live.md: its program is run as it stands there.

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
  await service.kill()
  await database.drop()
})

test('the program shows what others did, and after a restart goes on where it was', async () => {
  const page = await readFile('docs/guides/live.md', 'utf8')
  const program = /^```js\n(.*?)^```/ms.exec(page)![1]!
  const put = (path: string, body: object) => client.put(`/v1/books/main/${path}`, path, body)
  const terms = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: false, overdraftLimit: '0' }
  expect((await put('policies/annual', terms)).status).toBe(201)
  expect((await put('entities/ada', { manager: 'mia' })).status).toBe(201)

  const shown: unknown[] = []
  let wake = (): void => {}
  const show = (...event: unknown[]): void => {
    shown.push(event)
    wake()
  }
  // What the guide says, and nothing else, is what is run.
  // oxlint-disable-next-line typescript/no-implied-eval
  const run = new Function('url', 'key', 'show', `${program}\nreturn stop`) as (
    url: string,
    key: string,
    show: (...event: unknown[]) => void,
  ) => () => void
  const earn = async (key: string, headers: Record<string, string> = {}): Promise<number> => {
    const body = { entity: 'ada', policy: 'annual', amount: '1', effectiveOn: '2026-01-01' }
    const answer = await client.post('/v1/books/main/accruals', key, body, headers)
    expect(answer.status).toBe(201)
    return Number(answer.body['position'])
  }
  const shownOf = async (position: number): Promise<void> => {
    while (!shown.some((event) => (event as unknown[])[0] === position)) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }

  const stop = run(service.url, await keyWith(client, ['hr']), show)
  // Until it has subscribed, nobody can say from where on it is told.
  let last = 0
  for (let attempt = 0; shown.length === 0; attempt++) last = await earn(`first-${attempt}`)
  await shownOf(last)
  const before = shown.length
  await earn('mine', { 'daybook-client-id': 'window-1' })
  const theirs = await earn('theirs', { 'daybook-client-id': 'window-2' })
  await shownOf(theirs)
  expect(shown.slice(before)).toEqual([[theirs, 'accrual-recorded', ['ada 1.0']]])

  const { port, key } = service
  await service.kill()
  service = await startService({ DATABASE_URL: database.url }, { port, key })
  const meanwhile = await earn('meanwhile')
  await shownOf(meanwhile)
  expect(shown.slice(before + 1)).toEqual([[meanwhile, 'accrual-recorded', ['ada 1.0']]])
  stop()
})
