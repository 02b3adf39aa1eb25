import { describe, expect, test } from 'vitest'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { type JsonObject, must, type Reply, serviceOfFile } from '../http/service-of-file.ts'
import { type As, Company, type Key } from './acting.ts'

/* Ada leads Ben and Cem; Olga stands apart, and Xyz is nobody. */

const service = serviceOfFile()

const DAY = { policy: 'leave', from: '2025-07-07', to: '2025-07-07' }
const ALWAYS = { from: '2000-01-01', to: '2999-12-31' }

interface People {
  readonly company: Company
  readonly ada: Key
  readonly ben: Key
  readonly cem: Key
  readonly hr: Key
}

async function people(requests?: object): Promise<People> {
  const company = await Company.founded(service, requests)
  const of = (entity: string) => company.keyOf('employee', entity)
  return { company, ada: await of('ada'), ben: await of('ben'), cem: await of('cem'), hr: await company.keyOf('hr') }
}

/** All that an answer says, but for the names of what was asked about. */
function told({ status, headers, text }: Reply, ...names: readonly string[]): object {
  const { date: _date, 'daybook-request-id': _id, ...others } = headers
  const anonymous = names.reduce((said, name) => said.replaceAll(name, '…'), text)
  return { status, headers: others, text: anonymous.replace(/urn:daybook:request:[^"]+/, '') }
}

/** Expects a hidden thing to be answered like a missing one, also to a dry run. */
async function expectHidden(
  [hidden, missing]: readonly [string, string],
  ask: (name: string, query: string) => Promise<Reply>,
): Promise<void> {
  for (const query of ['', '?dryRun=true']) {
    const [there, nowhere] = [await ask(hidden, query), await ask(missing, query)]
    expect(there).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(told(there, hidden)).toEqual(told(nowhere, missing))
  }
}

describe('an employee', () => {
  test('asks, changes and cancels for themselves', async () => {
    const { company, ben } = await people()
    const asked = await must(company.post('requests', { id: 'r-ben', entity: 'ben', ...DAY }, { key: ben }))
    expect(asked.body).toMatchObject({ request: { submittedBy: { type: 'employee', id: 'ben' } } })
    await must(company.decide('change', 'r-ben', { key: ben }, { to: '2025-07-08' }))
    await must(company.decide('cancel', 'r-ben', { key: ben }, { expectedVersion: 2 }))
    expect(await verifyBook(service.backend.db, company.book)).toMatchObject({ ok: true })
  })

  test('for nobody else, and cannot tell others from those who are not there', async () => {
    const { company, ada, ben } = await people()
    for (const key of [ada, ben]) {
      await expectHidden(['cem', 'xyz'], (entity, query) =>
        company.post(`requests${query}`, { entity, ...DAY }, { key }),
      )
      await expectHidden(['cem', 'xyz'], (entity, query) =>
        company.put(`entities/${entity}/delegations/olga${query}`, ALWAYS, { key }),
      )
    }
    await must(company.post('requests', { id: 'r-cem', entity: 'cem', ...DAY }))
    for (const what of ['cancel', 'change'] as const) {
      for (const expectedVersion of [1, 2]) {
        await expectHidden(['r-cem', 'r-xyz'], (request, query) =>
          company.post(
            `requests/${request}/${what}${query}`,
            { expectedVersion, ...(what === 'change' ? { to: '2025-07-08' } : {}) },
            { key: ben },
          ),
        )
      }
    }
  })

  test('decides nothing', async () => {
    const { company, ben } = await people()
    for (const request of [await company.ask('cem'), await company.ask('ben'), 'missing']) {
      for (const what of ['approve', 'reject'] as const) {
        expect(await company.decide(what, request, { key: ben })).toMatchObject({
          status: 403,
          body: { code: 'forbidden', needs: 'requests:decide' },
        })
      }
    }
  })

  test('names who stands in for them', async () => {
    const { company, ben, cem } = await people()
    await must(company.put('entities/ben/delegations/cem', ALWAYS, { key: ben }))
    await expectHidden(['ben', 'xyz'], (entity, query) =>
      company.put(`entities/${entity}/delegations/olga${query}`, ALWAYS, { key: cem }),
    )
  })
})

describe('a manager', () => {
  test('decides about the team, and about nobody else', async () => {
    const { company, ada } = await people()
    await must(company.decide('approve', await company.ask('ben'), { key: ada }))
    expect((await company.lastEvent())['actor']).toEqual({ type: 'manager', id: 'ada' })
    await must(company.decide('reject', await company.ask('cem'), { key: ada }))
    await must(company.post('requests', { id: 'r-olg', entity: 'olga', ...DAY }))
    for (const what of ['approve', 'reject'] as const) {
      for (const expectedVersion of [1, 2]) {
        await expectHidden(['r-olg', 'r-xyz'], (request, query) =>
          company.post(`requests/${request}/${what}${query}`, { expectedVersion }, { key: ada }),
        )
      }
    }
    expect(await company.decide('approve', await company.ask('ada'), { key: ada })).toMatchObject({
      status: 403,
      body: { code: 'own-request' },
    })
  })

  test('is not told what they decided, once it is no business of theirs', async () => {
    const { company, ada } = await people()
    await must(company.post('requests', { id: 'r-ben', entity: 'ben', ...DAY }))
    const as: As = { key: ada, idempotencyKey: 'once' }
    await must(company.decide('approve', 'r-ben', as))
    expect(await company.decide('approve', 'r-ben', as)).toMatchObject({
      status: 201,
      headers: { 'idempotency-replayed': 'true' },
    })
    await must(company.put('entities/ben', { manager: 'olga' }))
    const [replayed, missing] = [
      await company.decide('approve', 'r-ben', as),
      await company.decide('approve', 'r-xyz', as),
    ]
    expect(replayed.status).toBe(404)
    expect(told(replayed, 'r-ben')).toEqual(told(missing, 'r-xyz'))
  })
})

describe('whom an approval names', () => {
  test('decides about those who wait for them, and their stand-in does', async () => {
    const { company, ben, cem } = await people({ approval: ['hr'], roles: { hr: ['olga'] } })
    const olga = await company.keyOf('employee', 'olga')
    await must(company.decide('approve', await company.ask('ben'), { key: olga }))
    await must(company.put('entities/olga/delegations/cem', ALWAYS, { key: olga }))
    await must(company.decide('approve', await company.ask('ben', '2025-07-08'), { key: cem }))
    expect(await company.decide('approve', await company.ask('cem'), { key: ben })).toMatchObject({ status: 403 })
    // Of another resource they hear nothing.
    const sick = { resource: 'sick', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: null }
    await must(
      company.put('policies/sick', { ...sick, effectiveFrom: '2000-01-01', requests: { approval: ['manager'] } }),
    )
    await must(
      company.post('requests', {
        id: 'r-sic',
        entity: 'ben',
        ...DAY,
        policy: 'sick',
        from: '2025-07-09',
        to: '2025-07-09',
      }),
    )
    await expectHidden(['r-sic', 'r-xyz'], (request, query) =>
      company.post(`requests/${request}/approve${query}`, { expectedVersion: 1 }, { key: olga }),
    )
  })
})

describe('the id of a request that is there', () => {
  test('is all that is told of it to who may not read it', async () => {
    const { company, ada, ben, cem, hr } = await people()
    await must(company.post('requests', { id: 'taken', entity: 'cem', ...DAY, reason: 'wedding' }))
    const ask = (entity: string, key: Key, query = '') =>
      company.post(`requests${query}`, { id: 'taken', entity, ...DAY }, { key })
    const submitting = await company.keyWith({ rights: [{ book: company.book, right: 'requests:submit' }] })
    for (const query of ['', '?dryRun=true']) {
      for (const key of [ben, submitting]) {
        const { status, body } = await ask('ben', key, query)
        expect(status).toBe(409)
        expect(body).toEqual({
          type: '/problems/version-conflict',
          title: 'Version conflict',
          status: 409,
          detail: 'The request taken is not at version 0.',
          instance: (body as JsonObject)['instance'],
          code: 'version-conflict',
          requestId: 'taken',
          expectedVersion: 0,
        })
      }
      const whole = { status: 409, body: { currentVersion: 1, request: { id: 'taken', entity: 'cem' } } }
      expect(await ask('cem', cem, query)).toMatchObject(whole)
      expect(await ask('ada', ada, query)).toMatchObject(whole)
      expect(await ask('ben', hr, query)).toMatchObject(whole)
    }
  })
})

describe('idempotency keys', () => {
  test('of people meet neither those of machines nor those of others', async () => {
    const { company, ben, cem, hr } = await people()
    const line = { entity: 'cem', policy: 'leave', amount: '1', effectiveOn: '2025-01-01' }
    await must(company.post('adjustments', line, { key: hr, idempotencyKey: 'guess' }))
    const ask = (entity: string, key: Key, day: string) =>
      company.post('requests', { entity, ...DAY, from: day, to: day }, { key, idempotencyKey: 'guess' })
    const first = await must(ask('ben', ben, '2025-07-07'))
    expect(first.headers).not.toHaveProperty('idempotency-replayed')
    const again = await must(ask('ben', ben, '2025-07-07'))
    expect(again).toMatchObject({ headers: { 'idempotency-replayed': 'true' }, body: first.body as JsonObject })
    expect(await ask('ben', ben, '2025-07-08')).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused', differs: ['/from', '/to'] },
    })
    const others = await must(ask('cem', cem, '2025-07-07'))
    expect(others.headers).not.toHaveProperty('idempotency-replayed')
    // A definition is kept under the same rule.
    for (const [entity, key] of [
      ['ben', ben],
      ['cem', cem],
    ] as const) {
      const as: As = { key, idempotencyKey: 'guess-too' }
      await must(company.put(`entities/${entity}/delegations/olga`, ALWAYS, as))
    }
    // Machines share those of the book.
    const reused = await company.post(
      'adjustments',
      { ...line, amount: '2' },
      { key: await company.keyOf('hr'), idempotencyKey: 'guess' },
    )
    expect(reused).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
    expect(await verifyBook(service.backend.db, company.book)).toMatchObject({ ok: true })
  })

  test('as long as any are told apart by their ends as well', async () => {
    const { company, ben } = await people()
    for (const [end, day] of [
      ['a', '2025-07-07'],
      ['b', '2025-07-08'],
    ] as const) {
      const idempotencyKey = 'k'.repeat(254) + end
      const ask = () =>
        company.post('requests', { entity: 'ben', ...DAY, from: day, to: day }, { key: ben, idempotencyKey })
      const first = await must(ask())
      expect((await must(ask())).body).toEqual(first.body)
    }
  })

  test('of the service itself are nobody’s', async () => {
    const { company, ben, hr } = await people()
    const line = { entity: 'cem', policy: 'leave', amount: '1', effectiveOn: '2025-01-01' }
    for (const prefix of ['earn:', 'carry:', 'lapse:', 'correct:']) {
      const refused = { status: 400, body: { code: 'invalid-request' } }
      for (const idempotencyKey of [`${prefix}1`, `"${prefix}1"`]) {
        expect(await company.post('adjustments', line, { idempotencyKey })).toMatchObject(refused)
        expect(await company.post('adjustments', line, { key: hr, idempotencyKey })).toMatchObject(refused)
        expect(await company.post('requests', { entity: 'ben', ...DAY }, { key: ben, idempotencyKey })).toMatchObject(
          refused,
        )
        const bulk = [{ idempotencyKey, type: 'accrual', ...line }]
        expect((await company.post('bulk', bulk)).body).toMatchObject([
          { status: 400, problem: { code: 'invalid-request' } },
        ])
      }
    }
  })
})
