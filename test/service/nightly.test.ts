import { afterEach, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { Client, type Service, startService } from '../support/service.ts'

// Every night, and at each start, books are run through their own today.

const BOOK = '/v1/books/main'

let database: TestDatabase | undefined
let service: Service | undefined

afterEach(async () => {
  await service?.kill()
  await database?.drop()
  service = undefined
  database = undefined
})

async function started(environment: Record<string, string>): Promise<Client> {
  service = await startService({ DATABASE_URL: database!.url, ...environment })
  return new Client(service)
}

interface ShownRuns {
  readonly items: readonly {
    readonly status: string
    readonly through: string
    readonly postings: { accruals: number }
  }[]
}

test('a book is run through its own today, a missed night is caught up, and nothing is posted ahead', async () => {
  database = await testDatabase()
  let client = await started({ DAYBOOK_NIGHTLY: 'off' })
  await client.put(BOOK, 'book', { timeZone: 'Pacific/Kiritimati' })
  const policy = {
    resource: 'leave',
    unit: 'day',
    scale: 2,
    dayExclusive: false,
    overdraftLimit: '0',
    earning: { every: 'day', levels: [{ amount: '1' }] },
  }
  await client.put(`${BOOK}/policies/daily`, 'policy', policy)
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Pacific/Kiritimati' }).format(new Date())
  const tenDaysAgo = new Date(Date.parse(today) - 9 * 86_400_000).toISOString().slice(0, 10)
  await client.put(`${BOOK}/entities/e1/assignments/a`, 'assign', { policy: 'daily', from: tenDaysAgo })
  await service!.stop()

  client = await started({})
  await eventually(async () => {
    const { items } = (await client.call<ShownRuns>('GET', `${BOOK}/runs`)).body
    expect(items[0]).toMatchObject({ status: 'done', problems: [] })
  })
  const { items } = (await client.call<ShownRuns>('GET', `${BOOK}/runs`)).body
  const posted = items.reduce((sum, { postings }) => sum + postings.accruals, 0)
  // Where midnight passes in between, one more.
  expect([10, 11]).toContain(posted)
  expect(items.at(-1)!.through >= today).toBe(true)
  client.close()
})
