import { describe, expect, test } from 'vitest'
import { callsOf, objectionTo } from '../http/document.ts'
import { type JsonObject, must, serviceOfFile } from '../http/service-of-file.ts'
import { type As, Company } from './acting.ts'

const service = serviceOfFile()

const OWN = { status: 403, body: { code: 'own-account' } }
const ALWAYS = { from: '2000-01-01', to: '2999-12-31' }

function line(entity: string, also: object = {}): object {
  return { entity, policy: 'leave', amount: '1', effectiveOn: '2025-01-01', ...also }
}

/** What may be posted to an account, as a path and a body. */
function postings(entity: string): readonly (readonly [string, object])[] {
  return [
    ['accruals', line(entity)],
    ['consumptions', line(entity, { effectiveOn: '2025-03-03' })],
    ['adjustments', line(entity)],
    [
      'transactions',
      {
        transactions: [
          { type: 'accrual', ...line('ben') },
          { type: 'accrual', ...line(entity) },
        ],
      },
    ],
  ]
}

/** Expects that nothing can be posted to an account, whichever way. */
async function expectNothingPosted(company: Company, entity: string, as: As): Promise<void> {
  for (const [path, body] of postings(entity)) {
    for (const query of ['', '?dryRun=true']) {
      expect(await company.post(`${path}${query}`, body, as)).toMatchObject({ ...OWN, body: { entity } })
    }
  }
  const bulk = [
    { idempotencyKey: `others-${as.actor}-${entity}`, type: 'accrual', ...line('ben') },
    { idempotencyKey: `own-${as.actor}-${entity}`, type: 'accrual', ...line(entity) },
  ]
  for (const query of ['?dryRun=true', '']) {
    const { body } = await must(company.post(`bulk${query}`, bulk, as))
    expect(body).toMatchObject([{}, { status: 403, problem: { code: 'own-account', entity } }])
  }
}

describe('nobody posts to an account of theirs', () => {
  test('whatever their role', async () => {
    const company = await Company.founded(service)
    const key = await company.keyOf('admin', 'olga')
    await expectNothingPosted(company, 'olga', { key })
    for (const [path, body] of postings('cem')) await must(company.post(path, body, { key }))
    const [, , , several] = postings('olga')
    const refused = await company.post(several![0], several![1], { key })
    expect(refused).toMatchObject({ body: { pointer: '/transactions/1' } })
    const { responses } = callsOf(service.app).find(({ id }) => id === 'recordTransactions')!
    expect(objectionTo(responses['403']!['application/problem+json']!, refused.body)).toBeUndefined()
    const hr = await company.keyOf('hr', 'olga')
    expect(await company.post('adjustments', line('olga'), { key: hr })).toMatchObject(OWN)
    await must(company.post('adjustments', line('ben'), { key: hr }))
    expect(await company.post('encashments', line('olga'), { key: hr })).toMatchObject(OWN)
    await must(company.post('encashments', line('ben'), { key: hr }))
    const leaving = { on: '2026-06-30', settle: 'keep' }
    expect(await company.post('entities/olga/leaving', leaving, { key: hr })).toMatchObject(OWN)
    await must(company.post('entities/ben/leaving', leaving, { key: hr }))
  })

  test('nor to one of whom they act as', async () => {
    const company = await Company.founded(service)
    for (const key of [undefined, await company.keyOf('integration')]) {
      for (const actor of ['employee:olga', 'manager:olga']) {
        await expectNothingPosted(company, 'olga', { ...(key && { key }), actor })
      }
    }
    expect(await company.post('accruals', line('olga'), { actor: 'admin:olga' })).toMatchObject(OWN)
  })

  test('nor to one of those for whom they stand in today', async () => {
    const company = await Company.founded(service)
    await must(company.put('entities/ada/delegations/olga', ALWAYS))
    await must(company.put('entities/cem/delegations/olga', { from: '2000-01-01', to: '2000-12-31' }))
    const key = await company.keyOf('admin', 'olga')
    await expectNothingPosted(company, 'ada', { key })
    await expectNothingPosted(company, 'ada', { actor: 'employee:olga' })
    await must(company.post('accruals', line('cem'), { key }))
  })

  test('nor undoes what is theirs', async () => {
    const company = await Company.founded(service)
    const { body } = await must(company.post('accruals', line('olga')))
    const { position } = body as { position: number }
    const key = await company.keyOf('admin', 'olga')
    for (const reversal of [{ transaction: `${position}.1` }, { position }]) {
      expect(await company.post('reversals', reversal, { key })).toMatchObject({ ...OWN, body: { entity: 'olga' } })
      const several = {
        transactions: [
          { type: 'accrual', ...line('ben') },
          { type: 'reversal', ...reversal },
        ],
      }
      expect(await company.post('transactions', several, { key })).toMatchObject({
        body: { pointer: '/transactions/1' },
      })
    }
    await must(company.post('reversals', { position }))
  })

  test('but the bootstrap key, which is nobody', async () => {
    const company = await Company.founded(service)
    for (const [path, body] of postings('olga')) await must(company.post(path, body))
  })
})

test('nobody defines what decides about themselves, whom they act as or stand in for', async () => {
  const company = await Company.founded(service)
  await must(company.put('entities/ada/delegations/olga', ALWAYS))
  const key = await company.keyOf('admin', 'olga')
  for (const as of [{ key }, { actor: 'employee:olga' }]) {
    for (const entity of ['olga', 'ada']) {
      const own = { ...OWN, body: { code: 'own-account', entity } }
      expect(await company.put(`entities/${entity}`, { manager: 'ben' }, as)).toMatchObject(own)
      expect(await company.put(`entities/${entity}/employments/2025-01-01`, {}, as)).toMatchObject(own)
      const pattern = company.put(`entities/${entity}/work-patterns/2025-01-01`, { hoursPerDay: '4' }, as)
      expect(await pattern).toMatchObject(own)
      const assignment = company.put(`entities/${entity}/assignments/a`, { policy: 'leave', from: '2025-01-01' }, as)
      expect(await assignment).toMatchObject(own)
      expect(await company.post('worked-hours', { entity, from: '2025-03-03', hours: '8' }, as)).toMatchObject(own)
      const notice = { entity, policy: 'leave', year: 2025, givenOn: '2025-10-01' }
      expect(await company.post('notices', notice, as)).toMatchObject(own)
      const made = await must(company.post('worked-hours', { entity, from: '2025-03-03', hours: '8' }))
      const { id } = made.body as { id: string }
      expect(await company.post(`worked-hours/${id}/reverse`, {}, as)).toMatchObject(own)
      expect(await company.post(`entities/${entity}/erase`, { reason: 'asked', force: true }, as)).toMatchObject(own)
    }
    await must(company.put('entities/ben', { manager: 'ada', department: `by-${Object.keys(as)[0]}` }, as))
  }
})

describe('a stand-in', () => {
  test('is named by whom they stand in for, or by hr', async () => {
    const company = await Company.founded(service)
    const ada = await company.keyOf('employee', 'ada')
    await must(company.put('entities/ada/delegations/ben', ALWAYS, { key: ada }))
    await must(company.put('entities/cem/delegations/ben', ALWAYS, { key: await company.keyOf('hr') }))
  })

  test('never by themselves', async () => {
    const company = await Company.founded(service)
    const olga = await company.keyOf('hr', 'olga')
    for (const as of [{ key: olga }, { key: await company.keyOf('hr'), actor: 'employee:olga' }]) {
      expect(await company.put('entities/ada/delegations/olga', ALWAYS, as)).toMatchObject(OWN)
      await must(
        company.put('entities/ada/delegations/ben', { ...ALWAYS, from: as.actor ? '2001-01-01' : '2002-01-01' }, as),
      )
    }
  })

  test('never onward', async () => {
    const company = await Company.founded(service)
    await must(company.put('entities/ada/delegations/olga', ALWAYS))
    const hr = await company.keyOf('hr', 'olga')
    expect(await company.put('entities/ada/delegations/ben', ALWAYS, { key: hr })).toMatchObject(OWN)
    // Olga is stood in for herself, and by whom she stands in for nobody is reached.
    await must(company.put('entities/olga/delegations/cem', ALWAYS, { key: hr }))
    const request = await company.ask('ben')
    expect(await company.decide('approve', request, { actor: 'manager:cem' })).toMatchObject({
      status: 403,
      body: { code: 'forbidden', role: 'manager' },
    })
    const cem = await company.keyOf('employee', 'cem')
    expect(await company.decide('approve', request, { key: cem })).toMatchObject({
      status: 403,
      body: { code: 'forbidden', needs: 'requests:decide' },
    })
  })

  test('of somebody who has a role does not approve what that one asks for', async () => {
    const company = await Company.founded(service, { approval: ['hr'], roles: { hr: ['olga'] } })
    await must(company.put('entities/olga/delegations/cem', ALWAYS, { key: await company.keyOf('employee', 'olga') }))
    const cem = await company.keyOf('employee', 'cem')
    const hers = await company.ask('olga')
    for (const as of [{ key: cem }, { actor: 'employee:cem' }, { actor: 'manager:cem' }]) {
      for (const what of ['approve', 'reject'] as const) {
        expect(await company.decide(what, hers, as)).toMatchObject({
          status: 403,
          body: { code: 'own-request', entity: 'olga' },
        })
      }
    }
    // Nothing is told of it, either.
    expect(await company.decide('approve', hers, { key: cem }, { expectedVersion: 7 })).toMatchObject({ status: 403 })
    const approved = await must(company.decide('approve', await company.ask('ben'), { key: cem }))
    expect((approved.body as { request: JsonObject }).request).toMatchObject({ status: 'approved' })
  })
})
