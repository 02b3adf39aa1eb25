// The client of orval, with fetch.
import { cancelRequest, listTransactions, recordAccrual, recordConsumption, submitRequest } from './daybook'

const env = process.env as Record<string, string>
const book = env['DAYBOOK_BOOK']!
const ask = globalThis.fetch
// It makes paths without a host.
globalThis.fetch = (path, options) => ask(`${env['DAYBOOK_URL']!}${String(path)}`, options)
const withKey = (key?: string): RequestInit => ({
  headers: { authorization: `Bearer ${env['DAYBOOK_KEY']!}`, ...(key === undefined ? {} : { 'idempotency-key': key }) },
})

const accrue = async (key: string, amount: string, dryRun: boolean) => {
  const answer = await recordAccrual(
    book,
    { entity: 'e1', policy: 'annual', amount, effectiveOn: '2026-01-01' },
    { dryRun },
    withKey(key),
  )
  if (answer.status !== 201 && answer.status !== 200) throw new Error(answer.data.detail)
  return answer.data
}
const dry = await accrue('a-1', '25', true)
const first = await accrue('a-1', '25', false)
const again = await accrue('a-1', '25', false)
await accrue('a-2', '1.5', false)

const refused = await recordConsumption(
  book,
  { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2025-12-01' },
  undefined,
  withKey('c-1'),
)
if (refused.status !== 409 || refused.data.code !== 'insufficient-balance') throw new Error('not refused')
const problem = refused.data

let items = 0
let cursor: string | undefined
do {
  const page = await listTransactions(book, { limit: 1, ...(cursor === undefined ? {} : { cursor }) }, withKey())
  if (page.status !== 200) throw new Error(page.data.detail)
  items += page.data.items.length
  cursor = page.data.nextCursor ?? undefined
} while (cursor !== undefined)

const asked = { id: 'r1', entity: 'e1', resource: 'annual-leave', from: '2026-07-06', to: '2026-07-07' }
const submitted = await submitRequest(book, asked, undefined, withKey('r-1'))
if (submitted.status !== 201 || submitted.data.request === undefined) throw new Error(String(submitted.status))
const cancellation = { expectedVersion: submitted.data.request.version }
const cancelled = await cancelRequest(book, 'r1', cancellation, undefined, withKey('r-2'))
if (cancelled.status !== 201) throw new Error(String(cancelled.status))

console.log(
  JSON.stringify({
    dryRun: dry.position === null,
    replayed: first.position === again.position,
    problem: problem.code,
    available: problem.available,
    items,
    cancelled: cancelled.data.request?.status,
  }),
)
