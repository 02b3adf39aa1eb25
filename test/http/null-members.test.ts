import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { holdIdFor } from '../../src/commands/about-hold.ts'
import { defineEntity } from '../../src/commands/define-entity.ts'
import { commandCheckOf } from '../../src/contract/compile.ts'
import { LiveSubscription } from '../../src/contract/schemas/live.ts'
import { accrual, caller, policy } from '../support/builders.ts'
import { type Call, callsOf } from './document.ts'
import { type Json, type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

/*
 * `null` for an optional member of a command is the same as leaving it out: the same answer, and the same command under
 * its key. The members are those that the OpenAPI document has, so that a new one is tried as it is. Fails where a body is
 * read otherwise than through the one place that takes them out.
 */

const service = serviceOfFile()

/** What `null` says of these is not what leaving them out says; their description has it. */
const SAYS_SOMETHING = ['definePolicy requests/maxDaysAhead', 'definePolicy requests/maxConsecutiveDays']

/** Of two members one has to be there; the samples of these do not go together, or are about what is not there. */
const REFUSED = [
  'defineAssignment amounts/yearAmount',
  'defineAssignment terms/carryOver',
  'recordWorkedHours to',
  'recordWorkedHours reference',
  'reverseWorkedHours reason',
  'submitRequest resource',
  'placeHold seconds',
  'createCalendarFeed manager',
  'recordConsumption policy',
  'recordAdjustment amount',
  'recordReversal transaction',
  'recordTransactions transactions/0/policy',
  'recordTransactions transactions/0/amount',
  'recordTransactions transactions/0/transaction',
  'recordBulk 0/policy',
  'recordBulk 0/amount',
  'recordBulk 0/transaction',
  'recordBulk 0/transactions/0/policy',
  'recordBulk 0/transactions/0/amount',
  'recordBulk 0/transactions/0/transaction',
  'recordBulk 0/to',
  'recordBulk 0/reference',
  'recordBulk application/x-ndjson policy',
  'recordBulk application/x-ndjson amount',
  'recordBulk application/x-ndjson transaction',
  'recordBulk application/x-ndjson transactions/0/policy',
  'recordBulk application/x-ndjson transactions/0/amount',
  'recordBulk application/x-ndjson transactions/0/transaction',
  'recordBulk application/x-ndjson to',
  'recordBulk application/x-ndjson reference',
]

/** Whom or what these are about is there already, or is not there. */
const REFUSED_BEFORE = [
  'createUser roles/0/entity',
  'createUser roles/0/until',
  'changeUser roles/0/entity',
  'changeUser roles/0/until',
  'signIn cookie',
]
const REFUSED_AFTER = ['rotateWebhook overlapSeconds']

/** Terms of earning go together or not: a sample with every one of them is refused, with and without a member. */
const OF_EARNING_TERMS =
  /^(definePolicy|defineAssignment) (terms\/)?(leaveYear|earning|carryOver|spending|encashment)\//

const PARAMETERS: Readonly<Record<string, string>> = {
  policy: 'new',
  entity: 'ada',
  calendar: 'office',
  effectiveFrom: '2027-01-01',
  from: '2026-01-01',
  date: '2026-12-24',
  delegate: 'm2',
  period: '2020-01',
  request: 'r1',
  hold: holdIdFor('held'),
  webhook: 'hr',
}

/** One optional member, and a body that has room for it. */
interface Place {
  readonly call: Call
  readonly mediaType: string
  readonly body: Json
  /** Of the object that it belongs to, then its name. */
  readonly path: readonly (string | number)[]
}

describe('null for an optional member', () => {
  test('is the same as leaving it out, and the same command: of every body there is', async () => {
    // Every call about a key gives it another secret, so that no two answers are the same.
    const calls = callsOf(service.app).filter(({ id, body }) => !id.endsWith('Key') && Object.keys(body).length > 0)
    const places = calls.flatMap((call) =>
      Object.entries(call.body).flatMap(([mediaType, schema]) =>
        placesIn(call, mediaType, mediaType === 'application/x-ndjson' ? itemOf(call) : schema),
      ),
    )
    expect(new Set(places.map(({ call }) => call.id)).size).toBeGreaterThan(15)
    const found: (Tried & { readonly name: string })[] = []
    for (const place of places) found.push({ name: nameOf(place), ...(await tried(place)) })
    expect(found.filter(({ same }) => !same).map(({ name }) => name)).toEqual(SAYS_SOMETHING)
    // What is refused without the member shows little: these need another one in its place.
    const refused = found.filter(({ status, name }) => status >= 300 && !OF_EARNING_TERMS.test(name))
    expect(refused.map(({ name }) => name)).toEqual([
      ...REFUSED_BEFORE,
      ...SAYS_SOMETHING,
      ...REFUSED,
      ...REFUSED_AFTER,
    ])
    expect(found.length).toBeGreaterThan(200)
  })

  test('leaves what is no member: of metadata, and of maps by date or role', async () => {
    const book = await service.book()
    const { type: _type, ...line } = accrual('1', { metadata: { project: null } })
    const { body } = await must(service.call('POST', `/v1/books/${book}/accruals`, { body: line }))
    const { position } = body as { position: number }
    const read = await service.call('GET', `/v1/books/${book}/events?after=${position - 1}`)
    expect(read.text).toContain('"metadata":{"project":null}')
    const asked = {
      entity: 'e1',
      resource: 'leave',
      from: '2026-07-06',
      to: '2026-07-10',
      portions: { '2026-07-06': null },
    }
    const refused = await service.call('POST', `/v1/books/${book}/requests`, { body: asked })
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/portions' }] } })
  })

  test('of a required member says what it says: a limit of null is none', async () => {
    const book = await service.book()
    const body = policy({ overdraftLimit: null })
    const made = await must(service.call('PUT', `/v1/books/${book}/policies/open`, { body }))
    expect(made.body).toMatchObject({ overdraftLimit: null })
    const { overdraftLimit: _limit, ...without } = body
    const missing = await service.call('PUT', `/v1/books/${book}/policies/open`, { body: without })
    expect(missing).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/overdraftLimit', message: 'is missing' }] },
    })
  })

  test('is the same in what a client of the WebSocket sends', () => {
    const check = commandCheckOf(LiveSubscription)
    const subscription = { subscribe: { entities: ['e1'] } }
    const spelt = { subscribe: { entities: ['e1'], managers: null, requests: null }, after: null, clientId: null }
    expect(check(spelt)).toEqual({ value: subscription })
  })

  test('that an earlier release took for something said is still a replay as it was sent then', async () => {
    const { book, ledger } = { book: await service.book(), ledger: service.backend.ledger }
    const body = { name: null, kind: 'employee' }
    // What commands were made of before: the body as it was sent.
    const sender = caller(book)
    const recorded = await ledger.submit(defineEntity(sender, 'e9', body))
    expect(recorded).toMatchObject({ outcome: 'recorded', replayed: false })
    const unchanged = caller(book)
    expect(await ledger.submit(defineEntity(unchanged, 'e9', body))).toMatchObject({ outcome: 'unchanged' })
    // Whoever may read people is told what differs in what others recorded.
    const key = await service.keyOf('hr')
    for (const { idempotencyKey } of [sender, unchanged]) {
      const again = await service.call('PUT', `/v1/books/${book}/entities/e9`, { body, idempotencyKey })
      expect(again.headers['idempotency-replayed']).toBe('true')
      const other = { ...body, kind: 'contractor' }
      const reused = await service.call('PUT', `/v1/books/${book}/entities/e9`, { body: other, idempotencyKey, key })
      expect(reused).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused', differs: ['/kind'] } })
    }
  })
})

interface Tried {
  readonly same: boolean
  /** Of what it is answered when the member is left out. */
  readonly status: number
}

async function tried({ call, mediaType, body, path }: Place): Promise<Tried> {
  const { book, transaction, position } = await furnishedBook(call)
  const url = call.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => (name === 'book' ? book : PARAMETERS[name]!))
  const idempotencyKey = randomUUID()
  const isBulk = call.id === 'recordBulk'
  const send = async (value: null | undefined): Promise<Answered> => {
    const text = JSON.stringify(withMember(body, path, value))
      .replaceAll('"42.1"', JSON.stringify(transaction))
      .replaceAll('"position":42', `"position":${position}`)
      .replaceAll('"payroll-2026-03-e1"', JSON.stringify(idempotencyKey))
    const headers = { 'content-type': mediaType }
    const reply = await service.call(call.method, url, { body: text, headers, idempotencyKey })
    return isBulk ? ofBulk(reply) : ofOne(reply)
  }
  // What has no key is made first: that it is there already is all that differs then.
  if (!isKeyed(call)) await send(undefined)
  const withNull = await send(null)
  const without = await send(undefined)
  // What was recorded is replayed. Where nothing was, nothing but the request's id may differ.
  const isRecorded = withNull.status === 201 || without.isReplay
  // A run goes on meanwhile.
  const isAsFar = withNull.status === without.status || withNull.status === 202
  const same = isRecorded ? isAsFar && without.isReplay : JSON.stringify(withNull) === JSON.stringify(without)
  return { same, status: without.status }
}

function isKeyed({ id, parameters }: Call): boolean {
  return id === 'recordBulk' || parameters.some(({ name }) => name === 'Idempotency-Key')
}

interface Answered {
  readonly status: number
  readonly isReplay: boolean
  readonly said: Json
}

function ofOne({ status, headers, body }: Reply): Answered {
  const isReplay = headers['idempotency-replayed'] === 'true'
  if (status < 300) return { status, isReplay, said: body ?? null }
  const { code = null, errors = null } = (body ?? {}) as JsonObject
  return { status, isReplay, said: { code, errors } }
}

function ofBulk({ status, text }: Reply): Answered {
  if (status !== 200) return { status, isReplay: false, said: text }
  const parsed = JSON.parse(text) as JsonObject | JsonObject[]
  const [outcome] = Array.isArray(parsed) ? parsed : [parsed]
  const { code = null, errors = null } = (outcome!['problem'] ?? {}) as JsonObject
  return { status: outcome!['status'] as number, isReplay: outcome!['replayed'] === true, said: { code, errors } }
}

/** With what the samples are about, and no more: there are many of them. */
async function furnishedBook({ path }: Call): Promise<{ book: string; transaction: string; position: number }> {
  const book = await service.book({ 'annual-leave': policy() })
  if (path.includes('assignments')) {
    const body = { ...policy(), earning: { every: 'month', levels: [{ yearAmount: '24' }] } }
    await must(service.call('PUT', `/v1/books/${book}/policies/annual-leave`, { body }))
  }
  const { type: _type, ...earned } = accrual('25', { entity: 'ada', policy: 'annual-leave' })
  await must(service.call('POST', `/v1/books/${book}/accruals`, { body: earned }))
  const made = await must(service.call('POST', `/v1/books/${book}/accruals`, { body: { ...earned, amount: '1' } }))
  if (/requests|holidays/.test(path)) {
    const workingDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }
    await must(service.call('PUT', `/v1/books/${book}/calendars/office`, { body: { workingDays } }))
    await must(service.call('PUT', `/v1/books/${book}/entities/ada`, { body: { calendar: 'office' } }))
    const asked = { id: 'r1', entity: 'ada', policy: 'annual-leave', from: '2026-05-04', to: '2026-05-08' }
    await must(service.call('POST', `/v1/books/${book}/requests`, { body: asked }))
  }
  if (path.includes('holds')) {
    for (const name of ['stock', 'wallet']) {
      const body = policy({ resource: name, dayExclusive: false, overdraftLimit: null })
      await must(service.call('PUT', `/v1/books/${book}/policies/${name}`, { body }))
    }
    const body = {
      lines: [{ entity: 'item-7', policy: 'stock', amount: '1', effectiveOn: '2026-03-31' }],
      seconds: 86_400,
    }
    await must(service.call('POST', `/v1/books/${book}/holds`, { body, idempotencyKey: 'held' }))
  }
  const { position } = made.body as { position: number }
  return { book, transaction: `${position}.1`, position }
}

/** A line of newline-delimited JSON, which the document describes in words: an item of the same list in JSON. */
function itemOf({ body }: Call): JsonObject {
  return (body['application/json'] as Described).items!
}

/** Every optional member that a body may have, as far down as the document names members. */
function placesIn(call: Call, mediaType: string, schema: JsonObject): Place[] {
  return Array.from(membersOf(schema), (found) => ({ call, mediaType, ...found }))
}

function* membersOf(schema: JsonObject): Generator<Pick<Place, 'body' | 'path'>> {
  for (const branch of branchesOf(schema)) {
    const { properties = {}, required = [], items } = branch as Described
    if (items !== undefined) {
      for (const { body, path } of membersOf(items)) yield { body: [body], path: [0, ...path] }
    }
    const whole = { ...(sampleOf(branch) as JsonObject), ...goingWith(properties) }
    for (const [name, member] of Object.entries(properties)) {
      if (!required.includes(name)) yield { body: whole, path: [name] }
      for (const { body, path } of membersOf(member)) yield { body: { ...whole, [name]: body }, path: [name, ...path] }
    }
  }
}

/** The shapes that there are. What stands beside members only says which of them go together. */
function branchesOf(schema: JsonObject): readonly JsonObject[] {
  const { properties, anyOf, oneOf } = schema as Described
  return properties === undefined ? (anyOf ?? oneOf ?? [schema]) : [schema]
}

/** What has to be there besides what a schema requires of each member, or fits these only together. */
function goingWith(properties: object): JsonObject {
  if ('transaction' in properties) return { transaction: '42.1' }
  if ('resource' in properties && 'from' in properties) return { resource: 'leave' }
  if ('manager' in properties) return { manager: 'm1' }
  if ('seconds' in properties && 'expiresAt' in properties) return { seconds: 900 }
  if ('to' in properties && 'amount' in properties) return { amount: '1' }
  if ('resource' in properties && 'portion' in properties) return { amount: '1', policy: 'annual-leave' }
  return 'portion' in properties && 'amount' in properties ? { amount: '1' } : {}
}

/** As much of a schema as is looked at. */
interface Described {
  readonly properties?: Readonly<Record<string, JsonObject>>
  readonly required?: readonly string[]
  readonly items?: JsonObject
  readonly examples?: readonly Json[]
  readonly anyOf?: readonly JsonObject[]
  readonly oneOf?: readonly JsonObject[]
  readonly const?: Json
  readonly enum?: readonly Json[]
}

/** A value that fits: what the document shows, or no more than has to be there. */
function sampleOf(schema: JsonObject): Json {
  const { examples, const: only, enum: several, properties = {}, required = [], items } = schema as Described
  if (examples !== undefined) return examples[0]!
  if (only !== undefined) return only
  if (several !== undefined) return several[0]!
  const [first] = branchesOf(schema)
  if (first !== schema) return sampleOf(first!)
  if (items !== undefined) return [sampleOf(items)]
  if (schema['type'] === 'boolean') return true
  return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name]!)]))
}

/** @param value undefined: the member is left out */
function withMember(body: Json, [name, ...rest]: Place['path'], value: null | undefined): Json {
  const inside = rest.length === 0 ? value : withMember((body as JsonObject)[name!] as Json, rest, value)
  if (Array.isArray(body)) return body.map((item, index) => (index === name ? inside! : item))
  const { [name!]: _before, ...others } = body as JsonObject
  return inside === undefined ? others : { ...others, [name!]: inside }
}

function nameOf({ call, mediaType, path }: Place): string {
  return `${call.id}${mediaType === 'application/json' ? '' : ` ${mediaType}`} ${path.join('/')}`
}
