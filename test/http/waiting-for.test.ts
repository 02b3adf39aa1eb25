import { describe, expect, test } from 'vitest'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()
let ids = 0

interface Step {
  readonly role: string | null
  readonly entities: readonly string[]
}

/** A company: `m1` manages `e1` and `e2`, `h1` and `h2` are HR. A manager agrees, and then HR. */
class Company {
  readonly path: string

  constructor(book: string) {
    this.path = `/v1/books/${book}`
  }

  static async founded(): Promise<Company> {
    const company = new Company(await service.book())
    await company.chain('manager', 'hr')
    for (const entity of ['e1', 'e2']) {
      await company.managed(entity, 'm1')
      const body = { entity, policy: 'annual', amount: '25', effectiveOn: '2025-01-01' }
      await must(service.call('POST', `${company.path}/accruals`, { body }))
    }
    return company
  }

  async chain(...approval: readonly string[]): Promise<void> {
    const terms = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: '0' }
    const requests = { approval, roles: { hr: ['h1', 'h2'], head: ['d1'] }, cancellation: 'ask' }
    const body = { ...terms, effectiveFrom: '2000-01-01', requests }
    await must(service.call('PUT', `${this.path}/policies/annual`, { body }))
  }

  async managed(entity: string, manager: string): Promise<void> {
    await must(service.call('PUT', `${this.path}/entities/${entity}`, { body: { manager } }))
  }

  async standsIn(delegate: string, entity: string, to = '2999-12-31'): Promise<void> {
    const body = { from: '2000-01-01', to }
    await must(service.call('PUT', `${this.path}/entities/${entity}/delegations/${delegate}`, { body }))
  }

  async submit(entity = 'e1', from = '2025-07-07', idempotencyKey?: string): Promise<Reply> {
    const body = { id: `r-${++ids}`, entity, policy: 'annual', from, to: from }
    const key = idempotencyKey === undefined ? {} : { idempotencyKey }
    return must(service.call('POST', `${this.path}/requests`, { body, ...key }))
  }

  async submitted(entity?: string, from?: string): Promise<string> {
    return requestIn(await this.submit(entity, from))['id'] as string
  }

  about(id: string, what: string, expectedVersion: number, by: string): Promise<Reply> {
    const headers = { 'daybook-actor': by }
    return service.call('POST', `${this.path}/requests/${id}/${what}`, { body: { expectedVersion }, headers })
  }

  /** `manager: m1, m2` */
  async asked(id: string): Promise<string[]> {
    const { body } = await must(service.call('GET', `${this.path}/requests/${id}`))
    return said(body)
  }

  async queue(of: string, also = ''): Promise<unknown[]> {
    const { body } = await must(service.call('GET', `${this.path}/requests?waitingFor=${of}${also}`))
    return (body as { items: JsonObject[] }).items.map(({ id }) => id)
  }
}

function requestIn({ body }: Reply): JsonObject {
  return (body as { request: JsonObject }).request
}

/** The body of an answer, or of what it shows: what it waits for. */
function said(shown: unknown): string[] {
  const { waitingFor } = shown as { waitingFor: readonly Step[] }
  return waitingFor.map(({ role, entities }) => `${role}: ${entities.join(', ')}`)
}

test('a request names the roles that are still to agree, with who may; and is in the queue of whoever is next', async () => {
  const company = await Company.founded()
  const reply = await company.submit()
  const id = requestIn(reply)['id'] as string
  expect(said(requestIn(reply))).toEqual(['manager: m1', 'hr: h1, h2'])
  expect([await company.queue('m1'), await company.queue('h1'), await company.queue('e1')]).toEqual([[id], [], []])
  const agreed = requestIn(await must(company.about(id, 'approve', 1, 'manager:m1')))
  expect(said(agreed)).toEqual(['hr: h1, h2'])
  expect([await company.queue('m1'), await company.queue('h1'), await company.queue('h2')]).toEqual([[], [id], [id]])
  const approved = requestIn(await must(company.about(id, 'approve', 2, 'employee:h2')))
  expect(approved['waitingFor']).toEqual([])
  expect([await company.asked(id), await company.queue('h1')]).toEqual([[], []])
  await must(company.about(id, 'cancel', 3, 'employee:e1'))
  expect([await company.asked(id), await company.queue('h1')]).toEqual([['hr: h1, h2'], [id]])
  expect(await company.queue('h1', '&status=pending')).toEqual([])
})

describe('at once', () => {
  test('a change of the chain asks those who have not agreed', async () => {
    const company = await Company.founded()
    const id = await company.submitted()
    await must(company.about(id, 'approve', 1, 'manager:m1'))
    const becomes = async (...chain: readonly string[]): Promise<string[]> => {
      await company.chain(...chain)
      return company.asked(id)
    }
    expect(await becomes('hr', 'manager')).toEqual(['hr: h1, h2'])
    expect(await becomes('hr', 'head')).toEqual(['hr: h1, h2', 'head: d1'])
    expect([await company.queue('m1'), await company.queue('h1'), await company.queue('d1')]).toEqual([[], [id], []])
    expect(await becomes('head', 'manager')).toEqual(['head: d1'])
    expect([await company.queue('d1'), await company.queue('h1')]).toEqual([[id], []])
    expect(await becomes('manager')).toEqual(['manager: m1'])
    expect(await company.queue('m1')).toEqual([id])
    expect((await company.about(id, 'approve', 2, 'employee:h1')).body).toMatchObject({
      code: 'forbidden',
      role: 'manager',
    })
    expect(requestIn(await must(company.about(id, 'approve', 2, 'manager:m1')))).toMatchObject({ status: 'approved' })
  })

  test('a reorganisation moves what waits to the new manager', async () => {
    const company = await Company.founded()
    const ids = [await company.submitted('e1'), await company.submitted('e2')]
    expect(await company.queue('m1')).toEqual(ids)
    await company.managed('e1', 'm9')
    expect([await company.queue('m1'), await company.queue('m9')]).toEqual([[ids[1]], [ids[0]]])
    expect(await company.asked(ids[0]!)).toEqual(['manager: m9', 'hr: h1, h2'])
  })

  test('whoever stands in has the queue of those for whom they do, while they do', async () => {
    const company = await Company.founded()
    const id = await company.submitted()
    await company.standsIn('s1', 'm1')
    await company.standsIn('s2', 'm1', '2000-12-31')
    expect(await company.asked(id)).toEqual(['manager: m1, s1', 'hr: h1, h2'])
    expect([await company.queue('s1'), await company.queue('s2')]).toEqual([[id], []])
    await company.standsIn('s1', 'm1', '2001-12-31')
    expect([await company.asked(id), await company.queue('s1')]).toEqual([['manager: m1', 'hr: h1, h2'], []])
  })
})

test('nobody’s own requests are in their queue, nor those of whom they stand in for', async () => {
  const company = await Company.founded()
  await company.chain('hr')
  await company.managed('h1', 'm1')
  const body = { entity: 'h1', policy: 'annual', amount: '25', effectiveOn: '2025-01-01' }
  await must(service.call('POST', `${company.path}/accruals`, { body }))
  const id = await company.submitted('h1')
  expect([await company.queue('h1'), await company.queue('h2')]).toEqual([[], [id]])
  await company.standsIn('h2', 'h1')
  expect([await company.queue('h2'), await company.asked(id)]).toEqual([[], ['hr: ']])
  for (const by of ['h1', 'h2']) {
    expect(await company.about(id, 'approve', 1, `employee:${by}`)).toMatchObject({
      status: 403,
      body: { code: 'own-request' },
    })
  }
})

test('where no role is named, anybody but whoever it is for is asked', async () => {
  const company = await Company.founded()
  await company.chain()
  const body = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: '0' }
  await must(service.call('PUT', `${company.path}/policies/annual`, { body: { ...body, effectiveFrom: '2000-01-01' } }))
  const id = await company.submitted()
  expect([await company.asked(id), await company.queue('x'), await company.queue('e1')]).toEqual([['null: '], [id], []])
})

test('a replay says whom the request waited for then, whatever was defined since', async () => {
  const company = await Company.founded()
  await company.standsIn('s1', 'm1')
  const body = { id: `r-${++ids}`, entity: 'e1', policy: 'annual', from: '2025-07-07', to: '2025-07-07' }
  const submit = () => must(service.call('POST', `${company.path}/requests`, { body, idempotencyKey: 'again' }))
  const first = await submit()
  await company.managed('e1', 'm9')
  await company.standsIn('s1', 'm1', '2000-12-31')
  await company.standsIn('s2', 'm1')
  await company.chain('head')
  const again = await submit()
  expect(again.headers['idempotency-replayed']).toBe('true')
  expect(again.text).toBe(first.text)
  expect(await company.asked(body.id)).toEqual(['head: d1'])
})

test('a dry run, and a refusal that shows the request, say it as well', async () => {
  const company = await Company.founded()
  const body = { entity: 'e1', policy: 'annual', from: '2025-07-07', to: '2025-07-07' }
  const dry = await must(service.call('POST', `${company.path}/requests?dryRun=true`, { body }))
  expect(said(requestIn(dry))).toEqual(['manager: m1', 'hr: h1, h2'])
  const id = await company.submitted()
  const conflict = await company.about(id, 'approve', 7, 'manager:m1')
  expect(conflict).toMatchObject({ status: 409, body: { code: 'version-conflict' } })
  expect(said(requestIn(conflict))).toEqual(['manager: m1', 'hr: h1, h2'])
})

test('the queue is walked by cursor while it changes: what was in it from the beginning is seen once', async () => {
  const company = await Company.founded()
  const days = Array.from({ length: 7 }, (_, at) => `2025-07-${String(at + 7).padStart(2, '0')}`)
  const wanted: string[] = []
  for (const day of days.filter((_, at) => at < 5)) wanted.push(await company.submitted('e1', day))
  const seen: unknown[] = []
  let cursor = ''
  do {
    const path = `${company.path}/requests?waitingFor=m1&limit=2${cursor}`
    const { body } = await must(service.call('GET', path))
    const { items, nextCursor } = body as { items: JsonObject[]; nextCursor: string | null }
    seen.push(...items.map(({ id }) => id))
    // The first is decided, and another one comes in.
    if (cursor === '') await must(company.about(wanted[0]!, 'approve', 1, 'manager:m1'))
    if (cursor === '') await company.submitted('e2', days[0])
    cursor = nextCursor === null ? '' : `&cursor=${nextCursor}`
  } while (cursor !== '')
  expect(seen.slice(0, wanted.length)).toEqual(wanted)
  expect(new Set(seen).size).toBe(seen.length)
  expect(await company.queue('m1', '&entity=e2')).toHaveLength(1)
  expect(await company.queue('m1', '&from=2025-07-09&to=2025-07-09')).toEqual([wanted[2]])
})

test('a cursor of one queue is none of another, and an id that is none is refused', async () => {
  const company = await Company.founded()
  for (const day of ['2025-07-07', '2025-07-08']) await company.submitted('e1', day)
  const { body } = await must(service.call('GET', `${company.path}/requests?waitingFor=m1&limit=1`))
  const cursor = (body as { nextCursor: string }).nextCursor
  for (const query of [`waitingFor=h1&cursor=${cursor}`, `cursor=${cursor}`, 'waitingFor=', 'waitingFor=a%20b']) {
    expect(await service.call('GET', `${company.path}/requests?${query}`), query).toMatchObject({ status: 400 })
  }
})
