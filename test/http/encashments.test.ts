import { describe, expect, test } from 'vitest'
import { EarningBook } from './earning-book.ts'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// Leave that is paid out instead of taken, held to what its policy says of that.

const service = serviceOfFile()

class Paying extends EarningBook {
  pays(encashment: object | undefined, more: object = {}): Promise<Reply> {
    return this.policy({ earning: null, ...(encashment && { encashment }), ...more }, 'annual')
  }

  /** Whatever is answered. */
  tell(at: string, body: object): Promise<Reply> {
    const account = { entity: 'e1', policy: 'annual', effectiveOn: '2026-06-01' }
    return service.call('POST', `${this.path}/${at}`, { body: { ...account, ...body } })
  }

  earn(amount: string, more: object = {}): Promise<Reply> {
    return must(this.tell('accruals', { amount, effectiveOn: '2026-01-01', ...more }))
  }

  pay(amount: string, more: object = {}): Promise<Reply> {
    return this.tell('encashments', { amount, ...more })
  }
}

async function paying(encashment?: object, more: object = {}): Promise<Paying> {
  const book = new Paying(service, await service.book({}))
  await book.pays(encashment, more)
  return book
}

function broken(reply: Reply): unknown {
  const { code, rule, limit, others } = reply.body as JsonObject
  return { status: reply.status, code, rule, limit, ...(others === undefined ? {} : { others }) }
}

function rule(name: string, limit: string): object {
  return { status: 422, code: 'rule-violated', rule: name, limit }
}

describe('an encashment', () => {
  test('is an adjustment by its rule, and says what it is worth', async () => {
    const book = await paying({ keepBack: '10', most: '5' })
    await book.earn('14')
    const paid = await book.pay('2.50', { rate: '210.150', reference: 'PAY-06', reason: 'asked for it' })
    expect(paid).toMatchObject({
      status: 201,
      body: {
        rate: '210.15',
        money: '525.375',
        transactions: [
          {
            type: 'adjustment',
            amount: '-2.50',
            effectiveOn: '2026-06-01',
            rule: 'encashment',
            period: { from: '2026-06-01', to: '2026-06-01' },
            reference: 'PAY-06',
            reason: 'asked for it',
          },
        ],
        balances: [{ available: '11.50' }],
      },
    })
    const { items } = (await book.get('events?after=0&limit=1000')) as { items: JsonObject[] }
    expect(items.at(-1)).toMatchObject({
      type: 'encashment-recorded',
      data: { rate: '210.15', money: '525.375' },
      decision: { checks: ['encashment', 'overdraft'] },
    })
  })

  test('without a rate is worth nothing that anybody said', async () => {
    const book = await paying()
    await book.earn('14')
    expect((await must(book.pay('1'))).body).toMatchObject({ rate: null, money: null })
  })

  test('answers the same again, and is another command with another rate', async () => {
    const book = await paying()
    await book.earn('14')
    const asked = { entity: 'e1', policy: 'annual', effectiveOn: '2026-06-01', amount: '1', rate: '3' }
    const call = (body: object): Promise<Reply> =>
      service.call('POST', `${book.path}/encashments`, { body, idempotencyKey: 'paid' })
    const first = await must(call(asked))
    const again = await call({ ...asked, amount: '1.0', rate: '3.00' })
    expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' }, text: first.text })
    expect((await call({ ...asked, rate: '4' })).body).toMatchObject({
      code: 'idempotency-key-reused',
      differs: ['/rate'],
    })
  })

  test('is tried without being recorded', async () => {
    const book = await paying({ most: '2' })
    await book.earn('14')
    const body = { entity: 'e1', policy: 'annual', effectiveOn: '2026-06-01', amount: '2', rate: '3' }
    const tried = await service.call('POST', `${book.path}/encashments?dryRun=true`, { body })
    expect(tried).toMatchObject({
      status: 200,
      body: { position: null, money: '6', balances: [{ available: '12.00' }] },
    })
    expect((await must(book.pay('2'))).body).toMatchObject({ balances: [{ available: '12.00' }] })
  })
})

describe('what has to be left', () => {
  test('is left on the day', async () => {
    const book = await paying({ keepBack: '10' })
    await book.earn('14')
    expect(broken(await book.pay('4.01'))).toEqual(rule('encashment-keep-back', '10'))
    await must(book.pay('4'))
    expect(broken(await book.pay('0.01'))).toEqual(rule('encashment-keep-back', '10'))
  })

  test('counts what is booked for later, taken or only held', async () => {
    const book = await paying({ keepBack: '10' })
    await book.earn('20')
    await must(book.tell('consumptions', { amount: '3', effectiveOn: '2026-09-01' }))
    expect(broken(await book.pay('7.01'))).toEqual(rule('encashment-keep-back', '10'))
    await must(book.pay('7'))
  })

  test('does not count what is earned later', async () => {
    const book = await paying({ keepBack: '10' })
    await book.earn('10')
    await book.earn('5', { effectiveOn: '2026-07-01' })
    expect(broken(await book.pay('1'))).toEqual(rule('encashment-keep-back', '10'))
    await must(book.pay('5', { effectiveOn: '2026-07-01' }))
  })

  test('is nothing where the policy says nothing; then there has to be enough, as ever', async () => {
    const book = await paying()
    await book.earn('3')
    expect((await book.pay('3.01')).body).toMatchObject({ code: 'insufficient-balance', available: '3.00' })
    await must(book.pay('3'))
  })

  test('is not what overdraft would allow', async () => {
    const book = await paying(undefined, { overdraftLimit: '5' })
    await book.earn('3')
    expect(broken(await book.pay('4'))).toEqual(rule('encashment-keep-back', '0'))
    const unlimited = await paying(undefined, { overdraftLimit: null })
    expect(broken(await unlimited.pay('1'))).toEqual(rule('encashment-keep-back', '0'))
  })
})

describe('the most of a leave year', () => {
  test('counts all of one leave year, and each by itself', async () => {
    const book = await paying({ most: '5' })
    await book.earn('40')
    await must(book.pay('3', { effectiveOn: '2026-01-01' }))
    expect(broken(await book.pay('2.01', { effectiveOn: '2026-12-31' }))).toEqual(rule('encashment-most', '5'))
    await must(book.pay('2', { effectiveOn: '2026-12-31' }))
    await must(book.pay('5', { effectiveOn: '2027-01-01' }))
  })

  test('is of the year of service where that is the leave year', async () => {
    const book = await paying({ most: '5' }, { leaveYear: { starts: 'service' } })
    await must(service.call('PUT', `${book.path}/entities/e1`, { body: { hiredOn: '2020-04-15' } }))
    await book.earn('40')
    await must(book.pay('5', { effectiveOn: '2026-04-14' }))
    expect(broken(await book.pay('1', { effectiveOn: '2026-04-14' }))).toEqual(rule('encashment-most', '5'))
    await must(book.pay('5', { effectiveOn: '2026-04-15' }))
    expect(broken(await book.pay('1', { effectiveOn: '2027-04-14' }))).toEqual(rule('encashment-most', '5'))
  })

  test('does not count what was reversed', async () => {
    const book = await paying({ most: '5' })
    await book.earn('40')
    const paid = (await must(book.pay('5'))).body as { transactions: { id: string }[] }
    expect(broken(await book.pay('1'))).toEqual(rule('encashment-most', '5'))
    const body = { transaction: paid.transactions[0]!.id }
    await must(service.call('POST', `${book.path}/reversals`, { body }))
    await must(book.pay('5'))
  })

  test('is none of it where it is zero', async () => {
    const book = await paying({ most: '0' })
    await book.earn('40')
    expect(broken(await book.pay('0.5'))).toEqual(rule('encashment-most', '0'))
  })

  test('is what the policy says on that day', async () => {
    const book = await paying({ most: '5' })
    await book.pays({ most: '1' }, { effectiveFrom: '2026-07-01' })
    await book.earn('40')
    await must(book.pay('3'))
    expect(broken(await book.pay('1', { effectiveOn: '2026-07-01' }))).toEqual(rule('encashment-most', '1'))
    await must(book.pay('2'))
  })

  test('is told together with what has to be left', async () => {
    const book = await paying({ most: '5', keepBack: '10' })
    await book.earn('12')
    expect(broken(await book.pay('6'))).toEqual({
      ...rule('encashment-keep-back', '10'),
      others: [{ rule: 'encashment-most', limit: '5' }],
    })
  })
})
