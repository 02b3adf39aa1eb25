import { describe, expect, test } from 'vitest'
import { accrual, adjustment, consumption, day, policy, reversalOf } from '../support/builders.ts'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

// A policy that is retired, as a client sees it: how it is said, shown and taken back, and what is refused by it.

const service = serviceOfFile()
const refused = { status: 422, body: { code: 'rule-violated', rule: 'policy-retired', limit: '2026-07-01' } }

const post = (book: string, path: string, body: unknown, idempotencyKey?: string) =>
  service.call('POST', `/v1/books/${book}/${path}`, { body, ...(idempotencyKey && { idempotencyKey }) })

const put = (book: string, id: string, body: object) =>
  service.call('PUT', `/v1/books/${book}/policies/${id}`, { body })

function bodyOf({ type: _type, ...body }: object & { type: string }): object {
  return body
}

async function retired(): Promise<string> {
  const book = await service.book({ annual: policy() })
  await must(post(book, 'accruals', bodyOf(accrual('10'))))
  await must(put(book, 'annual', { ...policy(), retiredFrom: '2026-07-01' }))
  return book
}

describe('a policy', () => {
  test('says from when on it is retired, in its reply, its versions and its event; others say null, and nothing', async () => {
    const book = await retired()
    const { body } = await service.call('GET', `/v1/books/${book}/policies/annual`)
    expect(body).toMatchObject({ version: 2, retiredFrom: '2026-07-01' })
    const versions = await service.call('GET', `/v1/books/${book}/policies/annual/versions`)
    expect((versions.body as { items: JsonObject[] }).items).toMatchObject([
      { version: 1, retiredFrom: null },
      { version: 2, retiredFrom: '2026-07-01' },
    ])
    const { items } = (await service.call('GET', `/v1/books/${book}/events`)).body as { items: JsonObject[] }
    const data = items.filter(({ type }) => type === 'policy-defined').map((event) => event['data'] as JsonObject)
    expect(data.map((said) => said['retiredFrom'])).toEqual([undefined, '2026-07-01'])
  })

  test('is what it was when it is said again, and comes back with a version that does not say it', async () => {
    const book = await retired()
    const again = await put(book, 'annual', { ...policy(), retiredFrom: '2026-07-01' })
    expect(again).toMatchObject({ status: 200, body: { version: 2 } })
    const preview = await service.call('PUT', `/v1/books/${book}/policies/annual?dryRun=true`, {
      body: { ...policy(), retiredFrom: null },
    })
    expect(preview).toMatchObject({ status: 200, body: { version: 3, retiredFrom: null } })
    expect(await put(book, 'annual', policy())).toMatchObject({ status: 201, body: { version: 3, retiredFrom: null } })
    const line = bodyOf(accrual('1', { effectiveOn: day('2026-07-01') }))
    await must(post(book, 'accruals', line))
  })

  test('may be retired from its first version on', async () => {
    const book = await service.book({ annual: policy({ retiredFrom: day('2026-07-01') }) })
    await must(post(book, 'accruals', bodyOf(accrual('10', { effectiveOn: day('2026-06-30') }))))
    expect(await post(book, 'accruals', bodyOf(accrual('10', { effectiveOn: day('2026-07-01') })))).toMatchObject(
      refused,
    )
  })
})

describe('what is accrued or taken from its day on is refused', () => {
  const late = day('2026-07-01')

  test('alone, in a dry run, in a batch with its pointer, and in a bulk by itself', async () => {
    const book = await retired()
    for (const path of ['consumptions', 'consumptions?dryRun=true']) {
      expect(await post(book, path, bodyOf(consumption('1', { effectiveOn: late })))).toMatchObject(refused)
    }
    expect(await post(book, 'accruals', bodyOf(accrual('1', { effectiveOn: late })))).toMatchObject(refused)
    const transactions = [consumption('1'), accrual('1', { effectiveOn: late })]
    expect(await post(book, 'transactions', { transactions })).toMatchObject({
      status: 422,
      body: { ...refused.body, pointer: '/transactions/1' },
    })
    const items = [
      { idempotencyKey: 'a', ...consumption('1', { effectiveOn: late }) },
      { idempotencyKey: 'b', ...consumption('1', { effectiveOn: day('2026-06-30') }) },
    ]
    const { body } = await post(book, 'bulk', items)
    expect(body).toMatchObject([{ status: 422, problem: refused.body }, { status: 201 }])
  })

  test('what corrects is not: adjustments, and reversals of what was there before', async () => {
    const book = await service.book({ annual: policy() })
    await must(post(book, 'accruals', bodyOf(accrual('10'))))
    const { body } = await must(post(book, 'consumptions', bodyOf(consumption('1', { effectiveOn: late }))))
    await must(put(book, 'annual', { ...policy(), retiredFrom: '2026-07-01' }))
    const { position } = body as { position: number }
    await must(post(book, 'reversals', bodyOf(reversalOf(`${position}.1`))))
    const cleared = await must(post(book, 'adjustments', bodyOf(adjustment('-10', { effectiveOn: late }))))
    expect(cleared.body).toMatchObject({ balances: [{ available: '0.00' }] })
  })

  test('a line about a day before, which is recorded later because its month is closed, is not', async () => {
    const book = await retired()
    await must(post(book, 'periods/2026-06/close', {}))
    const intoClosedPeriod = 'post-today'
    const taken = bodyOf(consumption('1', { effectiveOn: day('2026-06-30'), intoClosedPeriod }))
    expect((await must(post(book, 'consumptions', taken))).body).toMatchObject({
      transactions: [{ meantFor: '2026-06-30' }],
    })
  })

  test('leave is drawn from the other policies of the resource; of the policy itself, or where there is no other, none', async () => {
    const next = policy({ overdraftLimit: null, requests: { maxDaysAhead: null } })
    const book = await service.book({ annual: policy({ overdraftLimit: null }), next })
    const workingDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }
    await must(service.call('PUT', `/v1/books/${book}/calendars/office`, { body: { workingDays } }))
    await must(service.call('PUT', `/v1/books/${book}/entities/e1`, { body: { calendar: 'office' } }))
    await must(put(book, 'annual', { ...policy({ overdraftLimit: null }), retiredFrom: '2026-07-01' }))
    const span = { entity: 'e1', from: '2026-06-30', to: '2026-07-01' }
    const { body } = await must(post(book, 'requests', { ...span, resource: 'leave' }))
    expect((body as { request: JsonObject }).request['days']).toMatchObject([
      { date: '2026-06-30', policy: 'annual' },
      { date: '2026-07-01', policy: 'next' },
    ])
    expect(await post(book, 'requests', { ...span, policy: 'annual', id: 'r2', from: '2026-07-01' })).toMatchObject(
      refused,
    )
    await must(put(book, 'next', { ...next, retiredFrom: '2026-07-01' }))
    expect(await post(book, 'requests?dryRun=true', { ...span, resource: 'leave', from: '2026-07-01' })).toMatchObject(
      refused,
    )
  })
})
