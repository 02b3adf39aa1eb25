import { expect, test } from 'vitest'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()

const warned = (...ids: string[]) => ({ warnings: ids.map((id) => ({ code: 'id-looks-like-mail', id })) })
const accrual = { policy: 'annual', amount: '20', effectiveOn: '2026-01-01' }

async function path(): Promise<string> {
  return `/v1/books/${await service.book()}`
}

test('an entity whose id looks like a mail address is defined with a warning, in a dry run and a replay, too', async () => {
  const book = await path()
  const put = (query = '') =>
    service.call('PUT', `${book}/entities/ada@example.org${query}`, { body: { kind: 'person' }, idempotencyKey: 'ada' })
  expect(await put('?dryRun=true')).toMatchObject({ status: 200, body: warned('ada@example.org') })
  const first = await put()
  expect(first).toMatchObject({ status: 201, body: warned('ada@example.org') })
  expect(await put()).toMatchObject({ status: 201, text: first.text })
})

test('so are lines and requests: whose they are, their references, the request', async () => {
  const book = await path()
  const post = (at: string, body: object) => must(service.call('POST', `${book}/${at}`, { body }))
  const mail = 'ada@example.org'
  const both = { ...accrual, entity: mail, reference: 'for ben@example.org, 2026' }
  expect((await post('accruals', both)).body).toMatchObject(warned(mail, 'for ben@example.org, 2026'))
  expect((await post('accruals?dryRun=true', both)).body).toMatchObject(warned(mail, 'for ben@example.org, 2026'))
  const { body } = await post('bulk', [{ ...both, type: 'accrual', idempotencyKey: 'one' }])
  expect(body).toMatchObject([warned(mail, 'for ben@example.org, 2026')])
  await post('accruals', { ...accrual, entity: 'e1' })
  const request = { id: 'r@example.org', entity: 'e1', policy: 'annual', from: '2026-06-01', to: '2026-06-02' }
  expect((await post('requests', request)).body).toMatchObject(warned('r@example.org'))
})

test.each(['e1', 'e@1', 'at@work', '@', 'a.b:c-d'])('nothing is said of %s', async (reference) => {
  const book = await path()
  const { body } = await must(
    service.call('POST', `${book}/accruals`, { body: { ...accrual, entity: 'e1', reference } }),
  )
  expect(Object.keys(body as JsonObject)).toEqual(['position', 'recordedAt', 'hash', 'transactions', 'balances'])
})
