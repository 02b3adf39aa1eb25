import { describe, expect, test } from 'vitest'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// Leave that is taken ahead: all that a leave year still brings may be asked for before it is posted.

const service = serviceOfFile()

const MONTHLY = { every: 'month', levels: [{ yearAmount: '24' }] }
const POLICY = {
  resource: 'leave',
  unit: 'day',
  scale: 2,
  dayExclusive: false,
  overdraftLimit: '0',
  earning: MONTHLY,
  spending: { of: 'year' },
  requests: { maxDaysAhead: null, countCalendarDays: true },
}

class Leave {
  readonly path: string
  #requests = 0

  constructor(book: string) {
    this.path = `/v1/books/${book}`
  }

  put(at: string, body: object): Promise<Reply> {
    return must(service.call('PUT', `${this.path}/${at}`, { body }))
  }

  call(at: string, body: object, headers: Record<string, string> = {}): Promise<Reply> {
    return service.call('POST', `${this.path}/${at}`, { body, headers })
  }

  run(through: string): Promise<Reply> {
    return must(this.call('runs', { through }, { prefer: 'wait=30' }))
  }

  take(amount: string, effectiveOn: string, more: object = {}): Promise<Reply> {
    return this.call('consumptions', { entity: 'e1', policy: 'annual', amount, effectiveOn, ...more })
  }

  ask(from: string, to: string): Promise<Reply> {
    return this.call('requests', { id: `r${++this.#requests}`, entity: 'e1', resource: 'leave', from, to })
  }

  decide(id: string, what: string, expectedVersion: number, more: object = {}): Promise<Reply> {
    return this.call(`requests/${id}/${what}`, { expectedVersion, ...more })
  }

  async balance(asOf: string): Promise<string> {
    const reply = await must(service.call('GET', `${this.path}/entities/e1/balances?asOf=${asOf}`))
    return (reply.body as { items: { available: string }[] }).items[0]!.available
  }
}

/** Somebody who earns two days a month since 2026, of which those up to a day are posted. */
async function leave(through: string | null = '2026-02-15', more: object = {}): Promise<Leave> {
  const book = new Leave(await service.book({}))
  await book.put('policies/annual', { ...POLICY, ...more })
  await book.put('entities/e1/assignments/a', { policy: 'annual', from: '2026-01-01' })
  if (through !== null) await book.run(through)
  return book
}

function tooLittle(available: string): object {
  return { status: 409, body: { code: 'insufficient-balance', available } }
}

describe('ahead of its postings', () => {
  test('all of the running leave year may be taken, and no more', async () => {
    const book = await leave()
    expect(await book.take('24.01', '2026-03-02')).toMatchObject(tooLittle('24.00'))
    await must(book.take('20', '2026-03-02'))
    expect(await book.take('4.01', '2026-11-02')).toMatchObject(tooLittle('4.00'))
    await must(book.take('4', '2026-11-02'))
    expect(await book.take('0.01', '2026-12-31')).toMatchObject(tooLittle('0.00'))
    expect(await book.balance('2026-12-31')).toBe('-20.00')
    await book.run('2026-12-31')
    expect(await book.balance('2026-12-31')).toBe('0.00')
  })

  test('a request may be held, approved, moved and given back', async () => {
    const book = await leave()
    await must(book.ask('2026-03-01', '2026-03-24'))
    expect(await book.ask('2026-05-01', '2026-05-01')).toMatchObject(tooLittle('0.00'))
    await must(book.decide('r1', 'approve', 1))
    await must(book.decide('r1', 'change', 2, { from: '2026-04-01', to: '2026-04-24' }))
    await must(book.decide('r1', 'approve', 3))
    expect(await book.decide('r1', 'change', 4, { to: '2026-04-25' })).toMatchObject(tooLittle('24.00'))
    await must(book.decide('r1', 'cancel', 4, { days: ['2026-04-24'] }))
    await must(book.ask('2026-05-01', '2026-05-01'))
  })

  test('says in the decision what the year still brings', async () => {
    const book = await leave()
    await must(book.take('1', '2026-03-02'))
    await must(book.take('5', '2026-03-03'))
    const { items } = (await must(service.call('GET', `${book.path}/events?after=0&limit=1000`))).body as {
      items: JsonObject[]
    }
    const [within, beyond] = items.slice(-2)
    expect(within).toMatchObject({ decision: { checks: ['overdraft'] } })
    expect((within!['decision'] as JsonObject)['ahead']).toBeUndefined()
    expect(beyond).toMatchObject({
      decision: {
        checks: ['overdraft', 'spent-ahead'],
        ahead: [{ entity: 'e1', policy: 'annual', until: '2026-12-31', amount: '20.00' }],
      },
    })
  })

  test('nothing need be posted yet, and what is posted ahead is not counted twice', async () => {
    const none = await leave(null)
    expect(await none.take('24.01', '2026-06-01')).toMatchObject(tooLittle('24.00'))
    await must(none.take('24', '2026-06-01'))
    const all = await leave('2026-12-31')
    expect(await all.take('24.01', '2026-06-01')).toMatchObject(tooLittle('24.00'))
    await must(all.take('24', '2026-01-01'))
    expect(await all.take('0.01', '2026-12-31')).toMatchObject(tooLittle('0.00'))
    const some = await leave('2026-12-31')
    await must(some.take('20', '2026-09-01'))
    expect(await some.take('4.01', '2026-03-02')).toMatchObject(tooLittle('4.00'))
    await must(some.take('4', '2026-03-02'))
  })

  test('overdraft comes on top of it', async () => {
    const book = await leave(undefined, { overdraftLimit: '3' })
    expect(await book.take('27.01', '2026-06-01')).toMatchObject(tooLittle('27.00'))
    await must(book.take('27', '2026-06-01'))
  })

  test('leave of the next leave year has what that brings', async () => {
    const book = await leave('2026-12-15')
    expect(await book.take('48.01', '2027-01-04')).toMatchObject(tooLittle('48.00'))
    await must(book.take('30', '2027-01-04'))
    // What this year has left is not taken twice.
    expect(await book.take('18.01', '2026-12-20')).toMatchObject(tooLittle('18.00'))
    await must(book.take('18', '2026-12-20'))
  })

  test('what is cut when the year ends is not there in the next', async () => {
    const book = await leave('2026-12-15', { carryOver: { keep: { upTo: '5' }, validUntil: '03-31' } })
    expect(await book.take('29.01', '2027-01-04')).toMatchObject(tooLittle('29.00'))
    // After March what was carried is gone.
    expect(await book.take('24.01', '2027-06-01')).toMatchObject(tooLittle('24.00'))
    await must(book.take('24', '2027-06-01'))
    await must(book.take('5', '2027-03-31'))
    await must(book.take('19', '2026-12-31'))
    await book.run('2027-12-31')
    expect(await book.balance('2027-12-31')).toBe('0.00')
  })

  test('a cap takes nothing of what repays a debt', async () => {
    const capped = { every: 'month', levels: [{ yearAmount: '24', balanceCap: '4' }] }
    const book = await leave('2026-04-30', { earning: capped })
    expect(await book.balance('2026-04-30')).toBe('4.00')
    // What is posted on the day of the leave comes before it, and is cut.
    expect(await book.take('18.01', '2026-05-01')).toMatchObject(tooLittle('18.00'))
    await must(book.take('18', '2026-05-01'))
    await book.run('2026-12-31')
    expect(await book.balance('2026-12-31')).toBe('0.00')
  })

  test('what is not to be earned any more is not there', async () => {
    const book = await leave()
    await book.put('entities/e1', { hiredOn: '2026-01-01', leftOn: '2026-06-30' })
    expect(await book.take('12.01', '2026-05-01')).toMatchObject(tooLittle('12.00'))
    await must(book.take('12', '2026-05-01'))
  })

  test('only of a policy that says so, and while it does', async () => {
    const book = await leave(undefined, { spending: { of: 'earned' } })
    expect(await book.take('4.01', '2026-03-02')).toMatchObject(tooLittle('4.00'))
    await book.put('policies/annual', { ...POLICY, effectiveFrom: '2026-04-01' })
    expect(await book.take('4.01', '2026-03-31')).toMatchObject(tooLittle('4.00'))
    await must(book.take('24', '2026-04-01'))
  })

  test('is for leave: an adjustment or an encashment takes what is there', async () => {
    const book = await leave()
    const line = { entity: 'e1', policy: 'annual', effectiveOn: '2026-03-02' }
    expect(await book.call('adjustments', { ...line, amount: '-4.01' })).toMatchObject(tooLittle('4.00'))
    expect(await book.call('encashments', { ...line, amount: '4.01' })).toMatchObject(tooLittle('4.00'))
  })

  test('with a most of the year, which is less', async () => {
    const book = await leave(undefined, { spending: { of: 'year', yearMost: '10' } })
    await must(book.take('10', '2026-03-02'))
    expect(await book.take('0.01', '2026-03-02')).toMatchObject({ status: 422, body: { rule: 'year-most' } })
  })
})
