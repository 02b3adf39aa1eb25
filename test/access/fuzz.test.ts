import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { ROLES, type Role } from '../../src/access/rights.ts'
import { callsOf } from '../http/document.ts'
import { objectionIn } from '../http/objection.ts'
import { type Known, type Made, requestsOf } from '../http/requests-arbitrary.ts'
import { type JsonObject, must, serviceOfFile } from '../http/service-of-file.ts'
import { MISSING, PEOPLE, type Peopled, peopled } from './people.ts'

/*
 * Whoever calls, and whatever they send: the answer is as the document says, never a 5xx, and holds nothing of another
 * book, nor of people of whom the caller may see nothing. Each caller has a book of their own, and may change it.
 * FUZZ_RUNS says how long it goes on.
 */

const service = serviceOfFile({ minPositionWaitMs: 0, webhookHttp: 'allow' })
const RUNS = 10 * Number(process.env['FUZZ_RUNS'] ?? 60)

interface Caller {
  readonly name: string
  /** null: nobody. */
  readonly key: (book: string) => Promise<string | null>
  /** Of whom the caller sees something; undefined: of everybody. */
  readonly sees?: readonly string[]
}

const keyWith = async (grants: object): Promise<string> => {
  const { body } = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', ...grants } }))
  return (body as JsonObject)['key'] as string
}
const ofRole =
  (role: string, entity?: string) =>
  (book: string): Promise<string> =>
    keyWith({ roles: [{ book, role, ...(entity === undefined ? {} : { entity }) }] })

const CALLERS: readonly Caller[] = [
  { name: 'nobody', key: async () => null, sees: [] },
  { name: 'an employee', key: ofRole('employee', 'emma'), sees: ['emma'] },
  { name: 'a manager', key: ofRole('employee', 'maxine'), sees: ['maxine', 'emma', 'thomas'] },
  { name: 'a person who has signed in', key: signedIn, sees: ['emma'] },
  { name: 'payroll that is somebody', key: ofRole('payroll', 'olga') },
  {
    name: 'a key of two rights',
    key: (book) => keyWith({ rights: ['balances:read', 'requests:submit'].map((right) => ({ book, right })) }),
  },
  ...(Object.keys(ROLES) as Role[])
    .filter((role) => role !== 'employee')
    .map((role) => ({ name: role, key: ofRole(role) })),
]

async function signedIn(book: string): Promise<string> {
  const email = `emma-${book}@example.net`
  const password = 'a long walk on a short pier'
  const roles = [{ book, role: 'employee', entity: 'emma' }]
  const { body } = await must(service.call('POST', '/v1/users', { body: { email, name: 'Emma', roles } }))
  const { token } = (body as JsonObject)['invitation'] as { token: string }
  await must(service.call('POST', `/v1/invitations/${token}`, { key: null, body: { password } }))
  const session = await must(service.call('POST', '/v1/sessions', { key: null, body: { email, password } }))
  return (session.body as JsonObject)['token'] as string
}

/** What stands in the other book, and nobody sends. */
const ELSEWHERE = /quartz/i
/** What is known of one person, and nobody sends. */
const secretOf = (person: string): RegExp => new RegExp(`(name|why|part)-${person}\\b|${person}@`)

/** Of the other book, all that could be seen. */
let elsewhere: string

beforeAll(async () => {
  elsewhere = await service.book()
  const path = `/v1/books/${elsewhere}`
  const put = (at: string, body: object) => must(service.call('PUT', `${path}/${at}`, { body }))
  await must(service.call('PUT', path, { body: { name: 'quartz book' } }))
  await put('policies/annual', {
    resource: 'leave',
    unit: 'day',
    scale: 2,
    dayExclusive: false,
    overdraftLimit: '9',
    name: 'quartz',
  })
  for (const entity of ['emma', 'maxine', 'e1']) {
    await put(`entities/${entity}`, {
      name: 'quartz',
      email: `quartz-${entity}@example.org`,
      metadata: { of: 'quartz' },
    })
    const line = {
      entity,
      policy: 'annual',
      amount: '20',
      effectiveOn: '2026-01-01',
      reason: 'quartz',
      reference: 'quartz',
    }
    await must(service.call('POST', `${path}/accruals`, { body: line, idempotencyKey: `known-${entity}` }))
    const asked = {
      id: `req-${entity}`,
      entity,
      policy: 'annual',
      from: '2026-06-01',
      to: '2026-06-02',
      reason: 'quartz',
    }
    await must(service.call('POST', `${path}/requests`, { body: asked }))
  }
  await must(service.call('POST', '/v1/keys', { body: { name: 'quartz', roles: [{ book: elsewhere, role: 'hr' }] } }))
  await put('webhooks/hook', { url: 'http://127.0.0.1:1/quartz', events: ['*'] })
})

function valuesOf({ book, transactions }: Peopled): Known {
  return {
    book: [book, book, book, elsewhere, 'nowhere'],
    policy: ['annual', 'wallet'],
    entity: [...PEOPLE, 'e1', MISSING],
    manager: ['maxine', 'charles'],
    delegate: ['stanley', 'emma'],
    request: PEOPLE.map((person) => `req-${person}`),
    id: PEOPLE.map((person) => `req-${person}`),
    transaction: [...Object.values(transactions), '4.1', '5.1'],
    reference: PEOPLE.map((person) => `ref-${person}`),
    'Idempotency-Key': ['known-emma', 'known-maxine', 'mine-1', 'mine-2', 'mine-3'],
    idempotencyKey: ['known-emma', 'mine-4'],
    'Daybook-Actor': ['employee:emma', 'manager:maxine', 'employee:olga', 'admin:root', 'system:earning'],
    role: Object.keys(ROLES),
    waitingFor: ['maxine', 'charles'],
    knownAt: ['0', '9', '2026-03-31T08:15:30Z'],
    webhook: ['hook'],
    snapshot: ['1', '9'],
    period: ['2025-03'],
    asOf: ['2026-03-31'],
    cursor: ['AAAA'],
    timeZone: ['UTC', 'Europe/Berlin'],
    email: ['ada@example.net'],
    personnelNumber: ['00017'],
  }
}

describe.each(CALLERS)('$name', ({ key, sees }) => {
  const timeout = Math.max(300_000, RUNS * 200)
  test('is answered as the document says, and told nothing that is not theirs', { timeout }, async () => {
    const mine = await peopled(service)
    const held = await key(mine.book)
    // A session that is ended is nobody's any more.
    const calls = callsOf(service.app).filter(({ id }) => !['endSession', 'endSessions'].includes(id))
    const byId = new Map(calls.map((call) => [call.id, call]))
    const values = valuesOf(mine)
    const hidden = sees === undefined ? [] : PEOPLE.filter((person) => !sees.includes(person)).map(secretOf)
    const requests = fc
      .constantFrom(...calls.map(({ id }) => id))
      .chain((id) => requestsOf(byId.get(id)!, values).map((made) => ({ id, made })))
    await fc.assert(
      fc.asyncProperty(requests, async ({ id, made }) => {
        const call = byId.get(id)!
        const answer = await service.call(call.method, made.url, sentBy(held, made))
        const objection = objectionIn(call, made, answer)
        const said = JSON.stringify(answer.headers) + answer.text
        const told = [ELSEWHERE, ...hidden].filter((secret) => secret.test(said)).map(String)
        expect({ call: id, objection, told }).toEqual({ call: id, objection: undefined, told: [] })
      }),
      { numRuns: RUNS },
    )
  })
})

function sentBy(key: string | null, { headers, body }: Made): object {
  return { key, idempotencyKey: null, headers, ...(body === undefined ? {} : { body }) }
}
