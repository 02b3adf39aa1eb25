import { describe, expect, test } from 'vitest'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// A limit holds on its own days, whatever the command, and whatever reads the balance.

const service = serviceOfFile()
const TODAY = '2026-02-02'
const YESTERDAY = '2026-02-01'

/** Days of leave of which ten may be owed, and from `TODAY` on none. */
async function tightened(): Promise<string> {
  const path = `/v1/books/${await service.book()}`
  const terms = { resource: 'spare', unit: 'day', scale: 0, dayExclusive: false }
  await must(service.call('PUT', `${path}/policies/spare`, { body: { ...terms, overdraftLimit: '10' } }))
  const later = { ...terms, overdraftLimit: '0', effectiveFrom: TODAY }
  await must(service.call('PUT', `${path}/policies/spare`, { body: later }))
  return path
}

const TEN = { entity: 'e1', policy: 'spare', amount: '10', effectiveOn: YESTERDAY }
const REFUSED = {
  status: 409,
  code: 'insufficient-balance',
  entity: 'e1',
  policy: 'spare',
  available: '0',
  requested: '10',
  firstViolatedOn: TODAY,
}

describe('ten owed yesterday, where nothing may be owed from today on, is refused', () => {
  test.each<[string, (path: string) => Promise<Reply>]>([
    ['as a consumption', (path) => service.call('POST', `${path}/consumptions`, { body: TEN })],
    ['as a dry run', (path) => service.call('POST', `${path}/consumptions?dryRun=true`, { body: TEN })],
    ['as an adjustment', (path) => service.call('POST', `${path}/adjustments`, { body: { ...TEN, amount: '-10' } })],
    [
      'in a batch',
      (path) =>
        service.call('POST', `${path}/transactions`, { body: { transactions: [{ ...TEN, type: 'consumption' }] } }),
    ],
  ])('%s', async (_how, ask) => {
    expect((await ask(await tightened())).body).toMatchObject(REFUSED)
  })

  test('in a bulk', async () => {
    const items = [{ ...TEN, type: 'consumption', idempotencyKey: 'one' }]
    const { body } = await service.call('POST', `${await tightened()}/bulk`, { body: items, idempotencyKey: null })
    expect(JSON.stringify(body)).toContain(`"firstViolatedOn":"${TODAY}"`)
  })

  test('as a reversal of what was earned', async () => {
    const path = await tightened()
    const earned = await must(service.call('POST', `${path}/accruals`, { body: TEN }))
    await must(service.call('POST', `${path}/consumptions`, { body: TEN }))
    const [{ id }] = (earned.body as { transactions: [{ id: string }] }).transactions
    const { body } = await service.call('POST', `${path}/reversals`, { body: { transaction: id } })
    expect(body).toMatchObject(REFUSED)
  })

  test('as a request', async () => {
    const path = await tightened()
    const body = { entity: 'e1', policy: 'spare', from: '2026-01-26', to: '2026-01-27' }
    expect((await service.call('POST', `${path}/requests`, { body })).body).toMatchObject({
      ...REFUSED,
      requested: '2',
      firstViolatedOn: TODAY,
    })
  })
})

test('what can be spent is what the limits of all later days leave, whoever is asked', async () => {
  const path = await tightened()
  const { body: first } = await must(service.call('POST', `${path}/accruals`, { body: { ...TEN, amount: '3' } }))
  const { position, balances } = first as { position: number; balances: JsonObject[] }
  expect(balances).toMatchObject([{ asOf: YESTERDAY, available: '3', spendable: '3' }])
  await must(service.call('POST', `${path}/accruals`, { body: { ...TEN, amount: '4', effectiveOn: TODAY } }))
  const spendable = async (query: string): Promise<unknown> => {
    const { body } = await must(service.call('GET', `${path}/balances?entity=e1&${query}`))
    return (body as { items: { spendable: unknown }[] }).items.map(({ spendable }) => spendable)
  }
  expect(await spendable(`policy=spare&asOf=${YESTERDAY}`)).toEqual(['7'])
  expect(await spendable(`asOf=${YESTERDAY}`)).toEqual(['7'])
  expect(await spendable(`asOf=${TODAY}`)).toEqual(['7'])
  expect(await spendable(`asOf=${YESTERDAY}&knownAt=${position}`)).toEqual(['3'])
  // The whole of it can be taken, and no more.
  const most = await service.call('POST', `${path}/consumptions`, { body: { ...TEN, amount: '8' } })
  expect(most.body).toMatchObject({ available: '7', requested: '8' })
  await must(service.call('POST', `${path}/consumptions`, { body: { ...TEN, amount: '7' } }))
})

test('a limit that is tightened over a balance leaves it, and lets it come up', async () => {
  const path = await tightened()
  const terms = { resource: 'spare', unit: 'day', scale: 0, dayExclusive: false }
  await must(
    service.call('PUT', `${path}/policies/spare`, { body: { ...terms, overdraftLimit: '10', effectiveFrom: TODAY } }),
  )
  await must(service.call('POST', `${path}/consumptions`, { body: TEN }))
  await must(
    service.call('PUT', `${path}/policies/spare`, { body: { ...terms, overdraftLimit: '0', effectiveFrom: TODAY } }),
  )
  const up = await must(service.call('POST', `${path}/accruals`, { body: { ...TEN, amount: '1', effectiveOn: TODAY } }))
  expect((up.body as { balances: JsonObject[] }).balances).toMatchObject([{ available: '-9', spendable: '-9' }])
  const down = await service.call('POST', `${path}/consumptions`, { body: { ...TEN, amount: '1', effectiveOn: TODAY } })
  expect(down.body).toMatchObject({ code: 'insufficient-balance', available: '-9', firstViolatedOn: TODAY })
})
