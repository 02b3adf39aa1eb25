import { describe, expect, test } from 'vitest'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// When leave may be taken, and how much of it in a leave year; and what may be earned in one by hand.

const service = serviceOfFile()

const POLICY = {
  resource: 'leave',
  unit: 'day',
  scale: 2,
  dayExclusive: false,
  overdraftLimit: '0',
  requests: { maxDaysAhead: null },
}
const WEEK = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }

class Leave {
  readonly path: string
  #requests = 0

  constructor(book: string) {
    this.path = `/v1/books/${book}`
  }

  put(at: string, body: object): Promise<Reply> {
    return must(service.call('PUT', `${this.path}/${at}`, { body }))
  }

  policy(more: object, id = 'annual'): Promise<Reply> {
    return this.put(`policies/${id}`, { ...POLICY, ...more })
  }

  call(at: string, body: object): Promise<Reply> {
    return service.call('POST', `${this.path}/${at}`, { body })
  }

  earn(amount: string, more: object = {}): Promise<Reply> {
    return this.call('accruals', { entity: 'e1', policy: 'annual', amount, effectiveOn: '2026-01-01', ...more })
  }

  take(amount: string, effectiveOn: string, more: object = {}): Promise<Reply> {
    return this.call('consumptions', { entity: 'e1', policy: 'annual', amount, effectiveOn, ...more })
  }

  ask(from: string, to: string, more: object = {}): Promise<Reply> {
    return this.call('requests', { id: `r${++this.#requests}`, entity: 'e1', resource: 'leave', from, to, ...more })
  }

  decide(id: string, what: string, expectedVersion: number, more: object = {}): Promise<Reply> {
    return this.call(`requests/${id}/${what}`, { expectedVersion, ...more })
  }
}

async function leave(spending: object, more: object = {}): Promise<Leave> {
  const book = new Leave(await service.book({}))
  await book.policy({ spending, ...more })
  await book.put('calendars/work', { workingDays: WEEK, hoursPerDay: '8' })
  await book.put('entities/e1', { hiredOn: '2026-02-02', calendar: 'work' })
  return book
}

function broken({ status, body }: Reply): unknown {
  const { code, rule, limit } = body as JsonObject
  return { status, code, rule, limit }
}

function rule(name: string, limit: string): object {
  return { status: 422, code: 'rule-violated', rule: name, limit }
}

describe('leave is not taken', () => {
  test('before so many days after hiring', async () => {
    const book = await leave({ from: { days: 90 } })
    await must(book.earn('25'))
    expect(broken(await book.take('1', '2026-05-02'))).toEqual(rule('waiting', '2026-05-03'))
    expect(broken(await book.ask('2026-05-01', '2026-05-04'))).toEqual(rule('waiting', '2026-05-03'))
    await must(book.take('1', '2026-05-03'))
    await must(book.ask('2026-05-04', '2026-05-05'))
  })

  test('before so many months after it', async () => {
    const book = await leave({ from: { months: 6 } })
    await must(book.earn('25'))
    expect(broken(await book.take('1', '2026-08-01'))).toEqual(rule('waiting', '2026-08-02'))
    await must(book.take('1', '2026-08-02'))
  })

  test('before the day after so many working days', async () => {
    const book = await leave({ from: { workingDays: 5 } })
    await book.put('calendars/work/holidays/2026-02-04', { name: 'A holiday' })
    await must(book.earn('25'))
    expect(broken(await book.take('1', '2026-02-09'))).toEqual(rule('waiting', '2026-02-10'))
    await must(book.take('1', '2026-02-10'))
  })

  test('and after being hired again, before that again', async () => {
    const book = await leave({ from: { days: 30 } })
    await book.put('entities/e1/employments/2026-02-02', { to: '2026-06-30' })
    await book.put('entities/e1/employments/2026-09-01', {})
    await must(book.earn('25'))
    await must(book.take('1', '2026-03-04'))
    expect(broken(await book.take('1', '2026-09-30'))).toEqual(rule('waiting', '2026-10-01'))
    await must(book.take('1', '2026-10-01'))
  })

  test('but since an assignment where nobody knows of an employment; and at once where there is neither', async () => {
    const book = await leave({ from: { days: 30 } }, { earning: { every: 'month', levels: [{ amount: '2' }] } })
    await book.put('entities/e2/assignments/a', { policy: 'annual', from: '2026-03-01' })
    for (const entity of ['e2', 'e3']) await must(book.earn('25', { entity }))
    expect(broken(await book.take('1', '2026-03-30', { entity: 'e2' }))).toEqual(rule('waiting', '2026-03-31'))
    await must(book.take('1', '2026-03-31', { entity: 'e2' }))
    await must(book.take('1', '2026-01-01', { entity: 'e3' }))
  })

  test('of that policy: another one of the resource may be drawn on', async () => {
    const book = await leave({ from: { days: 90 } }, { requests: { priority: 1, maxDaysAhead: null } })
    await book.policy({}, 'lieu')
    await must(book.earn('25'))
    await must(book.earn('2', { policy: 'lieu' }))
    const asked = await must(book.ask('2026-03-02', '2026-03-03'))
    expect(asked.body).toMatchObject({ request: { days: [{ policy: 'lieu' }, { policy: 'lieu' }] } })
    expect(await book.ask('2026-03-04', '2026-03-04')).toMatchObject({ status: 409 })
  })

  test('though what was taken before may be given back, and what is held be approved', async () => {
    const book = await leave({})
    await must(book.earn('25'))
    await must(book.ask('2026-03-02', '2026-03-04'))
    await book.policy({ spending: { from: { days: 90 } }, effectiveFrom: '2026-01-01' })
    await must(book.decide('r1', 'approve', 1))
    await must(book.decide('r1', 'cancel', 2, { days: ['2026-03-03'] }))
    expect(broken(await book.decide('r1', 'change', 3, { to: '2026-03-05' }))).toEqual(rule('waiting', '2026-05-03'))
    await must(book.decide('r1', 'change', 3, { to: '2026-03-02' }))
  })
})

describe('the most of a leave year', () => {
  test('counts what is taken and what is held, each in its own year', async () => {
    const book = await leave({ yearMost: '5' })
    await must(book.earn('40'))
    await must(book.take('2', '2026-03-02'))
    await must(book.ask('2026-12-28', '2026-12-29'))
    expect(broken(await book.take('1.01', '2026-06-01'))).toEqual(rule('year-most', '5'))
    expect(broken(await book.ask('2026-12-30', '2027-01-01'))).toEqual(rule('year-most', '5'))
    await must(book.ask('2026-12-31', '2027-01-01'))
    expect(broken(await book.take('0.5', '2026-06-01'))).toEqual(rule('year-most', '5'))
    await must(book.take('4', '2027-06-01'))
    expect(broken(await book.take('0.01', '2027-06-01'))).toEqual(rule('year-most', '5'))
  })

  test('does not count what was given back', async () => {
    const book = await leave({ yearMost: '5' })
    await must(book.earn('40'))
    const taken = (await must(book.take('5', '2026-03-02'))).body as { transactions: { id: string }[] }
    expect(broken(await book.take('1', '2026-06-01'))).toEqual(rule('year-most', '5'))
    await must(book.call('reversals', { transaction: taken.transactions[0]!.id }))
    await must(book.ask('2026-06-01', '2026-06-05'))
    await must(book.decide('r1', 'reject', 1))
    await must(book.take('5', '2026-06-01'))
  })

  test('is that of a year of service where leave years are', async () => {
    const book = await leave({ yearMost: '5' }, { leaveYear: { starts: 'service' } })
    await must(book.earn('40'))
    await must(book.take('5', '2027-02-01'))
    expect(broken(await book.take('1', '2026-02-02'))).toEqual(rule('year-most', '5'))
    await must(book.take('5', '2027-02-02'))
  })

  test('holds for several lines of one command together', async () => {
    const book = await leave({ yearMost: '5' })
    await must(book.earn('40'))
    const line = { type: 'consumption', entity: 'e1', policy: 'annual', amount: '3' }
    const two = { transactions: ['2026-03-02', '2026-03-03'].map((effectiveOn) => ({ ...line, effectiveOn })) }
    expect(await book.call('transactions', two)).toMatchObject({
      status: 422,
      body: { rule: 'year-most', pointer: '/transactions/1' },
    })
  })

  test('leaves the rest to other policies of the resource', async () => {
    const book = await leave({ yearMost: '3' }, { requests: { priority: 1, maxDaysAhead: null } })
    await book.policy({}, 'lieu')
    await must(book.earn('25'))
    await must(book.earn('1', { policy: 'lieu' }))
    const asked = await must(book.ask('2026-03-02', '2026-03-05'))
    expect(asked.body).toMatchObject({
      request: { days: ['annual', 'annual', 'annual', 'lieu'].map((policy) => ({ policy })) },
    })
    expect(broken(await book.ask('2026-03-06', '2026-03-06'))).toEqual(rule('year-most', '3'))
  })

  test('lets be what is above it already: it may be approved, moved and made less', async () => {
    const book = await leave({})
    await must(book.earn('25'))
    await must(book.ask('2026-03-02', '2026-03-06'))
    await book.policy({ spending: { yearMost: '3' }, effectiveFrom: '2026-01-01' })
    await must(book.decide('r1', 'approve', 1))
    await must(book.decide('r1', 'change', 2, { from: '2026-03-09', to: '2026-03-13' }))
    const more = await book.decide('r1', 'change', 3, { to: '2026-03-16' })
    expect(broken(more)).toEqual(rule('year-most', '3'))
    await must(book.decide('r1', 'change', 3, { to: '2026-03-12' }))
  })

  test('is seen by a dry run of several commands', async () => {
    const book = await leave({ yearMost: '5' })
    await must(book.earn('40'))
    const items = ['3', '2', '1'].map((amount, at) => ({
      idempotencyKey: `dry-${at}`,
      type: 'consumption',
      entity: 'e1',
      policy: 'annual',
      amount,
      effectiveOn: '2026-03-02',
    }))
    const { body } = await must(service.call('POST', `${book.path}/bulk?dryRun=true`, { body: items }))
    expect(body).toMatchObject([{ status: 200 }, { status: 200 }, { status: 422, problem: { rule: 'year-most' } }])
  })
})

describe('accruals by hand', () => {
  const EARNING = { every: 'month', levels: [{ yearAmount: '24', yearMax: '26' }] }

  async function earning(more: object = {}): Promise<Leave> {
    const book = await leave({}, { earning: EARNING, ...more })
    await book.put('entities/e1/assignments/a', { policy: 'annual', from: '2026-01-01', serviceSince: '2020-01-01' })
    return book
  }

  function run(book: Leave, through: string): Promise<Reply> {
    const headers = { prefer: 'wait=30' }
    return must(service.call('POST', `${book.path}/runs`, { body: { through }, headers }))
  }

  test('are held to the most that the level earns in the leave year, with what the rules have posted of it', async () => {
    const book = await earning()
    await run(book, '2026-04-30')
    // Hired on 2 February: 27 of 28 days, and two whole months.
    expect(broken(await book.earn('20.08', { effectiveOn: '2026-05-01' }))).toEqual(rule('year-most', '26'))
    await must(book.earn('20.07', { effectiveOn: '2026-05-01' }))
    expect(broken(await book.earn('0.01', { effectiveOn: '2026-12-31' }))).toEqual(rule('year-most', '26'))
    await must(book.earn('26', { effectiveOn: '2027-01-01' }))
  })

  test('but not what is carried in, nor adjustments', async () => {
    const book = await earning()
    await must(book.earn('30', { carriedIn: true }))
    await must(book.earn('26'))
    await must(book.call('adjustments', { entity: 'e1', policy: 'annual', amount: '9', effectiveOn: '2026-01-01' }))
    expect(broken(await book.earn('0.01'))).toEqual(rule('year-most', '26'))
  })

  test('of which some are undone, leave room again', async () => {
    const book = await earning()
    const made = (await must(book.earn('26'))).body as { transactions: { id: string }[] }
    await must(book.call('reversals', { transaction: made.transactions[0]!.id }))
    await must(book.earn('26'))
  })

  test('are held to the level of their day, and to nothing where nobody earns', async () => {
    const levels = [
      { yearAmount: '24', yearMax: '26' },
      { after: { years: 7 }, yearAmount: '30', yearMax: '31' },
    ]
    const book = await earning({ earning: { ...EARNING, levels } })
    expect(broken(await book.earn('26.5', { effectiveOn: '2026-12-31' }))).toEqual(rule('year-most', '26'))
    await must(book.earn('31', { effectiveOn: '2027-01-01' }))
    expect(broken(await book.earn('0.5', { effectiveOn: '2027-12-31' }))).toEqual(rule('year-most', '31'))
    await must(book.earn('99', { entity: 'e2' }))
  })

  test('are held to what an assignment says of its own, where the policy earns nothing', async () => {
    const book = await leave({}, { carryOver: { keep: 'all' } })
    await must(book.earn('50'))
    const own = { policy: 'annual', from: '2026-01-01', terms: { earning: EARNING } }
    await book.put('entities/e1/assignments/a', own)
    expect(broken(await book.earn('0.01'))).toEqual(rule('year-most', '26'))
    await must(book.earn('26', { effectiveOn: '2027-01-01' }))
    expect(broken(await book.earn('0.01', { effectiveOn: '2027-06-01' }))).toEqual(rule('year-most', '26'))
    await must(book.earn('99', { entity: 'e2' }))
    await must(book.earn('1', { effectiveOn: '2027-06-01', carriedIn: true }))
  })
})
