import { describe, expect, test } from 'vitest'
import { day, policy } from '../support/builders.ts'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// Who earns under which policy: how it is said, from when on it holds, and how it is shown.

const service = serviceOfFile()

const EARNING_TERMS = { earning: { every: 'month', levels: [{ yearAmount: '24' }] } } as const
const EARNING = policy(EARNING_TERMS)
const WHOLE = { policy: 'annual', from: '2026-01-01' }

class Assigning {
  readonly path: string

  constructor(book: string) {
    this.path = `/v1/books/${book}`
  }

  put(at: string, body: object, query = ''): Promise<Reply> {
    const [entity, assignment] = at.split('/')
    return service.call('PUT', `${this.path}/entities/${entity}/assignments/${assignment}${query}`, { body })
  }

  async get(at: string): Promise<JsonObject> {
    return (await must(service.call('GET', `${this.path}/${at}`))).body as JsonObject
  }

  /** `e1/a 0.8 from 2026-01-01`, of each version. */
  async versions(at: string): Promise<string[]> {
    const [entity, assignment] = at.split('/')
    const { items } = (await this.get(`entities/${entity}/assignments/${assignment}/versions`)) as {
      items: JsonObject[]
    }
    return items.map(
      ({ share, effectiveFrom, to }) => `${share as string} from ${effectiveFrom as string} to ${to as string}`,
    )
  }

  async listed(at: string): Promise<string[]> {
    const { items } = (await this.get(at)) as { items: JsonObject[] }
    return items.map(({ entity, id }) => `${entity as string}/${id as string}`)
  }
}

async function assigning(): Promise<Assigning> {
  return new Assigning(await service.book({ annual: EARNING, carried: EARNING, plain: policy() }))
}

describe('terms of its own', () => {
  const refused = (pointer: string) => ({
    status: 400,
    body: { code: 'invalid-request', errors: [{ in: 'body', pointer }] },
  })

  test('that contradict each other are refused, where they stand', async () => {
    const book = await assigning()
    const terms = { carryOver: { keep: 'none', validUntil: '03-31' } }
    expect(await book.put('e1/a', { ...WHOLE, terms })).toMatchObject(refused('/terms/carryOver/validUntil'))
    const level = { amount: '1', yearAmount: '12' }
    const earning = { every: 'month', levels: [level] }
    expect(await book.put('e1/a', { ...WHOLE, terms: { earning } })).toMatchObject(refused('/terms/earning/levels/0'))
  })

  test('that contradict the leave year or the scale of their policy are refused', async () => {
    const leaveYear = { payPeriodsFrom: day('2026-01-11') }
    const earning = { every: 'two-weeks', levels: [{ amount: '4' }] } as const
    const book = new Assigning(await service.book({ annual: policy({ leaveYear, earning }) }))
    const monthly = { every: 'month', levels: [{ amount: '4' }] }
    expect(await book.put('e1/a', { ...WHOLE, terms: { earning: monthly } })).toMatchObject(
      refused('/terms/earning/every'),
    )
    const carryOver = { rounding: { step: '0.001', mode: 'up' } }
    expect(await book.put('e1/a', { ...WHOLE, terms: { carryOver } })).toMatchObject(
      refused('/terms/carryOver/rounding/step'),
    )
  })
})

describe('an assignment', () => {
  test('is 201 when it is new, 200 when it is known, 201 when something of it is otherwise', async () => {
    const book = await assigning()
    const first = await book.put('e1/a', { ...WHOLE, share: '0.80', amounts: { yearAmount: '30.0' } })
    expect(first).toMatchObject({
      status: 201,
      body: {
        id: 'a',
        entity: 'e1',
        policy: 'annual',
        resource: 'leave',
        from: '2026-01-01',
        to: null,
        serviceSince: null,
        share: '0.8',
        amounts: { yearAmount: '30' },
        terms: null,
        effectiveFrom: '2026-01-01',
        version: 1,
      },
    })
    const same = await book.put('e1/a', { amounts: { yearAmount: '30' }, share: '0.8', to: null, ...WHOLE })
    expect(same).toMatchObject({ status: 200, body: first.body as object })
    expect(await book.get('entities/e1/assignments/a')).toEqual(first.body)
    const other = await book.put('e1/a', { ...WHOLE, share: '0.8', amounts: { amount: '2.5' } })
    expect(other).toMatchObject({ status: 201, body: { version: 2, amounts: { amount: '2.5' } } })
  })

  test('is shown by a dry run as it would be recorded', async () => {
    const book = await assigning()
    const body = { ...WHOLE, to: '2026-12-31', serviceSince: '2020-01-01' }
    const dry = await book.put('e1/a', body, '?dryRun=true')
    expect(dry.status).toBe(200)
    const { body: made } = await book.put('e1/a', body)
    expect(dry.body).toEqual({ ...(made as JsonObject), position: null, recordedAt: null, hash: null })
  })

  test('of an unknown policy is refused, and one to another policy than before', async () => {
    const book = await assigning()
    expect(await book.put('e1/a', { ...WHOLE, policy: 'nothing' })).toMatchObject({
      status: 422,
      body: { code: 'unknown-policy', policy: 'nothing' },
    })
    await must(book.put('e1/a', WHOLE))
    expect(await book.put('e1/a', { ...WHOLE, policy: 'carried' })).toMatchObject({
      status: 422,
      body: { code: 'rule-violated', rule: 'assignment-policy-fixed', limit: 'annual' },
    })
  })

  test('to a policy under which nobody gets anything is refused; without a limit there is nothing to earn', async () => {
    const book = await assigning()
    const plain = { ...WHOLE, policy: 'plain' }
    expect(await book.put('e1/a', plain)).toMatchObject({
      status: 422,
      body: { code: 'policy-does-not-earn', policy: 'plain' },
    })
    expect(await book.put('e1/a', { ...plain, terms: EARNING_TERMS })).toMatchObject({ status: 422 })
    const unlimited = { body: policy({ overdraftLimit: null }) }
    await must(service.call('PUT', `${book.path}/policies/unlimited`, unlimited))
    await must(book.put('e1/a', { ...WHOLE, policy: 'unlimited' }))
    const later = { body: policy({ ...EARNING, effectiveFrom: day('2030-01-01') }) }
    await must(service.call('PUT', `${book.path}/policies/plain`, later))
    await must(book.put('e1/b', plain))
  })

  test('that begins after its policy is retired is refused; one that was made before may still be changed', async () => {
    const book = await assigning()
    await must(book.put('e1/a', { ...WHOLE, from: '2026-05-01' }))
    await must(book.put('e2/a', { ...WHOLE, from: '2026-09-01' }))
    const retire = (more: object) =>
      service.call('PUT', `${book.path}/policies/annual`, { body: { ...EARNING, ...more } })
    await must(retire({ retiredFrom: '2026-07-01' }))
    const late = { ...WHOLE, from: '2026-07-01' }
    const refused = await book.put('e3/a', late)
    expect(refused).toMatchObject({
      status: 422,
      body: {
        code: 'rule-violated',
        rule: 'policy-retired',
        limit: '2026-07-01',
        pointer: '/from',
        detail: 'Against the rule policy-retired: from 2026-07-01 on nothing is earned or taken under the policy.',
      },
    })
    expect(await book.put('e3/a', late, '?dryRun=true')).toMatchObject({ status: 422 })
    await must(book.put('e3/a', { ...late, from: '2026-06-30' }))
    await must(book.put('e1/a', { ...WHOLE, from: '2026-05-01', to: '2026-06-30' }))
    await must(book.put('e2/a', { ...WHOLE, from: '2026-09-01', to: '2026-09-30' }))
    expect(await book.put('e2/a', { ...WHOLE, from: '2026-08-01' })).toMatchObject({ status: 422 })
    await must(retire({ effectiveFrom: '2027-01-01' }))
    await must(book.put('e4/a', late))
    expect(await book.put('e5/a', { ...late, to: '2026-12-31' })).toMatchObject({ status: 422 })
    await must(book.put('e5/a', { ...late, to: '2027-01-01' }))
  })

  test('whose amounts go with no terms is refused', async () => {
    const book = await assigning()
    const earning = { ...EARNING_TERMS.earning, every: 'year', firstPeriod: 'full-months' } as const
    await must(service.call('PUT', `${book.path}/policies/twelfths`, { body: policy({ earning }) }))
    const body = { ...WHOLE, policy: 'twelfths' }
    for (const [at, own] of [
      ['e1/a', body],
      ['e1/b', { ...WHOLE, terms: { earning } }],
    ] as const) {
      expect(await book.put(at, { ...own, amounts: { amount: '3' } })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/amounts' }] },
      })
      await must(book.put(at, { ...own, amounts: { yearAmount: '30' } }))
    }
  })

  test.each<[what: string, body: object, pointer: string]>([
    ['it ends before it begins', { to: '2025-12-31' }, '/to'],
    ['a version begins after it is over', { to: '2026-12-31', effectiveFrom: '2027-01-01' }, '/effectiveFrom'],
    ['its first day does not exist', { from: '2026-02-29' }, '/from'],
    ['its last day is too far', { to: '3000-01-01' }, '/to'],
    ['its share is a number', { share: 0.8 }, '/share'],
    ['its share is zero', { share: '0.0' }, '/share'],
    ['its share is a number of percent', { share: '80' }, '/share'],
    ['its share is finer than anything', { share: '0.123456789' }, '/share'],
    ['an amount is negative', { amounts: { amount: '-1' } }, '/amounts'],
    ['both amounts are said', { amounts: { amount: '1', yearAmount: '12' } }, '/amounts'],
    ['no amount is said', { amounts: {} }, '/amounts'],
    ['its terms say nothing', { terms: {} }, '/terms'],
    [
      'its terms say what no policy could',
      { terms: { earning: { every: 'fortnight', levels: [] } } },
      '/terms/earning',
    ],
    ['there is more', { shares: '0.8' }, '/shares'],
  ])('is refused where %s', async (_what, body, pointer) => {
    const book = await assigning()
    const refused = await book.put('e1/a', { ...WHOLE, ...body })
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    const { errors } = refused.body as { errors: { pointer: string }[] }
    expect(errors.map((error) => error.pointer.startsWith(pointer))).toContain(true)
  })
})

describe('a version', () => {
  test('holds from its day on, and one that is scheduled stays in force from its own', async () => {
    const book = await assigning()
    await must(book.put('e1/a', { ...WHOLE, share: '1' }))
    await must(book.put('e1/a', { ...WHOLE, share: '0.5', effectiveFrom: '2026-07-01' }))
    const between = { ...WHOLE, share: '0.8', effectiveFrom: '2026-04-01' }
    expect(await book.put('e1/a', between)).toMatchObject({ status: 201, body: { version: 3 } })
    expect(await book.put('e1/a', { ...between, effectiveFrom: '2026-06-30' })).toMatchObject({ status: 200 })
    expect(await book.put('e1/a', { ...WHOLE, share: '0.5', effectiveFrom: '2026-07-01' })).toMatchObject({
      status: 200,
    })
    expect(await book.versions('e1/a')).toEqual([
      '1 from 2026-01-01 to null',
      '0.5 from 2026-07-01 to null',
      '0.8 from 2026-04-01 to null',
    ])
  })

  test('without a day holds from the beginning on, whatever day that was said to be', async () => {
    const book = await assigning()
    await must(book.put('e1/a', { ...WHOLE, share: '1' }))
    await must(book.put('e1/a', { ...WHOLE, share: '0.5', effectiveFrom: '2026-07-01' }))
    const later = await book.put('e1/a', { ...WHOLE, from: '2026-02-01', share: '0.9' })
    expect(later).toMatchObject({ status: 201, body: { from: '2026-02-01', effectiveFrom: '2026-01-01' } })
    const earlier = await book.put('e1/a', { ...WHOLE, from: '2025-12-01', share: '0.9' })
    expect(earlier).toMatchObject({ status: 201, body: { from: '2025-12-01', effectiveFrom: '2026-01-01' } })
    expect(await book.put('e1/a', { ...WHOLE, from: '2025-12-01', share: '0.9' })).toMatchObject({ status: 200 })
  })

  test('changes the days of all: the last ones said are those of the assignment', async () => {
    const book = await assigning()
    await must(book.put('e1/a', { ...WHOLE, share: '1' }))
    await must(book.put('e1/a', { ...WHOLE, to: '2026-09-30', share: '0.5', effectiveFrom: '2026-07-01' }))
    expect(await book.put('e1/b', { ...WHOLE, from: '2026-10-01' })).toMatchObject({ status: 201 })
    // The same of the first version, but it said nothing of an end.
    expect(await book.put('e1/a', { ...WHOLE, share: '1' })).toMatchObject({
      status: 409,
      body: { code: 'assignment-overlap' },
    })
    expect(await book.put('e1/a', { ...WHOLE, to: '2026-09-30', share: '1' })).toMatchObject({
      status: 201,
      body: { version: 3 },
    })
  })
})

describe('two assignments of one entity to one policy', () => {
  test('have no day in common', async () => {
    const book = await assigning()
    await must(book.put('e1/a', { ...WHOLE, to: '2026-06-30' }))
    for (const days of [
      { from: '2026-06-30' },
      { from: '2025-01-01', to: '2026-01-01' },
      { from: '2025-01-01' },
      { from: '2026-02-01', to: '2026-02-01' },
    ]) {
      const refused = await book.put('e1/b', { ...WHOLE, ...days })
      expect(refused).toMatchObject({
        status: 409,
        body: {
          code: 'assignment-overlap',
          entity: 'e1',
          policy: 'annual',
          other: { id: 'a', from: '2026-01-01', to: '2026-06-30' },
          detail: 'The assignment a of e1 under annual is from 2026-01-01 to 2026-06-30.',
        },
      })
      expect(await book.put('e1/b', { ...WHOLE, ...days }, '?dryRun=true')).toMatchObject({ status: 409 })
    }
    await must(book.put('e1/b', { ...WHOLE, from: '2026-07-01' }))
    await must(book.put('e1/0', { ...WHOLE, from: '2025-01-01', to: '2025-12-31' }))
    expect(await book.put('e1/0', { ...WHOLE, from: '2025-01-01', to: null })).toMatchObject({ status: 409 })
  })

  test('but one to another policy has, and one of somebody else', async () => {
    const book = await assigning()
    await must(book.put('e1/a', WHOLE))
    await must(book.put('e1/b', { ...WHOLE, policy: 'carried' }))
    await must(book.put('e2/a', WHOLE))
  })

  test('whose ids run into each other are two all the same', async () => {
    const book = await assigning()
    await must(book.put('e:1/a', WHOLE))
    expect(await book.put('e/1:a', WHOLE)).toMatchObject({ status: 201, body: { version: 1 } })
  })
})

describe('a list', () => {
  test('is by entity and id, of the book or of one entity, under any policy or one', async () => {
    const book = await assigning()
    for (const at of ['e2/a', 'e1/b', 'e1/a']) {
      await must(book.put(at, { ...WHOLE, policy: at === 'e1/b' ? 'carried' : 'annual' }))
    }
    await must(book.put('e1/a', { ...WHOLE, share: '0.5' }))
    expect(await book.listed('assignments')).toEqual(['e1/a', 'e1/b', 'e2/a'])
    expect(await book.listed('assignments?policy=annual')).toEqual(['e1/a', 'e2/a'])
    expect(await book.listed('assignments?entity=e1&policy=carried')).toEqual(['e1/b'])
    expect(await book.listed('entities/e1/assignments')).toEqual(['e1/a', 'e1/b'])
    expect(await book.listed('entities/e1/assignments?policy=annual')).toEqual(['e1/a'])
    expect(await book.listed('entities/nobody/assignments')).toEqual([])
    const { items, nextCursor } = (await book.get('assignments?limit=2')) as { items: JsonObject[]; nextCursor: string }
    expect(items).toHaveLength(2)
    expect(items[0]).toMatchObject({ id: 'a', share: '0.5', version: 2 })
    expect(await book.listed(`assignments?limit=2&cursor=${nextCursor}`)).toEqual(['e2/a'])
    expect(await service.call('GET', `${book.path}/entities/e1/assignments/x`)).toMatchObject({ status: 404 })
    expect(await service.call('GET', `${book.path}/entities/e1/assignments/x/versions`)).toMatchObject({ status: 404 })
  })

  test('shows managers none under a policy of which only hr knows', async () => {
    const book = await assigning()
    const terms = { unit: 'day', scale: 1, dayExclusive: false, overdraftLimit: null }
    const body = { ...terms, resource: 'care-days', kindVisibleTo: 'hr' }
    await must(service.call('PUT', `${book.path}/policies/care`, { body }))
    await must(service.call('PUT', `${book.path}/entities/ann`, { body: { manager: 'mia' } }))
    for (const at of ['ann/care', 'mia/care']) await must(book.put(at, { ...WHOLE, policy: 'care' }))
    await must(book.put('ann/usual', WHOLE))
    const roles = [{ book: book.path.slice('/v1/books/'.length), role: 'employee', entity: 'mia' }]
    const made = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', roles } }))
    const { key } = made.body as { key: string }
    const seen = async (at: string): Promise<string[]> => {
      const { body: page } = await must(service.call('GET', `${book.path}/${at}`, { key }))
      return (page as { items: JsonObject[] }).items.map(
        ({ entity, policy }) => `${entity as string} ${policy as string}`,
      )
    }
    expect(await seen('assignments')).toEqual(['ann annual', 'mia care'])
    expect(await seen('assignments?policy=care')).toEqual(['mia care'])
    for (const at of ['assignments?entity=ann', 'entities/ann/assignments']) {
      expect(await seen(at), at).toEqual(['ann annual'])
    }
    for (const at of ['entities/ann/assignments/care', 'entities/ann/assignments/care/versions']) {
      expect(await service.call('GET', `${book.path}/${at}`, { key }), at).toMatchObject({ status: 404 })
    }
  })
})

test('an integration and hr say them, payroll and auditors read them', async () => {
  const book = await assigning()
  const id = book.path.slice('/v1/books/'.length)
  const expected = {
    hr: [200, 201],
    integration: [403, 201],
    payroll: [200, 403],
    auditor: [200, 403],
    employee: [200, 403],
  }
  for (const [role, [reads, writes]] of Object.entries(expected)) {
    const roles = [{ book: id, role, ...(role === 'employee' ? { entity: 'e1' } : {}) }]
    const made = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', roles } }))
    const { key } = made.body as { key: string }
    expect((await service.call('GET', `${book.path}/assignments`, { key })).status, role).toBe(reads)
    const put = service.call('PUT', `${book.path}/entities/${role}/assignments/a`, { key, body: WHOLE })
    expect((await put).status, role).toBe(writes)
  }
})
