import { describe, expect, test } from 'vitest'
import { ANY_AMOUNT, accrual, consumption, day, reversalOf } from '../support/builders.ts'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile({ minPositionWaitMs: 200 })

/** A book in which 25 days were earned, 2 taken and given back, and 1 taken; its positions. */
async function history() {
  const book = await service.book(ANY_AMOUNT)
  const record = async (line: object): Promise<number> => {
    const { body } = await must(
      service.call('POST', `/v1/books/${book}/transactions`, { body: { transactions: [line] } }),
    )
    return (body as { position: number }).position
  }
  const earned = await record(accrual('25', { effectiveOn: day('2026-01-01'), reference: 'year' }))
  const taken = await record(consumption('2', { effectiveOn: day('2026-03-02') }))
  const undone = await record(reversalOf(`${taken}.1`))
  const later = await record(consumption('1', { effectiveOn: day('2026-12-24') }))
  await record(accrual('5', { entity: 'e2', policy: 'wallet' }))
  return { book, earned, taken, undone, later }
}

async function read(book: string, path: string): Promise<JsonObject> {
  return (await must(service.call('GET', `/v1/books/${book}/${path}`))).body as JsonObject
}

async function itemsOf(book: string, path: string): Promise<JsonObject[]> {
  return (await read(book, path))['items'] as JsonObject[]
}

describe('transactions', () => {
  test('are listed in the order they were recorded, and filtered', async () => {
    const { book, earned, taken, undone, later } = await history()
    const ids = async (query: string) => (await itemsOf(book, `transactions?${query}`)).map(({ id }) => id)
    expect(await ids('entity=e1')).toEqual([`${earned}.1`, `${taken}.1`, `${undone}.1`, `${later}.1`])
    expect(await ids('entity=e1&type=consumption')).toEqual([`${taken}.1`, `${later}.1`])
    expect(await ids('from=2026-03-02&to=2026-12-23&policy=annual')).toEqual([`${taken}.1`, `${undone}.1`])
    expect(await ids('reference=year')).toEqual([`${earned}.1`])
    expect(await ids(`resource=leave&afterPosition=${undone}`)).toEqual([`${later}.1`])
    expect(await ids('resource=none')).toEqual([])
  })

  test('say what they reverse and what reversed them', async () => {
    const { book, taken, undone } = await history()
    expect(await read(book, `transactions/${taken}.1`)).toMatchObject({ reversedBy: `${undone}.1`, reverses: null })
    expect(await read(book, `transactions/${undone}.1`)).toMatchObject({
      type: 'reversal',
      reverses: `${taken}.1`,
      amount: '2.00',
    })
  })

  test('that do not exist are unknown', async () => {
    const { book, taken } = await history()
    for (const id of [`${taken}.2`, '99.1', '999999999999999.999999999']) {
      const reply = await service.call('GET', `/v1/books/${book}/transactions/${id}`)
      expect(reply).toMatchObject({ status: 404, body: { code: 'unknown-transaction', transaction: id } })
    }
  })

  test('recorded while a list is walked are neither missed nor repeated', async () => {
    const { book, earned } = await history()
    const seen: unknown[] = []
    let cursor: string | null = null
    do {
      const page: JsonObject = await read(book, `transactions?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`)
      seen.push(...(page['items'] as JsonObject[]).map(({ id }) => id))
      cursor = page['nextCursor'] as string | null
      const body = { entity: 'e3', policy: 'sick', amount: '1', effectiveOn: '2026-01-01' }
      if (seen.length < 8) await must(service.call('POST', `/v1/books/${book}/accruals`, { body }))
    } while (cursor !== null)
    const positions = Array.from({ length: seen.length }, (_, index) => `${earned + index}.1`)
    expect(seen).toEqual(positions)
    expect(seen.length).toBeGreaterThan(5)
  })

  test('a cursor of another list, or of other filters, is none', async () => {
    const { book } = await history()
    const { nextCursor } = (await read(book, 'transactions?limit=1&entity=e1')) as { nextCursor: string }
    for (const path of [`transactions?limit=1&entity=e2&cursor=${nextCursor}`, `policies?cursor=${nextCursor}`]) {
      const reply = await service.call('GET', `/v1/books/${book}/${path}`)
      expect(reply).toMatchObject({ status: 400, body: { errors: [{ in: 'query', pointer: '/cursor' }] } })
    }
  })
})

describe('balances', () => {
  test('are as of a day and known at a position', async () => {
    const { book, taken } = await history()
    expect(await itemsOf(book, 'balances?entity=e1&asOf=2026-06-30')).toEqual([
      {
        entity: 'e1',
        policy: 'annual',
        resource: 'leave',
        unit: 'shift',
        asOf: '2026-06-30',
        knownAt: taken + 3,
        accrued: '25.00',
        consumed: '0.00',
        pending: '0.00',
        adjusted: '0.00',
        available: '25.00',
        spendable: '24.00',
        version: 4,
      },
    ])
    const before = await read(book, `balances?entity=e1&asOf=2026-06-30&knownAt=${taken}`)
    expect(before).toMatchObject({ knownAt: taken, items: [{ consumed: '2.00', available: '23.00', version: 2 }] })
  })

  test('are known at an instant, whatever its offset', async () => {
    const { book, taken } = await history()
    const { recordedAt } = (await read(book, `transactions/${taken}.1`)) as { recordedAt: string }
    const inOffset = `${new Date(Date.parse(recordedAt) + 7_200_000).toISOString().slice(0, -1)}+02:00`
    for (const instant of [recordedAt, inOffset]) {
      const { knownAt } = await read(book, `balances?knownAt=${encodeURIComponent(instant)}`)
      expect(knownAt).toBe(taken)
    }
    expect(await itemsOf(book, 'balances?knownAt=2000-01-01T00:00:00Z')).toEqual([])
  })

  test('of one entity are under its address', async () => {
    const { book } = await history()
    expect(await itemsOf(book, 'entities/e2/balances')).toEqual(await itemsOf(book, 'balances?entity=e2'))
    expect(await itemsOf(book, 'entities/e2/balances?policy=annual')).toEqual([])
    expect(await itemsOf(book, 'entities/nobody/balances')).toEqual([])
  })

  test('include every command answered before the read began', async () => {
    const book = await service.book(ANY_AMOUNT)
    for (let count = 1; count <= 10; count++) {
      const body = { entity: 'e1', policy: 'wallet', amount: '1', effectiveOn: '2026-01-01' }
      const { headers } = await must(service.call('POST', `/v1/books/${book}/accruals`, { body }))
      const reply = await must(service.call('GET', `/v1/books/${book}/balances?entity=e1&asOf=2026-01-01`))
      expect(reply.headers['daybook-position']).toBe(headers['daybook-position'])
      expect(reply.body).toMatchObject({ items: [{ available: `${count}.00`, version: count }] })
    }
  })
})

describe('a statement', () => {
  test('runs from an opening to a closing balance', async () => {
    const { book } = await history()
    expect(await read(book, 'entities/e1/statement?policy=annual&from=2026-02-01&to=2026-12-31')).toMatchObject({
      openingBalance: '25.00',
      items: [{ balance: '23.00' }, { balance: '25.00' }, { balance: '24.00' }],
      closingBalance: '24.00',
      nextCursor: null,
    })
  })

  test('of an unknown policy is refused', async () => {
    const { book } = await history()
    const reply = await service.call('GET', `/v1/books/${book}/entities/e1/statement?policy=none`)
    expect(reply).toMatchObject({ status: 422, body: { code: 'unknown-policy', policy: 'none' } })
  })
})

const BOOK_READS = [
  '',
  '/policies',
  '/policies/annual',
  '/policies/annual/versions',
  '/entities',
  '/transactions',
  '/balances',
  '/entities/e1/balances',
  '/entities/e1/statement?policy=annual',
  '/events',
]

describe.each(BOOK_READS)('GET /v1/books/{book}%s', (path) => {
  test('says at which position it was computed', async () => {
    const { book, later } = await history()
    const { headers } = await must(service.call('GET', `/v1/books/${book}${path}`))
    expect(headers['daybook-position']).toBe(String(later + 1))
  })

  test('of an unknown book is a problem', async () => {
    const reply = await service.call('GET', `/v1/books/nowhere${path}`)
    expect(reply).toMatchObject({ status: 404, body: { code: 'unknown-book', book: 'nowhere' } })
  })

  test('waits for a position that is about to come, and not for ever', async () => {
    const { book, later } = await history()
    const waiting = service.call('GET', `/v1/books/${book}${path}`, { headers: minPosition(later + 2) })
    const body = { entity: 'e1', policy: 'wallet', amount: '1', effectiveOn: '2026-01-01' }
    await must(service.call('POST', `/v1/books/${book}/accruals`, { body }))
    expect(await waiting).toMatchObject({ status: 200, headers: { 'daybook-position': String(later + 2) } })
    const tooFar = await service.call('GET', `/v1/books/${book}${path}`, { headers: minPosition(later + 3) })
    expect(tooFar).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { code: 'not-caught-up' } })
  })

  test('answers HEAD as it answers GET, without a body', async () => {
    const { book, later } = await history()
    const reply = await service.call('HEAD', `/v1/books/${book}${path}`, { headers: { accept: 'text/event-stream' } })
    expect(reply).toMatchObject({ status: 200, text: '', headers: { 'daybook-position': String(later + 1) } })
  })
})

test.each(['-1', '1.5', 'abc', '1,2', '99999999999999999'])('a minimum position that is none: %s', async (position) => {
  const book = await service.book(ANY_AMOUNT)
  const reply = await service.call('GET', `/v1/books/${book}`, { headers: { 'daybook-min-position': position } })
  expect(reply).toMatchObject({ status: 400, body: { errors: [{ in: 'header', pointer: '/Daybook-Min-Position' }] } })
})

function minPosition(position: number): Record<string, string> {
  return { 'daybook-min-position': String(position) }
}
