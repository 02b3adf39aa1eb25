import { describe, expect, test } from 'vitest'
import { type EarningBook, earningBook } from './earning-book.ts'
import { type JsonObject, serviceOfFile } from './service-of-file.ts'

// What somebody has of a leave year: what they are entitled to, how much of it is earned, and what is left.

const service = serviceOfFile()

async function of(book: EarningBook, query: string): Promise<JsonObject> {
  const items = await book.items(`entitlements?policy=earned&${query}`)
  expect(items).toHaveLength(1)
  return items[0]!
}

function line(amount: string, effectiveOn: string, more: object = {}) {
  return { entity: 'e1', policy: 'earned', amount, effectiveOn, ...more }
}

describe('an entitlement', () => {
  test('is what the rules post for the year, to its end; earned is what of it is posted', async () => {
    const book = await earningBook(service)
    await book.assign('e1')
    await book.run('2025-06-30')
    await book.post('consumptions', line('3', '2025-05-05'))
    await book.post('consumptions', line('1', '2025-12-01'))
    expect(await of(book, 'year=2025')).toEqual({
      entity: 'e1',
      leaveYear: { from: '2025-01-01', to: '2025-12-31' },
      entitlement: '24.00',
      earned: '12.00',
      carriedIn: '0.00',
      taken: '4.00',
      lapsed: '0.00',
      remaining: '20.00',
    })
  })

  test('of a part of a year is rounded as it is posted', async () => {
    const book = await earningBook(service, { earning: { every: 'month', levels: [{ yearAmount: '25' }] } })
    await book.assign('e1', { from: '2025-03-14' })
    expect(await of(book, 'year=2025')).toMatchObject({ entitlement: '19.96', earned: '0.00', remaining: '19.96' })
  })

  test('counts what is posted after the year in the year that it is about', async () => {
    const book = await earningBook(service, {
      earning: { every: 'month', postOn: 'day-after', levels: [{ yearAmount: '24' }] },
    })
    await book.assign('e1')
    await book.run('2026-01-31')
    expect(await of(book, 'year=2025')).toMatchObject({ entitlement: '24.00', earned: '24.00', remaining: '24.00' })
    expect(await of(book, 'year=2026')).toMatchObject({ entitlement: '24.00', earned: '0.00', carriedIn: '24.00' })
  })

  test('has beside it what was carried in, and what lapsed of it', async () => {
    const book = await earningBook(service, { carryOver: { keep: { upTo: '5' }, validUntil: '03-31' } })
    await book.assign('e1')
    await book.run('2026-02-28')
    await book.post('consumptions', line('2', '2026-02-10'))
    expect(await of(book, 'year=2025')).toMatchObject({ entitlement: '24.00', lapsed: '19.00', remaining: '5.00' })
    expect(await of(book, 'year=2026')).toMatchObject({
      entitlement: '24.00',
      earned: '4.00',
      carriedIn: '5.00',
      taken: '2.00',
      lapsed: '0.00',
      remaining: '27.00',
    })
    await book.run('2026-04-30')
    expect(await of(book, 'year=2026')).toMatchObject({ carriedIn: '5.00', lapsed: '3.00', remaining: '24.00' })
  })

  test('counts what people gave; what they carried in is beside it', async () => {
    const book = await earningBook(service, { carryOver: { keep: 'none' } })
    await book.assign('e1')
    await book.post('accruals', line('2', '2025-03-01'))
    await book.post('accruals', line('4', '2025-01-01', { carriedIn: true }))
    await book.post('adjustments', line('-1', '2025-04-01'))
    expect(await of(book, 'year=2025')).toMatchObject({
      entitlement: '26.00',
      earned: '2.00',
      carriedIn: '4.00',
      remaining: '29.00',
    })
  })

  test('of a year that the runs have not reached is what they will make of it', async () => {
    const book = await earningBook(service, { carryOver: { keep: { upTo: '5' }, validUntil: '03-31' } })
    await book.assign('e1')
    await book.run('2025-06-30')
    await book.post('consumptions', line('1', '2026-02-02'))
    const ahead = {
      entitlement: '24.00',
      earned: '0.00',
      carriedIn: '5.00',
      taken: '1.00',
      lapsed: '0.00',
      remaining: '28.00',
    }
    expect(await of(book, 'year=2026')).toMatchObject(ahead)
    // What is left of the five lapses on 31 March 2026: it is not there in 2027.
    expect(await of(book, 'year=2027')).toMatchObject({ entitlement: '24.00', carriedIn: '5.00', remaining: '29.00' })
    await book.run('2026-01-01')
    expect(await of(book, 'year=2026')).toMatchObject({ ...ahead, earned: '2.00' })
    await book.run('2026-04-01')
    expect(await of(book, 'year=2026')).toMatchObject({ ...ahead, earned: '8.00', lapsed: '4.00', remaining: '24.00' })
  })

  test('of what is held is there, and not left', async () => {
    const book = await earningBook(service)
    await book.assign('e1', { from: '2025-01-01' })
    await book.post('accruals', line('30', '2025-01-01'))
    const next = new Date().getUTCFullYear() + 1
    await book.post('requests', { entity: 'e1', policy: 'earned', from: `${next}-03-01`, to: `${next}-03-05` })
    const { taken, remaining, entitlement, carriedIn } = await of(book, `year=${next}`)
    expect(taken).toBe('0.00')
    expect(Number(remaining)).toBeLessThan(Number(entitlement) + Number(carriedIn))
  })

  test('without limit is null', async () => {
    const book = await earningBook(service)
    await book.policy({ overdraftLimit: null, earning: null }, 'unlimited')
    await book.post('consumptions', { entity: 'e1', policy: 'unlimited', amount: '3', effectiveOn: '2025-05-05' })
    expect(await book.items('entitlements?policy=unlimited&year=2025')).toMatchObject([
      { entitlement: null, earned: '0.00', taken: '3.00', remaining: null },
    ])
  })

  test('is of everybody’s own leave year; a day finds it', async () => {
    const book = await earningBook(service, { leaveYear: { starts: 'service' } })
    await book.assign('e1', { from: '2025-03-01' })
    await book.assign('e2', { from: '2025-09-15' })
    const years = async (query: string) =>
      (await book.items(`entitlements?policy=earned&${query}`)).map(({ leaveYear }) => leaveYear)
    expect(await years('on=2026-02-28')).toEqual([
      { from: '2025-03-01', to: '2026-02-28' },
      { from: '2025-09-15', to: '2026-09-14' },
    ])
    expect(await years('on=2026-03-01&entity=e1')).toEqual([{ from: '2026-03-01', to: '2027-02-28' }])
    expect(await years('year=2026')).toEqual([
      { from: '2026-03-01', to: '2027-02-28' },
      { from: '2026-09-15', to: '2027-09-14' },
    ])
  })

  test('is that of today unless a year is asked for', async () => {
    const book = await earningBook(service)
    await book.assign('e1')
    const today = new Date().toISOString().slice(0, 10)
    expect(await of(book, '')).toEqual(await of(book, `on=${today}`))
    expect(await book.ask(`entitlements?policy=earned&year=2025&on=2025-01-01`)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/on' }] },
    })
  })
})

describe('the list', () => {
  test('has everybody who is assigned or has an account, once, in pages', async () => {
    const book = await earningBook(service)
    for (const entity of ['e1', 'e3', 'e5']) await book.assign(entity)
    await book.post('accruals', { entity: 'e2', policy: 'earned', amount: '1', effectiveOn: '2025-01-01' })
    await book.post('accruals', { entity: 'e3', policy: 'earned', amount: '1', effectiveOn: '2025-01-01' })
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await book.get(
        `entitlements?policy=earned&year=2025&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      )
      seen.push(...(page['items'] as JsonObject[]).map(({ entity }) => entity as string))
      cursor = page['nextCursor'] as string | null
    }
    expect(seen).toEqual(['e1', 'e2', 'e3', 'e5'])
  })

  test('of an unknown policy is refused', async () => {
    const book = await earningBook(service)
    expect(await book.ask('entitlements?policy=nothing')).toMatchObject({
      status: 422,
      body: { code: 'unknown-policy', policy: 'nothing' },
    })
  })
})
