import { BOOK, POLICY } from '../load/workload.ts'
import type { HttpProcess } from '../processes/http-process.ts'
import { Wrong } from '../scenario.ts'

/** Enough that reading all of them is more work than finding a few by an index. */
const ENTITIES = 500
const AT_ONCE = 50

const account = { entity: 'e1', policy: POLICY, amount: '1', effectiveOn: '2026-03-02' }
const held = { ...account, policy: 'days' }

const DEFINITIONS: readonly [path: string, body: object][] = [
  ['policies/days', { resource: 'days', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: '10' }],
  ...Array.from({ length: ENTITIES }, (_, n): [string, object] => [
    `entities/e${n}`,
    {
      kind: 'employee',
      department: `d${n % 50}`,
      manager: `m${n % 50}`,
      name: `Name ${n}`,
      email: `e${n}@example.com`,
    },
  ]),
]

const READS = [
  '',
  '/policies',
  `/policies/${POLICY}`,
  `/policies/${POLICY}/versions`,
  '/entities?limit=10',
  '/entities?manager=m1',
  '/entities?department=d1',
  '/entities?kind=employee&limit=10',
  '/entities?q=e77',
  '/entities/e1',
  '/entities/e1/balances',
  `/entities/e1/statement?policy=${POLICY}`,
  `/entities/e1/statement?policy=${POLICY}&from=2026-03-01&to=2026-06-30`,
  '/balances?entity=e1',
  `/balances?policy=${POLICY}&limit=10`,
  '/balances?resource=leave&limit=10',
  `/balances?entity=e1&policy=${POLICY}&asOf=2026-02-01`,
  `/balances?entity=e1&policy=${POLICY}&knownAt=100`,
  '/transactions?limit=10',
  '/transactions?entity=e1',
  `/transactions?entity=e1&policy=${POLICY}&type=accrual`,
  '/transactions?entity=e1&from=2026-03-01&to=2026-03-31',
  '/transactions?reference=ref-1',
  '/transactions?afterPosition=1000&limit=10',
  '/transactions/4.1',
  '/events?after=100&limit=10',
]

/** Makes every kind of call once or more. @returns how many calls that was */
export async function useEveryCall(http: HttpProcess): Promise<number> {
  const api = new Api(http)
  await api.call('PUT', `/${DEFINITIONS[0]![0]}`, DEFINITIONS[0]![1])
  for (let n = 1; n < DEFINITIONS.length; n += AT_ONCE) {
    await Promise.all(DEFINITIONS.slice(n, n + AT_ONCE).map(([path, body]) => api.call('PUT', `/${path}`, body)))
  }
  const { transactions } = await api.call('POST', '/consumptions', { ...held, reference: 'ref-1' })
  await api.call('POST', '/reversals', { transaction: transactions![0]!.id })
  await api.call('POST', '/adjustments', { ...account, amount: '-1', reason: 'a correction' })
  await api.call('POST', '/transactions', { transactions: [{ type: 'accrual', ...account }] })
  for (const path of READS) await api.call('GET', path)
  return api.calls
}

interface Reply {
  readonly transactions?: readonly { readonly id: string }[]
}

class Api {
  calls = 0
  readonly #http: HttpProcess

  constructor(http: HttpProcess) {
    this.#http = http
  }

  async call(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<Reply> {
    const { port, key } = this.#http
    this.calls += 1
    const answer = await fetch(`http://127.0.0.1:${port}/v1/books/${BOOK}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'idempotency-key': `every-call-${this.calls}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Wrong(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Reply
  }
}
