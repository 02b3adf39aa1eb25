import { describe, expect, test } from 'vitest'
import { type EarningBook, earningBook } from './earning-book.ts'
import { type JsonObject, serviceOfFile } from './service-of-file.ts'

// How a balance came about: what was recorded with each line of it, and a sentence that says the same.

const service = serviceOfFile()

async function texts(book: EarningBook, query = '', entity = 'e1'): Promise<string[]> {
  return (await book.items(`entities/${entity}/explanation?policy=earned${query}`)).map(({ text }) => text as string)
}

const MONTHLY = { earning: { every: 'month', levels: [{ amount: '2.5' }] } }

describe('an explanation', () => {
  test('says of each posting on which figures it was decided', async () => {
    const book = await earningBook(service, MONTHLY)
    await book.assign('e1', { from: '2025-03-14' })
    await book.run('2025-04-30')
    const { items, ...about } = await book.get('entities/e1/explanation?policy=earned&asOf=2025-04-30')
    expect(about).toEqual({
      entity: 'e1',
      policy: 'earned',
      resource: 'leave',
      unit: 'day',
      asOf: '2025-04-30',
      knownAt: expect.any(Number) as number,
      nextCursor: null,
    })
    expect(items).toMatchObject([
      {
        transaction: expect.stringMatching(/^\d+\.1$/) as string,
        on: '2025-03-14',
        amount: '1.45',
        balance: '1.45',
        rule: 'accrual',
        policyVersion: 1,
        figures: { days: 18, ofDays: 31, every: 'month', amount: '2.5', earned: '1.45' },
        text: '18 of 31 days of March at 2.5 days a month: 1.45',
      },
      { on: '2025-04-01', balance: '3.95', text: 'April at 2.5 days a month: 2.5' },
    ])
  })

  test('tells of caps, carry-over, lapses, leave and what people gave', async () => {
    const book = await earningBook(service, {
      earning: { every: 'quarter', levels: [{ amount: '6', balanceCap: '20' }] },
      carryOver: { keep: { upTo: '5' }, validUntil: '03-31' },
    })
    await book.assign('e1')
    await book.post('accruals', {
      entity: 'e1',
      policy: 'earned',
      amount: '3',
      effectiveOn: '2025-01-01',
      reason: 'Opening balance',
    })
    await book.run('2026-04-01')
    await book.post('consumptions', { entity: 'e1', policy: 'earned', amount: '2', effectiveOn: '2026-04-02' })
    await book.post('adjustments', { entity: 'e1', policy: 'earned', amount: '-1', effectiveOn: '2026-04-03' })
    expect(await texts(book, '&asOf=2026-04-30')).toEqual([
      '3 days given by hand: Opening balance',
      'January to March at 6 days a quarter: 6',
      'April to June at 6 days a quarter: 6',
      'July to September at 6 days a quarter: 6',
      'No more than 20 days may be left: 1 of 6 days cut off',
      'October to December at 6 days a quarter: 6',
      'No more than 20 days may be left: 6 of 6 days cut off',
      '20 days left of 2025, 5 carried over, to be taken by 31 March',
      'January to March at 6 days a quarter: 6',
      '5 days lapsed, not taken by 31 March',
      'April to June at 6 days a quarter: 6',
      '2 days taken',
      '1 day less by hand',
    ])
  })

  test('tells of a carry-over that kept everything, which has no transaction', async () => {
    const book = await earningBook(service, { ...MONTHLY, carryOver: {} })
    await book.assign('e1', { from: '2025-12-01' })
    await book.run('2026-01-01')
    const items = await book.items('entities/e1/explanation?policy=earned&asOf=2026-01-01')
    expect(items[1]).toMatchObject({
      transaction: null,
      on: '2026-01-01',
      amount: '0.00',
      balance: '2.50',
      rule: 'carry-over',
      policyVersion: 1,
      text: '2.5 days left of 2025, all carried over',
    })
    expect(items).toHaveLength(3)
  })

  test('tells of a correction and its cause', async () => {
    const book = await earningBook(service, MONTHLY)
    await book.assign('e1', { from: '2025-03-01' })
    await book.run('2025-03-31')
    await book.policy({ earning: { every: 'month', levels: [{ amount: '3' }] }, effectiveFrom: '2025-01-01' })
    await book.run('2025-03-31')
    expect(await texts(book, '&asOf=2025-03-31')).toEqual([
      'March at 2.5 days a month: 2.5',
      'Corrected by 0.5 days more, because the policy earned changed',
    ])
  })

  test('stays as it was recorded, whatever has changed since', async () => {
    const book = await earningBook(service, MONTHLY)
    await book.assign('e1', { from: '2025-03-01' })
    await book.run('2025-03-31')
    const before = await book.items('entities/e1/explanation?policy=earned&asOf=2025-03-31')
    await book.policy({ earning: { every: 'month', levels: [{ amount: '3' }] }, effectiveFrom: '2025-01-01' })
    await book.assign('e1', { from: '2025-03-10' })
    expect(await book.items('entities/e1/explanation?policy=earned&asOf=2025-03-31')).toEqual(before)
  })

  test('is as of a day and as known at a position, and adds up to that balance', async () => {
    const book = await earningBook(service, MONTHLY)
    await book.assign('e1')
    await book.run('2025-06-30')
    await book.post('consumptions', { entity: 'e1', policy: 'earned', amount: '1', effectiveOn: '2025-04-10' })
    const known = (await book.get('entities/e1/balances'))['knownAt'] as number
    for (const [asOf, knownAt] of [
      ['2025-06-30', known],
      ['2025-06-30', known - 1],
      ['2025-04-10', known],
      ['2025-03-31', known - 3],
    ] as const) {
      const query = `asOf=${asOf}&knownAt=${knownAt}`
      const items = await book.items(`entities/e1/explanation?policy=earned&${query}`)
      const [balance] = await book.items(`entities/e1/balances?policy=earned&${query}`)
      expect(items.at(-1)!['balance']).toBe(balance!['available'])
    }
  })

  test('comes in pages where it is asked for', async () => {
    const book = await earningBook(service, MONTHLY)
    await book.assign('e1')
    await book.run('2025-06-30')
    const whole = await book.items('entities/e1/explanation?policy=earned&asOf=2025-06-30')
    const pages: JsonObject[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const next = cursor === '' ? '' : `&cursor=${cursor}`
      const page = await book.get(`entities/e1/explanation?policy=earned&asOf=2025-06-30&limit=4${next}`)
      pages.push(...(page['items'] as JsonObject[]))
      cursor = page['nextCursor'] as string | null
      await book.post('accruals', { entity: 'e1', policy: 'earned', amount: '1', effectiveOn: '2025-01-01' })
    }
    expect(pages).toEqual(whole)
  })

  test('of an unknown policy is refused; of somebody of whom nothing is recorded it is empty', async () => {
    const book = await earningBook(service)
    expect(await book.ask('entities/e1/explanation?policy=nothing')).toMatchObject({
      status: 422,
      body: { code: 'unknown-policy', policy: 'nothing' },
    })
    expect(await book.items('entities/nobody/explanation?policy=earned')).toEqual([])
  })
})
