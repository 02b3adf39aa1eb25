import { describe, expect, test } from 'vitest'
import { type EarningBook, earningBook } from './earning-book.ts'
import { type JsonObject, serviceOfFile } from './service-of-file.ts'

// Balances with what the rules will have posted by a later day.

const service = serviceOfFile()

async function projected(book: EarningBook, asOf: string): Promise<JsonObject> {
  const items = await book.items(`entities/e1/balances?policy=earned&asOf=${asOf}&projected=true`)
  expect(items).toHaveLength(1)
  return items[0]!
}

describe('a projected balance', () => {
  test('stands beside the recorded one', async () => {
    const book = await earningBook(service)
    await book.assign('e1')
    await book.run('2025-03-31')
    await book.post('consumptions', { entity: 'e1', policy: 'earned', amount: '1', effectiveOn: '2025-03-10' })
    expect(await projected(book, '2025-06-30')).toMatchObject({
      accrued: '6.00',
      available: '5.00',
      earnedThrough: '2025-03-31',
      projected: { accrued: '12.00', lapsed: '0.00', available: '11.00', spendable: '11.00' },
    })
  })

  test('comes to what a run then comes to', async () => {
    const book = await earningBook(service, { carryOver: { keep: { upTo: '5' }, validUntil: '03-31' } })
    await book.assign('e1')
    await book.run('2025-06-30')
    const before = await projected(book, '2026-04-30')
    expect(before['projected']).toEqual({ accrued: '32.00', lapsed: '24.00', available: '8.00', spendable: '8.00' })
    await book.run('2026-04-30')
    const after = await projected(book, '2026-04-30')
    expect(after['projected']).toEqual(before['projected'])
    expect(after).toMatchObject({ accrued: '32.00', available: '8.00' })
  })

  test('leaves to spend what is not booked later, and what lapses later', async () => {
    const book = await earningBook(service, { carryOver: { keep: { upTo: '5' }, validUntil: '03-31' } })
    await book.assign('e1')
    await book.run('2025-12-31')
    await book.post('consumptions', { entity: 'e1', policy: 'earned', amount: '3', effectiveOn: '2025-12-30' })
    expect((await projected(book, '2025-11-30'))['projected']).toMatchObject({ available: '22.00', spendable: '21.00' })
    await book.run('2026-12-31')
    expect((await projected(book, '2026-03-31'))['projected']).toMatchObject({ available: '11.00', spendable: '11.00' })
  })

  test('is there for whoever is only assigned', async () => {
    const book = await earningBook(service)
    await book.assign('e1')
    expect(await projected(book, '2025-02-28')).toMatchObject({
      available: '0.00',
      spendable: '0.00',
      version: 0,
      earnedThrough: null,
      projected: { accrued: '4.00', available: '4.00' },
    })
    expect(await book.items('entities/e1/balances?asOf=2025-02-28')).toEqual([])
    expect(await book.items('entities/e1/balances?asOf=2025-02-28&projected=true&resource=other')).toEqual([])
  })

  test('of a policy that does not earn is what is recorded', async () => {
    const book = await earningBook(service)
    await book.policy({ earning: null, overdraftLimit: null }, 'plain')
    await book.post('accruals', { entity: 'e1', policy: 'plain', amount: '3', effectiveOn: '2025-01-01' })
    const [item] = await book.items('entities/e1/balances?policy=plain&asOf=2025-06-30&projected=true')
    expect(item).toMatchObject({ projected: { accrued: '3.00', available: '3.00', spendable: null } })
    expect(item).not.toHaveProperty('earnedThrough')
  })

  test('is not asked for with what it does not go with', async () => {
    const book = await earningBook(service)
    expect(await book.ask('entities/e1/balances?projected=true&knownAt=3')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/knownAt' }] },
    })
    const csv = await book.ask('entities/e1/balances?projected=true', { headers: { accept: 'text/csv' } })
    expect(csv).toMatchObject({ status: 400, body: { errors: [{ pointer: '/projected' }] } })
  })
})
