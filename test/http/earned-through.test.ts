import { describe, expect, test } from 'vitest'
import { earningBook } from './earning-book.ts'
import { type JsonObject, serviceOfFile } from './service-of-file.ts'

// A balance of a policy that earns says up to which day its rules have posted.

const service = serviceOfFile()

describe('the day up to which the rules have posted', () => {
  test('stands on every way to a balance of a policy that earns', async () => {
    const book = await earningBook(service)
    await book.assign('e1')
    await book.assign('e2')
    await book.run('2025-03-31')
    const ways = [
      'entities/e1/balances',
      'entities/e1/balances?policy=earned',
      'entities/e1/balances?policy=earned&asOf=2025-02-10',
      'entities/e1/balances?resource=leave',
      'balances?entity=e1',
      'balances?policy=earned&asOf=2025-02-10',
      'balances?limit=1',
    ]
    for (const way of ways) {
      const [item] = await book.items(way)
      expect(item, way).toMatchObject({ entity: 'e1', earnedThrough: '2025-03-31' })
    }
    const { nextCursor } = await book.get('balances?limit=1')
    const [second] = await book.items(`balances?limit=1&cursor=${nextCursor as string}`)
    expect(second).toMatchObject({ entity: 'e2', earnedThrough: '2025-03-31' })
  })

  test('moves on with a run of the whole book that finds nothing due, and not with one of somebody else', async () => {
    const book = await earningBook(service)
    await book.assign('e1')
    await book.assign('e2')
    await book.run('2025-03-31')
    await book.run('2025-05-31', { entities: ['e2'] })
    const through = async () => (await book.items('entities/e1/balances'))[0]!['earnedThrough']
    expect(await through()).toBe('2025-03-31')
    await book.run('2025-06-30')
    await book.run('2025-07-15')
    expect(await through()).toBe('2025-07-15')
  })

  test('is null where nothing was run yet, and not said of a policy that earns nothing', async () => {
    const book = await earningBook(service)
    await book.policy({ earning: null }, 'plain')
    for (const policy of ['earned', 'plain']) {
      await book.post('accruals', { entity: 'e1', policy, amount: '3', effectiveOn: '2025-01-01' })
    }
    for (const way of ['entities/e1/balances', 'balances', 'entities/e1/balances?projected=true']) {
      const [earned, plain] = await book.items(way)
      expect(earned).toMatchObject({ policy: 'earned', earnedThrough: null })
      expect(plain).toMatchObject({ policy: 'plain' })
      expect(plain).not.toHaveProperty('earnedThrough')
    }
  })

  test('is not said of a balance as it was known before', async () => {
    const book = await earningBook(service)
    await book.assign('e1')
    await book.run('2025-03-31')
    const { headers } = await book.ask('balances')
    const [then] = await book.items(`entities/e1/balances?policy=earned&knownAt=${String(headers['daybook-position'])}`)
    expect(then).toMatchObject({ accrued: '6.00' })
    expect(then).not.toHaveProperty('earnedThrough')
  })

  test('is a column of a CSV for whoever asks for it, and none of the usual ones', async () => {
    const book = await earningBook(service)
    await book.policy({ earning: null }, 'plain')
    await book.assign('e1')
    await book.post('accruals', { entity: 'e1', policy: 'plain', amount: '3', effectiveOn: '2025-01-01' })
    await book.run('2025-03-31')
    const csv = { headers: { accept: 'text/csv' } }
    const usual = await book.ask('balances?asOf=2025-03-31', csv)
    expect(usual.text).not.toContain('earnedThrough')
    const asked = await book.ask('balances?asOf=2025-03-31&columns=entity,policy,available,earnedThrough', csv)
    expect(asked.text.trimEnd().split('\r\n')).toEqual([
      'entity,policy,available,earnedThrough',
      'e1,earned,6.00,2025-03-31',
      'e1,plain,3.00,',
    ])
  })

  test('is no column of a snapshot, which says nothing of it', async () => {
    const book = await earningBook(service)
    await book.post('accruals', { entity: 'e1', policy: 'earned', amount: '3', effectiveOn: '2025-01-01' })
    const { body } = await book.post('snapshots', { asOf: '2025-03-31' })
    const { id } = body as JsonObject
    const csv = await book.ask(`snapshots/${id as string}/balances?columns=entity,earnedThrough`, {
      headers: { accept: 'text/csv' },
    })
    expect(csv).toMatchObject({ status: 400, body: { errors: [{ pointer: '/columns' }] } })
  })
})
