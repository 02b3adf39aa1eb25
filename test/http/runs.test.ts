import { describe, expect, test } from 'vitest'
import { EARNED, EarningBook } from './earning-book.ts'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// What policies post by their rules: runs, over HTTP, against a real database.

const service = serviceOfFile()

/** With the usual policies of tests beside those that earn. */
async function earning(): Promise<EarningBook> {
  return new EarningBook(service, await service.book())
}

describe('a run', () => {
  test('posts what is due, once, and says what it came to', async () => {
    const book = await earning()
    await book.policy()
    await book.assign('e1')
    const run = await book.run('2025-03-31')
    expect(run).toMatchObject({
      status: 'done',
      through: '2025-03-31',
      entities: 1,
      accountsLeft: 0,
      postings: { accruals: 3, carryOvers: 0, lapses: 0, corrections: 0 },
      amounts: { earned: '6.00' },
      problems: [],
    })
    expect(await book.posted('e1')).toEqual([
      '2025-01-01 accrual 2.00',
      '2025-02-01 accrual 2.00',
      '2025-03-01 accrual 2.00',
    ])
    expect(await book.run('2025-03-31')).toMatchObject({ postings: { accruals: 0 }, amounts: {} })
    expect(await book.get(`runs/${run['id'] as string}`)).toEqual(run)
    expect(await book.balance('e1', '2025-03-31')).toBe('6.00')
  })

  test('says whose amounts are larger than a transaction may be, and posts those of the others', async () => {
    const book = await earning()
    await book.policy()
    const perHours = { amount: '9'.repeat(18), hours: '1', of: 'scheduled' }
    await book.policy({ earning: { every: 'month', levels: [{ perHours }] } }, 'huge')
    await book.assign('e1')
    await book.assign('e2', { policy: 'huge' }, 'h')
    const request = { body: { through: '2025-02-28' }, headers: { prefer: 'wait=30' } }
    const answer = await must(service.call('POST', `${book.path}/runs`, request))
    expect(answer).toMatchObject({
      status: 201,
      body: {
        status: 'done',
        postings: { accruals: 2 },
        problems: [{ entity: 'e2', policy: 'huge', assignment: 'h', code: 'not-worked-out' }],
      },
    })
    expect(await book.posted('e2')).toEqual([])
    expect(await book.balance('e1', '2025-02-28')).toBe('4.00')
  })

  test('carries over, lapses, and corrects what comes late', async () => {
    const book = await earning()
    await book.policy({ carryOver: { keep: { upTo: '5' }, validUntil: '03-31' } })
    await book.assign('e1')
    await book.run('2025-12-31')
    await book.post('consumptions', { entity: 'e1', policy: 'earned', amount: '22', effectiveOn: '2025-12-20' })
    await book.run('2026-04-30')
    expect((await book.posted('e1')).slice(12)).toEqual([
      '2026-01-01 accrual 2.00',
      '2026-02-01 accrual 2.00',
      '2026-03-01 accrual 2.00',
      '2026-04-01 lapse -2.00',
      '2026-04-01 accrual 2.00',
    ])
    await book.post('consumptions', { entity: 'e1', policy: 'earned', amount: '1', effectiveOn: '2025-12-21' })
    const late = await book.run('2026-04-30')
    expect(late).toMatchObject({ postings: { corrections: 1, accruals: 0 }, amounts: { earned: '1.00' } })
    expect((await book.posted('e1')).at(-1)).toBe('2026-04-01 correction 1.00')
    expect(await book.balance('e1', '2026-04-30')).toBe('8.00')
  })

  test('corrects what hours earn that are entered or taken back later, and posts nothing the third time', async () => {
    const book = await earning()
    const perHours = { amount: '1', hours: '20', of: 'worked' }
    await book.policy({ earning: { every: 'month', levels: [{ perHours }] } })
    await book.assign('e1')
    const march = { entity: 'e1', from: '2025-03-01', to: '2025-03-31' }
    await book.post('worked-hours', { ...march, hours: '100' })
    await book.run('2025-03-31')
    expect(await book.posted('e1')).toEqual(['2025-03-31 accrual 5.00'])
    const { body: more } = await book.post('worked-hours', { ...march, hours: '40' })
    const late = await book.run('2025-03-31')
    expect(late).toMatchObject({ postings: { corrections: 1 }, amounts: { earned: '2.00' } })
    await book.post(`worked-hours/${(more as { id: string }).id}/reverse`, {})
    expect(await book.run('2025-03-31')).toMatchObject({ postings: { corrections: 1 }, amounts: { earned: '-2.00' } })
    expect(await book.run('2025-03-31')).toMatchObject({ postings: { corrections: 0 }, amounts: {} })
    expect(await book.balance('e1', '2025-03-31')).toBe('5.00')
  })

  test('looks at leave that was taken later where an assignment alone earns by working time', async () => {
    const book = await earning()
    await book.policy()
    await book.policy({ earning: undefined, countsAsWorked: false, overdraftLimit: null }, 'unpaid')
    const earningBy = { every: 'month', basis: 'working-time', levels: [{ amount: '2' }] }
    await book.assign('e1', { terms: { earning: { ...earningBy, postOn: 'last-day' } } })
    await book.run('2025-03-31')
    expect(await book.posted('e1')).toHaveLength(3)
    for (const day of ['03', '04', '05', '06', '07', '10', '11', '12', '13', '14']) {
      await book.post('consumptions', { entity: 'e1', policy: 'unpaid', amount: '1', effectiveOn: `2025-03-${day}` })
    }
    // Ten of the 21 working days of March.
    expect(await book.run('2025-03-31')).toMatchObject({ postings: { corrections: 1 }, amounts: { earned: '-0.95' } })
  })

  test('corrects what a share earns that is changed later, and says because of what', async () => {
    const book = await earning()
    await book.policy({ earning: { every: 'month', levels: [{ yearAmount: '24' }], scaledByShare: true } })
    await book.assign('e1')
    await book.run('2025-03-31')
    await book.assign('e1', { share: '0.5', effectiveFrom: '2025-03-01' })
    expect(await book.run('2025-03-31')).toMatchObject({ postings: { corrections: 1 }, amounts: { earned: '-1.00' } })
    const { items } = (await book.get('events?limit=1000')) as { items: JsonObject[] }
    const correction = items.findLast(({ type }) => type === 'earned')!
    expect(correction).toMatchObject({
      decision: { cause: { type: 'assignment-defined', about: 'assignment:e1/a' } },
    })
  })

  test('of somebody who comes after the others, and stops before them, leaves the rest to be earned', async () => {
    const book = await earning()
    await book.policy()
    await book.assign('e1')
    await book.run('2025-06-30')
    await book.assign('e2')
    await book.run('2025-02-28', { entities: ['e2'] })
    expect(await book.run('2025-06-30')).toMatchObject({ postings: { accruals: 4, corrections: 0 } })
    expect(new Set(await book.posted('e2'))).toEqual(new Set(await book.posted('e1')))
  })

  test('… of whom a fact changes as well: only what was posted is corrected', async () => {
    const book = await earning()
    await book.policy({ earning: { every: 'month', levels: [{ yearAmount: '24' }], scaledByShare: true } })
    await book.assign('e1')
    await book.run('2025-06-30')
    await book.assign('e2')
    await book.run('2025-02-28', { entities: ['e2'] })
    await book.assign('e2', { share: '0.5', effectiveFrom: '2025-02-01' })
    expect(await book.run('2025-02-28')).toMatchObject({ postings: { accruals: 0, corrections: 1 } })
    expect(await book.run('2025-06-30')).toMatchObject({ postings: { accruals: 4, corrections: 0 } })
  })

  test('is listed before those that were asked for before it, also where none of them recorded anything', async () => {
    const book = await earning()
    const asked: unknown[] = []
    for (const through of ['2025-01-10', '2025-01-20', '2025-01-15', '2025-01-31', '2025-01-05']) {
      asked.unshift((await book.run(through))['through'])
    }
    const { items } = await book.get('runs')
    expect((items as JsonObject[]).map(({ through }) => through)).toEqual(asked)
    const first = await book.get('runs?limit=2')
    const second = await book.get(`runs?limit=3&cursor=${first['nextCursor'] as string}`)
    const pages = [first, second].flatMap((page) => page['items'] as JsonObject[])
    expect(pages.map(({ through }) => through)).toEqual(asked)
  })

  test('may go as far ahead as the end of the next year, and no further', async () => {
    const book = await earning()
    const answer = await service.call('POST', `${book.path}/runs`, { body: { through: '2999-01-01' } })
    expect(answer).toMatchObject({ status: 422, body: { code: 'not-due' } })
  })

  test('is tried by a dry run, and nothing is posted', async () => {
    const book = await earning()
    await book.policy()
    await book.assign('e1')
    const answer = await service.call('POST', `${book.path}/runs?dryRun=true`, { body: { through: '2025-03-31' } })
    expect(answer).toMatchObject({
      status: 200,
      body: { id: null, postings: { accruals: 3 }, amounts: { earned: '6.00' }, position: null },
    })
    expect(await book.posted('e1')).toEqual([])
    expect(await book.get('runs')).toMatchObject({ items: [] })
  })

  test('is the same run with the same key, and another with another body is refused', async () => {
    const book = await earning()
    await book.policy()
    const headers = { prefer: 'wait=30', 'idempotency-key': 'run-1' }
    const call = (through: string): Promise<Reply> =>
      service.call('POST', `${book.path}/runs`, { body: { through }, headers })
    const first = await call('2025-03-31')
    const again = await call('2025-03-31')
    expect(again).toMatchObject({ status: 201, body: { id: (first.body as JsonObject)['id'] } })
    expect(await call('2025-04-30')).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused', differs: ['/through'] },
    })
  })

  test('makes lots, which are drawn by whoever takes leave, and say what has become of them', async () => {
    const book = await earning()
    await book.policy({
      earning: { every: 'year', levels: [{ yearAmount: '10' }] },
      carryOver: { validUntil: '03-31' },
    })
    await book.assign('e1')
    await book.run('2025-12-31')
    await book.post('consumptions', { entity: 'e1', policy: 'earned', amount: '4', effectiveOn: '2025-06-02' })
    const lieu = { entity: 'e1', policy: 'earned', amount: '2', effectiveOn: '2026-01-05', validUntil: '2026-02-28' }
    await book.post('accruals', lieu)
    await book.run('2026-04-30')
    const lots = async (query: string): Promise<string[]> => {
      const { items } = (await book.get(`entities/e1/lots?policy=earned&${query}`)) as { items: JsonObject[] }
      return items.map(
        ({ earnedOn, amount, used, lapsed, remaining, validUntil, rule }) =>
          `${earnedOn as string} ${amount as string} ${used as string} ${lapsed as string} ${remaining as string} ` +
          `${(validUntil as string | null) ?? '-'} ${(rule as string | null) ?? '-'}`,
      )
    }
    expect(await lots('asOf=2025-12-31')).toEqual(['2025-01-01 10.00 4.00 0.00 6.00 - accrual'])
    expect(await lots('asOf=2026-01-31')).toEqual([
      '2025-01-01 10.00 4.00 0.00 6.00 2026-03-31 accrual',
      '2026-01-01 10.00 0.00 0.00 10.00 - accrual',
      '2026-01-05 2.00 0.00 0.00 2.00 2026-02-28 -',
    ])
    expect(await lots('asOf=2026-04-30')).toEqual([
      '2025-01-01 10.00 4.00 6.00 0.00 2026-03-31 accrual',
      '2026-01-01 10.00 0.00 0.00 10.00 - accrual',
      '2026-01-05 2.00 0.00 2.00 0.00 2026-02-28 -',
    ])
    expect(await book.balance('e1', '2026-04-30')).toBe('10.00')
    const answer = await service.call('GET', `${book.path}/entities/e1/lots?policy=nothing`)
    expect(answer).toMatchObject({ status: 422, body: { code: 'unknown-policy' } })
  })

  test('corrects what was carried for leave of a closed month, which is recorded today and was taken then', async () => {
    const book = await earning()
    const earned = { every: 'year', levels: [{ yearAmount: '20' }] }
    await book.policy({ earning: earned, carryOver: { keep: { upTo: '5' } } })
    await book.assign('e1', { from: '2023-01-01' })
    await book.run('2024-06-30')
    await book.post('periods/2023-12/close', {})
    const late = {
      entity: 'e1',
      policy: 'earned',
      amount: '18',
      effectiveOn: '2023-12-11',
      intoClosedPeriod: 'post-today',
    }
    await book.post('consumptions', late)
    await book.run('2024-06-30')
    // Of 20, 18 were taken: 2 are carried and nothing is cut; 20 more are earned.
    const { items } = (await book.get('entities/e1/balances?policy=earned')) as { items: JsonObject[] }
    expect(items[0]!['available']).toBe('22.00')
  })

  test('posts for somebody whose assignment alone says what is earned', async () => {
    const book = await earning()
    const { earning: ofPolicy, ...silent } = EARNED
    await must(service.call('PUT', `${book.path}/policies/earned`, { body: { ...silent, overdraftLimit: null } }))
    await book.assign('e1', { terms: { earning: ofPolicy } })
    expect(await book.run('2025-02-28')).toMatchObject({ postings: { accruals: 2 }, problems: [] })
  })
})
