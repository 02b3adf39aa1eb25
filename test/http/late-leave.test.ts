import { describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { exportOf, importLines } from '../importing/importing.ts'
import { testDatabase } from '../support/database.ts'
import { type EarningBook, earningBook } from './earning-book.ts'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// Leave that is entered after the rules have posted what comes later, and is larger than what they have left.

const service = serviceOfFile()

const KEPT = { carryOver: { keep: { upTo: '5' } } }

/** Two days a month since January 2025: 24 at the end of it, of which 19 are cut, and 2 more in January 2026. */
async function rolledOver(policy: object = KEPT): Promise<EarningBook> {
  const book = await earningBook(service, policy)
  await book.assign('e1')
  await book.run('2026-01-01')
  return book
}

function take(book: EarningBook, amount: string, effectiveOn: string, query = ''): Promise<Reply> {
  const body = { entity: 'e1', policy: 'earned', amount, effectiveOn }
  return service.call('POST', `${book.path}/consumptions${query}`, { body })
}

function tooMuch(available: string): object {
  return { status: 409, body: { code: 'insufficient-balance', available } }
}

describe('late leave', () => {
  test('larger than what a carry-over has left is taken, and the next run gives back what was cut', async () => {
    const book = await rolledOver()
    expect(await book.balance('e1', '2026-01-01')).toBe('7.00')
    expect(await take(book, '10', '2025-12-15', '?dryRun=true')).toMatchObject({ status: 200 })
    const { body } = await must(take(book, '10', '2025-12-15'))
    const { position } = body as { position: number }
    const [event] = await book.items(`events?after=${position - 1}&limit=1`)
    expect(event!['decision']).toMatchObject({ checks: ['overdraft', 'recounted'] })
    expect(await book.run('2026-01-01')).toMatchObject({ postings: { corrections: 1 }, amounts: { earned: '10.00' } })
    // 14 were left, of which five were carried over.
    expect(await book.balance('e1', '2026-01-01')).toBe('7.00')
    expect(await book.run('2026-01-01')).toMatchObject({ postings: { corrections: 0 } })
  })

  test('is held to what there was on its day, and to what is taken since', async () => {
    const book = await rolledOver()
    expect(await take(book, '24.01', '2025-12-15')).toMatchObject(tooMuch('24.00'))
    await must(take(book, '6', '2026-01-05'))
    // All but four: four are carried over, two are earned, and six are taken.
    expect(await take(book, '20.01', '2025-12-15')).toMatchObject(tooMuch('20.00'))
    await must(take(book, '20', '2025-12-15'))
    await book.run('2026-01-01')
    expect(await book.balance('e1', '2026-01-04')).toBe('6.00')
    expect(await book.balance('e1', '2026-01-05')).toBe('0.00')
  })

  test('may be one after the other, before any run', async () => {
    const book = await rolledOver()
    for (const on of ['2025-12-15', '2025-12-16', '2025-12-17']) await must(take(book, '8', on))
    expect(await take(book, '0.01', '2025-12-18')).toMatchObject(tooMuch('0.00'))
    await book.run('2026-01-01')
    expect(await book.balance('e1', '2026-01-01')).toBe('2.00')
  })

  test('may be several lines of one command', async () => {
    const book = await rolledOver()
    const line = { type: 'consumption', entity: 'e1', policy: 'earned', amount: '8' }
    const days = ['2025-12-15', '2025-12-16', '2025-12-17']
    const transactions = days.map((effectiveOn) => ({ ...line, effectiveOn }))
    const more = { ...line, amount: '1', effectiveOn: '2025-12-18' }
    expect(
      await service.call('POST', `${book.path}/transactions`, { body: { transactions: [...transactions, more] } }),
    ).toMatchObject({ status: 409, body: { pointer: '/transactions/3' } })
    await book.post('transactions', { transactions })
    await book.run('2026-01-01')
    expect(await book.balance('e1', '2026-01-01')).toBe('2.00')
  })

  test('takes what has lapsed since', async () => {
    const book = await rolledOver({ carryOver: { keep: { upTo: '5' }, validUntil: '03-31' } })
    await book.run('2026-04-01')
    expect(await book.balance('e1', '2026-04-01')).toBe('8.00')
    await must(take(book, '11', '2026-03-02'))
    const answer = await book.run('2026-04-01')
    expect(answer).toMatchObject({ postings: { corrections: 1 }, amounts: { earned: '5.00' } })
    expect(await book.balance('e1', '2026-04-01')).toBe('2.00')
  })

  test('makes room under a cap again', async () => {
    const levels = [{ yearAmount: '24', balanceCap: '6' }]
    const book = await rolledOver({ earning: { every: 'month', levels } })
    expect(await book.balance('e1', '2026-01-01')).toBe('6.00')
    await must(take(book, '6', '2025-06-10'))
    await must(take(book, '6', '2025-11-10'))
    await book.run('2026-01-01')
    expect(await book.balance('e1', '2026-01-01')).toBe('4.00')
  })

  test('may be asked for and granted by HR', async () => {
    const book = await rolledOver()
    const workingDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }
    await must(service.call('PUT', `${book.path}/calendars/office`, { body: { workingDays } }))
    await must(service.call('PUT', `${book.path}/entities/e1`, { body: { calendar: 'office' } }))
    const asked = { entity: 'e1', policy: 'earned', from: '2025-12-01', to: '2025-12-12', decided: 'approved' }
    const { body } = await book.post('requests', asked)
    expect((body as JsonObject)['request']).toMatchObject({ status: 'approved', total: '10.00' })
    await book.run('2026-01-01')
    expect(await book.balance('e1', '2026-01-01')).toBe('7.00')
    const tooLong = { ...asked, from: '2025-09-01', to: '2025-09-30' }
    expect(await service.call('POST', `${book.path}/requests`, { body: tooLong })).toMatchObject({ status: 409 })
  })

  test('of a closed month is recorded today, and let pass as well', async () => {
    const book = await rolledOver()
    await book.post('periods/2025-12/close', {})
    const body = { entity: 'e1', policy: 'earned', amount: '10', effectiveOn: '2025-12-15' }
    await book.post('consumptions', { ...body, intoClosedPeriod: 'post-today' })
    await book.run('2026-01-01')
    const today = new Date().toISOString().slice(0, 10)
    expect(await book.balance('e1', today)).toBe('7.00')
  })

  test('where what was posted stays as it was is held to what is there now', async () => {
    const book = await rolledOver({ ...KEPT, lateLeave: 'as-posted' })
    expect(await take(book, '7.01', '2025-12-15')).toMatchObject(tooMuch('7.00'))
    await must(take(book, '7', '2025-12-15'))
  })

  test('of a day after which nothing was cut is held to what there is', async () => {
    const book = await rolledOver()
    expect(await take(book, '7.01', '2026-01-05')).toMatchObject(tooMuch('7.00'))
  })
})

test('a history with late leave verifies, and is imported as it is', async () => {
  const book = await rolledOver()
  await must(take(book, '10', '2025-12-15'))
  await must(take(book, '12', '2025-12-16'))
  await book.run('2026-01-01')
  const id = book.path.split('/').at(-1)!
  const db = openPool({ url: service.database.url, max: 1, applicationName: 'daybook test' })
  const there = await testDatabase()
  try {
    expect(await verifyBook(db, id)).toMatchObject({ ok: true })
    const lines = await exportOf(db, id)
    await importLines(there.url, id, lines)
    const admin = openPool({ url: there.url, max: 1, applicationName: 'daybook test' })
    expect(await exportOf(admin, id)).toEqual(lines)
    await admin.end()
  } finally {
    await db.end()
    await there.drop()
  }
})
