import { expect, test } from 'vitest'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()

const WEEK = { from: '2025-07-07', to: '2025-07-11' }

/** A book in which leave of `e1` is approved. */
async function approved(): Promise<{ book: string; path: string }> {
  const book = await service.book()
  const path = `/v1/books/${book}`
  for (const entity of ['e1', 'm1']) await must(service.call('PUT', `${path}/entities/${entity}`, { body: {} }))
  const earned = { entity: 'e1', policy: 'annual', amount: '25', effectiveOn: '2025-01-01' }
  await must(service.call('POST', `${path}/accruals`, { body: earned }))
  const asked = { id: 'r-1', entity: 'e1', policy: 'annual', ...WEEK }
  await must(service.call('POST', `${path}/requests`, { body: asked, headers: { 'daybook-actor': 'employee:e1' } }))
  await must(
    service.call('POST', `${path}/requests/r-1/approve`, {
      body: { expectedVersion: 1 },
      headers: { 'daybook-actor': 'manager:m1' },
    }),
  )
  return { book, path }
}

test('a change to what is approved already leaves it approved, and records nothing', async () => {
  const { book, path } = await approved()
  const before = (await must(service.call('GET', path))).body as JsonObject
  const request = (await must(service.call('GET', `${path}/requests/r-1`))).body
  for (const [dryRun, said] of [
    ['', WEEK],
    ['', { toPortion: 'full', comment: 'as it is' }],
    ['?dryRun=true', WEEK],
  ] as const) {
    const reply = await service.call('POST', `${path}/requests/r-1/change${dryRun}`, {
      body: { expectedVersion: 2, ...said },
      headers: { 'daybook-actor': 'employee:e1' },
    })
    const { position, recordedAt, hash } = before
    expect(reply).toMatchObject({
      status: 200,
      body: { position, recordedAt, hash, request: request as JsonObject, transactions: [], balances: [] },
    })
    expect(Number(reply.headers['daybook-position'])).toBe(position)
  }
  expect((await must(service.call('GET', path))).body).toEqual(before)
  expect((await must(service.call('GET', `${path}/requests/r-1`))).body).toEqual(request)
  expect(await verifyBook(service.backend.db, book)).toMatchObject({ ok: true })
})

test('its key is free: what is sent with it later is decided', async () => {
  const { path } = await approved()
  const headers = { 'daybook-actor': 'employee:e1' }
  const change = (body: object) =>
    service.call('POST', `${path}/requests/r-1/change`, { body, headers, idempotencyKey: 'once' })
  expect(await change({ expectedVersion: 2, ...WEEK })).toMatchObject({ status: 200 })
  expect(await change({ expectedVersion: 2, ...WEEK })).toMatchObject({ status: 200 })
  expect(await change({ expectedVersion: 2, to: '2025-07-10' })).toMatchObject({
    status: 201,
    body: { request: { status: 'approved', version: 3, total: '4.00' } },
  })
  expect(await change({ expectedVersion: 2, to: '2025-07-10' })).toMatchObject({ status: 201 })
})
