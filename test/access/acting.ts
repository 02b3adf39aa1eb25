import { type JsonObject, type Method, must, type Reply, type Service } from '../http/service-of-file.ts'

/** A book of three people (Ada leads Ben and Cem, Olga stands apart) and calls of it with whatever key. */
export class Company {
  readonly book: string
  readonly #service: Service

  constructor(service: Service, book: string) {
    this.#service = service
    this.book = book
  }

  /** @param requests what the policy `leave` says about requests */
  static async founded(service: Service, requests: object = { approval: ['manager'] }): Promise<Company> {
    const company = new Company(service, await service.book({}))
    const leave = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: '5' }
    await must(company.put('policies/leave', { ...leave, effectiveFrom: '2000-01-01', requests }))
    await must(company.put('entities/ada', {}))
    await must(company.put('entities/olga', {}))
    for (const entity of ['ben', 'cem']) await must(company.put(`entities/${entity}`, { manager: 'ada' }))
    return company
  }

  /** A key of a role, and who its holder is in the book. */
  async keyOf(role: string, entity?: string): Promise<Key> {
    const roles = [{ book: this.book, role, ...(entity === undefined ? {} : { entity }) }]
    return this.keyWith({ roles })
  }

  async keyWith(grants: object): Promise<Key> {
    const { body } = await must(this.#service.call('POST', '/v1/keys', { body: { name: 'a test', ...grants } }))
    const { id, key } = body as JsonObject
    return { id: id as string, key: key as string }
  }

  post(path: string, body: object, as: As = {}): Promise<Reply> {
    return this.#call('POST', path, as, body)
  }

  put(path: string, body: object, as: As = {}): Promise<Reply> {
    return this.#call('PUT', path, as, body)
  }

  get(path: string, as: As = {}): Promise<Reply> {
    return this.#call('GET', path, as)
  }

  /** Asks for a day of leave. @returns its id */
  async ask(entity: string, day = '2025-07-07'): Promise<string> {
    const { body } = await must(this.post('requests', { entity, policy: 'leave', from: day, to: day }))
    return ((body as JsonObject)['request'] as JsonObject)['id'] as string
  }

  decide(
    what: 'approve' | 'cancel' | 'change' | 'reject',
    request: string,
    as: As = {},
    body: object = {},
  ): Promise<Reply> {
    return this.post(`requests/${request}/${what}`, { expectedVersion: 1, ...body }, as)
  }

  /** The last event, as an auditor reads it. */
  async lastEvent(): Promise<JsonObject> {
    const { body: book } = await must(this.#service.call('GET', `/v1/books/${this.book}`))
    const after = Number((book as JsonObject)['position']) - 1
    const { body } = await must(this.get(`events?after=${after}`))
    return ((body as JsonObject)['items'] as JsonObject[])[0]!
  }

  #call(method: Method, path: string, { key, actor, idempotencyKey }: As, body?: object): Promise<Reply> {
    return this.#service.call(method, `/v1/books/${this.book}/${path}`, {
      ...(body === undefined ? {} : { body }),
      ...(key === undefined ? {} : { key: key.key }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      headers: actor === undefined ? {} : { 'daybook-actor': actor },
    })
  }
}

export interface Key {
  readonly id: string
  readonly key: string
}

/** Who calls; as the file does unless said. */
export interface As {
  readonly key?: Key
  readonly actor?: string
  readonly idempotencyKey?: string
}
