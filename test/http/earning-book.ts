import { expect } from 'vitest'
import { type JsonObject, must, type Reply, type Request, type Service } from './service-of-file.ts'

/** Two days a month, unless an example says otherwise. */
export const EARNED = {
  resource: 'leave',
  unit: 'day',
  scale: 2,
  dayExclusive: false,
  overdraftLimit: '0',
  earning: { every: 'month', levels: [{ yearAmount: '24' }] },
}

/** A book of people who earn under the policy `earned`, over HTTP. */
export class EarningBook {
  readonly path: string
  readonly #service: Service

  constructor(service: Service, book: string) {
    this.#service = service
    this.path = `/v1/books/${book}`
  }

  policy(more: object = {}, id = 'earned'): Promise<Reply> {
    return must(this.#service.call('PUT', `${this.path}/policies/${id}`, { body: { ...EARNED, ...more } }))
  }

  assign(entity: string, more: object = {}, assignment = 'a'): Promise<Reply> {
    const body = { policy: 'earned', from: '2025-01-01', ...more }
    return must(this.#service.call('PUT', `${this.path}/entities/${entity}/assignments/${assignment}`, { body }))
  }

  post(at: string, body: object): Promise<Reply> {
    return must(this.#service.call('POST', `${this.path}/${at}`, { body }))
  }

  async run(through: string, more: object = {}): Promise<JsonObject> {
    const request = { body: { through, ...more }, headers: { prefer: 'wait=30' } }
    const answer = await this.#service.call('POST', `${this.path}/runs`, request)
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ status: 'done', problems: [] })
    return answer.body as JsonObject
  }

  async get(at: string): Promise<JsonObject> {
    return (await must(this.ask(at))).body as JsonObject
  }

  /** Whatever is answered. */
  ask(at: string, request?: Request): Promise<Reply> {
    return this.#service.call('GET', `${this.path}/${at}`, request)
  }

  async items(at: string): Promise<JsonObject[]> {
    return (await this.get(at))['items'] as JsonObject[]
  }

  /** `2026-01-01 accrual 2.00`, by rule, in the order in which they were recorded. */
  async posted(entity: string): Promise<string[]> {
    return (await this.items(`transactions?entity=${entity}&limit=1000`))
      .filter(({ rule }) => rule !== undefined)
      .map(({ effectiveOn, rule, amount }) => `${effectiveOn as string} ${rule as string} ${amount as string}`)
  }

  async balance(entity: string, asOf: string): Promise<string> {
    const [first] = await this.items(`entities/${entity}/balances?asOf=${asOf}&policy=earned`)
    return (first?.['available'] as string | undefined) ?? '0.00'
  }
}

/** A new book with the policy `earned`. */
export async function earningBook(service: Service, policy: object = {}): Promise<EarningBook> {
  const book = new EarningBook(service, await service.book())
  await book.policy(policy)
  return book
}
