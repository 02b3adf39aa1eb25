import { describe, expect, test } from 'vitest'
import { must, serviceOfFile } from '../http/service-of-file.ts'
import { Company, type Key } from './acting.ts'

const service = serviceOfFile()

const LACKING = { status: 403, body: { code: 'forbidden', needs: 'requests:override' } }
const LEAVE = { entity: 'ben', policy: 'leave', from: '2025-07-07', to: '2025-07-07' }
const INTO = { intoClosedPeriod: 'post-today' }

interface Keys {
  readonly ben: Key
  readonly ada: Key
  readonly hr: Key
  readonly integration: Key
}

async function companyWithKeys(): Promise<{ company: Company; keys: Keys }> {
  const company = await Company.founded(service)
  const [ben, ada] = [await company.keyOf('employee', 'ben'), await company.keyOf('employee', 'ada')]
  return {
    company,
    keys: { ben, ada, hr: await company.keyOf('hr'), integration: await company.keyOf('integration') },
  }
}

test('leave is entered as decided only by whoever may set rules aside', async () => {
  const { company, keys } = await companyWithKeys()
  const decided = { ...LEAVE, decided: 'approved' }
  for (const query of ['', '?dryRun=true']) {
    expect(await company.post(`requests${query}`, decided, { key: keys.ben })).toMatchObject(LACKING)
    const hers = { ...decided, entity: 'ada' }
    expect(await company.post(`requests${query}`, hers, { key: keys.ada })).toMatchObject(LACKING)
  }
  await must(company.post('requests', decided, { key: keys.integration }))
  await must(company.post('requests', { ...decided, from: '2025-07-08', to: '2025-07-08' }, { key: keys.hr }))
})

describe('a closed period', () => {
  test('is posted into only by them, whichever way', async () => {
    const { company, keys } = await companyWithKeys()
    const recording = await company.keyWith({ rights: [{ book: company.book, right: 'transactions:record' }] })
    const line = { entity: 'ben', policy: 'leave', amount: '1', effectiveOn: '2025-01-01', ...INTO }
    const request = await company.ask('ben')
    expect(
      await company.post('requests', { ...LEAVE, from: '2025-08-04', to: '2025-08-04', ...INTO }, { key: keys.ben }),
    ).toMatchObject(LACKING)
    for (const what of ['cancel', 'change'] as const) {
      const body = { ...INTO, ...(what === 'change' ? { to: '2025-07-08' } : {}) }
      expect(await company.decide(what, request, { key: keys.ben }, body)).toMatchObject(LACKING)
    }
    for (const what of ['approve', 'reject'] as const) {
      expect(await company.decide(what, request, { key: keys.ada }, INTO)).toMatchObject(LACKING)
    }
    expect(await company.post('accruals', line, { key: recording })).toMatchObject(LACKING)
    const several = {
      transactions: [
        { type: 'accrual', ...line, intoClosedPeriod: undefined },
        { type: 'accrual', ...line },
      ],
    }
    expect(await company.post('transactions', several, { key: recording })).toMatchObject(LACKING)
    const bulk = [{ idempotencyKey: 'into-1', type: 'accrual', ...line }]
    const outcomes = (await must(company.post('bulk', bulk, { key: recording }))).body
    expect(outcomes).toMatchObject([{ status: 403, problem: { code: 'forbidden', needs: 'requests:override' } }])
    await must(company.post('accruals', line, { key: keys.integration }))
    await must(company.decide('approve', request, { key: keys.hr }, INTO))
  })
})

describe('an adjustment', () => {
  test('takes the right to adjust, also among other lines and in a bulk', async () => {
    const { company, keys } = await companyWithKeys()
    const lacking = { code: 'forbidden', needs: 'transactions:adjust' }
    const recording = await company.keyWith({ rights: [{ book: company.book, right: 'transactions:record' }] })
    const line = { entity: 'ben', policy: 'leave', amount: '1', effectiveOn: '2025-01-01' }
    const adjustment = { type: 'adjustment', ...line }
    const several = { transactions: [{ type: 'accrual', ...line }, adjustment] }
    for (const query of ['', '?dryRun=true']) {
      const refused = { status: 403, body: lacking }
      expect(await company.post(`adjustments${query}`, line, { key: recording })).toMatchObject(refused)
      expect(await company.post(`transactions${query}`, several, { key: recording })).toMatchObject(refused)
      const bulk = [
        { idempotencyKey: 'adjust-1', ...adjustment },
        { idempotencyKey: 'adjust-2', ...several },
        { idempotencyKey: 'adjust-3', type: 'accrual', ...line },
      ]
      const outcomes = (await must(company.post(`bulk${query}`, bulk, { key: recording }))).body
      expect(outcomes).toMatchObject([
        { status: 403, problem: lacking },
        { status: 403, problem: lacking },
        { status: query === '' ? 201 : 200 },
      ])
    }
    await must(company.post('transactions', several, { key: keys.integration }))
  })
})

describe('a day has the hours that its calendar says', () => {
  test('and nobody counts fewer of their own', async () => {
    const { company, keys } = await companyWithKeys()
    await must(
      company.put('calendars/office', {
        workingDays: { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' },
        hoursPerDay: { mon: '9', tue: '8', wed: '8', thu: '8', fri: '6' },
      }),
    )
    await must(company.put('entities/ben', { manager: 'ada', calendar: 'office' }))
    const terms = { resource: 'flex', unit: 'hour', scale: 2, dayExclusive: false, overdraftLimit: null }
    await must(
      company.put('policies/flex', { ...terms, effectiveFrom: '2000-01-01', requests: { maxDaysAhead: null } }),
    )
    const monday = { entity: 'ben', policy: 'flex', from: '2025-07-07', to: '2025-07-07' }
    for (const query of ['', '?dryRun=true']) {
      for (const hoursPerDay of ['0.25', '8.99']) {
        const reply = await company.post(`requests${query}`, { ...monday, hoursPerDay }, { key: keys.ben })
        expect(reply).toMatchObject(LACKING)
      }
    }
    const half = { ...monday, fromPortion: 'am', toPortion: 'am', hoursPerDay: '8' }
    expect(await company.post('requests', half, { key: keys.ben })).toMatchObject(LACKING)
    const friday = { ...monday, from: '2025-07-11', to: '2025-07-11', hoursPerDay: '6', id: 'friday' }
    await must(company.post('requests', friday, { key: keys.ben }))
    await must(company.post('requests', { ...monday, hoursPerDay: '9.5', id: 'monday' }, { key: keys.ben }))
    // Nor afterwards: by saying so, or by moving what was short to where it is not.
    const changed = (id: string, body: object) => company.decide('change', id, { key: keys.ben }, body)
    expect(await changed('monday', { hoursPerDay: '0.25' })).toMatchObject(LACKING)
    expect(await changed('friday', { from: '2025-07-10', to: '2025-07-10' })).toMatchObject(LACKING)
    await must(changed('monday', { from: '2025-07-14', to: '2025-07-14' }))
    await must(company.post('requests', { ...monday, hoursPerDay: '0.25' }, { key: keys.hr }))
  })
})
