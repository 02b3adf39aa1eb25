import { afterEach, describe, expect, test } from 'vitest'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { playTime } from '../../src/world-clock.ts'
import { must, type Reply, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()
afterEach(() => playTime(undefined))

const ON = '2099-03-31'
const STOCK = { resource: 'stock', unit: 'piece', scale: 0, dayExclusive: false, overdraftLimit: '0' }
const MONEY = { ...STOCK, resource: 'money', unit: 'euro', scale: 2 }
const ROOM = { ...STOCK, resource: 'room', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: null }

interface ShownLine {
  readonly transaction: string
  readonly amount: string
  readonly taken: string
}

interface Shown {
  readonly id: string
  readonly status: string
  readonly lines: ShownLine[]
  readonly expiresAt: string
  readonly endedAt: string | null
}

interface Answered {
  readonly position: number
  readonly hold: Shown
  readonly transactions: {
    readonly id: string
    readonly type: string
    readonly entity: string
    readonly amount: string
  }[]
  readonly balances: { readonly available: string; readonly pending: string }[]
}

/** A shop of which one item is there ten times, and somebody has 100 euros. */
class Shop {
  readonly id: string
  readonly path: string

  constructor(id: string) {
    this.id = id
    this.path = `/v1/books/${id}`
  }

  post(path: string, body: object, idempotencyKey?: string): Promise<Reply> {
    const keyed = idempotencyKey === undefined ? {} : { idempotencyKey }
    return service.call('POST', `${this.path}/${path}`, { body, ...keyed })
  }

  place(also: object = {}, idempotencyKey?: string): Promise<Reply> {
    const lines = [{ entity: 'item', policy: 'stock', amount: '3', effectiveOn: ON }]
    const end = 'expiresAt' in also ? {} : { seconds: 900 }
    return this.post('holds', { lines, ...end, ...also }, idempotencyKey)
  }

  async held(also: object = {}): Promise<Answered> {
    return (await must(this.place(also))).body as unknown as Answered
  }

  async balance(entity = 'item'): Promise<string> {
    const { body } = await must(service.call('GET', `${this.path}/balances?entity=${entity}&asOf=2999-12-31`))
    const { items } = body as unknown as { items: { available: string; pending: string }[] }
    return items.map(({ available, pending }) => `${available} ${pending}`).join()
  }

  async read(id: string): Promise<Shown> {
    return (await must(service.call('GET', `${this.path}/holds/${id}`))).body as unknown as Shown
  }

  async list(query = ''): Promise<Shown[]> {
    const { body } = await must(service.call('GET', `${this.path}/holds${query}`))
    return (body as unknown as { items: Shown[] }).items
  }

  async types(): Promise<string[]> {
    const { body } = await must(service.call('GET', `${this.path}/events?limit=500`))
    return (body as unknown as { items: { type: string; actor: { id: string } }[] }).items.map(({ type }) => type)
  }

  async isSound(): Promise<void> {
    expect(await verifyBook(service.backend.primary, this.id)).toMatchObject({ ok: true })
  }
}

async function shop(): Promise<Shop> {
  const one = new Shop(await service.book())
  for (const [policy, body] of Object.entries({ stock: STOCK, wallet: MONEY, room: ROOM, orders: STOCK })) {
    await must(
      service.call('PUT', `${one.path}/policies/${policy}`, { body: { ...body, effectiveFrom: '2000-01-01' } }),
    )
  }
  const earned = { effectiveOn: '2026-01-01' }
  await must(one.post('accruals', { entity: 'item', policy: 'stock', amount: '10', ...earned }))
  await must(one.post('accruals', { entity: 'ada', policy: 'wallet', amount: '100', ...earned }))
  return one
}

describe('I20 a hold', () => {
  test('holds its lines as pending, and nobody else gets them', async () => {
    const one = await shop()
    const { hold, transactions, balances } = await one.held({ reference: 'cart-1' })
    expect(hold).toMatchObject({
      status: 'held',
      version: 1,
      reference: 'cart-1',
      endedAt: null,
      lines: [{ transaction: transactions[0]!.id, entity: 'item', amount: '3', taken: '0', portion: null }],
    })
    expect(hold.id).toMatch(/^hold-[0-9a-f]{24}$/)
    expect(transactions).toMatchObject([{ type: 'pending', amount: '-3', reference: 'cart-1' }])
    expect(balances).toMatchObject([{ available: '7', pending: '3' }])
    expect(await one.read(hold.id)).toEqual(hold)
    const tooMany = await one.place({ lines: [{ entity: 'item', policy: 'stock', amount: '8', effectiveOn: ON }] })
    expect(tooMany).toMatchObject({
      status: 409,
      body: { code: 'insufficient-balance', available: '7', pointer: '/lines/0' },
    })
    expect(await one.balance()).toBe('7 3')
    await one.isSound()
  })

  test('is taken with what belongs to it, in one event', async () => {
    const one = await shop()
    const { hold } = await one.held({ reference: 'cart-1' })
    const more = [
      { type: 'consumption', entity: 'ada', policy: 'wallet', amount: '60', effectiveOn: ON },
      { type: 'accrual', entity: 'ada', policy: 'orders', amount: '3', effectiveOn: ON, reference: 'order-1' },
    ]
    const { body, status } = await one.post(`holds/${hold.id}/take`, { expectedVersion: 1, more })
    const taken = body as unknown as Answered
    expect(status).toBe(201)
    expect(taken.hold).toMatchObject({ status: 'taken', version: 2, lines: [{ amount: '3', taken: '3' }] })
    expect(taken.transactions.map(({ type, entity, amount }) => `${type} ${entity} ${amount}`)).toEqual([
      'reversal item 3',
      'consumption item -3',
      'consumption ada -60.00',
      'accrual ada 3',
    ])
    expect(await one.read(hold.id)).toEqual(taken.hold)
    expect([await one.balance(), await one.balance('ada')]).toEqual(['7 0', '3 0,40.00 0.00'])
    await one.isSound()
  })

  test('is not taken where what belongs to it cannot be paid, and stays held', async () => {
    const one = await shop()
    const { hold } = await one.held()
    const more = [{ type: 'consumption', entity: 'ada', policy: 'wallet', amount: '100.01', effectiveOn: ON }]
    expect(await one.post(`holds/${hold.id}/take`, { more })).toMatchObject({
      status: 409,
      body: { code: 'insufficient-balance', entity: 'ada', pointer: '/more/0' },
    })
    expect(await one.read(hold.id)).toEqual(hold)
    expect(await one.balance()).toBe('7 3')
  })

  test('is taken in part, and the rest is released', async () => {
    const one = await shop()
    const line = { entity: 'item', policy: 'stock', effectiveOn: ON }
    const other = { ...line, effectiveOn: '2099-04-01' }
    const { hold } = await one.held({
      lines: [
        { ...line, amount: '3' },
        { ...other, amount: '2' },
      ],
    })
    for (const [lines, expected] of [
      [[{ ...line, amount: '4' }], { rule: 'amount-held', limit: '3', pointer: '/lines/0/amount' }],
      [
        [
          { ...line, amount: '1' },
          { ...line, amount: '1' },
        ],
        { rule: 'line-held', limit: '0', pointer: '/lines/1' },
      ],
      [[{ ...line, entity: 'another', amount: '1' }], { rule: 'line-held', pointer: '/lines/0' }],
    ] as const) {
      expect(await one.post(`holds/${hold.id}/take`, { lines })).toMatchObject({ status: 422, body: expected })
    }
    const { body } = await must(one.post(`holds/${hold.id}/take`, { lines: [{ ...other, amount: '1' }] }))
    expect((body as unknown as Answered).hold.lines.map(({ amount, taken }) => `${taken} of ${amount}`)).toEqual([
      '0 of 3',
      '1 of 2',
    ])
    expect(await one.balance()).toBe('9 0')
    await one.isSound()
  })

  test('is released once, and whoever comes later is told how it ended', async () => {
    const one = await shop()
    const { hold } = await one.held()
    const released = await must(one.post(`holds/${hold.id}/release`, { expectedVersion: 1 }))
    expect(released.body).toMatchObject({ hold: { status: 'released', version: 2, lines: [{ taken: '0' }] } })
    expect(await one.balance()).toBe('10 0')
    for (const what of ['take', 'release']) {
      expect(await one.post(`holds/${hold.id}/${what}`, {})).toMatchObject({
        status: 409,
        body: { code: 'hold-ended', holdId: hold.id, currentStatus: 'released' },
      })
    }
    await one.isSound()
  })

  test('is not taken by who saw another version, nor where there is none', async () => {
    const one = await shop()
    const { hold } = await one.held()
    expect(await one.post(`holds/${hold.id}/take`, { expectedVersion: 2 })).toMatchObject({
      status: 409,
      body: { code: 'version-conflict', holdId: hold.id, expectedVersion: 2, currentVersion: 1 },
    })
    expect(await one.post('holds/hold-none/take', {})).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(await service.call('GET', `${one.path}/holds/hold-none`)).toMatchObject({ status: 404 })
  })

  test('is not placed by who saw another version of an account, and the version that was seen belongs to the command', async () => {
    const book = await shop()
    const line = { entity: 'item', policy: 'stock', amount: '1', effectiveOn: ON }
    const seeing = (expectedVersion: number, key?: string) => book.place({ lines: [{ ...line, expectedVersion }] }, key)
    expect(await seeing(0)).toMatchObject({
      status: 409,
      body: { code: 'version-conflict', expectedVersion: 0, currentVersion: 1 },
    })
    const first = await must(seeing(1, 'seen'))
    expect(await seeing(1)).toMatchObject({ status: 409, body: { code: 'version-conflict', currentVersion: 2 } })
    expect((await seeing(1, 'seen')).body).toEqual(first.body)
    expect(await seeing(2, 'seen')).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused', differs: ['/lines/0/expectedVersion'] },
    })
    expect(await book.balance()).toBe('9 1')
  })

  test('is placed, taken and released once, however often it is sent', async () => {
    const one = await shop()
    const first = await must(one.place({}, 'once'))
    const again = await must(one.place({}, 'once'))
    expect(again.body).toEqual(first.body)
    const { hold } = first.body as unknown as Answered
    const taken = await must(one.post(`holds/${hold.id}/take`, {}, 'take-once'))
    expect((await must(one.post(`holds/${hold.id}/take`, {}, 'take-once'))).body).toEqual(taken.body)
    const other = await one.post(`holds/${hold.id}/take`, { expectedVersion: 1 }, 'take-once')
    expect(other).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused', differs: ['/expectedVersion'] },
    })
    expect(await one.place({ seconds: 901 }, 'once')).toMatchObject({ body: { differs: ['/seconds'] } })
    expect(await one.balance()).toBe('7 0')
  })

  test('keeps its lines from being reversed, until they are taken', async () => {
    const one = await shop()
    const { hold, transactions, position } = await one.held()
    const held = { status: 422, body: { code: 'not-reversible', holdId: hold.id } }
    expect(await one.post('reversals', { transaction: transactions[0]!.id })).toMatchObject(held)
    expect(await one.post('reversals', { position })).toMatchObject(held)
    const { body } = await must(one.post(`holds/${hold.id}/take`, {}))
    await must(one.post('reversals', { transaction: (body as unknown as Answered).transactions[1]!.id }))
    expect(await one.balance()).toBe('10 0')
    await one.isSound()
  })

  test('claims the days of its lines, and gives them back', async () => {
    const one = await shop()
    const lines = [{ entity: 'blue', policy: 'room', amount: '0.5', effectiveOn: ON, portion: 'am' }]
    const { hold, transactions } = await one.held({ lines })
    expect(hold.lines).toMatchObject([{ portion: 'am' }])
    expect(await one.place({ lines })).toMatchObject({
      status: 409,
      body: { code: 'day-taken', takenBy: transactions[0]!.id, pointer: '/lines/0' },
    })
    await one.held({ lines: [{ ...lines[0], portion: 'pm' }] })
    await must(one.post(`holds/${hold.id}/release`, {}))
    const { hold: again } = await one.held({ lines })
    await must(one.post(`holds/${again.id}/take`, {}))
    expect(await one.place({ lines })).toMatchObject({ status: 409, body: { code: 'day-taken' } })
    expect(
      await one.place({ lines: [{ entity: 'item', policy: 'stock', amount: '1', effectiveOn: ON, portion: 'am' }] }),
    ).toMatchObject({ status: 400, body: { errors: [{ pointer: '/lines/0/portion' }] } })
    await one.isSound()
  })

  test('is not placed for longer than thirty days, nor for a time that is over', async () => {
    const one = await shop()
    playTime({ from: new Date('2099-03-31T08:00:00Z') })
    expect(await one.place({ expiresAt: '2099-03-31T07:59:59Z' })).toMatchObject({
      status: 422,
      body: { rule: 'hold-ends-after', pointer: '/expiresAt' },
    })
    expect(await one.place({ expiresAt: '2099-05-01T08:00:00Z' })).toMatchObject({
      status: 422,
      body: { rule: 'longest-hold', pointer: '/expiresAt' },
    })
    const { hold } = await one.held({ expiresAt: '2099-03-31T10:15:00.1234+02:00' })
    expect(hold.expiresAt).toBe('2099-03-31T08:15:00.123Z')
    for (const wrong of [
      { expiresAt: '2099-02-30T08:00:00Z' },
      { expiresAt: 'tomorrow' },
      { seconds: 0 },
      { seconds: 2_592_001 },
      { seconds: 1, expiresAt: '2099-03-31T09:00:00Z' },
      { lines: [] },
      {
        lines: [hold.lines[0], hold.lines[0]].map(() => ({
          entity: 'item',
          policy: 'stock',
          amount: '1',
          effectiveOn: ON,
        })),
      },
    ]) {
      expect(
        await one.post('holds', {
          lines: [{ entity: 'item', policy: 'stock', amount: '1', effectiveOn: ON }],
          ...wrong,
        }),
      ).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    }
  })
})

describe('I20 a hold whose time is over', () => {
  test('holds nothing for whatever is decided from then on, and ends once', async () => {
    const one = await shop()
    playTime({ from: new Date('2099-03-31T08:00:00Z') })
    const { hold } = await one.held({ expiresAt: '2099-03-31T08:15:00Z' })
    playTime({ from: new Date('2099-03-31T08:15:00Z') })
    const all = { entity: 'item', policy: 'stock', amount: '10', effectiveOn: ON }
    await must(one.post('consumptions', all))
    const ended = await one.read(hold.id)
    expect(ended.endedAt).toMatch(/^2099-03-31T08:15:0/)
    expect(ended).toMatchObject({
      status: 'lapsed',
      version: 2,
      lines: [{ taken: '0' }],
    })
    expect((await one.types()).slice(-3)).toEqual(['hold-placed', 'hold-lapsed', 'consumption-recorded'])
    for (const what of ['take', 'release']) {
      expect(await one.post(`holds/${hold.id}/${what}`, {})).toMatchObject({
        status: 409,
        body: { code: 'hold-ended', currentStatus: 'lapsed' },
      })
    }
    await one.isSound()
  })

  test('is not taken from its instant on, while another one still is', async () => {
    const one = await shop()
    playTime({ from: new Date('2099-03-31T08:00:00Z') })
    const [first, second] = [
      await one.held({ expiresAt: '2099-03-31T08:15:00Z' }),
      await one.held({ expiresAt: '2099-03-31T09:15:00Z' }),
    ]
    playTime({ from: new Date('2099-03-31T08:15:00Z') })
    expect(await one.post(`holds/${first.hold.id}/take`, {})).toMatchObject({
      status: 409,
      body: { code: 'hold-ended', holdId: first.hold.id, currentStatus: 'lapsed' },
    })
    await must(one.post(`holds/${second.hold.id}/take`, {}))
    expect(await one.balance()).toBe('7 0')
    await one.isSound()
  })

  test('holds nothing in a dry run of a bulk', async () => {
    const one = await shop()
    playTime({ from: new Date('2099-03-31T08:00:00Z') })
    await one.held({ seconds: 60 })
    const all = {
      idempotencyKey: 'all',
      type: 'consumption',
      entity: 'item',
      policy: 'stock',
      amount: '10',
      effectiveOn: ON,
    }
    const foreseen = async () => (await must(one.post('bulk?dryRun=true', [all]))).body
    expect(await foreseen()).toMatchObject([{ status: 409, problem: { code: 'insufficient-balance' } }])
    playTime({ from: new Date('2099-03-31T09:00:00Z') })
    expect(await foreseen()).toMatchObject([{ status: 200, balances: [{ available: '0', pending: '0' }] }])
  })

  test('ends before a definition that comes later', async () => {
    const one = await shop()
    playTime({ from: new Date('2099-03-31T08:00:00Z') })
    const { hold } = await one.held({ seconds: 1 })
    playTime({ from: new Date('2099-04-01T08:00:00Z') })
    await must(service.call('PUT', `${one.path}/entities/item`, { body: { kind: 'item' } }))
    expect((await one.types()).slice(-2)).toEqual(['hold-lapsed', 'entity-defined'])
    expect(await one.read(hold.id)).toMatchObject({ status: 'lapsed' })
    await one.isSound()
  })

  test('ends where its month is closed: today, or on the first day that is open', async () => {
    const one = await shop()
    playTime({ from: new Date('2099-03-31T08:00:00Z') })
    await one.held({ seconds: 60 })
    playTime({ from: new Date('2099-04-30T08:00:00Z') })
    await one.held({
      lines: [{ entity: 'item', policy: 'stock', amount: '2', effectiveOn: '2099-04-30' }],
      seconds: 60,
    })
    await must(one.post('periods/2099-04/close', {}))
    playTime({ from: new Date('2099-04-30T09:00:00Z') })
    await must(service.call('PUT', `${one.path}/entities/item`, { body: { kind: 'item' } }))
    expect(await one.balance()).toBe('10 0')
    await one.isSound()
  })

  test('is let go where its month is closed: by whoever releases it, and the rest by whoever takes some of it', async () => {
    const one = await shop()
    playTime({ from: new Date('2099-04-30T08:00:00Z') })
    const line = (amount: string, effectiveOn: string) => ({ entity: 'item', policy: 'stock', amount, effectiveOn })
    const whole = await one.held({ lines: [line('2', '2099-04-15')], seconds: 600 })
    const some = await one.held({ lines: [line('1', '2099-04-15'), line('1', '2099-05-05')], seconds: 600 })
    await must(one.post('periods/2099-04/close', {}))
    await must(one.post(`holds/${whole.hold.id}/release`, {}))
    await must(one.post(`holds/${some.hold.id}/take`, { lines: [line('1', '2099-05-05')] }))
    expect(await one.read(some.hold.id)).toMatchObject({ status: 'taken' })
    await one.isSound()
  })

  test('has one line for each account and day: a second one is refused, and named', async () => {
    const one = await shop()
    const line = { entity: 'item', policy: 'stock', amount: '1', effectiveOn: ON }
    const { status, body } = await one.place({ lines: [line, { ...line, amount: '2' }] })
    expect({ status, body }).toMatchObject({ status: 422, body: { rule: 'held-once', pointer: '/lines/1' } })
    await must(one.place({ lines: [line, { ...line, effectiveOn: '2099-04-01' }] }))
  })

  test('is over: its lines are reversed already', async () => {
    const one = await shop()
    const { hold, transactions } = await one.held({ seconds: 600 })
    await must(one.post(`holds/${hold.id}/release`, {}))
    const { status, body } = await one.post('reversals', { transaction: transactions[0]!.id })
    expect({ status, body }).toMatchObject({ status: 409, body: { code: 'already-reversed' } })
  })

  test('is many, and all of them end', async () => {
    const one = await shop()
    playTime({ from: new Date('2099-03-31T08:00:00Z') })
    const line = (number: number) => ({ entity: `seat-${number}`, policy: 'room', amount: '1', effectiveOn: ON })
    for (let number = 0; number < 130; number++) await one.held({ lines: [line(number)], seconds: 60 })
    playTime({ from: new Date('2099-03-31T09:00:00Z') })
    await must(one.post('consumptions', line(7)))
    const ended = await one.list('?status=lapsed&limit=500')
    expect(ended).toHaveLength(130)
    expect((await one.types()).filter((type) => type === 'hold-lapsed')).toHaveLength(130)
    await one.isSound()
  })
})

describe('holds are listed', () => {
  test('in their order, by status and entity, page by page', async () => {
    const one = await shop()
    const ids: string[] = []
    for (const entity of ['item', 'blue', 'item']) {
      const policy = entity === 'item' ? 'stock' : 'room'
      const { hold } = await one.held({ lines: [{ entity, policy, amount: '1', effectiveOn: ON }] })
      ids.push(hold.id)
    }
    await must(one.post(`holds/${ids[0]}/take`, {}))
    const idsOf = async (query: string) => (await one.list(query)).map(({ id }) => ids.indexOf(id))
    expect(await idsOf('')).toEqual([0, 1, 2])
    expect(await idsOf('?status=held')).toEqual([1, 2])
    expect(await idsOf('?entity=item')).toEqual([0, 2])
    expect(await idsOf('?entity=item&status=taken')).toEqual([0])
    expect(await idsOf('?entity=nobody')).toEqual([])
    const first = await must(service.call('GET', `${one.path}/holds?limit=2`))
    const { nextCursor } = first.body as unknown as { nextCursor: string }
    expect(await idsOf(`?limit=2&cursor=${nextCursor}`)).toEqual([2])
  })
})

test('what is held is told as such: in what is to come, and line by line', async () => {
  const one = await shop()
  const effectiveOn = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10)
  const { hold } = await one.held({ lines: [{ entity: 'item', policy: 'stock', amount: '3', effectiveOn }] })
  const of = `${one.path}/entities/item`
  const ahead = await must(service.call('GET', `${of}/forecast?policy=stock&until=${effectiveOn}`))
  expect(ahead.body).toMatchObject({ items: [{ on: effectiveOn, kind: 'hold', amount: '-3', balance: '7' }] })
  const told = async () => {
    const { body } = await must(service.call('GET', `${of}/explanation?policy=stock&asOf=${effectiveOn}`))
    return (body as unknown as { items: { text: string }[] }).items.map(({ text }) => text)
  }
  expect(await told()).toEqual(['10 pieces given by hand', '3 pieces held'])
  await must(one.post(`holds/${hold.id}/take`, {}))
  expect(await told()).toEqual(['10 pieces given by hand', '3 pieces taken'])
  const lots = await must(service.call('GET', `${of}/lots?policy=stock&asOf=${effectiveOn}`))
  expect(lots.body).toMatchObject({ items: [{ amount: '10', remaining: '7' }] })
})

test('a dry run holds nothing', async () => {
  const one = await shop()
  const lines = [{ entity: 'item', policy: 'stock', amount: '3', effectiveOn: ON }]
  const { status, body } = await one.post('holds?dryRun=true', { lines, seconds: 60 })
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { position: null, hold: { status: 'held', lines: [{ transaction: null, amount: '3' }] } },
  })
  expect(await one.list()).toEqual([])
  expect(await one.balance()).toBe('10 0')
})
