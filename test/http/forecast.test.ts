import { describe, expect, test } from 'vitest'
import { type EarningBook, earningBook } from './earning-book.ts'
import { serviceOfFile } from './service-of-file.ts'

// How a balance goes on: what is recorded for later days, and what the rules will post.

const service = serviceOfFile()

const CARRIED = { carryOver: { keep: { upTo: '5' }, validUntil: '03-31' } }

/** `2026-01-01 accrual 2.00 = 12.00`. */
async function ahead(book: EarningBook, query: string, entity = 'e1'): Promise<string[]> {
  return (await book.items(`entities/${entity}/forecast?policy=earned&${query}`)).map(
    ({ on, kind, amount, balance }) => `${on as string} ${kind as string} ${amount as string} = ${balance as string}`,
  )
}

describe('a forecast', () => {
  test('goes on from what is recorded, with what the rules will post', async () => {
    const book = await earningBook(service)
    await book.assign('e1')
    await book.run('2025-03-31')
    const answer = await book.get('entities/e1/forecast?policy=earned&asOf=2025-03-31&until=2025-05-31')
    expect(answer).toEqual({
      entity: 'e1',
      policy: 'earned',
      resource: 'leave',
      unit: 'day',
      asOf: '2025-03-31',
      until: '2025-05-31',
      balance: '6.00',
      items: [
        { on: '2025-04-01', kind: 'accrual', amount: '2.00', balance: '8.00', rule: 'accrual' },
        { on: '2025-05-01', kind: 'accrual', amount: '2.00', balance: '10.00', rule: 'accrual' },
      ],
      willLapse: [],
    })
  })

  test('begins with what is due and was not posted yet', async () => {
    const book = await earningBook(service)
    await book.assign('e1')
    await book.run('2025-01-31')
    expect(await ahead(book, 'asOf=2025-03-15&until=2025-04-01')).toEqual([
      '2025-02-01 accrual 2.00 = 4.00',
      '2025-03-01 accrual 2.00 = 6.00',
      '2025-04-01 accrual 2.00 = 8.00',
    ])
  })

  test('has what a run posted ahead once, and leave that is booked, in the order of payroll', async () => {
    const book = await earningBook(service, CARRIED)
    await book.assign('e1')
    await book.run('2026-04-30')
    await book.post('consumptions', { entity: 'e1', policy: 'earned', amount: '1', effectiveOn: '2026-04-01' })
    expect(await ahead(book, 'asOf=2025-12-31&until=2026-05-01')).toEqual([
      '2026-01-01 carry-over -19.00 = 5.00',
      '2026-01-01 accrual 2.00 = 7.00',
      '2026-02-01 accrual 2.00 = 9.00',
      '2026-03-01 accrual 2.00 = 11.00',
      '2026-04-01 lapse -5.00 = 6.00',
      '2026-04-01 accrual 2.00 = 8.00',
      '2026-04-01 leave -1.00 = 7.00',
      '2026-05-01 accrual 2.00 = 9.00',
    ])
  })

  test('says what will lapse unless it is taken: cuts by carry-over too', async () => {
    const book = await earningBook(service, CARRIED)
    await book.assign('e1')
    const query = 'policy=earned&asOf=2025-12-31&until=2026-12-31'
    expect((await book.get(`entities/e1/forecast?${query}`))['willLapse']).toEqual([
      { on: '2026-01-01', amount: '19.00' },
      { on: '2026-04-01', amount: '5.00' },
    ])
    await book.post('accruals', { entity: 'e1', policy: 'earned', amount: '30', effectiveOn: '2025-01-01' })
    await book.post('consumptions', { entity: 'e1', policy: 'earned', amount: '4', effectiveOn: '2026-03-02' })
    expect((await book.get(`entities/e1/forecast?${query}`))['willLapse']).toEqual([
      { on: '2026-01-01', amount: '49.00' },
      { on: '2026-04-01', amount: '1.00' },
    ])
  })

  test('has a correction that the next run will post', async () => {
    const book = await earningBook(service)
    await book.assign('e1')
    await book.run('2025-02-28')
    await book.policy({ earning: { every: 'month', levels: [{ yearAmount: '30' }] }, effectiveFrom: '2025-01-01' })
    expect(await ahead(book, 'asOf=2025-02-28&until=2025-03-01')).toEqual([
      '2025-01-01 adjustment 0.50 = 4.50',
      '2025-02-01 adjustment 0.50 = 5.00',
      '2025-03-01 accrual 2.50 = 7.50',
    ])
  })

  test('comes to the balance that a run then comes to', async () => {
    const book = await earningBook(service, {
      ...CARRIED,
      earning: { every: 'month', levels: [{ yearAmount: '25', balanceCap: '20' }] },
    })
    await book.assign('e1', { from: '2024-03-14' })
    await book.run('2024-08-15')
    await book.post('consumptions', { entity: 'e1', policy: 'earned', amount: '3.5', effectiveOn: '2024-12-30' })
    const items = await book.items('entities/e1/forecast?policy=earned&asOf=2024-06-30&until=2026-10-31')
    await book.run('2026-10-31')
    expect(items.at(-1)!['balance']).toBe(await book.balance('e1', '2026-10-31'))
  })

  test('of a policy that does not earn has what is recorded and what lapses', async () => {
    const book = await earningBook(service)
    await book.policy({ earning: null }, 'lieu')
    await book.post('accruals', {
      entity: 'e1',
      policy: 'lieu',
      amount: '2',
      effectiveOn: '2025-01-10',
      validUntil: '2025-04-30',
    })
    expect(await book.get('entities/e1/forecast?policy=lieu&asOf=2025-01-31&until=2025-12-31')).toMatchObject({
      balance: '2.00',
      items: [{ on: '2025-05-01', kind: 'lapse', amount: '-2.00', balance: '0.00', rule: 'lapse' }],
      willLapse: [{ on: '2025-05-01', amount: '2.00' }],
    })
  })

  test('is from today, and for a year, unless days are given; at most for ten years', async () => {
    const book = await earningBook(service)
    const answer = await book.get('entities/e1/forecast?policy=earned')
    const [asOf, until] = [answer['asOf'] as string, answer['until'] as string]
    expect(Number(until.slice(0, 4))).toBe(Number(asOf.slice(0, 4)) + 1)
    expect((await book.ask('entities/e1/forecast?policy=earned&asOf=2025-01-01&until=2035-01-01')).status).toBe(200)
    for (const day of ['2035-01-02', '2024-12-31']) {
      expect(await book.ask(`entities/e1/forecast?policy=earned&asOf=2025-01-01&until=${day}`)).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/until' }] },
      })
    }
  })

  test('of an unknown policy is refused; of an unknown book there is none', async () => {
    const book = await earningBook(service)
    expect(await book.ask('entities/e1/forecast?policy=nothing')).toMatchObject({
      status: 422,
      body: { code: 'unknown-policy', policy: 'nothing' },
    })
    const nowhere = await service.call('GET', '/v1/books/nowhere/entities/e1/forecast?policy=earned')
    expect(nowhere).toMatchObject({ status: 404, body: { code: 'unknown-book' } })
  })
})
