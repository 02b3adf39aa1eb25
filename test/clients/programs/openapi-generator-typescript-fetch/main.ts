// The client of openapi-generator for TypeScript (typescript-fetch).
import { Configuration, EventMessageFromJSON, RequestsApi, ResponseError, TransactionsApi } from './daybook'

const env = process.env as Record<string, string>
const configuration = new Configuration({ basePath: env['DAYBOOK_URL']!, accessToken: env['DAYBOOK_KEY']! })
const transactions = new TransactionsApi(configuration)
const requests = new RequestsApi(configuration)
const book = env['DAYBOOK_BOOK']!

const accrue = (idempotencyKey: string, amount: string, dryRun: boolean) =>
  transactions.recordAccrual({
    book,
    idempotencyKey,
    dryRun,
    accrual: { entity: 'e1', policy: 'annual', amount, effectiveOn: new Date('2026-01-01') },
  })
const dry = await accrue('a-1', '25', true)
const first = await accrue('a-1', '25', false)
const again = await accrue('a-1', '25', false)
await accrue('a-2', '1.5', false)

const refusal: unknown = await transactions
  .recordConsumption({
    book,
    idempotencyKey: 'c-1',
    consumption: { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: new Date('2025-12-01') },
  })
  .catch((error: unknown) => error)
if (!(refusal instanceof ResponseError)) throw new Error('not refused')
const problem = (await refusal.response.json()) as { code: string; available: string }

let items = 0
let cursor: string | undefined
do {
  const page = await transactions.listTransactions({ book, limit: 1, ...(cursor === undefined ? {} : { cursor }) })
  items += page.items.length
  cursor = page.nextCursor ?? undefined
} while (cursor !== undefined)

const { request } = await requests.submitRequest({
  book,
  idempotencyKey: 'r-1',
  requestSubmission: {
    id: 'r1',
    entity: 'e1',
    resource: 'annual-leave',
    from: new Date('2026-07-06'),
    to: new Date('2026-07-07'),
  },
})
if (request === undefined) throw new Error('not shown')
const cancelled = await requests.cancelRequest({
  book,
  request: 'r1',
  idempotencyKey: 'r-2',
  requestCancellation: { expectedVersion: request.version },
})

const message = EventMessageFromJSON(JSON.parse(env['DAYBOOK_MESSAGE']!))

console.log(
  JSON.stringify({
    dryRun: dry.position === null,
    replayed: first.position === again.position,
    problem: problem.code,
    available: problem.available,
    items,
    cancelled: cancelled.request?.status,
    received: `${message.type} ${message.data.position}`,
  }),
)
