import { describe, expect, test } from 'vitest'
import { call, matching, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()

/** A position that nothing has reached. */
const FAR = '1000000'

interface Shown {
  readonly items: { readonly entity: string; readonly days: { readonly date: string }[] }[]
  readonly nextCursor: string | null
  readonly position: number
}

/** A book in which entities may take leave, two of them in one team. */
async function book(): Promise<Team> {
  const team = new Team(await service.book())
  for (const [entity, definition] of Object.entries({
    ada: { manager: 'mia', department: 'Research' },
    ben: { manager: 'mia', department: 'Sales' },
    cy: { manager: 'max', department: 'Research' },
  })) {
    await must(service.call('PUT', `${team.path}/entities/${entity}`, { body: definition }))
    const earned = { entity, policy: 'annual', amount: '25', effectiveOn: '2024-01-01' }
    await must(service.call('POST', `${team.path}/accruals`, { body: earned }))
  }
  return team
}

class Team {
  readonly path: string
  /** Of the last command. */
  position = '0'

  constructor(book: string) {
    this.path = `/v1/books/${book}`
  }

  /** Asks for leave, which is then approved unless it is said otherwise. */
  async away(id: string, entity: string, span: object, { approved = true } = {}): Promise<void> {
    const body = { id, entity, policy: 'annual', ...span }
    await this.#command('/requests', body)
    if (approved) await this.#command(`/requests/${id}/approve`, { expectedVersion: 1 })
  }

  async about(id: string, what: string, body: object): Promise<void> {
    await this.#command(`/requests/${id}/${what}`, body)
  }

  async #command(path: string, body: object): Promise<void> {
    const { headers } = await must(service.call('POST', `${this.path}${path}`, { body }))
    this.position = String(headers['daybook-position'])
  }

  async calendar(query: string): Promise<Shown> {
    const headers = { 'daybook-min-position': this.position }
    const reply = await must(service.call('GET', `${this.path}/calendar?${query}`, { headers }))
    expect(reply.headers['daybook-position']).toBe(this.position)
    return reply.body as unknown as Shown
  }
}

const JULY = 'from=2025-07-01&to=2025-07-31'
const WEEK = { from: '2025-07-03', to: '2025-07-08', toPortion: 'am' }

function entitiesIn({ items }: Shown): string[] {
  return items.map(({ entity }) => entity)
}

describe('who is away when', () => {
  test('is shown by entity and day, half days and undecided ones as such', async () => {
    const team = await book()
    await team.away('r-ada', 'ada', WEEK)
    await team.away('r-cy', 'cy', { from: '2025-07-31', to: '2025-08-01' }, { approved: false })
    const day = { status: 'approved', request: 'r-ada', transaction: null, resource: 'leave' }
    const asked = { status: 'pending', request: 'r-cy', transaction: null, resource: 'leave' }
    expect(await team.calendar(JULY)).toEqual({
      book: team.path.split('/').at(-1),
      position: Number(team.position),
      from: '2025-07-01',
      to: '2025-07-31',
      items: [
        {
          entity: 'ada',
          days: [
            { date: '2025-07-03', portion: 'full', ...day },
            { date: '2025-07-04', portion: 'full', ...day },
            { date: '2025-07-07', portion: 'full', ...day },
            { date: '2025-07-08', portion: 'am', ...day },
          ],
        },
        {
          entity: 'cy',
          days: [{ date: '2025-07-31', portion: 'full', ...asked }],
        },
      ],
      nextCursor: null,
    })
  })

  test('is asked for by entity, manager, department and status', async () => {
    const team = await book()
    for (const entity of ['ada', 'ben', 'cy']) {
      await team.away(`r-${entity}`, entity, WEEK, { approved: entity !== 'ben' })
    }
    const found = async (query: string) => entitiesIn(await team.calendar(`${JULY}&${query}`))
    expect(await found('entity=ben')).toEqual(['ben'])
    expect(await found('manager=mia')).toEqual(['ada', 'ben'])
    expect(await found('department=Research')).toEqual(['ada', 'cy'])
    expect(await found('department=Research&manager=mia')).toEqual(['ada'])
    expect(await found('status=pending')).toEqual(['ben'])
    expect(await found('status=approved')).toEqual(['ada', 'cy'])
    expect(await found('manager=mia&entity=cy')).toEqual([])
    expect(await found('entity=nobody')).toEqual([])
  })

  test('follows what becomes of a request', async () => {
    const team = await book()
    await team.away('r1', 'ada', WEEK)
    await team.about('r1', 'cancel', { expectedVersion: 2, days: ['2025-07-04'] })
    const dates = async () => (await team.calendar(JULY)).items.flatMap(({ days }) => days.map(({ date }) => date))
    expect(await dates()).toEqual(['2025-07-03', '2025-07-07', '2025-07-08'])
    await team.about('r1', 'change', { expectedVersion: 3, from: '2025-07-07', to: '2025-07-07', toPortion: 'full' })
    expect(await dates()).toEqual(['2025-07-07'])
    await team.about('r1', 'cancel', { expectedVersion: 4 })
    expect(await dates()).toEqual([])
  })

  test('is found on the last day of a year and the first of the next, and on no other', async () => {
    const team = await book()
    await team.away('r1', 'ada', { from: '2024-12-31', to: '2025-01-01' })
    for (const [span, expected] of [
      ['from=2024-12-30&to=2024-12-30', []],
      ['from=2024-12-31&to=2024-12-31', ['ada']],
      ['from=2025-01-01&to=2025-12-31', ['ada']],
      ['from=2025-01-02&to=2026-01-02', []],
      ['from=2024-06-01&to=2025-06-01', ['ada']],
    ] as const) {
      expect({ span, found: entitiesIn(await team.calendar(span)) }).toEqual({ span, found: expected })
    }
  })

  test('comes page by page, each entity once', async () => {
    const team = await book()
    for (const entity of ['ada', 'ben', 'cy']) await team.away(`r-${entity}`, entity, WEEK)
    const first = await team.calendar(`${JULY}&limit=2`)
    expect(entitiesIn(first)).toEqual(['ada', 'ben'])
    const last = await team.calendar(`${JULY}&limit=2&cursor=${first.nextCursor}`)
    expect([entitiesIn(last), last.nextCursor]).toEqual([['cy'], null])
    const other = await service.call('GET', `${team.path}/calendar?${JULY}&manager=mia&cursor=${first.nextCursor}`)
    expect(other).toMatchObject({ status: 400, body: { errors: [{ pointer: '/cursor' }] } })
  })

  test('is asked about a span that exists and is not too long', async () => {
    const { path } = await book()
    const ask = (span: string) => service.call('GET', `${path}/calendar?${span}`)
    expect(await ask('from=2025-07-01')).toMatchObject({ status: 400 })
    expect(await ask('from=2025-07-02&to=2025-07-01')).toMatchObject({
      status: 400,
      body: { errors: [{ in: 'query', pointer: '/to', message: 'must not be before `from`' }] },
    })
    expect(await ask('from=2024-01-01&to=2025-01-01')).toMatchObject({
      status: 400,
      body: { errors: [{ in: 'query', pointer: '/to', message: 'must be at most 365 days after `from`' }] },
    })
    expect((await ask('from=2024-01-01&to=2024-12-31')).status).toBe(200)
  })

  test('is waited for, and otherwise said not to have caught up', async () => {
    const { path } = await book()
    const app = await service.another({ config: { ...service.backend.config, minPositionWaitMs: 10 } })
    const headers = { 'daybook-min-position': FAR }
    const reply = await call(app, 'GET', `${path}/calendar?${JULY}`, { headers })
    expect(reply).toMatchObject({ status: 503, body: { code: 'not-caught-up', detail: matching(/position 1000000/) } })
    for (const also of [{}, { headers }]) {
      expect(await service.call('GET', `/v1/books/nowhere/calendar?${JULY}`, also)).toMatchObject({
        status: 404,
        body: { code: 'unknown-book' },
      })
    }
  })

  test('that another version of the code has built is not read', async () => {
    const { path } = await book()
    const app = await service.another({ calendar: { read: async () => 'not-built' } })
    expect(await call(app, 'GET', `${path}/calendar?${JULY}`)).toMatchObject({
      status: 503,
      body: { code: 'not-caught-up', detail: matching(/not built/) },
    })
  })
})
