import { expect, test } from 'vitest'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()

async function bookOfAda(): Promise<string> {
  const path = `/v1/books/${await service.book()}`
  const put = (at: string, body: object) => must(service.call('PUT', `${path}/${at}`, { body }))
  const post = (at: string, body: object, actor?: string) =>
    must(
      service.call('POST', `${path}/${at}`, { body, headers: actor === undefined ? {} : { 'daybook-actor': actor } }),
    )
  await put('entities/ada', { kind: 'person', hiredOn: '2020-01-01', name: 'Ada', email: 'ada@example.org' })
  await put('entities/ada/delegations/ben', { from: '2026-01-01', to: '2026-02-01' })
  const accrual = { policy: 'annual', amount: '20', effectiveOn: '2026-01-01' }
  await post('accruals', { entity: 'ada', ...accrual, reason: 'quartz' })
  await post('accruals', { entity: 'ben', ...accrual, reason: 'feldspar' })
  await post(
    'requests',
    { id: 'r1', entity: 'ada', policy: 'annual', from: '2026-06-01', to: '2026-06-02', reason: 'mica' },
    'employee:ada',
  )
  await post('adjustments', { entity: 'ben', ...accrual, reason: 'by ada' }, 'manager:ada')
  await post('calendar-feeds', { entity: 'ada' })
  return path
}

test('everything about one person is one document, and nothing of others', async () => {
  const path = await bookOfAda()
  const { headers, text, body } = await must(service.call('GET', `${path}/entities/ada/export`))
  const found = body as Record<string, JsonObject[]> & { readonly position: number }
  expect(headers).toMatchObject({ 'daybook-position': String(found.position) })
  expect(found).toMatchObject({
    id: 'ada',
    entity: { id: 'ada', name: 'Ada', email: 'ada@example.org' },
    employments: [{ from: '2020-01-01', to: null }],
    delegations: [{ delegate: 'ben' }],
    feeds: [{ entity: 'ada', revokedAt: null }],
    balances: [{ policy: 'annual', knownAt: found.position }],
    requests: [{ id: 'r1', reason: 'mica', status: 'pending' }],
    workPatterns: [],
  })
  const { body: list } = await must(service.call('GET', `${path}/transactions?entity=ada`))
  expect(found['transactions']).toEqual((list as { items: unknown }).items)
  const { body: history } = await must(service.call('GET', `${path}/events?limit=100`))
  const own = (history as { items: JsonObject[] }).items.filter((event) => /"ada"/.test(JSON.stringify(event)))
  expect(found['events']).toEqual(own)
  expect(text).not.toContain('feldspar')
})

test('is as of one position, whatever is recorded while it is read', async () => {
  const path = await bookOfAda()
  const accrual = { entity: 'ada', policy: 'annual', amount: '1', effectiveOn: '2026-01-01' }
  let stop = false
  const write = async (): Promise<void> => {
    while (!stop) await must(service.call('POST', `${path}/accruals`, { body: accrual }))
  }
  const writing = write()
  for (let round = 0; round < 5; round++) {
    const { body } = await must(service.call('GET', `${path}/entities/ada/export`))
    const { position, transactions, events, balances } = body as unknown as {
      position: number
      transactions: { position: number; amount: string }[]
      events: { position: number; transactions: { entity: string }[] }[]
      balances: { available: string }[]
    }
    expect(Math.max(...transactions.map((line) => line.position))).toBeLessThanOrEqual(position)
    const lines = events.flatMap((event) => event.transactions.filter(({ entity }) => entity === 'ada'))
    expect(transactions).toHaveLength(lines.length)
    const sum = transactions.reduce((total, { amount }) => total + Number(amount), 0)
    expect(Number(balances[0]!.available)).toBe(sum)
  }
  stop = true
  await writing
})

test('of whom nothing is known is 404; of who is erased what is left', async () => {
  const path = await bookOfAda()
  expect(await service.call('GET', `${path}/entities/nobody/export`)).toMatchObject({ status: 404 })
  expect(await service.call('GET', '/v1/books/none/entities/ada/export')).toMatchObject({
    body: { code: 'unknown-book' },
  })
  await must(service.call('POST', `${path}/entities/ada/erase`, { body: { reason: 'asked', force: true } }))
  const { text, body } = await must(service.call('GET', `${path}/entities/ada/export`))
  expect(body).toMatchObject({ entity: { name: null }, requests: [{ id: 'r1', reason: null }] })
  expect(text).not.toMatch(/quartz|mica|ada@example/)
})

test('without the right to read events, each says only what it says of the person', async () => {
  const path = await bookOfAda()
  const line = (entity: string) => ({
    type: 'accrual',
    entity,
    policy: 'annual',
    amount: '1',
    effectiveOn: '2026-01-01',
  })
  const transactions = [line('ben'), { ...line('ada'), reference: 'of-ada' }, { ...line('cleo'), reference: 'of-cleo' }]
  await must(
    service.call('POST', `${path}/transactions`, { body: { transactions, reason: 'obsidian', reference: 'all' } }),
  )
  const book = path.split('/').at(-1)!
  const roles = [{ book, role: 'employee', entity: 'ada' }]
  const { body: made } = await must(service.call('POST', '/v1/keys', { body: { name: 'ada', roles } }))
  const { text, body } = await must(
    service.call('GET', `${path}/entities/ada/export`, { key: (made as JsonObject)['key'] as string }),
  )
  const { events, transactions: own } = body as unknown as { events: JsonObject[]; transactions: JsonObject[] }
  const shared = events.find(({ type }) => type === 'transactions-recorded')!
  expect(shared).toMatchObject({ data: { lines: { '2': { reference: 'of-ada' } } }, transactions: [{ entity: 'ada' }] })
  // What she did about others is there, and not what it was.
  const byHer = events.find(({ type }) => type === 'adjustment-recorded')!
  expect(byHer).toMatchObject({ actor: { type: 'manager', id: 'ada' }, data: null, transactions: [] })
  for (const event of events) {
    for (const hidden of ['decision', 'erasable', 'erasableDigest', 'hash', 'previousHash', 'idempotencyKey']) {
      expect(event).not.toHaveProperty(hidden)
    }
  }
  expect(own.map(({ reason }) => reason)).toContain('quartz')
  expect(text).not.toMatch(/feldspar|by ada|of-cleo|"cleo"/)
})
