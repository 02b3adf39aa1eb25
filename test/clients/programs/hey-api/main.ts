// The client of @hey-api/openapi-ts.
import { cancelRequest, listTransactions, recordAccrual, recordConsumption, submitRequest } from './daybook'
import { client } from './daybook/client.gen'

const env = process.env as Record<string, string>
client.setConfig({ baseUrl: env['DAYBOOK_URL']!, auth: () => env['DAYBOOK_KEY']! })
const path = { book: env['DAYBOOK_BOOK']! }

const accrue = async (key: string, amount: string, dryRun: boolean) => {
  const { data } = await recordAccrual({
    path,
    headers: { 'Idempotency-Key': key },
    query: { dryRun },
    body: { entity: 'e1', policy: 'annual', amount, effectiveOn: '2026-01-01' },
    throwOnError: true,
  })
  return data
}
const dry = await accrue('a-1', '25', true)
const first = await accrue('a-1', '25', false)
const again = await accrue('a-1', '25', false)
await accrue('a-2', '1.5', false)

const { error } = await recordConsumption({
  path,
  headers: { 'Idempotency-Key': 'c-1' },
  body: { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2025-12-01' },
})
if (error === undefined || error.code !== 'insufficient-balance') throw new Error('not refused')

let items = 0
let cursor: string | undefined
do {
  const { data } = await listTransactions({
    path,
    query: { limit: 1, ...(cursor === undefined ? {} : { cursor }) },
    throwOnError: true,
  })
  items += data.items.length
  cursor = data.nextCursor ?? undefined
} while (cursor !== undefined)

const submitted = await submitRequest({
  path,
  headers: { 'Idempotency-Key': 'r-1' },
  body: { id: 'r1', entity: 'e1', resource: 'annual-leave', from: '2026-07-06', to: '2026-07-07' },
  throwOnError: true,
})
if (submitted.data.request === undefined) throw new Error('not shown')
const cancelled = await cancelRequest({
  path: { ...path, request: 'r1' },
  headers: { 'Idempotency-Key': 'r-2' },
  body: { expectedVersion: submitted.data.request.version },
  throwOnError: true,
})

console.log(
  JSON.stringify({
    dryRun: dry.position === null,
    replayed: first.position === again.position,
    problem: error.code,
    available: error.available,
    items,
    cancelled: cancelled.data.request?.status,
  }),
)
