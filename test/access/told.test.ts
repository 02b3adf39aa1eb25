import { beforeAll, describe, expect, test } from 'vitest'
import { type Right, ROLES } from '../../src/access/rights.ts'
import { callsOf, objectionTo } from '../http/document.ts'
import { LiveClient } from '../http/live-client.ts'
import { bootstrapKey, type Json, type JsonObject, must, type Reply, serviceOfFile } from '../http/service-of-file.ts'
import { policy } from '../support/builders.ts'
import { LINE, type Made, SITUATIONS, type Situation, span } from './situations.ts'

/* What answers to commands tell a key that posts, decides or submits, by the rights that it has beside. */

const service = serviceOfFile()
const KEY = bootstrapKey({ because: 'what roles are told is held against what there is to be told' })

let book: string
let path: string

let made: Made

beforeAll(async () => {
  const leave = { dayExclusive: true, requests: { approval: ['manager'] } } as const
  book = await service.book({
    annual: policy({ ...leave, resource: 'annual' }),
    other: policy({ resource: 'other', dayExclusive: false }),
    one: policy({ resource: 'several' }),
    two: policy({ resource: 'several' }),
    earned: policy({ resource: 'earned', earning: { every: 'month', levels: [{ amount: '2' }] } }),
    later: policy({ resource: 'later', spending: { from: { months: 6 } } }),
  })
  path = `/v1/books/${book}`
  await call('PUT', 'entities/maxine', { body: {} })
  await call('PUT', 'entities/emma', {
    body: { manager: 'maxine', hiredOn: '2020-01-15', leftOn: '2033-03-17' },
  })
  await call('PUT', 'entities/emma/assignments/earned', { body: { policy: 'earned', from: '2026-01-01' } })
  const lines = {
    accrual: await post('accruals', { amount: '7.25', effectiveOn: '2026-01-01' }),
    taken: await post('consumptions', { amount: '1', effectiveOn: '2026-02-03' }),
    undone: await post('consumptions', { amount: '1', effectiveOn: '2026-02-04' }),
    closed: await post('accruals', { amount: '0.5', effectiveOn: '2019-03-01' }),
  }
  await call('POST', 'reversals', { body: { transaction: lines.undone } })
  await post('accruals', { policy: 'other', amount: '5', effectiveOn: '2026-01-01' })
  for (let times = 0; times < 2; times += 1) {
    await post('consumptions', { policy: 'other', amount: '1', effectiveOn: '2026-02-10' })
  }
  await ask('waits', '2026-05-04')
  await ask('decided', '2026-05-05')
  await call('POST', 'requests/decided/approve', { body: { expectedVersion: 1 } })
  await call('POST', 'periods/2019-06/close', { body: {} })
  const { items } = (await call('GET', 'transactions?entity=emma&type=pending')).body as { items: { id: string }[] }
  made = { ...lines, held: items[0]!.id }
})

interface Calling {
  readonly body?: object
  readonly key?: string
  readonly idempotencyKey?: string
}

async function call(method: 'GET' | 'POST' | 'PUT', at: string, calling: Calling = {}): Promise<Reply> {
  return must(service.call(method, `${path}/${at}`, calling))
}

/** @returns the id of its first transaction */
async function post(at: string, line: object): Promise<string> {
  const { body } = await call('POST', at, { body: { entity: 'emma', policy: 'annual', ...line } })
  return `${(body as { position: number }).position}.1`
}

async function ask(id: string, day: string): Promise<void> {
  await call('POST', 'requests', { body: { id, entity: 'emma', policy: 'annual', from: day, to: day, reason: 'why' } })
}

async function keyWith(rights: readonly Right[]): Promise<string> {
  const body = { name: 'a test', rights: rights.map((right) => ({ book, right })) }
  const made = await must(service.call('POST', '/v1/keys', { body }))
  return (made.body as { key: string }).key
}

const TOGETHER: readonly Right[] = [
  'balances:read',
  'transactions:read',
  'requests:read',
  'entities:read',
  'entities:define',
]

const READING: readonly Right[] = [
  ...TOGETHER,
  'statements:read',
  'snapshots:read',
  'runs:read',
  'delegations:read',
  'work-patterns:read',
]

/** None of them, each of them, and every two of those that are told by together. */
const COMBINATIONS: readonly (readonly Right[])[] = [
  [],
  ...READING.map((right) => [right]),
  ...TOGETHER.flatMap((one, index) => TOGETHER.slice(index + 1).map((other) => [one, other])),
]

/** Members of every answer, or of every problem. */
const COMMON = ['type', 'title', 'status', 'detail', 'instance', 'code', 'position', 'recordedAt', 'hash']

/** Members that are there, but for lists that are empty as if there were nothing; and what stands in for a request. */
function toldIn(body: JsonObject): readonly string[] {
  const isThere = ([name, value]: [string, Json]): boolean =>
    !COMMON.includes(name) && !(Array.isArray(value) && value.length === 0)
  return Object.entries(body)
    .filter(isThere)
    .map(([name]) => name)
    .toSorted()
}

function expectedOf({ always = [], told }: Situation, held: readonly Right[]): readonly string[] {
  const isTold = (by: readonly (readonly Right[])[]) => by.some((all) => all.every((right) => held.includes(right)))
  const members = Object.entries(told).flatMap(([name, by]) => (isTold(by) ? [name] : []))
  const standsIn = told['request'] !== undefined && !members.includes('request') && !always.includes('requestId')
  return [...always, ...members, ...(standsIn ? ['requestId'] : [])].toSorted()
}

const keys = new Map<string, string>()

async function keyOf(rights: readonly Right[]): Promise<string> {
  const name = rights.join()
  const key = keys.get(name) ?? (await keyWith(rights))
  keys.set(name, key)
  return key
}

interface Asking {
  readonly key: string
  readonly query?: string
}

function asked(situation: Situation, { key, query = '?dryRun=true' }: Asking): Promise<Reply> {
  const { at, method = 'POST', body } = situation
  return service.call(method, `${path}/${at}${query}`, { key, body: body(made) })
}

/** Answers but for what each has of its own: the name of the call, who called, and what is made of its key. */
function withoutCaller({ status, text }: Reply): string {
  const said = text
    .replace(/"(instance|startedAt)":"[^"]*"/, '')
    .replaceAll(/\{"type":"(admin|client)","id":"\w+"\}/g, '"the caller"')
    .replaceAll(/"req-[0-9a-f]{24}"/g, '"the request"')
    .replace('"may-decide"', '"decides-by-role"')
  return `${status} ${said}`
}

/** What an answer is not as the document has it. */
function objection({ at, method = 'POST' }: Situation, { status, body }: Reply): string | undefined {
  const one = callsOf(service.app).find(
    (other) =>
      other.method === method && new RegExp(`^${other.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(`${path}/${at}`),
  )
  if (one === undefined) throw new Error(`there is no ${method} ${at}`)
  const contents = one.responses[String(status)]!
  return objectionTo(contents[status < 400 ? 'application/json' : 'application/problem+json']!, body)
}

describe.each(SITUATIONS)('$name', (situation) => {
  const { by, status, code } = situation

  test('tells no more than may be read, and so its sentence', async () => {
    const whole = await asked(situation, { key: await keyOf([...by, ...READING]) })
    for (const reading of COMBINATIONS) {
      const answer = await asked(situation, { key: await keyOf([...by, ...reading]) })
      const { text } = answer
      expect({ reading, status: answer.status, text }).toEqual({ reading, status, text })
      const body = answer.body as JsonObject
      expect(body['code']).toBe(code)
      const told = toldIn(body)
      expect({ reading, told }).toEqual({ reading, told: expectedOf(situation, reading) })
      expect(objection(situation, answer)).toBeUndefined()
      // What is said of the same by another member is told.
      const shown = new Set(told.map((name) => body[name]))
      for (const [name, value] of Object.entries(whole.body as JsonObject)) {
        if (told.includes(name) || typeof value !== 'string' || shown.has(value) || COMMON.includes(name)) continue
        const isSaid = new RegExp(`(^|[^\\w.])${value.replaceAll('.', '\\.')}([^\\w.]|$)`).test(text)
        expect({ reading, name, isSaid }).toEqual({ reading, name, isSaid: false })
      }
    }
  })

  test('tells roles what it told them', async () => {
    const root = withoutCaller(await asked(situation, { key: KEY }))
    for (const role of ['hr', 'integration', 'admin'] as const) {
      const { rights } = ROLES[role]
      if (!by.every((right) => (rights as readonly Right[]).includes(right))) continue
      const body = { name: 'a test', roles: [{ book, role }] }
      const made = await must(service.call('POST', '/v1/keys', { body }))
      const { key } = made.body as { key: string }
      expect({ role, said: withoutCaller(await asked(situation, { key })) }).toEqual({ role, said: root })
    }
  })
})

/** What is recorded is so by its own key: another one for every answer. */
describe('the same is told', () => {
  const LINES = SITUATIONS.filter(({ by }) => by.includes('transactions:record'))
  const TYPES: Readonly<Record<string, string>> = {
    accruals: 'accrual',
    consumptions: 'consumption',
    reversals: 'reversal',
  }

  test.each(LINES)('among several lines, and in a bulk: $name', async (situation) => {
    const line = { type: TYPES[situation.at]!, ...situation.body(made) }
    for (const reading of [[], ['balances:read'], ['transactions:read'], READING] as const) {
      const key = await keyOf([...situation.by, ...reading])
      const alone = await asked(situation, { key })
      // A problem names the line; what is told is the same.
      const several = { transactions: [{ type: 'accrual', ...LINE, amount: '1', effectiveOn: '2026-01-01' }, line] }
      const single = { ...situation, at: 'transactions', body: () => several }
      const answer = await asked(single, { key })
      const names = toldIn(answer.body as JsonObject).filter((name) => name !== 'pointer')
      if (situation.status >= 400) expect(names).toEqual(toldIn(alone.body as JsonObject))
      else expect(names).toContain('transactions')
      const bulk = [
        { idempotencyKey: 'a', ...line },
        { idempotencyKey: 'b', ...several },
      ]
      for (const query of ['?dryRun=true', ...(situation.status >= 400 ? [''] : [])]) {
        const { body } = await must(service.call('POST', `${path}/bulk${query}`, { key, body: bulk.slice(0, 1) }))
        const [outcome] = body as JsonObject[]
        const { index: _index, status: _status, problem = outcome } = outcome!
        const told = toldIn(problem as JsonObject).filter((name) => name !== 'index')
        expect({ query, told }).toEqual({ query, told: toldIn(alone.body as JsonObject) })
      }
      const { body } = await must(service.call('POST', `${path}/bulk?dryRun=true`, { key, body: bulk.slice(1) }))
      const [outcome] = body as JsonObject[]
      expect(toldIn((outcome!['problem'] ?? outcome) as JsonObject).filter((name) => name !== 'index')).toEqual(
        toldIn(answer.body as JsonObject),
      )
    }
  })

  test('of two lines of one command: the own one is named', async () => {
    const day = { type: 'consumption', ...LINE, amount: '1', effectiveOn: '2026-03-03' }
    const key = await keyOf(['transactions:record'])
    const body = { transactions: [day, day] }
    expect(await service.call('POST', `${path}/transactions?dryRun=true`, { key, body })).toMatchObject({
      status: 409,
      body: { code: 'day-taken', takenBy: '/transactions/0', pointer: '/transactions/1' },
    })
  })

  test('whether something is recorded, tried or said again', async () => {
    const body = { ...LINE, amount: '0.5', effectiveOn: '2026-03-01' }
    const accrue = (key: string, query = '') =>
      service.call('POST', `${path}/accruals${query}`, { key, body, idempotencyKey: 'told-once' })
    const blind = await keyOf(['transactions:record'])
    const seeing = await keyOf(['transactions:record', 'balances:read'])
    const first = await must(accrue(blind))
    expect(first.body).toMatchObject({ transactions: [{ entity: 'emma', amount: '0.50' }], balances: [] })
    expect((await accrue(blind)).text).toBe(first.text)
    const again = await must(accrue(seeing))
    expect(again).toMatchObject({ headers: { 'idempotency-replayed': 'true' }, body: { balances: [{ ...LINE }] } })
    expect((await accrue(blind)).text).toBe(first.text)
    expect((await accrue(blind, '?dryRun=true')).body).toMatchObject({ balances: [] })

    const undo = (key: string) =>
      service.call('POST', `${path}/reversals`, {
        key,
        body: { transaction: `${(first.body as { position: number }).position}.1` },
        idempotencyKey: 'told-undone',
      })
    const undone = await must(undo(blind))
    expect(undone.body).toMatchObject({ transactions: [], balances: [] })
    expect(undone.text).not.toMatch(/emma|annual/)
    expect((await must(undo(seeing))).body).toMatchObject({ transactions: [], balances: [] })
  })

  test('of what is refused in earnest as of what is tried', async () => {
    const refused = SITUATIONS.filter(({ status }) => status >= 400)
    expect(refused.length).toBeGreaterThan(15)
    for (const situation of refused) {
      const key = await keyOf(situation.by)
      const tried = withoutCaller(await asked(situation, { key }))
      expect(withoutCaller(await asked(situation, { key, query: '' }))).toBe(tried)
    }
  })
})

describe('a request', () => {
  test('is asked for, changed, decided and cancelled by keys that may not read it', async () => {
    const submitting = await keyOf(['requests:submit'])
    const deciding = await keyOf(['requests:decide'])
    const command = async (key: string, at: string, body: object) => {
      const { body: answer } = await must(service.call('POST', `${path}/requests${at}`, { key, body }))
      return answer as JsonObject
    }
    const nothing = { transactions: [], balances: [] }
    const asked = await command(submitting, '', span('2026-09-07'))
    expect(asked).toMatchObject(nothing)
    const id = asked['requestId'] as string
    const shown = (await call('GET', `requests/${id}`)).body
    expect(shown).toMatchObject({ entity: 'emma', from: '2026-09-07' })
    const to = { expectedVersion: 1, to: '2026-09-08' }
    expect(await command(submitting, `/${id}/change`, to)).toMatchObject({ requestId: id, ...nothing })
    expect(await command(submitting, `/${id}/change`, { ...to, expectedVersion: 2 })).toMatchObject({ requestId: id })
    expect(await command(deciding, `/${id}/approve`, { expectedVersion: 2 })).toMatchObject({ requestId: id })
    expect(await command(submitting, `/${id}/cancel`, { expectedVersion: 3 })).toMatchObject({ requestId: id })
  })
})

describe('a key that is not free', () => {
  const body = { ...LINE, amount: '0.25', effectiveOn: '2026-03-01' }
  const accrue = (key: string, amount: string) =>
    service.call('POST', `${path}/accruals`, { key, body: { ...body, amount }, idempotencyKey: 'told-key' })

  test('is told of with what it belongs to by who recorded that, or may read it', async () => {
    await must(accrue(await keyOf(['transactions:record', 'work-patterns:read']), '0.25'))
    const other = await accrue(await keyOf(['transactions:record']), '0.75')
    expect(other).toMatchObject({ status: 422, body: { detail: 'The key was used by another command.' } })
    expect(toldIn(other.body as JsonObject)).toEqual([])
    for (const reading of ['work-patterns:read', 'transactions:read'] as const) {
      const { body: told } = await accrue(await keyOf(['transactions:record', reading]), '0.75')
      expect(told).toMatchObject({ code: 'idempotency-key-reused', differs: ['/amount'] })
    }
    for (const reading of ['requests:read', 'balances:read'] as const) {
      const { body: told } = await accrue(await keyOf(['transactions:record', reading]), '0.75')
      expect(toldIn(told as JsonObject)).toEqual([])
    }
    const bulk = [{ idempotencyKey: 'told-key', type: 'accrual', ...body, amount: '0.75' }]
    const { body: outcomes } = await must(
      service.call('POST', `${path}/bulk`, { key: await keyOf(['transactions:record']), body: bulk }),
    )
    expect(toldIn((outcomes as { problem: JsonObject }[])[0]!.problem)).toEqual([])
  })

  test('whatever it was used for', async () => {
    const originals: readonly (readonly [string, Right, () => Promise<unknown>])[] = [
      ['a request', 'requests:read', () => ask('of-key', '2026-10-05')],
      ['an entity', 'entities:read', () => call('PUT', 'entities/otto', { body: {} })],
      ['a delegation', 'delegations:read', () => call('PUT', 'entities/otto/delegations/emma', { body: FOR_A_DAY })],
      ['hours', 'work-patterns:read', () => call('PUT', 'entities/otto/work-patterns/2026-01-01', { body: HOURS })],
    ]
    for (const [name, right, record] of originals) {
      await record()
      const { body: head } = await must(service.call('GET', path))
      const after = (head as { position: number }).position - 1
      const { body: page } = await call('GET', `events?after=${after}`)
      const idempotencyKey = (page as { items: { idempotencyKey: string }[] }).items[0]!.idempotencyKey
      for (const reading of [[], ['transactions:read'], [right]] as const) {
        const key = await keyOf(['transactions:record', ...reading])
        const { body: told } = await service.call('POST', `${path}/accruals`, { key, body, idempotencyKey })
        expect(told).toMatchObject({ code: 'idempotency-key-reused' })
        const expected = (reading as readonly Right[]).includes(right) ? ['differs', 'originalPosition'] : []
        expect({ name, reading, told: toldIn(told as JsonObject) }).toEqual({ name, reading, told: expected })
      }
    }
    // What anybody knows who has a role is no secret.
    await call('PUT', 'policies/known', { body: policy({ resource: 'known' }), idempotencyKey: 'told-policy' })
    const { body: told } = await service.call('POST', `${path}/accruals`, {
      key: await keyOf(['transactions:record']),
      body,
      idempotencyKey: 'told-policy',
    })
    expect(toldIn(told as JsonObject)).toEqual(['differs', 'originalPosition'])
  })
})

const FOR_A_DAY = { from: '2026-05-01', to: '2026-05-01' }
const HOURS = { hoursPerDay: '8' }

describe('whoever follows', () => {
  test.each([
    [[], 0],
    [['transactions:read'], 2],
    [['requests:read'], 1],
    [['transactions:read', 'requests:read'], 2],
    [['entities:read'], 1],
    [['work-patterns:read'], 1],
    [['delegations:read'], 1],
  ] as const)('and reads by %j hears of %d events', async (reading, heard) => {
    const elsewhere = await service.book({ annual: policy({ resource: 'annual' }) })
    const at = `/v1/books/${elsewhere}`
    const put = (where: string, body: object) => must(service.call('PUT', `${at}/${where}`, { body }))
    await put('entities/otto', { manager: 'maxine' })
    await put('entities/otto/work-patterns/2026-01-01', HOURS)
    await put('entities/otto/delegations/emma', FOR_A_DAY)
    const line = { entity: 'otto', policy: 'annual', amount: '7', effectiveOn: '2026-01-01' }
    await must(service.call('POST', `${at}/accruals`, { body: line }))
    const leave = { id: 'a-day', entity: 'otto', policy: 'annual', from: '2026-05-04', to: '2026-05-04' }
    const { body: last } = await must(service.call('POST', `${at}/requests`, { body: leave }))
    const rights = ['live:read', ...reading].map((right) => ({ book: elsewhere, right }))
    const { body: made } = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', rights } }))
    const authorization = `Bearer ${(made as { key: string }).key}`
    const client = await LiveClient.open(`${await address()}${at}/live`, { authorization })
    client.send({ subscribe: {}, after: 0 })
    const events: JsonObject[] = []
    for (;;) {
      const message = (await client.next())!
      if ('position' in message) events.push(message)
      if (Number(message['caughtUp']) >= (last as { position: number }).position) break
    }
    client.drop()
    expect(events.map(({ type }) => type)).toHaveLength(heard)
    const text = JSON.stringify(events)
    const may = (right: Right) => (reading as readonly Right[]).includes(right)
    expect(text.includes('maxine')).toBe(may('entities:read'))
    expect(text.includes('"hoursPerDay"')).toBe(may('work-patterns:read') || may('requests:read'))
    expect(text.includes('"fromPortion"')).toBe(may('requests:read'))
    expect(text.includes('a-day')).toBe(may('requests:read') || may('transactions:read'))
    expect(text.includes('"7"') || text.includes('"7.00"')).toBe(may('transactions:read'))
  })
})

let listening: Promise<string> | undefined
function address(): Promise<string> {
  listening ??= service.listen()
  return listening
}

describe('a run', () => {
  const start = (
    key: string,
    through: string,
    { idempotencyKey, query = '' }: { idempotencyKey: string; query?: string },
  ) =>
    service.call('POST', `${path}/runs${query}`, {
      key,
      idempotencyKey,
      headers: { prefer: 'wait=30' },
      body: { through, entities: ['emma'] },
    })
  const OF_PEOPLE = ['entities', 'accounts', 'accountsLeft', 'postings', 'amounts', 'problems']

  test('tells whoever may not read runs that it is done, and not what it came to', async () => {
    const blind = await keyOf(['runs:start'])
    const seeing = await keyOf(['runs:start', 'runs:read'])
    const first = await must(start(blind, '2026-01-31', { idempotencyKey: 'run-told' }))
    expect(first).toMatchObject({ status: 201, body: { through: '2026-01-31', status: 'done' } })
    expect(Object.keys(first.body as JsonObject).filter((name) => OF_PEOPLE.includes(name))).toEqual([])
    expect((await start(blind, '2026-01-31', { idempotencyKey: 'run-told' })).body).toEqual(first.body)
    const again = await must(start(seeing, '2026-01-31', { idempotencyKey: 'run-told' }))
    expect(again.body).toMatchObject({ ...(first.body as JsonObject), amounts: { earned: '2.00' }, problems: [] })
  })

  test('of somebody else tells neither what it asked for nor when it began', async () => {
    const one = await keyOf(['runs:start'])
    const other = await keyWith(['runs:start'])
    const seeing = await keyOf(['runs:start', 'runs:read'])
    await must(start(one, '2026-01-31', { idempotencyKey: 'run-theirs' }))
    const members = async (key: string, query = '') =>
      Object.keys((await start(key, '2026-02-28', { idempotencyKey: 'run-theirs', query })).body as JsonObject)
    for (const key of [one, seeing]) {
      expect(await members(key)).toEqual(expect.arrayContaining(['differs', 'originalPosition']))
    }
    expect(await members(other)).not.toEqual(expect.arrayContaining(['differs']))
    expect(await members(other)).not.toEqual(expect.arrayContaining(['originalPosition']))
  })
})
