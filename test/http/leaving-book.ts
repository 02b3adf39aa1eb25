import { expect } from 'vitest'
import { type JsonObject, must, type Reply, type Service } from './service-of-file.ts'

/** 24 days a year, 2.00 on the first day of each month. */
export const EARNED = {
  resource: 'leave',
  unit: 'day',
  scale: 2,
  dayExclusive: false,
  overdraftLimit: '0',
  earning: { every: 'month', levels: [{ yearAmount: '24' }] },
}

/** What a call says of one account. */
export interface ShownAccount {
  readonly policy: string
  readonly before: string
  readonly givenBack: string
  readonly posted: string
  readonly settled: string
  readonly after: string
}

/** A book in which people leave. */
export class LeavingBook {
  readonly path: string
  readonly #service: Pick<Service, 'call'>

  constructor(service: Pick<Service, 'call'>, book: string) {
    this.#service = service
    this.path = `/v1/books/${book}`
  }

  static async of(service: Service, policies: Readonly<Record<string, object>> = { annual: {} }): Promise<LeavingBook> {
    const book = new LeavingBook(service, await service.book({}))
    for (const [policy, more] of Object.entries(policies)) await book.policy(policy, more)
    return book
  }

  policy(policy: string, more: object): Promise<Reply> {
    return must(this.call('PUT', `policies/${policy}`, { ...EARNED, ...more }))
  }

  call(method: 'GET' | 'POST' | 'PUT', at: string, body?: object, idempotencyKey?: string): Promise<Reply> {
    return this.#service.call(method, `${this.path}/${at}`, {
      ...(body === undefined ? {} : { body }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    })
  }

  /** Hired, and assigned to policies from then on. */
  async hire(entity: string, hiredOn: string, policies: readonly string[] = ['annual']): Promise<void> {
    await must(this.call('PUT', `entities/${entity}`, { kind: 'employee', hiredOn }))
    for (const policy of policies) {
      await must(this.call('PUT', `entities/${entity}/assignments/${policy}`, { policy, from: hiredOn }))
    }
  }

  post(at: string, body: object): Promise<Reply> {
    return must(this.call('POST', at, body))
  }

  /** Leave that is approved. */
  away(entity: string, id: string, from: string, to: string, more: object = {}): Promise<Reply> {
    return this.post('requests', { id, entity, policy: 'annual', from, to, decided: 'approved', ...more })
  }

  async run(through: string): Promise<JsonObject> {
    const answer = await this.#service.call('POST', `${this.path}/runs`, {
      body: { through },
      headers: { prefer: 'wait=30' },
    })
    expect(answer.status).toBe(201)
    return answer.body as JsonObject
  }

  leave(entity: string, body: object, idempotencyKey?: string): Promise<Reply> {
    return this.call('POST', `entities/${entity}/leaving`, body, idempotencyKey)
  }

  /** Tries it, and does it: nothing is recorded by the first, which says what the second does. */
  async leaves(entity: string, body: object): Promise<Reply> {
    const before = await this.head()
    const tried = await must(this.tryLeaving(entity, body))
    expect(tried.status).toBe(200)
    expect(await this.head()).toBe(before)
    const left = await must(this.leave(entity, body))
    expect(left.status).toBe(201)
    expect(withoutPlace(tried)).toEqual(withoutPlace(left))
    return left
  }

  tryLeaving(entity: string, body: object): Promise<Reply> {
    return this.call('POST', `entities/${entity}/leaving?dryRun=true`, body)
  }

  async get(at: string): Promise<JsonObject> {
    return (await must(this.call('GET', at))).body as JsonObject
  }

  async balance(entity: string, asOf: string, policy = 'annual'): Promise<string> {
    const { items } = (await this.get(`entities/${entity}/balances?asOf=${asOf}&policy=${policy}`)) as {
      items: { available: string }[]
    }
    return items[0]!.available
  }

  /** How much of what was adjusted rules have taken. */
  async taken(entity: string, asOf: string): Promise<object> {
    const { items } = (await this.get(`entities/${entity}/balances?asOf=${asOf}&policy=annual`)) as {
      items: { lapsed?: string; encashed?: string }[]
    }
    const { lapsed, encashed } = items[0]!
    return { lapsed, encashed }
  }

  /** The sentence about what was recorded last of the account. */
  async told(entity: string): Promise<string> {
    const { items } = (await this.get(`entities/${entity}/explanation?policy=annual&asOf=2027-12-31`)) as {
      items: { rule: string | null; text: string }[]
    }
    return items.findLast(({ rule }) => rule === 'settlement')!.text
  }

  async head(): Promise<number> {
    const { body } = await must(this.#service.call('GET', this.path))
    return (body as { position: number }).position
  }

  async events(after = 0): Promise<JsonObject[]> {
    return ((await this.get(`events?after=${after}&limit=1000`)) as { items: JsonObject[] }).items
  }

  /** `2025-05-15 settlement -5.97`: what rules posted, in the order in which it was recorded. */
  async posted(entity: string, policy = 'annual'): Promise<string[]> {
    const at = `transactions?entity=${entity}&policy=${policy}&limit=1000`
    const { items } = (await this.get(at)) as { items: JsonObject[] }
    return items.filter(({ rule }) => rule !== undefined).map(lineText)
  }
}

export function lineText({ effectiveOn, rule, type, amount, meantFor }: JsonObject): string {
  const meant = meantFor === undefined ? '' : ` for ${meantFor as string}`
  return `${effectiveOn as string}${meant} ${(rule ?? type) as string} ${amount as string}`
}

/** What the rules of a policy have posted, and what settled it, in one line each. */
export function linesIn(reply: Reply): string[] {
  return ((reply.body as JsonObject)['transactions'] as JsonObject[]).map(lineText)
}

/** Of one account: that the figures add up is a law of every answer. */
export function accountIn(reply: Reply, policy = 'annual'): ShownAccount {
  const { accounts } = reply.body as unknown as { readonly accounts: readonly ShownAccount[] }
  return accounts.find((account) => account.policy === policy)!
}

/** What a call answers, without where it was recorded: a dry run says the same. */
export function withoutPlace({ body }: Reply): unknown {
  const { position: _position, recordedAt: _recordedAt, hash: _hash, ...said } = body as JsonObject
  const lines = (said['transactions'] as JsonObject[]).map(
    ({ id: _id, position: _at, recordedAt: _when, ...line }) => line,
  )
  return { ...said, transactions: lines }
}
