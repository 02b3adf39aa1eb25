import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { policy } from '../support/builders.ts'
import { BAD_TERMS } from '../support/earning/bad-terms.ts'
import { soundTerms } from '../support/earning/terms-arbitrary.ts'
import { type Json, type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// What a policy says of earning, as a client sees it: how it is said, shown, changed and refused.

const service = serviceOfFile()

const put = (book: string, body: object, also: { query?: string; idempotencyKey?: string } = {}): Promise<Reply> =>
  service.call('PUT', `/v1/books/${book}/policies/p${also.query ?? ''}`, {
    body: { ...policy(), ...body },
    ...(also.idempotencyKey === undefined ? {} : { idempotencyKey: also.idempotencyKey }),
  })

const read = async (book: string, path = ''): Promise<JsonObject> =>
  (await must(service.call('GET', `/v1/books/${book}/policies/p${path}`))).body as JsonObject

/** Every member that there is, somewhere. */
const ALL = {
  leaveYear: { starts: 'service' },
  earning: {
    every: 'month',
    on: { dayOfMonth: 31 },
    postOn: 'last-day',
    levels: [
      { yearAmount: '25', balanceCap: '30', yearMax: '25' },
      {
        after: { years: 5 },
        every: 'half-year',
        on: { dates: ['01-01', '07-01'] },
        amount: '13.5',
        carryOver: { keep: 'all', validFor: { days: 90 } },
      },
      {
        after: { years: 10 },
        perHours: { amount: '1', hours: '13', of: 'scheduled' },
        every: 'week',
        on: { weekday: 'sun' },
      },
    ],
    levelChange: 'next-period',
    firstPeriod: { joinedBy: 15, then: 'full', else: 'half' },
    lastPeriod: 'calendar-months',
    basis: 'working-time',
    scaledByShare: true,
    rounding: { step: '0.5', mode: 'up', of: 'posting' },
    waiting: { months: 3, then: 'all' },
  },
  carryOver: {
    on: '04-01',
    keep: { upTo: '5' },
    rounding: { step: '0.5', mode: 'down' },
    validUntil: '02-29',
    neverLapses: '2',
    needsNotice: true,
  },
  spending: { of: 'year', from: { workingDays: 10 }, yearMost: '25' },
  encashment: { keepBack: '10', most: '5' },
  countsAsWorked: '0.5',
  lateLeave: 'as-posted',
}

const NOTHING = {
  leaveYear: null,
  earning: null,
  carryOver: null,
  spending: null,
  encashment: null,
  countsAsWorked: null,
  lateLeave: null,
}

test('what a policy says of earning is in its answer, in what is read, in its versions and in its event', async () => {
  const book = await service.book({ p: policy() })
  expect(await put(book, ALL)).toMatchObject({ status: 201, body: { version: 2, ...ALL } })
  expect(await read(book)).toMatchObject({ version: 2, ...ALL })
  expect(await read(book, '/versions')).toMatchObject({
    items: [
      { version: 1, ...NOTHING },
      { version: 2, ...ALL },
    ],
  })
  const list = await must(service.call('GET', `/v1/books/${book}/policies`))
  expect(list.body).toMatchObject({ items: [{ id: 'p', ...ALL }] })
  const events = (await must(service.call('GET', `/v1/books/${book}/events`))).body as { items: JsonObject[] }
  const [first, second] = events.items.filter(({ type }) => type === 'policy-defined').map(({ data }) => data)
  expect(second).toMatchObject(ALL)
  expect(Object.keys(first as JsonObject)).toEqual([
    'dayExclusive',
    'effectiveFrom',
    'name',
    'overdraftLimit',
    'policy',
    'resource',
    'scale',
    'unit',
    'version',
  ])
  expect(await verifyBook(service.backend.db, book)).toMatchObject({ ok: true })
})

test('a dry run shows it, and records nothing', async () => {
  const book = await service.book({ p: policy() })
  expect(await put(book, ALL, { query: '?dryRun=true' })).toMatchObject({ status: 200, body: { version: 2, ...ALL } })
  expect(await read(book)).toMatchObject({ version: 1, ...NOTHING })
})

describe('in plain words', () => {
  const SAID = { earning: { every: 'month', levels: [{ yearAmount: '25.0' }] }, carryOver: { keep: { upTo: '5' } } }
  const TEXT =
    'The leave year is the calendar year. Earned: 25 days for each leave year, in equal parts each month. It is posted on the ' +
    'first day of the period. Whoever joins or leaves within a period earns by calendar days: their days in it, of all its ' +
    'days. The running total is rounded to 2 decimals, halves to the even one: no fraction is ever lost. On the first day of ' +
    'a leave year what is left is carried over up to 5 days, and the rest is cut off. What is there may be taken, and no more.'

  test('is what a reader asks for, and only then', async () => {
    const book = await service.book({ p: policy() })
    await must(put(book, SAID))
    expect(await read(book, '?explain=true')).toMatchObject({ version: 2, text: TEXT })
    expect(await read(book)).not.toHaveProperty('text')
    const { text } = await read(await service.book({ p: policy() }), '?explain=true')
    expect(text).toMatch(/^Nothing is earned by a rule/)
    expect(await read(book, '?explain=false')).not.toHaveProperty('text')
  })

  test('is what a dry run says, of a change and of none; what is recorded does not', async () => {
    const book = await service.book({ p: policy() })
    const dry = { query: '?dryRun=true' }
    expect(await put(book, SAID, dry)).toMatchObject({ status: 200, body: { version: 2, text: TEXT } })
    expect((await put(book, { name: 'Other' }, dry)).body).not.toHaveProperty('text')
    const recorded = await must(put(book, SAID))
    expect(recorded.body).not.toHaveProperty('text')
    expect(await put(book, SAID, dry)).toMatchObject({ status: 200, body: { version: 2, text: TEXT } })
  })
})

describe('unchanged', () => {
  test('is what says the same in another order and spelling, and with null for what is left out', async () => {
    const book = await service.book({ p: policy() })
    const earning = { every: 'month', levels: [{ yearAmount: '25' }] }
    await must(put(book, { earning, carryOver: { keep: { upTo: '5' }, validFor: { months: 3 } } }))
    const again = await put(book, {
      carryOver: { validFor: { months: 3 }, keep: { upTo: '5.00' }, validUntil: null },
      earning: { on: null, levels: [{ after: null, yearAmount: '25.0' }], every: 'month' },
      spending: null,
    })
    expect(again).toMatchObject({ status: 200, body: { version: 2 } })
  })

  test.each<[what: string, change: object]>([
    ['an amount', { earning: { every: 'month', levels: [{ yearAmount: '26' }] } }],
    [
      'a level more',
      { earning: { every: 'month', levels: [{ yearAmount: '25' }, { after: { years: 1 }, yearAmount: '26' }] } },
    ],
    ['the leave year', { leaveYear: { starts: '04-01' } }],
    ['nothing of carrying over', { carryOver: null }],
    ['nothing of earning', { earning: null }],
    ['late leave', { lateLeave: 'recount' }],
  ])('is not what says otherwise: %s', async (_what, change) => {
    const book = await service.book({ p: policy() })
    const said = { earning: { every: 'month', levels: [{ yearAmount: '25' }] }, carryOver: { keep: 'none' } }
    await must(put(book, said))
    expect(await put(book, { ...said, ...change })).toMatchObject({ status: 201, body: { version: 3 } })
  })
})

describe('a key that was used', () => {
  const SAID = { earning: { every: 'month', levels: [{ yearAmount: '25' }] } }

  test('is the same command in another spelling', async () => {
    const book = await service.book({ p: policy() })
    const first = await must(put(book, SAID, { idempotencyKey: 'k' }))
    const again = await put(
      book,
      { earning: { levels: [{ yearAmount: '25.0' }], every: 'month' } },
      { idempotencyKey: 'k' },
    )
    expect(again).toMatchObject({ status: 201, text: first.text, headers: { 'idempotency-replayed': 'true' } })
  })

  test.each<[what: string, body: object, differs: string[]]>([
    ['an amount', { earning: { every: 'month', levels: [{ yearAmount: '26' }] } }, ['/earning/levels/0/yearAmount']],
    ['a member more', { ...SAID, carryOver: {} }, ['/carryOver']],
    ['a member less', {}, ['/earning']],
  ])('with another command says where it differs: %s', async (_what, body, differs) => {
    const book = await service.book({ p: policy() })
    await must(put(book, SAID, { idempotencyKey: 'k' }))
    expect(await put(book, body, { idempotencyKey: 'k' })).toMatchObject({ status: 422, body: { differs } })
  })
})

describe('what does not fit is told where it stands, and what would', () => {
  const level = (said: object): object => ({ earning: { every: 'month', levels: [said] } })

  test.each<[what: string, said: object, pointer: string, message: RegExp]>([
    [
      'a member that is not known',
      { earning: { every: 'month', levels: [], often: 1 } },
      '/earning/levels',
      /list of 1 to/,
    ],
    ['one of a level', level({ amount: '1', cap: '3' }), '/earning/levels/0/cap', /is not known here/],
    ['a number for an amount', level({ amount: 1.25 }), '/earning/levels/0/amount', /decimal number in a string/],
    ['nine decimals', level({ amount: '0.123456789' }), '/earning/levels/0/amount', /at most 8 decimals/],
    ['a negative amount', level({ yearAmount: '-1' }), '/earning/levels/0/yearAmount', /zero or more/],
    ['a day that never exists', { leaveYear: { starts: '04-31' } }, '/leaveYear/starts', /exists, as MM-DD/],
    ['a day among words', { carryOver: { on: '02-30' } }, '/carryOver/on', /"year" or "anniversary" or a day/],
    [
      'two lengths at once',
      level({ amount: '1', after: { days: 1, years: 1 } }),
      '/earning/levels/0/after',
      /one of days, months and years/,
    ],
    [
      'years where there are none',
      { carryOver: { validFor: { years: 1 } } },
      '/carryOver/validFor/years',
      /is not known/,
    ],
    ['an empty list', { earning: { every: 'month', levels: [] } }, '/earning/levels', /1 to 60 levels/],
    ['a word that is none', { lateLeave: 'never' }, '/lateLeave', /"recount" or "as-posted"/],
    ['more than a whole day', { countsAsWorked: '1.5' }, '/countsAsWorked', /from "0" to "1"/],
    [
      'a waiting that says nothing',
      { earning: { every: 'month', levels: [{ amount: '1' }], waiting: {} } },
      '/earning/waiting/then',
      /is missing/,
    ],
    [
      'a waiting of no length',
      { earning: { every: 'month', levels: [{ amount: '1' }], waiting: { then: 'all' } } },
      '/earning/waiting',
      /either days or months, 1 or more/,
    ],
    [
      'a waiting of no days',
      { earning: { every: 'month', levels: [{ amount: '1' }], waiting: { days: 0, then: 'all' } } },
      '/earning/waiting/days',
      /from 1 to/,
    ],
    [
      'a step of zero',
      { carryOver: { rounding: { step: '0.0', mode: 'up' } } },
      '/carryOver/rounding/step',
      /greater than zero/,
    ],
    [
      'hours of zero',
      level({ perHours: { amount: '1', hours: '0', of: 'worked' } }),
      '/earning/levels/0/perHours/hours',
      /greater than zero/,
    ],
    [
      'joining by a 32nd',
      {
        earning: {
          every: 'month',
          levels: [{ amount: '1' }],
          firstPeriod: { joinedBy: 32, then: 'full', else: 'none' },
        },
      },
      '/earning/firstPeriod/joinedBy',
      /from 1 to 31/,
    ],
    [
      'a part of a period that is none',
      { earning: { every: 'month', levels: [{ amount: '1' }], firstPeriod: 'some' } },
      '/earning/firstPeriod',
      /"calendar-days", .* or an object with joinedBy/,
    ],
    [
      'a month’s first half for who joins',
      { earning: { every: 'year', levels: [{ yearAmount: '1' }], firstPeriod: 'full-months-in-first-half' } },
      '/earning/firstPeriod',
      /must be "calendar-days"/,
    ],
    [
      'when a level changes, in no known way',
      { earning: { every: 'month', levels: [{ amount: '1' }], levelChange: 'at-once' } },
      '/earning/levelChange',
      /"split", "next-period" or "next-year"/,
    ],
    [
      'a day of the month beyond all',
      { earning: { every: 'month', on: { dayOfMonth: 32 }, levels: [{ amount: '1' }] } },
      '/earning/on/dayOfMonth',
      /from 1 to 31/,
    ],
    [
      'one day of the month of two',
      { earning: { every: 'twice-a-month', on: { daysOfMonth: [1] }, levels: [{ amount: '1' }] } },
      '/earning/on/daysOfMonth',
      /two days of the month/,
    ],
    [
      'two ways in which periods begin',
      { earning: { every: 'month', on: { dayOfMonth: 1, weekday: 'mon' }, levels: [{ amount: '1' }] } },
      '/earning/on',
      /that one of weekday, from/,
    ],
    [
      'no anniversary',
      { earning: { every: 'year', on: { anniversary: false }, levels: [{ amount: '1' }] } },
      '/earning/on/anniversary',
      /must be true/,
    ],
    [
      'a date that never exists',
      { earning: { every: 'year', on: { dates: ['09-31'] }, levels: [{ amount: '1' }] } },
      '/earning/on/dates/0',
      /exists, as MM-DD/,
    ],
    [
      'two kinds of leave years',
      { leaveYear: { starts: '01-01', payPeriodsFrom: '2026-01-11' } },
      '/leaveYear',
      /either starts or payPeriodsFrom/,
    ],
    [
      'pay periods from a day that does not exist',
      { leaveYear: { payPeriodsFrom: '2026-02-29' } },
      '/leaveYear/payPeriodsFrom',
      /a day that exists/,
    ],
    [
      'a negative service',
      level({ amount: '1', after: { years: -1 } }),
      '/earning/levels/0/after/years',
      /from 0 to 100/,
    ],
    [
      'half a year of service',
      level({ amount: '1', after: { years: 0.5 } }),
      '/earning/levels/0/after/years',
      /whole number/,
    ],
    [
      'a keep that is no word',
      { carryOver: { keep: 'some' } },
      '/carryOver/keep',
      /"all", "none" or an object with upTo/,
    ],
    [
      'a negative limit of what is kept',
      { carryOver: { keep: { upTo: '-5' } } },
      '/carryOver/keep/upTo',
      /zero or more/,
    ],
    ['a validity of no days', { carryOver: { validFor: { days: 0 } } }, '/carryOver/validFor/days', /from 1 to/],
    ['a negative amount to be paid out', { encashment: { most: '-1' } }, '/encashment/most', /zero or more/],
    ['a negative amount to be kept back', { encashment: { keepBack: '-1' } }, '/encashment/keepBack', /zero or more/],
    ['spending from years on', { spending: { from: { years: 1 } } }, '/spending/from/years', /is not known/],
    [
      'a week without an end',
      { earning: { every: 'month', levels: [{ amount: '1' }], week: { days: '5', hours: '40' } } },
      '/earning/week',
      /either days or hours/,
    ],
    [
      'an empty week',
      { earning: { every: 'month', levels: [{ amount: '1' }], week: { days: '0' } } },
      '/earning/week/days',
      /greater than zero/,
    ],
  ])('%s', async (_what, said, pointer, message) => {
    const book = await service.book({ p: policy() })
    const { status, body } = await put(book, said)
    const { code, errors } = body as { code: Json; errors: { pointer: string; message: string }[] }
    expect({ status, code, pointer: errors[0]?.pointer }).toEqual({ status: 400, code: 'invalid-request', pointer })
    expect(errors[0]?.message).toMatch(message)
  })
})

describe('what cannot be said together is told where it stands, and what to write instead', () => {
  let book = ''
  beforeAll(async () => {
    book = await service.book({ p: policy() })
  })

  test.each(BAD_TERMS)('$what', async ({ said, told }) => {
    const reply = await service.call('PUT', `/v1/books/${book}/policies/q`, {
      body: { ...policy({ scale: 1 }), ...said },
    })
    const { code, errors } = reply.body as { code: Json; errors: { in: string; pointer: string; message: string }[] }
    expect({ status: reply.status, code }).toEqual({ status: 400, code: 'invalid-request' })
    expect(errors.map((error) => [error.in, error.pointer])).toEqual(
      Object.keys(told).map((pointer) => ['body', pointer]),
    )
    for (const { pointer, message } of errors) expect(message).toMatch(told[pointer]!)
  })

  test('a dry run tells it, too, and neither records anything', async () => {
    const { said } = BAD_TERMS[0]!
    expect(await put(book, { ...said }, { query: '?dryRun=true' })).toMatchObject({ status: 400 })
    expect(await service.call('GET', `/v1/books/${book}/policies/q`)).toMatchObject({ status: 404 })
  })
})

test('law: whatever is sound is recorded, read as it was said, and unchanged when it is said again as it was read', async () => {
  const book = await service.book({ p: policy({ scale: 1 }) })
  let policies = 0
  await fc.assert(
    fc.asyncProperty(soundTerms, async (said) => {
      policies += 1
      const path = `/v1/books/${book}/policies/law-${policies}`
      const body = { ...policy({ scale: 1 }), ...said }
      await must(service.call('PUT', path, { body }))
      const shown = (await must(service.call('GET', path))).body as JsonObject
      expect(shown).toMatchObject({ ...NOTHING, ...said })
      const again = { ...body, ...Object.fromEntries(Object.keys(NOTHING).map((name) => [name, shown[name]!])) }
      expect(await service.call('PUT', path, { body: again })).toMatchObject({ status: 200, body: { version: 1 } })
    }),
    { numRuns: Number(process.env['LAW_RUNS'] ?? 60) },
  )
  expect(await verifyBook(service.backend.db, book)).toMatchObject({ ok: true })
})
