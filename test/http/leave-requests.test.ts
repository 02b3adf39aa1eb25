import { describe, expect, test } from 'vitest'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()

/** Leave of 2025, so that no rule about the future is met by chance. */
const WEEK = { from: '2025-07-07', to: '2025-07-11' }

interface Shown {
  status: string
  version: number
  total: string
  days: { date: string; portion: string; amount: string; policy: string; status: string }[]
  history: { version: number; type: string; at: string | null; by: object; comment: string | null }[]
}

/** A book in which `e1` has days of leave. */
async function book(days = '25', requests: object | null = null): Promise<Leave> {
  const id = await service.book()
  const terms = {
    resource: 'leave',
    unit: 'day',
    scale: 2,
    dayExclusive: true,
    overdraftLimit: '0',
    effectiveFrom: '2000-01-01',
  }
  if (requests !== null)
    await must(service.call('PUT', `/v1/books/${id}/policies/annual`, { body: { ...terms, requests } }))
  const leave = new Leave(id)
  for (const entity of ['e1', 'e2', 'h1', 'm1', 'm2', 'stranger']) {
    await must(service.call('PUT', `${leave.path}/entities/${entity}`, { body: {} }))
  }
  if (days !== '0') await leave.earn('annual', days)
  return leave
}

let ids = 0

class Leave {
  readonly id: string
  readonly path: string

  constructor(id: string) {
    this.id = id
    this.path = `/v1/books/${id}`
  }

  async earn(policy: string, amount: string, entity = 'e1'): Promise<void> {
    const body = { entity, policy, amount, effectiveOn: '2025-01-01' }
    await must(service.call('POST', `${this.path}/accruals`, { body }))
  }

  submit(body: object, actor = 'employee:e1', idempotencyKey?: string): Promise<Reply> {
    const id = `r-${++ids}`
    const keyed = idempotencyKey === undefined ? {} : { idempotencyKey }
    return service.call('POST', `${this.path}/requests`, {
      body: { id, entity: 'e1', policy: 'annual', ...WEEK, ...body },
      headers: { 'daybook-actor': actor },
      ...keyed,
    })
  }

  /** The n-th event of a request from here on. */
  about(id: string, what: string, body: object = {}, actor = 'manager:m1'): Promise<Reply> {
    return service.call('POST', `${this.path}/requests/${id}/${what}`, {
      body: { expectedVersion: 1, ...body },
      headers: { 'daybook-actor': actor },
    })
  }

  async balance(policy = 'annual'): Promise<JsonObject> {
    const { body } = await must(service.call('GET', `${this.path}/balances?entity=e1&policy=${policy}&asOf=2999-12-31`))
    return (body as { items: JsonObject[] }).items[0]!
  }

  async read(id: string): Promise<Shown> {
    return (await must(service.call('GET', `${this.path}/requests/${id}`))).body as unknown as Shown
  }

  async verify(): Promise<void> {
    expect(await verifyBook(service.backend.db, this.id)).toMatchObject({ ok: true })
  }
}

async function submitted(leave: Leave, body: object = {}): Promise<string> {
  return requestIn(await must(leave.submit(body)))['id'] as string
}

function requestIn({ body }: Reply): JsonObject {
  return (body as { request: JsonObject }).request
}

describe('what of a span is asked for', () => {
  test('any half day in it, as it was said, and nothing of a day', async () => {
    const leave = await book()
    const portions = { '2025-07-08': 'am', '2025-07-10': 'none' }
    const reply = await must(leave.submit({ portions }, 'employee:e1', 'halves'))
    const request = requestIn(reply)
    expect(request).toMatchObject({ total: '3.50', portions })
    expect(request['days']).toMatchObject([
      { date: '2025-07-07', portion: 'full', amount: '1.00' },
      { date: '2025-07-08', portion: 'am', amount: '0.50' },
      { date: '2025-07-09' },
      { date: '2025-07-11' },
    ])
    const id = request['id'] as string
    expect(await leave.submit({ id, portions }, 'employee:e1', 'halves')).toMatchObject({
      status: 201,
      body: reply.body,
    })
    const others = await leave.submit({ id, portions: { '2025-07-08': 'pm' } }, 'employee:e1', 'halves')
    expect(others).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused', differs: ['/portions/2025-07-08', '/portions/2025-07-10'] },
    })
    const changed = await must(leave.about(id, 'change', { to: '2025-07-09' }, 'employee:e1'))
    expect(requestIn(changed)).toMatchObject({ total: '2.50', portions: { '2025-07-08': 'am' } })
    await leave.verify()
  })

  test('hours between two times, under a policy that counts them', async () => {
    const leave = await book('0', null)
    const policy = { resource: 'leave', unit: 'hour', scale: 2, dayExclusive: true, overdraftLimit: null }
    await must(service.call('PUT', `${leave.path}/policies/flex`, { body: policy }))
    const oneDay = { policy: 'flex', from: '2025-07-07', to: '2025-07-07' }
    const reply = await must(leave.submit({ ...oneDay, fromTime: '09:00', toTime: '11:30' }))
    expect(requestIn(reply)).toMatchObject({ total: '2.50', fromTime: '09:00', toTime: '11:30' })
    const refused = async (times: object, pointer: string): Promise<void> => {
      const { status, body } = await leave.submit({ ...oneDay, ...times })
      expect({ status, body }).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
    }
    await refused({ fromTime: '09:00' }, '/fromTime')
    await refused({ toTime: '09:00' }, '/toTime')
    await refused({ fromTime: '09:00', toTime: '09:00' }, '/toTime')
    await refused({ fromTime: '09:00', toTime: '09:20' }, '/toTime')
    await refused({ fromTime: '09:00', toTime: '9:30' }, '/toTime')
    await refused({ fromTime: '09:00', toTime: '10:00', to: '2025-07-08' }, '/fromTime')
    await refused({ fromTime: '09:00', toTime: '10:00', fromPortion: 'am' }, '/fromPortion')
    await refused({ portions: { '2025-07-06': 'am' } }, '/portions/2025-07-06')
    await leave.verify()
  })

  test('every day of the calendar, under a policy that says so, and only one that counts days', async () => {
    const leave = await book('25', { countCalendarDays: true })
    expect(requestIn(await must(leave.submit({ to: '2025-07-14' })))).toMatchObject({ total: '8.00' })
    const hourly = { resource: 'hours', unit: 'hour', scale: 2, dayExclusive: false, overdraftLimit: null }
    const body = { ...hourly, requests: { countCalendarDays: true } }
    expect(await service.call('PUT', `${leave.path}/policies/hourly`, { body })).toMatchObject({
      status: 422,
      body: { code: 'rule-violated', rule: 'calendar-days-in-days', limit: 'day' },
    })
    await leave.verify()
  })
})

describe('from asking to taking', () => {
  test('submitting holds the working days', async () => {
    const leave = await book()
    const reply = await must(leave.submit({ reason: 'Tyrol' }))
    expect(reply.status).toBe(201)
    expect(requestIn(reply)).toMatchObject({
      entity: 'e1',
      resource: 'leave',
      status: 'pending',
      version: 1,
      total: '5.00',
      reason: 'Tyrol',
      submittedBy: { type: 'employee', id: 'e1' },
      decidedAt: null,
      history: [{ version: 1, type: 'request-submitted', comment: 'Tyrol' }],
    })
    expect(reply.body).toMatchObject({
      transactions: Array(5).fill({ type: 'pending', amount: '-1.00' }) as object[],
      balances: [{ available: '20.00', pending: '5.00' }],
    })
    expect(await leave.balance()).toMatchObject({ available: '20.00', pending: '5.00', consumed: '0.00' })
    await leave.verify()
  })

  test('approving takes what was held, in one event', async () => {
    const leave = await book()
    const id = await submitted(leave)
    const reply = await must(leave.about(id, 'approve', { comment: 'Have fun' }))
    expect(requestIn(reply)).toMatchObject({
      status: 'approved',
      version: 2,
      total: '5.00',
      decidedBy: { type: 'manager', id: 'm1' },
      history: [{}, { version: 2, type: 'request-approved', comment: 'Have fun' }],
    })
    expect(await leave.balance()).toMatchObject({ available: '20.00', pending: '0.00', consumed: '5.00' })
    await leave.verify()
  })

  test.each([
    ['reject', 'rejected', 'manager:m1'],
    ['cancel', 'cancelled', 'employee:e1'],
  ])('%s frees what was held', async (what, status, actor) => {
    const leave = await book()
    const id = await submitted(leave)
    expect(requestIn(await must(leave.about(id, what, {}, actor)))).toMatchObject({ status, total: '0.00', days: [] })
    expect(await leave.balance()).toMatchObject({ available: '25.00', pending: '0.00' })
    await must(leave.submit({}))
    await leave.verify()
  })

  test('approve, cancel, book again, reject, book again', async () => {
    const leave = await book()
    const first = await submitted(leave)
    await must(leave.about(first, 'approve'))
    await must(leave.about(first, 'cancel', { expectedVersion: 2 }, 'employee:e1'))
    const second = await submitted(leave)
    await must(leave.about(second, 'reject'))
    await submitted(leave)
    expect(await leave.balance()).toMatchObject({ available: '20.00', pending: '5.00', consumed: '0.00' })
    await leave.verify()
  })

  test('a single day is cancelled before and after approval', async () => {
    const leave = await book()
    const id = await submitted(leave)
    expect(requestIn(await must(leave.about(id, 'cancel', { days: ['2025-07-08'] })))).toMatchObject({
      status: 'pending',
      total: '4.00',
    })
    await must(leave.about(id, 'approve', { expectedVersion: 2 }))
    const { days } = requestIn(await must(leave.about(id, 'cancel', { expectedVersion: 3, days: ['2025-07-07'] })))
    expect((days as { date: string }[]).map(({ date }) => date)).toEqual(['2025-07-09', '2025-07-10', '2025-07-11'])
    await submitted(leave, { from: '2025-07-07', to: '2025-07-08' })
    const last = { expectedVersion: 4, days: ['2025-07-09', '2025-07-10', '2025-07-11'] }
    expect(requestIn(await must(leave.about(id, 'cancel', last)))).toMatchObject({ status: 'cancelled' })
    expect(await leave.balance()).toMatchObject({ available: '23.00', pending: '2.00' })
    await leave.verify()
  })

  test('a change frees the old days and holds the new ones; what was approved is decided again', async () => {
    const leave = await book('5')
    const id = await submitted(leave)
    await must(leave.about(id, 'approve'))
    const changed = await must(leave.about(id, 'change', { expectedVersion: 2, from: '2025-07-09', to: '2025-07-15' }))
    expect(requestIn(changed)).toMatchObject({ status: 'pending', total: '5.00', from: '2025-07-09', decidedAt: null })
    expect(await leave.balance()).toMatchObject({ available: '0.00', pending: '5.00', consumed: '0.00' })
    await must(leave.about(id, 'approve', { expectedVersion: 3 }))
    await leave.verify()
  })

  test('a change that names neither end brings no day back that was cancelled', async () => {
    const leave = await book()
    const id = await submitted(leave)
    await must(leave.about(id, 'cancel', { days: ['2025-07-09'] }))
    const half = requestIn(await must(leave.about(id, 'change', { expectedVersion: 2, toPortion: 'am' })))
    expect(half).toMatchObject({ total: '3.50' })
    await must(leave.about(id, 'approve', { expectedVersion: 3 }))
    const moved = requestIn(await must(leave.about(id, 'change', { expectedVersion: 4, to: WEEK.to })))
    expect(moved).toMatchObject({ total: '4.50' })
    await leave.verify()
  })

  test('a change that does not fit changes nothing', async () => {
    const leave = await book('5')
    const id = await submitted(leave)
    const refused = await leave.about(id, 'change', { to: '2025-07-14' })
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'insufficient-balance', available: '5.00', requested: '6.00' },
    })
    expect(await leave.read(id)).toMatchObject({ version: 1, status: 'pending', total: '5.00' })
  })

  test('a replay has the same bytes, even when the request has moved on', async () => {
    const leave = await book()
    const id = `r-${++ids}`
    const first = await must(leave.submit({ id }, 'employee:e1', 'again'))
    await must(leave.about(id, 'approve'))
    const again = await must(leave.submit({ id }, 'employee:e1', 'again'))
    expect(again.text).toBe(first.text)
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true'])
  })

  test('a request without an id gets one that a replay finds', async () => {
    const leave = await book()
    const submit = () => leave.submit({ id: undefined }, 'employee:e1', 'mine')
    const [first, again] = [await must(submit()), await must(submit())]
    expect(requestIn(first)['id']).toMatch(/^req-[0-9a-f]{24}$/)
    expect(again.text).toBe(first.text)
  })

  test('a dry run shows the days, the cost, the rules and the balance after', async () => {
    const leave = await book()
    const body = { entity: 'e1', policy: 'annual', ...WEEK }
    const dry = await must(service.call('POST', `${leave.path}/requests?dryRun=true`, { body }))
    expect(dry.status).toBe(200)
    expect(dry.body).toMatchObject({
      request: { status: 'pending', total: '5.00', submittedAt: null, history: [{ at: null }] },
      balances: [{ available: '20.00', pending: '5.00' }],
      checks: ['day-free', 'employed', 'max-consecutive-days', 'max-days-ahead', 'overdraft', 'working-days'],
    })
    expect(dry.body).toMatchObject({ position: null, recordedAt: null, hash: null })
    expect(await leave.balance()).toMatchObject({ available: '25.00' })
  })
})

describe('half days', () => {
  const day = { from: '2025-07-07', to: '2025-07-07' }

  test('a morning and an afternoon are two requests; a third finds nothing', async () => {
    const leave = await book()
    await submitted(leave, { ...day, toPortion: 'am' })
    await submitted(leave, { ...day, fromPortion: 'pm' })
    expect((await leave.submit(day)).body).toMatchObject({ code: 'day-taken', date: '2025-07-07' })
    expect(await leave.balance()).toMatchObject({ available: '24.00', pending: '1.00' })
  })

  test('a whole day does not fit over a morning', async () => {
    const leave = await book()
    await submitted(leave, { ...day, fromPortion: 'am' })
    expect(await leave.submit(day)).toMatchObject({ status: 409, body: { code: 'day-taken', portion: 'full' } })
  })

  test('a change from a whole day to half of it frees the other half', async () => {
    const leave = await book()
    const id = await submitted(leave, day)
    await must(leave.about(id, 'approve'))
    await must(leave.about(id, 'change', { expectedVersion: 2, fromPortion: 'pm' }, 'employee:e1'))
    await submitted(leave, { ...day, toPortion: 'am' })
    expect(await leave.balance()).toMatchObject({ available: '24.00', pending: '0.50' })
    await leave.verify()
  })

  test('the ends of a longer request', async () => {
    const leave = await book()
    const { days } = requestIn(await must(leave.submit({ fromPortion: 'pm', toPortion: 'am' })))
    expect((days as { portion: string }[]).map(({ portion }) => portion)).toEqual(['pm', 'full', 'full', 'full', 'am'])
  })
})

describe('what is refused', () => {
  test('a version that is not the present one; the problem shows the request', async () => {
    const leave = await book()
    const id = await submitted(leave)
    await must(leave.about(id, 'approve'))
    expect(await leave.about(id, 'reject')).toMatchObject({
      status: 409,
      body: { code: 'version-conflict', currentVersion: 2, request: { id, status: 'approved', version: 2 } },
    })
    expect(await leave.about(id, 'reject', { expectedVersion: 2 })).toMatchObject({
      status: 409,
      body: { code: 'invalid-transition', status: 409, currentStatus: 'approved', request: { id, version: 2 } },
    })
    expect(await leave.submit({ id })).toMatchObject({
      status: 409,
      body: {
        code: 'version-conflict',
        detail: `There is a request ${id} already, at version 2.`,
        expectedVersion: 0,
        currentVersion: 2,
      },
    })
  })

  test.each(['approve', 'reject'])('%s one’s own request', async (what) => {
    const leave = await book()
    const id = await submitted(leave)
    expect(await leave.about(id, what, {}, 'employee:e1')).toMatchObject({ status: 403, body: { code: 'own-request' } })
  })

  test('a request that does not exist', async () => {
    const leave = await book()
    expect(await leave.about('none', 'approve')).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(await service.call('GET', `${leave.path}/requests/none`)).toMatchObject({ status: 404 })
  })

  test('days on which nobody works', async () => {
    const leave = await book()
    const weekend = { from: '2025-07-12', to: '2025-07-13' }
    expect(await leave.submit(weekend)).toMatchObject({ status: 422, body: { code: 'no-working-days', ...weekend } })
  })

  test('days before employment and after it', async () => {
    const leave = await book()
    const body = { hiredOn: '2025-07-08', leftOn: '2025-09-30' }
    await must(service.call('PUT', `${leave.path}/entities/e1`, { body }))
    const outside = { status: 422, body: { code: 'outside-employment', date: '2025-07-07', ...body } }
    expect(await leave.submit({})).toMatchObject(outside)
    const late = { from: '2025-09-29', to: '2025-10-01' }
    expect(await leave.submit(late)).toMatchObject({ status: 422, body: { date: '2025-10-01' } })
    await must(leave.submit({ from: '2025-07-08' }))
  })

  test('more than is left: what the whole request wants', async () => {
    const leave = await book('3')
    expect(await leave.submit({})).toMatchObject({
      status: 409,
      body: { code: 'insufficient-balance', available: '3.00', requested: '5.00', firstViolatedOn: '2025-07-10' },
    })
  })

  test('a line of a request by a plain reversal', async () => {
    const leave = await book()
    const { body } = await must(leave.submit({}))
    const [transaction] = (body as { transactions: { id: string }[] }).transactions
    const refused = await service.call('POST', `${leave.path}/reversals`, { body: { transaction: transaction!.id } })
    expect(refused).toMatchObject({ status: 422, body: { code: 'not-reversible' } })
  })

  test('days in a closed period', async () => {
    const leave = await book()
    const id = await submitted(leave)
    await must(service.call('POST', `${leave.path}/periods/2025-07/close`, { body: {} }))
    expect(await leave.submit({})).toMatchObject({ status: 409, body: { code: 'period-closed', period: '2025-07' } })
    expect(await leave.about(id, 'approve')).toMatchObject({ status: 409, body: { code: 'period-closed' } })
    await must(leave.about(id, 'approve', { intoClosedPeriod: 'post-today' }))
    await must(leave.about(id, 'cancel', { expectedVersion: 2, intoClosedPeriod: 'post-today' }))
    await leave.verify()
  })

  test.each([
    ['neither resource nor policy', { policy: undefined }],
    ['both', { resource: 'leave' }],
    ['an end before the beginning', { to: '2025-07-01' }],
    ['a morning at the beginning of several days', { fromPortion: 'am' }],
    ['an unknown member', { until: '2025-07-09' }],
    ['a day that does not exist', { to: '2025-02-30' }],
    ['hours that no day has', { hoursPerDay: '25' }],
  ])('%s', async (_what, body) => {
    const leave = await book()
    expect(await leave.submit(body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  })

  test.each([
    ['no policy has this name', { policy: 'none' }, { policy: 'none' }],
    ['no policy counts this', { policy: undefined, resource: 'none' }, { resource: 'none' }],
  ])('%s', async (_what, body, members) => {
    const leave = await book()
    expect(await leave.submit(body)).toMatchObject({ status: 422, body: { code: 'unknown-policy', ...members } })
  })
})

describe('rules of a policy', () => {
  const far = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  const anyDay = { maxDaysAhead: null, maxConsecutiveDays: null }

  test.each([
    ['too far ahead', {}, { from: far(368), to: far(373) }, 'max-days-ahead', '365'],
    ['too long', {}, { from: '2025-03-03', to: '2025-04-02' }, 'max-consecutive-days', '30'],
    ['longer than any', anyDay, { from: '2023-01-02', to: '2025-04-02' }, 'max-consecutive-days', '366'],
    ['too short notice', { minNoticeDays: 14 }, { from: far(6), to: far(13) }, 'min-notice-days', '14'],
    [
      'in a blackout',
      { blackouts: [{ from: '2025-07-10', to: '2025-07-20', name: 'Stocktaking' }] },
      WEEK,
      'blackouts',
      '2025-07-10/2025-07-20 Stocktaking',
    ],
    ['too soon after the first day', { waitingDays: 180 }, WEEK, 'waiting-days', '180'],
  ])('%s', async (_what, requests, span, rule, limit) => {
    const leave = await book('50', requests)
    await must(service.call('PUT', `${leave.path}/entities/e1`, { body: { hiredOn: '2025-06-01' } }))
    if (span.from < '2025-06-01') await must(service.call('PUT', `${leave.path}/entities/e1`, { body: {} }))
    expect(await leave.submit(span)).toMatchObject({ status: 422, body: { code: 'rule-violated', rule, limit } })
  })
})

test('a request against several rules is told them all', async () => {
  const leave = await book('25', { maxConsecutiveDays: 3, waitingDays: 10_00, minNoticeDays: 5 })
  await must(service.call('PUT', `${leave.path}/entities/e1`, { body: { hiredOn: '2025-06-01' } }))
  const { status, body } = await leave.submit({})
  expect({ status, body }).toMatchObject({
    status: 422,
    body: {
      code: 'rule-violated',
      rule: 'max-consecutive-days',
      limit: '3',
      others: [
        { rule: 'min-notice-days', limit: '5' },
        { rule: 'waiting-days', limit: '1000' },
      ],
    },
  })
})

describe('who decides', () => {
  test('nobody has to: what is asked for is taken', async () => {
    const leave = await book('25', { approval: [] })
    const reply = await must(leave.submit({}))
    expect(requestIn(reply)).toMatchObject({ status: 'approved', version: 1, decidedBy: null })
    expect(await leave.balance()).toMatchObject({ available: '20.00', pending: '0.00', consumed: '5.00' })
    await leave.verify()
  })

  test('nobody has to up to a day', async () => {
    const leave = await book('25', { automaticUpTo: '1' })
    expect(requestIn(await must(leave.submit({ to: WEEK.from })))).toMatchObject({ status: 'approved' })
    expect(requestIn(await must(leave.submit({ from: '2025-07-08' })))).toMatchObject({ status: 'pending' })
  })

  test('the manager, then somebody of a role; whoever it is not, is told whose turn it is', async () => {
    const leave = await book('25', { approval: ['manager', 'hr'], roles: { hr: ['h1'] } })
    await must(service.call('PUT', `${leave.path}/entities/e1`, { body: { manager: 'm1' } }))
    const id = await submitted(leave)
    const forbidden = { status: 403, body: { code: 'forbidden', role: 'manager' } }
    expect(await leave.about(id, 'approve', {}, 'employee:h1')).toMatchObject(forbidden)
    expect(requestIn(await must(leave.about(id, 'approve')))).toMatchObject({ status: 'pending', version: 2 })
    expect(await leave.balance()).toMatchObject({ pending: '5.00' })
    const next = { expectedVersion: 2 }
    expect(await leave.about(id, 'approve', next, 'manager:m1')).toMatchObject({ status: 403, body: { role: 'hr' } })
    expect(requestIn(await must(leave.about(id, 'approve', next, 'employee:h1')))).toMatchObject({ status: 'approved' })
    await leave.verify()
  })

  test('somebody who stands in for the manager today', async () => {
    const leave = await book('25', { approval: ['manager'] })
    await must(service.call('PUT', `${leave.path}/entities/e1`, { body: { manager: 'm1' } }))
    const path = `${leave.path}/entities/m1/delegations/m2`
    const past = await must(service.call('PUT', path, { body: { from: '2025-01-01', to: '2025-01-31' } }))
    expect(past.body).toMatchObject({ entity: 'm1', delegate: 'm2', version: 1 })
    const id = await submitted(leave)
    expect(await leave.about(id, 'approve', {}, 'manager:m2')).toMatchObject({ status: 403 })
    await must(service.call('PUT', path, { body: { from: '2025-01-01', to: '2999-01-31' } }))
    const { body } = await must(service.call('GET', `${leave.path}/entities/m1/delegations`))
    expect(body).toMatchObject({ items: [{ delegate: 'm2', version: 2, to: '2999-01-31' }], nextCursor: null })
    await must(leave.about(id, 'approve', {}, 'manager:m2'))
    await leave.verify()
  })

  test('what was approved is cancelled only by asking, where the policy says so', async () => {
    const leave = await book('25', { cancellation: 'ask' })
    const id = await submitted(leave)
    await must(leave.about(id, 'approve'))
    const day = { expectedVersion: 2, days: ['2025-07-07'] }
    const asked = await must(leave.about(id, 'cancel', day, 'employee:e1'))
    expect(requestIn(asked)).toMatchObject({
      status: 'approved',
      total: '5.00',
      cancellation: { days: ['2025-07-07'] },
    })
    const next = { expectedVersion: 3 }
    expect(await leave.about(id, 'approve', next, 'employee:e1')).toMatchObject({ status: 403 })
    expect(requestIn(await must(leave.about(id, 'reject', next)))).toMatchObject({ total: '5.00', cancellation: null })
    await must(leave.about(id, 'cancel', { expectedVersion: 4 }, 'employee:e1'))
    const granted = await must(leave.about(id, 'approve', { expectedVersion: 5 }))
    expect(requestIn(granted)).toMatchObject({ status: 'cancelled', total: '0.00', cancellation: null })
    expect(await leave.balance()).toMatchObject({ available: '25.00' })
    await leave.verify()
  })

  test('what was approved is changed by whoever decides, where it is cancelled only by asking', async () => {
    const leave = await book('25', { approval: ['manager'], cancellation: 'ask', automaticUpTo: '1' })
    await must(service.call('PUT', `${leave.path}/entities/e1`, { body: { manager: 'm1' } }))
    const id = await submitted(leave)
    const shorter = { to: '2025-07-07' }
    expect(requestIn(await must(leave.about(id, 'change', { to: '2025-07-10' }, 'employee:e1')))['version']).toBe(2)
    await must(leave.about(id, 'approve', { expectedVersion: 2 }))
    const change = { expectedVersion: 3, ...shorter }
    for (const actor of ['employee:e1', 'employee:stranger']) {
      const refused = { status: 422, body: { code: 'rule-violated', rule: 'cancellation', limit: 'ask' } }
      expect(await leave.about(id, 'change', change, actor)).toMatchObject(refused)
    }
    expect(await leave.balance()).toMatchObject({ available: '21.00' })
    expect(requestIn(await must(leave.about(id, 'change', change)))).toMatchObject({
      status: 'approved',
      total: '1.00',
    })
    await leave.verify()
  })

  test('what is asked to be cancelled may be asked anew, and is still asked when somebody cancels other days', async () => {
    const leave = await book('25', { approval: ['manager'], cancellation: 'ask' })
    await must(service.call('PUT', `${leave.path}/entities/e1`, { body: { manager: 'm1' } }))
    const id = await submitted(leave)
    await must(leave.about(id, 'approve'))
    const days = ['2025-07-07', '2025-07-08']
    await must(leave.about(id, 'cancel', { expectedVersion: 2, days: ['2025-07-11'] }, 'employee:e1'))
    await must(leave.about(id, 'cancel', { expectedVersion: 3, days }, 'employee:e1'))
    const same = await leave.about(id, 'cancel', { expectedVersion: 4, days }, 'employee:e1')
    expect(same).toMatchObject({ status: 409, body: { code: 'invalid-transition' } })
    const own = { expectedVersion: 4, days: ['2025-07-08', '2025-07-09'] }
    const still = requestIn(await must(leave.about(id, 'cancel', own)))
    expect(still).toMatchObject({ status: 'approved', total: '3.00', cancellation: { days: ['2025-07-07'] } })
    const granted = requestIn(await must(leave.about(id, 'approve', { expectedVersion: 5 })))
    expect(granted).toMatchObject({ status: 'approved', total: '2.00', cancellation: null })
    await leave.verify()
  })

  test('sees who of the team is away on the same days', async () => {
    const leave = await book()
    for (const entity of ['e1', 'e2']) {
      await must(service.call('PUT', `${leave.path}/entities/${entity}`, { body: { manager: 'm1' } }))
    }
    await leave.earn('annual', '10', 'e2')
    await must(leave.submit({ entity: 'e2', from: '2025-07-11', to: '2025-07-14' }))
    const id = await submitted(leave)
    const { body } = await must(service.call('GET', `${leave.path}/requests/${id}/absences`))
    expect(body).toMatchObject({
      items: [{ entity: 'e2', status: 'pending', days: [{ date: '2025-07-11', portion: 'full' }] }],
    })
  })

  test('sees who has those days by consumptions of no request, until they are reversed', async () => {
    const leave = await book()
    for (const entity of ['e1', 'e2', 'e3']) {
      await must(service.call('PUT', `${leave.path}/entities/${entity}`, { body: { manager: 'm1' } }))
      if (entity !== 'e1') await leave.earn('annual', '10', entity)
    }
    const id = await submitted(leave)
    const take = async (entity: string, effectiveOn: string, also: object = {}): Promise<string> => {
      const body = { entity, policy: 'annual', amount: '1', effectiveOn, ...also }
      const made = await must(service.call('POST', `${leave.path}/consumptions`, { body }))
      return (made.body as { transactions: { id: string }[] }).transactions[0]!.id
    }
    await must(leave.submit({ entity: 'e3', from: '2025-07-11', to: '2025-07-11' }))
    const friday = await take('e2', '2025-07-11')
    const half = await take('e3', '2025-07-07', { amount: '0.5', portion: 'pm' })
    await take('e3', '2025-07-12')
    const shown = async () => {
      const { body } = await must(service.call('GET', `${leave.path}/requests/${id}/absences`))
      return (body as { items: JsonObject[] }).items
    }
    const byHalf = { request: null, transaction: half, entity: 'e3', status: 'approved' }
    expect(await shown()).toMatchObject([
      { request: null, transaction: friday, entity: 'e2', days: [{ date: '2025-07-11', portion: 'full' }] },
      { transaction: null, entity: 'e3', status: 'pending' },
      { ...byHalf, days: [{ date: '2025-07-07', portion: 'pm' }] },
    ])
    await must(service.call('POST', `${leave.path}/reversals`, { body: { transaction: friday } }))
    expect(await shown()).toMatchObject([{ entity: 'e3', transaction: null }, byHalf])
  })
})

describe('several balances of one resource', () => {
  test('are drawn on by priority, then the earliest expiry; a day may be split, and claims its day once', async () => {
    const leave = await book('25')
    const terms = {
      resource: 'leave',
      unit: 'day',
      scale: 2,
      dayExclusive: true,
      overdraftLimit: '0',
      effectiveFrom: '2000-01-01',
    }
    const requests = { expiresOn: '2025-07-10' }
    await must(service.call('PUT', `${leave.path}/policies/carried`, { body: { ...terms, requests } }))
    await leave.earn('carried', '1.5')
    const reply = await must(leave.submit({ policy: undefined, resource: 'leave' }))
    expect(requestIn(reply)).toMatchObject({
      total: '5.00',
      days: [
        { date: '2025-07-07', policy: 'carried', amount: '1.00' },
        { date: '2025-07-08', policy: 'carried', amount: '0.50' },
        { date: '2025-07-08', policy: 'annual', amount: '0.50' },
        { date: '2025-07-09', policy: 'annual', amount: '1.00' },
        { date: '2025-07-10', policy: 'annual' },
        { date: '2025-07-11', policy: 'annual' },
      ],
    })
    const id = requestIn(reply)['id'] as string
    await must(leave.about(id, 'approve'))
    expect(await leave.balance('carried')).toMatchObject({ available: '0.00', consumed: '1.50' })
    await must(leave.about(id, 'cancel', { expectedVersion: 2, days: ['2025-07-08'] }))
    expect(await leave.balance('carried')).toMatchObject({ available: '0.50' })
    await must(leave.submit({ from: '2025-07-08', to: '2025-07-08' }))
    await leave.verify()
  })

  test('want what each of their policies wants: a crumb of an easy one grants nothing', async () => {
    const leave = await book('20', { approval: ['manager', 'hr'], roles: { hr: ['h1'] }, cancellation: 'ask' })
    await must(service.call('PUT', `${leave.path}/entities/e1`, { body: { manager: 'm1' } }))
    const carried = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: '0' }
    const body = { ...carried, effectiveFrom: '2000-01-01', requests: { priority: 10, approval: [] } }
    await must(service.call('PUT', `${leave.path}/policies/carried`, { body }))
    await leave.earn('carried', '1')
    const both = { policy: undefined, resource: 'leave' }
    const easy = await must(leave.submit({ ...both, from: '2025-06-02', to: '2025-06-02' }))
    expect(requestIn(easy)).toMatchObject({ status: 'approved', days: [{ policy: 'carried' }] })
    await leave.earn('carried', '0.01')
    const id = await submitted(leave, both)
    const stranger = await leave.about(id, 'approve', {}, 'employee:stranger')
    expect(stranger).toMatchObject({ status: 403, body: { code: 'forbidden', role: 'manager' } })
    await must(leave.about(id, 'approve'))
    const last = await must(leave.about(id, 'approve', { expectedVersion: 2 }, 'employee:h1'))
    expect(requestIn(last)).toMatchObject({ status: 'approved', total: '5.00' })
    const asked = requestIn(await must(leave.about(id, 'cancel', { expectedVersion: 3 }, 'employee:e1')))
    expect(asked).toMatchObject({ status: 'approved', cancellation: { days: null } })
    await leave.verify()
  })

  test('of different scales are split where both can count', async () => {
    const leave = await book('20')
    const finer = { resource: 'leave', unit: 'day', scale: 3, dayExclusive: true, overdraftLimit: '0' }
    const body = { ...finer, effectiveFrom: '2000-01-01', requests: { priority: 1 } }
    await must(service.call('PUT', `${leave.path}/policies/finer`, { body }))
    await leave.earn('finer', '0.333')
    const day = { policy: undefined, resource: 'leave', from: '2025-07-07', to: '2025-07-07' }
    expect(requestIn(await must(leave.submit(day)))['days']).toMatchObject([
      { policy: 'finer', amount: '0.330' },
      { policy: 'annual', amount: '0.67' },
    ])
    await leave.verify()
  })

  test('that is too little in all says what there is, and what each of them has', async () => {
    const leave = await book('2')
    await leave.earn('carried', '1.5')
    const both = { policy: undefined, resource: 'leave' }
    const tooLittle = {
      status: 409,
      body: {
        code: 'insufficient-balance',
        entity: 'e1',
        available: '3.50',
        requested: '5.00',
        firstViolatedOn: '2025-07-10',
        accounts: [
          { policy: 'annual', available: '2.00' },
          { policy: 'carried', available: '1.50' },
        ],
      },
    }
    expect(await leave.submit(both)).toMatchObject(tooLittle)
    const path = `${leave.path}/requests?dryRun=true`
    expect(await service.call('POST', path, { body: { ...WEEK, entity: 'e1', resource: 'leave' } })).toMatchObject(
      tooLittle,
    )
    const id = await submitted(leave, { ...both, to: WEEK.from })
    expect(await leave.about(id, 'change', { to: WEEK.to })).toMatchObject(tooLittle)
    await leave.verify()
  })
})

test('lists are filtered, and walked by cursor', async () => {
  const leave = await book()
  await leave.earn('annual', '10', 'e2')
  await must(service.call('PUT', `${leave.path}/entities/e2`, { body: { manager: 'm1' } }))
  const first = await submitted(leave, { to: WEEK.from })
  const second = await submitted(leave, { entity: 'e2', from: '2025-08-04', to: '2025-08-05' })
  await must(leave.about(second, 'approve'))
  const list = async (query: string): Promise<string[]> => {
    const { body } = await must(service.call('GET', `${leave.path}/requests?${query}`))
    return (body as { items: { id: string }[] }).items.map(({ id }) => id)
  }
  expect(await list('')).toEqual([first, second])
  expect(await list('status=approved')).toEqual([second])
  expect(await list('entity=e1')).toEqual([first])
  expect(await list('manager=m1')).toEqual([second])
  expect(await list('resource=other')).toEqual([])
  expect(await list('from=2025-07-08&to=2025-08-04')).toEqual([second])
  const { body } = await must(service.call('GET', `${leave.path}/requests?limit=1`))
  expect(await list(`limit=1&cursor=${(body as { nextCursor: string }).nextCursor}`)).toEqual([second])
})

test('giving up days is refused by nothing, and what stays keeps its lines', async () => {
  const leave = await book('5')
  const id = await submitted(leave)
  await must(leave.about(id, 'approve'))
  await must(service.call('POST', `${leave.path}/periods/2025-06/close`, { body: {} }))
  const late = { entity: 'e1', policy: 'annual', amount: '-4', effectiveOn: '2025-07-01', allowNegative: true }
  await must(service.call('POST', `${leave.path}/adjustments`, { body: late }))
  const strict = { minNoticeDays: 200, maxConsecutiveDays: 1, blackouts: [{ ...WEEK, name: 'fair' }] }
  const terms = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: '0' }
  await must(
    service.call('PUT', `${leave.path}/policies/annual`, {
      body: { ...terms, effectiveFrom: '2000-01-01', requests: strict },
    }),
  )
  const given = await must(
    leave.about(id, 'change', { expectedVersion: 2, to: '2025-07-09', toPortion: 'am' }, 'employee:e1'),
  )
  const { transactions, request } = given.body as unknown as { transactions: { type: string }[]; request: Shown }
  expect(transactions.map(({ type }) => type)).toEqual(['reversal', 'consumption', 'reversal', 'reversal'])
  expect(request).toMatchObject({ status: 'approved', total: '2.50' })
  await leave.verify()
})

test('giving up a weekend frees nothing, and nobody decides again', async () => {
  const leave = await book('5')
  const id = await submitted(leave, { to: '2025-07-13' })
  await must(leave.about(id, 'approve'))
  const terms = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: '0' }
  const body = { ...terms, effectiveFrom: '2000-01-01', requests: { minNoticeDays: 200 } }
  await must(service.call('PUT', `${leave.path}/policies/annual`, { body }))
  const given = await must(leave.about(id, 'change', { expectedVersion: 2, to: '2025-07-11' }, 'employee:e1'))
  expect(given.body).toMatchObject({ transactions: [], request: { status: 'approved', version: 3, total: '5.00' } })
  expect(await leave.read(id)).toMatchObject({ status: 'approved', to: '2025-07-11', total: '5.00' })
  await leave.verify()
})

test('leave that was approved elsewhere is entered as such', async () => {
  const leave = await book('5', { minNoticeDays: 30, approval: ['manager'] })
  const rest = { from: '2025-08-04', to: '2025-08-04', decided: 'approved' }
  const entered = await must(leave.submit({ decided: 'approved', to: '2025-07-09' }, 'admin:hr'))
  expect(entered.body).toMatchObject({ request: { status: 'approved', decidedBy: { type: 'admin', id: 'hr' } } })
  expect(await leave.submit({ decided: 'approved' })).toMatchObject({ status: 403, body: { code: 'own-request' } })
  // Who calls may enter it, whoever they name: only nobody's own leave.
  const byAnother = await must(leave.submit(rest, 'employee:e2'))
  expect(byAnother.body).toMatchObject({
    request: { status: 'approved' },
    checks: expect.arrayContaining(['decides-by-role']) as unknown,
  })
  expect(await leave.submit({ decided: 'rejected' }, 'admin:hr')).toMatchObject({ status: 400 })
  const again = { from: '2025-07-14', to: '2025-07-14', decided: 'approved' }
  const key = 'entered-once'
  const first = await must(leave.submit({ id: 'once', ...again }, 'admin:hr', key))
  expect((await leave.submit({ id: 'once', ...again }, 'admin:hr', key)).body).toEqual(first.body)
  const other = await leave.submit({ id: 'once', ...again, decided: undefined }, 'admin:hr', key)
  expect(other).toMatchObject({ body: { code: 'idempotency-key-reused', differs: ['/decided'] } })
  await leave.verify()
})

test('leave in pieces is held to the limits of the whole, also when the pieces are asked for at the same moment', async () => {
  const leave = await book('25', { maxConsecutiveDays: 3, automaticUpTo: '1' })
  const days = ['2025-07-07', '2025-07-08', '2025-07-09', '2025-07-10']
  const asked = await Promise.all(days.map((day) => leave.submit({ from: day, to: day })))
  const refused = asked.filter(({ status }) => status !== 201)
  expect(refused).toMatchObject([
    { status: 422, body: { code: 'rule-violated', rule: 'max-consecutive-days', limit: '3' } },
  ])
  await leave.verify()
})
