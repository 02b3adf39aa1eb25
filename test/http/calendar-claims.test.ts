import { describe, expect, test } from 'vitest'
import { policy } from '../support/builders.ts'
import { type JsonObject, matching, must, type Reply, serviceOfFile } from './service-of-file.ts'

/* What was recorded without a request, as leave that another system approved is: the calendar and feeds show it, too. */

const service = serviceOfFile()

/** Days that any feed shows: from the Monday after next on. */
const [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY] = [0, 1, 2, 3, 4].map(daysAfterNextMonday) as [
  string,
  string,
  string,
  string,
  string,
]

function daysAfterNextMonday(days: number): string {
  const today = new Date()
  const toMonday = 7 + ((8 - today.getUTCDay()) % 7)
  return new Date(today.getTime() + (toMonday + days) * 86_400_000).toISOString().slice(0, 10)
}

/** A book of three people, two of them in one team. */
async function book(): Promise<Team> {
  const annual = policy({ overdraftLimit: null })
  const remote = policy({ resource: 'remote-work', dayExclusive: false, overdraftLimit: null })
  const path = `/v1/books/${await service.book({ annual, remote })}`
  for (const [entity, definition] of Object.entries({
    ada: { manager: 'mia', department: 'Research', name: 'Ada' },
    ben: { manager: 'mia', department: 'Sales' },
    cy: { manager: 'max', department: 'Research' },
  })) {
    await must(service.call('PUT', `${path}/entities/${entity}`, { body: definition }))
  }
  return new Team(path)
}

interface Recorded extends JsonObject {
  position: number
  transactions: { id: string; entity: string }[]
}

class Team {
  readonly path: string
  /** Of the last command. */
  position = '0'

  constructor(path: string) {
    this.path = path
  }

  async post(what: string, body: object): Promise<Recorded> {
    const reply = await must(service.call('POST', `${this.path}/${what}`, { body }))
    this.position = String(reply.headers['daybook-position'])
    return reply.body as Recorded
  }

  /** @returns the id of the line */
  async takes(entity: string, effectiveOn: string, also: object = {}): Promise<string> {
    const line = { entity, policy: 'annual', amount: '1', effectiveOn, ...also }
    const { transactions } = await this.post('consumptions', line)
    return transactions[0]!.id
  }

  async calendar(query = ''): Promise<{ entity: string; days: JsonObject[] }[]> {
    const headers = { 'daybook-min-position': this.position }
    const url = `${this.path}/calendar?from=${MONDAY}&to=${FRIDAY}${query}`
    const { body } = await must(service.call('GET', url, { headers }))
    return (body as { items: { entity: string; days: JsonObject[] }[] }).items
  }

  async feed(body: object): Promise<string> {
    const made = await must(service.call('POST', `${this.path}/calendar-feeds`, { body }))
    return new URL((made.body as { url: string }).url).pathname
  }

  /** As a calendar program does, once the calendar is as far as the last command. */
  read(pathname: string, headers: Record<string, string> = {}): Promise<Reply> {
    return service.call('GET', pathname, { key: null, headers: { 'daybook-min-position': this.position, ...headers } })
  }
}

describe('the calendar', () => {
  test('shows a consumption of no request with the id of its line, until it is reversed', async () => {
    const team = await book()
    const id = await team.takes('ada', MONDAY, { reference: 'hr-17', reason: 'a private reason' })
    const half = await team.takes('ada', TUESDAY, { amount: '0.5', portion: 'am' })
    const day = { status: 'approved', request: null, resource: 'leave' }
    expect(await team.calendar()).toEqual([
      {
        entity: 'ada',
        days: [
          { date: MONDAY, portion: 'full', transaction: id, ...day },
          { date: TUESDAY, portion: 'am', transaction: half, ...day },
        ],
      },
    ])
    await team.post('reversals', { transaction: id })
    expect(await team.calendar()).toEqual([
      { entity: 'ada', days: [{ date: TUESDAY, portion: 'am', transaction: half, ...day }] },
    ])
  })

  test('finds it by entity, manager, department and status', async () => {
    const team = await book()
    for (const entity of ['ada', 'ben', 'cy']) await team.takes(entity, MONDAY)
    const found = async (query: string) => (await team.calendar(`&${query}`)).map(({ entity }) => entity)
    expect(await found('entity=ben')).toEqual(['ben'])
    expect(await found('manager=mia')).toEqual(['ada', 'ben'])
    expect(await found('department=Research')).toEqual(['ada', 'cy'])
    expect(await found('department=Research&manager=mia')).toEqual(['ada'])
    expect(await found('status=approved')).toEqual(['ada', 'ben', 'cy'])
    expect(await found('status=pending')).toEqual([])
  })

  test('shows it from a batch and from a bulk; what claims no day is not in it', async () => {
    const team = await book()
    const line = { policy: 'annual', amount: '1' }
    await team.post('transactions', {
      transactions: [
        { type: 'accrual', entity: 'ada', effectiveOn: MONDAY, ...line },
        { type: 'consumption', entity: 'ada', effectiveOn: MONDAY, ...line },
        { type: 'consumption', entity: 'ben', effectiveOn: TUESDAY, ...line },
        { type: 'consumption', entity: 'cy', effectiveOn: MONDAY, ...line, policy: 'remote' },
        { type: 'adjustment', entity: 'cy', effectiveOn: MONDAY, ...line, amount: '-1' },
      ],
    })
    const items = [WEDNESDAY, THURSDAY].map((effectiveOn) => ({
      idempotencyKey: effectiveOn,
      type: 'consumption',
      entity: 'ada',
      effectiveOn,
      ...line,
    }))
    const bulk = await must(service.call('POST', `${team.path}/bulk`, { body: items, idempotencyKey: null }))
    expect((bulk.body as JsonObject[]).map(({ status }) => status)).toEqual([201, 201])
    const shown = (await team.calendar()).map(({ entity, days }) => [entity, ...days.map(({ date }) => date)])
    expect(shown).toEqual([
      ['ada', MONDAY, WEDNESDAY, THURSDAY],
      ['ben', TUESDAY],
    ])
  })
})

/** What an event of a feed says, without when it was made. */
function eventsIn({ text }: Reply): string[][] {
  const lines = text.replaceAll('\r\n ', '').split('\r\n').join('\n')
  return lines
    .split('BEGIN:VEVENT\n')
    .slice(1)
    .map((event) => event.split('\nEND:VEVENT')[0]!.split('\n'))
}

const basic = (date: string) => date.replaceAll('-', '')

describe('a feed', () => {
  test('shows days in a row as one event, whatever commands they came by, and says neither why nor on what account', async () => {
    const team = await book()
    const also = { reference: 'hr-17', reason: 'a private reason', metadata: { note: 'private' } }
    const first = await team.takes('ada', MONDAY, also)
    const last = await team.takes('ada', TUESDAY, also)
    await team.takes('ada', THURSDAY, { amount: '0.5', portion: 'pm' })
    const reply = await must(team.read(await team.feed({ manager: 'mia' })))
    const [whole, half, ...others] = eventsIn(reply)
    expect(whole).toEqual(
      expect.arrayContaining([
        matching(new RegExp(`^UID:${first}/${last}\\.\\S+@daybook$`)),
        'SEQUENCE:1',
        `DTSTART;VALUE=DATE:${basic(MONDAY)}`,
        `DTEND;VALUE=DATE:${basic(WEDNESDAY)}`,
        'SUMMARY:Ada away',
        'STATUS:CONFIRMED',
      ]),
    )
    expect(half).toEqual(expect.arrayContaining(['SUMMARY:Ada away (afternoon)', 'STATUS:CONFIRMED']))
    expect(others).toEqual([])
    expect(reply.text).not.toMatch(/private|hr-17|annual|leave\b/)
  })

  test('does not join days of different resources, nor those of a request', async () => {
    const team = await book()
    await must(
      service.call('PUT', `${team.path}/policies/sick`, { body: policy({ resource: 'sick', overdraftLimit: null }) }),
    )
    await team.takes('ada', MONDAY)
    await team.takes('ada', TUESDAY, { policy: 'sick' })
    const asked = { id: 'r1', entity: 'ada', policy: 'annual', from: WEDNESDAY, to: WEDNESDAY, decided: 'approved' }
    await team.post('requests', asked)
    expect(eventsIn(await must(team.read(await team.feed({ entity: 'ada' }))))).toHaveLength(3)
  })

  test('is the same bytes while nothing changes, and has no event of what was reversed', async () => {
    const team = await book()
    const url = await team.feed({ department: 'Research' })
    const id = await team.takes('ada', MONDAY)
    const reply = await must(team.read(url))
    const tag = String(reply.headers['etag'])
    expect(eventsIn(reply)).toHaveLength(1)
    expect((await team.read(url, { 'if-none-match': tag })).status).toBe(304)
    await team.post('reversals', { transaction: id })
    const changed = await must(team.read(url, { 'if-none-match': tag }))
    expect({ status: changed.status, events: eventsIn(changed) }).toEqual({ status: 200, events: [] })
    // The same day, taken again, is another event.
    await team.takes('ada', MONDAY)
    const again = await must(team.read(url, { 'if-none-match': tag }))
    expect(eventsIn(again)).toHaveLength(1)
    expect(again.headers['etag']).not.toBe(tag)
  })
})
