import { describe, expect, test } from 'vitest'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

/* What is kept beside a command is shown to whoever asks for it, and found again by what it says. */

const service = serviceOfFile()

const LINE = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-01' }

interface Shown {
  readonly id: string
  readonly reference: string
  readonly metadata?: object | null
}

async function listed(book: string, query: string): Promise<Shown[]> {
  const { body } = await must(service.call('GET', `/v1/books/${book}/transactions?${query}`))
  return (body as JsonObject)['items'] as unknown as Shown[]
}

const references = async (book: string, query: string): Promise<string[]> =>
  (await listed(book, query)).map(({ reference }) => reference)

/** Lines by what their metadata says. */
async function bookOfOrders(): Promise<string> {
  const book = await service.book()
  const post = (path: string, body: object) => must(service.call('POST', `/v1/books/${book}/${path}`, { body }))
  await post('accruals', { ...LINE, reference: 'none' })
  await post('accruals', { ...LINE, reference: 'text', metadata: { order: '17', 'a.b': 'dotted' } })
  await post('accruals', { ...LINE, reference: 'number', metadata: { order: 17, open: true } })
  await post('accruals', { ...LINE, reference: 'other', metadata: { order: '18', deep: { order: '17' } } })
  await post('transactions', {
    metadata: { order: '17', batch: 'B' },
    transactions: [
      { type: 'accrual', ...LINE, reference: 'of the command' },
      { type: 'accrual', ...LINE, reference: 'its own', metadata: { order: '19' } },
    ],
  })
  return book
}

describe('metadata of transactions', () => {
  test('is shown where it is asked for, and nowhere else', async () => {
    const book = await bookOfOrders()
    expect((await listed(book, '')).some((item) => 'metadata' in item)).toBe(false)
    const shown = await listed(book, 'include=metadata')
    expect(shown.map(({ metadata }) => metadata)).toEqual([
      null,
      { order: '17', 'a.b': 'dotted' },
      { order: 17, open: true },
      { order: '18', deep: { order: '17' } },
      { order: '17', batch: 'B' },
      { order: '19' },
    ])
    const { id } = shown.at(-1)!
    const path = `/v1/books/${book}/transactions/${id}`
    expect((await must(service.call('GET', `${path}?include=metadata`))).body).toMatchObject({
      metadata: { order: '19' },
    })
    expect((await must(service.call('GET', path))).body).not.toHaveProperty('metadata')
  })

  test.each([
    ['metadata.order=17', ['text', 'number', 'of the command']],
    ['metadata.order=19', ['its own']],
    ['metadata.batch=B', ['of the command']],
    ['metadata.a.b=dotted', ['text']],
    ['metadata.open=true', ['number']],
    ['metadata.order=17&metadata.batch=B', ['of the command']],
    ['metadata.order=17&reference=text', ['text']],
    ['metadata.order=17&entity=e2', []],
    ['metadata.order=1', []],
    ['metadata.__proto__=17', []],
    ['metadata.missing=17', []],
    [`metadata.order=${encodeURIComponent(`17' or '1'='1`)}`, []],
  ])('finds by %s', async (query, found) => {
    expect(await references(await bookOfOrders(), query)).toEqual(found)
  })

  test('is walked by cursor, which belongs to what was asked', async () => {
    const book = await bookOfOrders()
    const path = `/v1/books/${book}/transactions?limit=1&metadata.order=`
    const first = (await must(service.call('GET', `${path}17`))).body as unknown as {
      items: Shown[]
      nextCursor: string
    }
    const second = (await must(service.call('GET', `${path}17&cursor=${first.nextCursor}`))).body as JsonObject
    expect([first.items, second['items']]).toMatchObject([[{ reference: 'text' }], [{ reference: 'number' }]])
    expect(await service.call('GET', `${path}18&cursor=${first.nextCursor}`)).toMatchObject({ status: 400 })
  })

  test('is neither shown nor found once it was erased', async () => {
    const book = await service.book()
    await must(service.call('PUT', `/v1/books/${book}/entities/e1`, { body: {} }))
    await must(
      service.call('POST', `/v1/books/${book}/accruals`, {
        body: { ...LINE, reference: 'r', metadata: { order: '17' } },
      }),
    )
    expect(await references(book, 'metadata.order=17')).toEqual(['r'])
    const body = { reason: 'asked for', force: true }
    await must(service.call('POST', `/v1/books/${book}/entities/e1/erase`, { body }))
    expect(await references(book, 'metadata.order=17')).toEqual([])
    expect(await listed(book, 'include=metadata')).toMatchObject([{ reference: 'r', metadata: null }])
  })

  test.each([
    ['metadata=17', 'metadata'],
    ['metadata.=17', 'metadata.'],
    ['metadata.order=1&metadata.order=2', 'metadata.order'],
    [`metadata.order=${'x'.repeat(256)}`, 'metadata.order'],
    ['include=everything', 'include'],
    [Array.from({ length: 9 }, (_, index) => `metadata.m${index}=1`).join('&'), 'metadata.m8'],
  ])('is not asked for by %s', async (query, name) => {
    const book = await service.book()
    const { status, body } = await service.call('GET', `/v1/books/${book}/transactions?${query}`)
    expect({ status, body }).toMatchObject({ status: 400, body: { errors: [{ in: 'query', pointer: `/${name}` }] } })
  })
})
