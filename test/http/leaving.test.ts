import { describe, expect, test } from 'vitest'
import { accountIn, LeavingBook, linesIn } from './leaving-book.ts'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// Who leaves: the last day, leave after it, what the last period earns, and what becomes of the rest. Each call is tried
// first, and the dry run says what the call then does.

const service = serviceOfFile()

function settled(policy: string, [before, givenBack, posted, paid, after]: readonly string[]): object {
  return { policy, before, givenBack, posted, settled: paid, after }
}

function code({ status, body }: Reply): unknown {
  const { type: _type, title: _title, detail: _detail, instance: _instance, ...told } = body as JsonObject
  return { status, ...told }
}

describe('leaving', () => {
  test('gives back leave, earns the last period in part, and pays out the rest', async () => {
    const book = await LeavingBook.of(service)
    await book.hire('ada', '2025-01-01')
    // January to May, 2.00 each; and June, since the run went ahead.
    await book.run('2025-06-01')
    await book.away('ada', 'spring', '2025-03-03', '2025-03-05')
    await book.away('ada', 'over', '2025-05-14', '2025-05-17')
    await book.away('ada', 'summer', '2025-07-01', '2025-07-02', { decided: undefined })
    const left = await book.leaves('ada', { on: '2025-05-15', settle: 'pay-out' })
    // 15 of 31 days of May: 0.97, which with January to April is 8.97 (exactly 8.9677…). Of 2.00 in May and June 3.03 go.
    // There was 12.00 − 3 − 3 − 2 = 4.00 (17 May is a Saturday). 1 day of May and 2 of July come back: 4.00 + 3.00 − 3.03 = 3.97.
    expect(accountIn(left)).toEqual(settled('annual', ['4.00', '3.00', '-3.03', '3.97', '0.00']))
    expect(left.body).toMatchObject({
      entity: 'ada',
      on: '2025-05-15',
      settle: 'pay-out',
      policies: null,
      requests: [
        {
          request: 'over',
          status: 'approved',
          days: [{ date: '2025-05-16', policy: 'annual', amount: '1.00' }],
        },
        {
          request: 'summer',
          status: 'cancelled',
          days: [
            { date: '2025-07-01', policy: 'annual', amount: '1.00' },
            { date: '2025-07-02', policy: 'annual', amount: '1.00' },
          ],
        },
      ],
      postings: [
        { policy: 'annual', rule: 'correction', on: '2025-05-01', amount: '-1.03' },
        { policy: 'annual', rule: 'correction', on: '2025-06-01', amount: '-2.00' },
      ],
      balances: [{ policy: 'annual', asOf: '2025-05-15', available: '0.00', spendable: '0.00', pending: '0.00' }],
    })
    expect(linesIn(left)).toEqual(['2025-05-15 settlement -3.97'])
    expect(left.body).toMatchObject({ transactions: [{ rule: 'settlement', reference: 'pay-out' }] })
    expect(await book.taken('ada', '2025-05-31')).toEqual({ lapsed: '0.00', encashed: '3.97' })
    expect(await book.told('ada')).toBe('3.97 days to be paid out on leaving')
    expect(await book.get('entities/ada')).toMatchObject({ leftOn: '2025-05-15' })
    expect(await book.get('requests/over')).toMatchObject({ status: 'approved', total: '2.00' })
    expect(await book.get('requests/summer')).toMatchObject({ status: 'cancelled', total: '0.00' })
    expect(await book.balance('ada', '2025-05-14')).toBe('4.97')
    expect(await book.balance('ada', '2025-05-15')).toBe('0.00')
    expect(await book.balance('ada', '2026-12-31')).toBe('0.00')
  })

  test('is final: later runs post nothing for the account, and leave after it is refused', async () => {
    const book = await LeavingBook.of(service, {
      annual: { carryOver: { keep: { upTo: '2' }, validUntil: '03-31' }, requests: { approval: [] } },
    })
    await book.hire('ada', '2025-01-01')
    await must(book.leave('ada', { on: '2025-08-31', settle: 'pay-out' }))
    const run = await book.run('2026-12-31')
    expect(run).toMatchObject({ problems: [] })
    expect(run['postings']).toEqual({ accruals: 0, carryOvers: 0, lapses: 0, corrections: 0 })
    expect(await book.balance('ada', '2026-12-31')).toBe('0.00')
    const asked = await book.call('POST', 'requests', {
      entity: 'ada',
      policy: 'annual',
      from: '2025-09-01',
      to: '2025-09-01',
      decided: 'approved',
    })
    expect(asked).toMatchObject({ status: 422, body: { code: 'outside-employment' } })
  })

  test('is several events, the last of which is the settlement with the key of the call', async () => {
    const book = await LeavingBook.of(service)
    await book.hire('ada', '2025-01-01')
    const before = await book.head()
    const left = await must(book.leave('ada', { on: '2025-02-28', settle: 'pay-out' }, 'bye'))
    const events = await book.events(before)
    expect(events.map(({ type }) => type)).toEqual(['entity-defined', 'earned', 'earned', 'settlement-recorded'])
    expect(events.at(-1)).toMatchObject({
      idempotencyKey: 'bye',
      actor: { type: 'client' },
      position: (left.body as JsonObject)['position'],
      data: { entity: 'ada', on: '2025-02-28', settle: 'pay-out', requests: [] },
    })
    expect(events[0]).toMatchObject({
      data: { leftOn: '2025-02-28', employment: { from: '2025-01-01', to: '2025-02-28' } },
    })
  })
})

describe('what is left', () => {
  test('is forfeited', async () => {
    const book = await LeavingBook.of(service)
    await book.hire('ada', '2025-01-01')
    const left = await book.leaves('ada', { on: '2025-01-31', settle: 'forfeit' })
    expect(accountIn(left)).toEqual(settled('annual', ['0.00', '0.00', '2.00', '2.00', '0.00']))
    expect(linesIn(left)).toEqual(['2025-01-31 settlement -2.00'])
    expect((await book.events()).at(-1)).toMatchObject({ data: { settle: 'forfeit' } })
    expect(await book.taken('ada', '2025-01-30')).toEqual({ lapsed: '0.00', encashed: '0.00' })
    expect(await book.taken('ada', '2025-01-31')).toEqual({ lapsed: '2.00', encashed: '0.00' })
    expect(await book.told('ada')).toEqual('2 days forfeited on leaving')
  })

  test('is kept, and may be settled later', async () => {
    const book = await LeavingBook.of(service)
    await book.hire('ada', '2025-01-01')
    const kept = await book.leaves('ada', { on: '2025-02-28', settle: 'keep' })
    expect(accountIn(kept)).toEqual(settled('annual', ['0.00', '0.00', '4.00', '0.00', '4.00']))
    expect(kept.body).toMatchObject({ transactions: [], balances: [] })
    expect(await book.run('2025-12-31')).toMatchObject({ postings: { accruals: 0, corrections: 0 } })
    expect(await book.balance('ada', '2026-06-30')).toBe('4.00')
    const paid = await book.leaves('ada', { on: '2025-02-28', settle: 'pay-out' })
    expect(accountIn(paid)).toEqual(settled('annual', ['4.00', '0.00', '0.00', '4.00', '0.00']))
  })

  test('is a debt, which ends as well: it was more than was earned', async () => {
    const book = await LeavingBook.of(service, { annual: { overdraftLimit: '10' } })
    await book.hire('ada', '2025-01-01')
    await book.away('ada', 'long', '2025-01-06', '2025-01-10')
    const left = await book.leaves('ada', { on: '2025-02-28', settle: 'pay-out' })
    // 5 days taken, 2 × 2.00 earned.
    expect(accountIn(left)).toEqual(settled('annual', ['-5.00', '0.00', '4.00', '-1.00', '0.00']))
    expect(linesIn(left)).toEqual(['2025-02-28 settlement 1.00'])
    expect(await book.told('ada')).toBe('1 day of debt ended on leaving')
  })

  test('under the policies that are named, and no others', async () => {
    const book = await LeavingBook.of(service, { annual: {}, extra: { resource: 'extra' }, none: { resource: 'none' } })
    await book.hire('ada', '2025-01-01', ['annual', 'extra'])
    const left = await book.leaves('ada', { on: '2025-01-31', policies: ['extra', 'none'], settle: 'pay-out' })
    expect(left.body).toMatchObject({ policies: ['extra', 'none'] })
    expect(accountIn(left)).toMatchObject({ posted: '2.00', settled: '0.00', after: '2.00' })
    expect(accountIn(left, 'extra')).toMatchObject({ posted: '2.00', settled: '2.00', after: '0.00' })
  })

  test('nobody is paid twice: a second call settles what has come since', async () => {
    const book = await LeavingBook.of(service)
    await book.hire('ada', '2025-01-01')
    await must(book.leave('ada', { on: '2025-01-31', settle: 'pay-out' }))
    expect(accountIn(await book.leaves('ada', { on: '2025-01-31', settle: 'pay-out' }))).toMatchObject({
      settled: '0.00',
    })
    await book.post('accruals', { entity: 'ada', policy: 'annual', amount: '0.5', effectiveOn: '2025-01-20' })
    const again = await book.leaves('ada', { on: '2025-01-31', settle: 'pay-out' })
    expect(accountIn(again)).toEqual(settled('annual', ['0.50', '0.00', '0.00', '0.50', '0.00']))
  })

  test('without limit that nobody earns is settled where there is something, or it is named', async () => {
    const unlimited = { earning: undefined, overdraftLimit: null, resource: 'sick' }
    const book = await LeavingBook.of(service, { annual: {}, sick: unlimited })
    await book.hire('ada', '2025-01-01')
    await book.post('consumptions', { entity: 'ada', policy: 'sick', amount: '3', effectiveOn: '2025-01-10' })
    const usual = await book.leaves('ada', { on: '2025-01-31', settle: 'pay-out' })
    expect(accountIn(usual, 'sick')).toMatchObject({ before: '-3.00', settled: '0.00', after: '-3.00' })
    const named = await book.leaves('ada', { on: '2025-01-31', policies: ['sick'], settle: 'forfeit' })
    expect(accountIn(named, 'sick')).toMatchObject({ before: '-3.00', settled: '-3.00', after: '0.00' })
  })
})

describe('after the last day', () => {
  test('plain leave is given back, and what was accrued by hand is taken back', async () => {
    const book = await LeavingBook.of(service, { annual: { earning: undefined } })
    await book.hire('ada', '2025-01-01', [])
    const line = { entity: 'ada', policy: 'annual' }
    await book.post('accruals', { ...line, amount: '10', effectiveOn: '2025-01-01' })
    await book.post('accruals', { ...line, amount: '25', effectiveOn: '2026-01-01' })
    await book.post('consumptions', { ...line, amount: '1', effectiveOn: '2025-06-30' })
    await book.post('consumptions', { ...line, amount: '2', effectiveOn: '2025-07-04' })
    const left = await book.leaves('ada', { on: '2025-06-30', settle: 'pay-out' })
    // 10 − 1 are left on the last day; 2 come back, 25 go.
    expect(linesIn(left)).toEqual([
      '2026-01-01 reversal -25.00',
      '2025-07-04 reversal 2.00',
      '2025-06-30 settlement -9.00',
    ])
    expect(accountIn(left)).toEqual(settled('annual', ['32.00', '-23.00', '0.00', '9.00', '0.00']))
    expect(await book.balance('ada', '2025-12-31')).toBe('0.00')
  })

  test('what people adjusted stays, and is settled with the rest', async () => {
    const book = await LeavingBook.of(service)
    await book.hire('ada', '2025-01-01')
    await book.run('2025-02-01')
    await book.post('encashments', { entity: 'ada', policy: 'annual', amount: '1.5', effectiveOn: '2025-03-10' })
    const left = await book.leaves('ada', { on: '2025-02-28', settle: 'pay-out' })
    // 4.00 were there on the last day, and 1.50 of it was paid out in March already.
    expect(linesIn(left)).toEqual(['2025-02-28 settlement -4.00', '2025-03-10 settlement 1.50'])
    expect(accountIn(left)).toEqual(settled('annual', ['2.50', '0.00', '0.00', '2.50', '0.00']))
  })

  test('a carry-over that was posted cuts nothing of what is paid out', async () => {
    const book = await LeavingBook.of(service, { annual: { carryOver: { keep: { upTo: '5' } } } })
    await book.hire('ada', '2025-07-01')
    // 12.00 by the end of the year, cut to 5.00; and January.
    await book.run('2026-01-05')
    expect(await book.balance('ada', '2026-01-05')).toBe('7.00')
    const left = await book.leaves('ada', { on: '2025-12-31', settle: 'pay-out' })
    expect(linesIn(left)).toEqual(['2026-01-01 correction 7.00', '2025-12-31 settlement -12.00'])
    expect(accountIn(left)).toEqual(settled('annual', ['7.00', '0.00', '5.00', '12.00', '0.00']))
    expect(await book.run('2026-03-31')).toMatchObject({ postings: { corrections: 0, carryOvers: 0 } })
    expect(await book.balance('ada', '2026-03-31')).toBe('0.00')
  })

  test('what is earned on the day after is settled then', async () => {
    const book = await LeavingBook.of(service, {
      annual: { earning: { every: 'month', postOn: 'day-after', levels: [{ yearAmount: '24' }] } },
    })
    await book.hire('ada', '2025-01-01')
    const left = await book.leaves('ada', { on: '2025-02-14', settle: 'pay-out' })
    // January on 1 February, and 14 of 28 days of February on the 15th.
    expect(linesIn(left)).toEqual(['2025-02-14 settlement -2.00', '2025-02-15 settlement -1.00'])
    expect(accountIn(left)).toEqual(settled('annual', ['0.00', '0.00', '3.00', '3.00', '0.00']))
    expect(await book.posted('ada')).toEqual([
      '2025-02-01 accrual 2.00',
      '2025-02-15 accrual 1.00',
      '2025-02-14 settlement -2.00',
      '2025-02-15 settlement -1.00',
    ])
    expect(await book.run('2025-12-31')).toMatchObject({ postings: { accruals: 0, corrections: 0 } })
  })

  test('lots that would have lapsed later are settled while they are there', async () => {
    const book = await LeavingBook.of(service, { annual: { carryOver: { keep: 'all', validUntil: '03-31' } } })
    await book.hire('ada', '2025-10-01')
    await book.post('accruals', {
      entity: 'ada',
      policy: 'annual',
      amount: '1',
      effectiveOn: '2025-11-01',
      validUntil: '2026-02-28',
    })
    await book.run('2026-05-01')
    // 6.00 of 2025 have lapsed in April, and the 1 of November in March.
    expect(await book.balance('ada', '2026-05-01')).toBe('10.00')
    const left = await book.leaves('ada', { on: '2026-02-15', settle: 'pay-out' })
    // 6.00 and 1.00 of 2025, January, and 15 of 28 days of February: 1.07.
    expect(accountIn(left)).toMatchObject({ settled: '10.07', after: '0.00' })
    expect(await book.taken('ada', '2026-05-01')).toMatchObject({ encashed: '10.07' })
    expect(await book.run('2026-12-31')).toMatchObject({ postings: { accruals: 0, lapses: 0, corrections: 0 } })
  })

  test('another employment is left alone', async () => {
    const book = await LeavingBook.of(service)
    await book.hire('ada', '2025-01-01')
    await must(book.call('PUT', 'entities/ada/employments/2025-01-01', { to: '2025-03-31' }))
    await must(book.call('PUT', 'entities/ada/employments/2025-06-01', {}))
    await book.run('2025-07-01')
    await book.away('ada', 'again', '2025-06-10', '2025-06-10')
    const left = await book.leaves('ada', { on: '2025-03-31', settle: 'pay-out' })
    expect(linesIn(left)).toEqual(['2025-03-31 settlement -6.00'])
    expect(await book.balance('ada', '2025-07-01')).toBe('3.00')
    expect(await book.get('entities/ada')).toMatchObject({ hiredOn: '2025-06-01', leftOn: null })
  })
})

describe('a last day that is still to come', () => {
  test('is settled ahead: leave until then stays, and there is no more to ask for', async () => {
    const book = await LeavingBook.of(service)
    const next = new Date().getUTCFullYear() + 1
    await book.hire('ada', `${next}-01-01`)
    await book.post('accruals', { entity: 'ada', policy: 'annual', amount: '3', effectiveOn: `${next}-01-01` })
    await book.away('ada', 'before', `${next}-03-01`, `${next}-03-02`)
    const taken = Number(((await book.get('requests/before')) as { total: string }).total)
    const left = await book.leaves('ada', { on: `${next}-06-30`, settle: 'pay-out' })
    // 3 by hand and six months of 2.00, less what is booked.
    expect(accountIn(left).settled).toBe((15 - taken).toFixed(2))
    expect(await book.get('requests/before')).toMatchObject({ status: 'approved' })
    const day = `${next}-06-15`
    const asked = { entity: 'ada', policy: 'annual', amount: '1', effectiveOn: day }
    expect(await book.call('POST', 'consumptions', asked)).toMatchObject({
      status: 409,
      body: { code: 'insufficient-balance' },
    })
  })
})

describe('the last period', () => {
  async function lastOf(lastPeriod: unknown, more: object = {}): Promise<string> {
    const levels = [{ yearAmount: '24' }]
    const book = await LeavingBook.of(service, { annual: { earning: { every: 'month', lastPeriod, levels, ...more } } })
    await book.hire('ada', '2025-01-01')
    return accountIn(await book.leaves('ada', { on: '2025-03-10', settle: 'pay-out' })).settled
  }

  test.each([
    // January and February are whole: 4.00. Of March 10 of 31 days, 0.645…; all; none; a half; as joined before the 15th.
    ['calendar-days', '4.65'],
    ['full', '6.00'],
    ['none', '4.00'],
    ['half', '5.00'],
    [JSON.parse('{ "joinedBy": 15, "then": "half", "else": "full" }'), '5.00'],
  ])('by %j', async (lastPeriod, paid) => {
    expect(await lastOf(lastPeriod)).toBe(paid)
  })

  test('by twelfths, of a whole year in the first half', async () => {
    // Hired on 1 January, left on 10 March: two full months, 2 ⁄ 12 of 24.
    expect(await lastOf('full-months-in-first-half', { every: 'year' })).toBe('4.00')
  })
})

describe('where a month is closed', () => {
  test('leave is given back and all is settled today, and says for which day', async () => {
    const book = await LeavingBook.of(service)
    await book.hire('ada', '2025-01-01')
    await book.run('2025-03-01')
    await book.away('ada', 'march', '2025-03-03', '2025-03-04')
    await must(book.call('POST', 'periods/2025-03/close', {}))
    const left = await book.leaves('ada', { on: '2025-02-28', settle: 'pay-out' })
    const [{ effectiveOn: today }] = (left.body as unknown as { transactions: [{ effectiveOn: string }] }).transactions
    // 6.00 − 2 were there; the 2 come back, and the 2.00 of March go.
    expect(accountIn(left)).toEqual(settled('annual', ['4.00', '2.00', '-2.00', '4.00', '0.00']))
    expect(linesIn(left)).toEqual([`${today} for 2025-02-28 settlement -4.00`])
    expect(await book.balance('ada', '2025-03-31')).toBe('4.00')
    expect(await book.balance('ada', today)).toBe('0.00')
    expect(await book.run('2025-12-31')).toMatchObject({ postings: { accruals: 0, corrections: 0 } })
  })

  test('a lapse that was posted there is corrected, and settled with the rest', async () => {
    const book = await LeavingBook.of(service, {
      annual: { carryOver: { keep: 'all', validFor: { months: 1 } } },
    })
    await book.hire('ada', '2024-12-01')
    // 2.00 of December lapse on 1 February; January, February and March bring 6.00.
    await book.run('2025-03-01')
    await must(book.call('POST', 'periods/2025-03/close', {}))
    const left = await book.leaves('ada', { on: '2025-01-31', settle: 'pay-out' })
    // On 31 January there were December and January.
    expect(accountIn(left)).toEqual(settled('annual', ['6.00', '0.00', '-2.00', '4.00', '0.00']))
    expect(await book.run('2025-12-31')).toMatchObject({ postings: { accruals: 0, lapses: 0, corrections: 0 } })
  })
})

describe('a call', () => {
  test('answers the same again, and is another one with another body', async () => {
    const book = await LeavingBook.of(service)
    await book.hire('ada', '2025-01-01')
    const body = { on: '2025-01-31', settle: 'pay-out', policies: ['annual'] }
    const first = await must(book.leave('ada', body, 'bye'))
    const again = await book.leave('ada', { ...body, policies: ['annual', 'annual'] }, 'bye')
    expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' }, text: first.text })
    expect(await book.leave('ada', { on: '2025-01-30', settle: 'keep' }, 'bye')).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused', differs: ['/on', '/policies', '/settle'] },
    })
    const strict = await service.call('POST', `${book.path}/entities/ada/leaving`, {
      body,
      idempotencyKey: 'bye',
      headers: { prefer: 'handling=strict' },
    })
    expect(strict).toMatchObject({ status: 409, body: { code: 'duplicate-idempotency-key' } })
  })

  test('is refused, and records nothing', async () => {
    const book = await LeavingBook.of(service)
    await book.hire('ada', '2025-01-01')
    await must(book.call('PUT', 'entities/bob', { hiredOn: '2025-01-01', leftOn: '2025-03-31' }))
    const before = await book.head()
    const payOut = { on: '2025-01-31', settle: 'pay-out' }
    const refused: [string, object, object][] = [
      ['nobody', payOut, { status: 404, code: 'not-found' }],
      [
        'ada',
        { ...payOut, on: '2024-12-31' },
        {
          status: 422,
          code: 'outside-employment',
          entity: 'ada',
          date: '2024-12-31',
          hiredOn: '2025-01-01',
          leftOn: null,
        },
      ],
      ['bob', payOut, { status: 409, code: 'already-left', entity: 'bob', on: '2025-01-31', leftOn: '2025-03-31' }],
      [
        'bob',
        { ...payOut, on: '2025-06-30' },
        { status: 409, code: 'already-left', entity: 'bob', on: '2025-06-30', leftOn: '2025-03-31' },
      ],
      [
        'ada',
        { ...payOut, policies: ['annual', 'gone'] },
        { status: 422, code: 'unknown-policy', policy: 'gone', pointer: '/policies/1' },
      ],
    ]
    for (const [entity, body, told] of refused) {
      expect(code(await book.tryLeaving(entity, body))).toEqual(told)
      expect(code(await book.leave(entity, body))).toEqual(told)
    }
    expect(await book.leave('ada', { ...payOut, on: '2900-01-01' })).toMatchObject({
      status: 422,
      body: { code: 'not-due', through: '2900-01-01' },
    })
    expect(await book.leave('ada', { on: '2025-01-31', settle: 'burn' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/settle' }] },
    })
    expect(await book.leave('ada', { ...payOut, policies: [] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/policies' }] },
    })
    expect(await book.head()).toBe(before)
  })

  test('is taken of whom nobody defined, and who has an account', async () => {
    const book = await LeavingBook.of(service, { annual: { earning: undefined } })
    await book.post('accruals', { entity: 'ada', policy: 'annual', amount: '3', effectiveOn: '2025-01-01' })
    expect(accountIn(await book.leaves('ada', { on: '2025-01-31', settle: 'pay-out' }))).toMatchObject({
      settled: '3.00',
    })
    expect(await book.get('entities/ada')).toMatchObject({ hiredOn: null, leftOn: '2025-01-31' })
  })

  test('about a last day that is known already settles all the same', async () => {
    const book = await LeavingBook.of(service)
    await must(book.call('PUT', 'entities/ada', { hiredOn: '2025-01-01', leftOn: '2025-01-31' }))
    await must(book.call('PUT', 'entities/ada/assignments/a', { policy: 'annual', from: '2025-01-01' }))
    await book.run('2025-03-01')
    expect(accountIn(await book.leaves('ada', { on: '2025-01-31', settle: 'pay-out' }))).toEqual(
      settled('annual', ['2.00', '0.00', '0.00', '2.00', '0.00']),
    )
  })
})

describe('a later day', () => {
  test('has leave come back that an earlier one had taken, before the rest is settled', async () => {
    const book = await LeavingBook.of(service, { annual: { overdraftLimit: '5' } })
    await book.hire('ada', '2025-01-01')
    await book.run('2025-03-01')
    await book.away('ada', 'over', '2025-02-27', '2025-03-04')
    await book.away('ada', 'march', '2025-03-10', '2025-03-10')
    await must(book.leave('ada', { on: '2025-02-28', settle: 'pay-out' }))
    expect(await book.get('requests/over')).toMatchObject({ total: '2.00' })
    await must(book.call('PUT', 'entities/ada/employments/2025-01-01', { to: '2025-03-31' }))
    const later = await must(book.leave('ada', { on: '2025-03-31', settle: 'pay-out' }))
    // March is earned; 3 and 4 March, and the 10th, are taken again: they had been paid out.
    expect(accountIn(later)).toMatchObject({ settled: '-1.00', after: '0.00' })
    expect(await book.get('requests/over')).toMatchObject({ total: '4.00', status: 'approved' })
    expect(await book.get('requests/march')).toMatchObject({ total: '1.00', status: 'approved' })
    expect(await book.balance('ada', '2025-12-31')).toBe('0.00')
  })
})
