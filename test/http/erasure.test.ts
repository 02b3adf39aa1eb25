import { describe, expect, test } from 'vitest'
import type { Entry, Waiting } from '../../src/audit/entry.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import { writeEntries } from '../../src/audit/write.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { eventually } from '../support/eventually.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { asOwner, invited, person, signIn, tokenOf } from './people.ts'
import { call, type Json, type JsonObject, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile({}, { calledBy: 'root', because: 'a test ends every other administrator' })

const LEFT = { kind: 'person', hiredOn: '2020-01-01', leftOn: '2024-12-31' }
const PROFILE = { name: 'Ada Quillfeather', email: 'ada@quillfeather.example', personnelNumber: 'Q-4711' }
const WHY = { reason: 'two years after leaving' }

class Company {
  readonly book: string
  readonly path: string

  constructor(book: string) {
    this.book = book
    this.path = `/v1/books/${book}`
  }

  put(path: string, body: object, idempotencyKey?: string) {
    return service.call('PUT', `${this.path}/${path}`, {
      body,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    })
  }

  post(path: string, body: object, { key, actor }: { key?: string; actor?: string } = {}) {
    return service.call('POST', `${this.path}/${path}`, {
      body,
      ...(key === undefined ? {} : { idempotencyKey: key }),
      ...(actor === undefined ? {} : { headers: { 'daybook-actor': actor } }),
    })
  }

  erase(entity: string, body: object = WHY, key?: string) {
    return this.post(`entities/${entity}/erase`, body, key === undefined ? {} : { key })
  }

  async events(): Promise<JsonObject[]> {
    const { body } = await must(service.call('GET', `${this.path}/events?limit=1000`))
    return (body as { items: JsonObject[] }).items
  }

  async sound(): Promise<void> {
    expect(faultsIn(await readRecord(service.backend.primary, this.book))).toEqual([])
    expect(await verifyBook(service.backend.primary, this.book)).toMatchObject({ ok: true })
  }
}

async function company(): Promise<Company> {
  const there = new Company(await service.book())
  await must(there.put('entities/ada', { ...LEFT, ...PROFILE, metadata: { shoe: '39' } }, 'ada'))
  await must(there.put('entities/ben', { kind: 'person', name: 'Ben', manager: 'ada' }))
  const accrual = { policy: 'annual', amount: '20', effectiveOn: '2024-01-01' }
  await must(there.post('accruals', { entity: 'ada', ...accrual, reason: 'quartz reason' }, { key: 'earned' }))
  await must(there.post('accruals', { entity: 'ben', ...accrual, reason: 'of ben' }, { key: 'ben' }))
  return there
}

describe('erasing somebody', () => {
  test('takes the profile and what may be forgotten of every event about them or by them, and nothing else', async () => {
    const there = await company()
    await must(
      there.post(
        'adjustments',
        { entity: 'ben', policy: 'annual', amount: '1', effectiveOn: '2024-02-01', reason: 'by ada' },
        { actor: 'manager:ada' },
      ),
    )
    await must(there.put('entities/cleo', { kind: 'person' }))
    await must(there.put('entities/ada/delegations/ben', { from: '2024-01-01', to: '2024-02-01' }))
    await must(there.put('entities/ada', { ...LEFT, ...PROFILE }, 'profile only'))
    const { body: feed } = await must(there.post('calendar-feeds', { entity: 'ada' }))
    const before = await there.events()
    await there.sound()
    const known = `balances?asOf=2026-01-01&knownAt=${before.length}`
    const balances = await must(service.call('GET', `${there.path}/${known}`))
    const erased = await there.erase('ada', WHY, 'erase')
    expect(erased).toMatchObject({
      status: 201,
      body: {
        entity: 'ada',
        erased: { events: 4, feeds: 1, keys: 1, profile: 3 },
        force: false,
        ...WHY,
        by: { type: 'admin', id: 'root' },
        position: before.length + 1,
      },
    })
    const after = await there.events()
    const gone = after.filter(({ erasable }) => erasable === null).map(({ position }) => position)
    expect(gone).toEqual(
      before
        .filter(({ type, data, actor, transactions }) => {
          const about = (data as JsonObject)['entity'] === 'ada' || JSON.stringify(transactions).includes('"ada"')
          return about || (actor as JsonObject)['id'] === 'ada' || type === 'delegation-defined'
        })
        .map(({ position }) => position),
    )
    expect(after.slice(0, -1).map(withoutErasable)).toEqual(before.map(withoutErasable))
    expect(await must(service.call('GET', `${there.path}/entities/ada`))).toMatchObject({
      body: { id: 'ada', ...LEFT, name: null, email: null, personnelNumber: null, metadata: null },
    })
    expect((await must(service.call('GET', `${there.path}/entities/ben`))).body).toMatchObject({ name: 'Ben' })
    expect((await must(service.call('GET', `${there.path}/${known}`))).body).toEqual(balances.body)
    const address = new URL((feed as { url: string }).url)
    expect(await service.call('GET', address.pathname)).toMatchObject({ status: 404 })
    expect(await there.erase('ada', WHY, 'erase')).toMatchObject({ status: 201, text: erased.text })
    await there.sound()
  })

  test('ends users who are the person, with name, mail and sessions, and no others', async () => {
    const there = await company()
    const as = (entity: string) => [{ book: there.book, role: 'employee', entity }]
    const [ada, ben] = [await person(service, as('ada')), await person(service, as('ben'))]
    const tokens = { ada: await tokenOf(service, ada), ben: await tokenOf(service, ben) }
    const waiting = await invited(service, as('ada'))
    expect((await there.post('entities/ada/erase?dryRun=true', WHY)).body).toMatchObject({
      found: { users: [ada.id, waiting.id].toSorted() },
    })
    expect(await there.erase('ada')).toMatchObject({ status: 201, body: { erased: { users: 2 } } })
    expect(await service.call('GET', `/v1/users/${ada.id}`)).toMatchObject({ status: 404 })
    expect(await signIn(service, ada)).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } })
    await eventually(async () => {
      expect(await service.call('GET', '/v1/me', { key: tokens.ada })).toMatchObject({ status: 401 })
    })
    expect(await service.call('GET', '/v1/me', { key: tokens.ben })).toMatchObject({ status: 200 })
    const rows = await asOwner<{ mail: string }>(service, 'select email as mail from access.users')
    const mails = rows.map(({ mail }) => mail)
    expect([ada, waiting, ben].map(({ email }) => mails.includes(email))).toEqual([false, false, true])
    expect(await there.erase('ada')).toMatchObject({ status: 200 })
    await there.sound()
  })

  test('ends the API keys that are the person, and takes their names, and those of keys that had ended', async () => {
    const there = await company()
    const other = await service.book()
    const keyOf = async (name: string, roles: readonly object[]): Promise<{ id: string; key: string }> => {
      const body = { name, roles, allowedAddresses: ['127.0.0.0/8'] }
      return (await must(service.call('POST', '/v1/keys', { body }))).body as { id: string; key: string }
    }
    const employee = (entity: string) => ({ book: there.book, role: 'employee', entity })
    const phone = await keyOf('phone of Ada', [employee('ada'), { book: other, role: 'auditor' }])
    const lost = await keyOf('lost by Ada', [employee('ada')])
    const ben = await keyOf('phone of Ben', [employee('ben')])
    await must(service.call('DELETE', `/v1/keys/${lost.id}`))
    await must(service.call('GET', `/v1/books/${other}/balances`, { key: phone.key }))
    const calls = async (): Promise<readonly Entry[]> => {
      const { body } = await must(service.call('GET', `/v1/books/${other}/audit?actor=client:${phone.id}`))
      return (body as unknown as { items: Entry[] }).items
    }
    await eventually(async () => expect(await calls()).toMatchObject([{ client: { ip: '127.0.0.1' } }]))
    expect((await there.post('entities/ada/erase?dryRun=true', WHY)).body).toMatchObject({
      found: { apiKeys: [phone.id, lost.id].toSorted() },
    })
    expect(await there.erase('ada')).toMatchObject({ status: 201, body: { erased: { apiKeys: 2 } } })
    await eventually(async () => {
      expect(await service.call('GET', '/v1/me', { key: phone.key })).toMatchObject({ status: 401 })
    })
    expect(await service.call('GET', '/v1/me', { key: ben.key })).toMatchObject({ status: 200 })
    const rows = await asOwner<{ kept: string }>(service, 'select to_json(k)::text as kept from access.keys k')
    expect(rows.filter(({ kept }) => kept.includes('Ada'))).toEqual([])
    expect(rows.filter(({ kept }) => kept.includes('phone of Ben'))).toHaveLength(1)
    expect(await calls()).toMatchObject([{ client: null }])
    expect(await there.erase('ada')).toMatchObject({ status: 200 })
    await there.sound()
  })

  test('takes from where a user who is the person called and signed in, or was refused to, and of nobody else', async () => {
    const there = await company()
    const other = await service.book()
    const [ada, ben] = [
      await person(service, [
        { book: there.book, role: 'employee', entity: 'ada' },
        { book: other, role: 'hr' },
      ]),
      await person(service, [{ book: there.book, role: 'employee', entity: 'ben' }]),
    ]
    for (const somebody of [ada, ben]) {
      const key = await tokenOf(service, somebody)
      await signIn(service, { ...somebody, password: 'a wrong one, but a long one' })
      await service.call('GET', `/v1/books/${other}/balances`, { key })
      await service.call('DELETE', '/v1/sessions', { key })
    }
    const trails = async (): Promise<readonly Entry[]> => {
      const pages = await Promise.all(
        [`/v1/books/${other}/audit`, '/v1/audit'].map((path) => must(service.call('GET', `${path}?limit=1000`))),
      )
      return pages.flatMap(({ body }) => (body as unknown as { items: Entry[] }).items)
    }
    const whereOf = async ({ id }: { id: string }): Promise<readonly string[]> => {
      const entries = await trails()
      const found = entries.filter(({ actor, subject }) =>
        [`${actor.type}:${actor.id}`, actor.type === 'nobody' ? subject : null].includes(`user:${id}`),
      )
      return found.map(
        ({ action, outcome, client }) => `${action} ${outcome} ${client === null ? 'erased' : client.ip}`,
      )
    }
    const from = (where: string): string[] =>
      [
        `choosePassword accepted ${where}`,
        `signIn accepted ${where}`,
        `signIn refused ${where}`,
        `endSessions accepted ${where}`,
      ].toSorted()
    await eventually(async () => {
      expect((await whereOf(ada)).toSorted()).toEqual(
        [...from('127.0.0.1'), 'listBalances accepted 127.0.0.1'].toSorted(),
      )
      expect((await whereOf(ben)).toSorted()).toEqual(expect.arrayContaining(from('127.0.0.1')))
    })
    const before = await whereOf(ben)
    const { body } = await must(there.erase('ada'))
    expect(body).toMatchObject({ erased: { audit: 5, users: 1 } })
    expect((await whereOf(ada)).toSorted()).toEqual([...from('erased'), 'listBalances accepted erased'].toSorted())
    expect(await whereOf(ben)).toEqual(before)
    // What was noted before, and is written after, is forgotten alike.
    const at = Date.parse((body as { recordedAt: string }).recordedAt)
    const late = (persons: string[]): Waiting => ({
      actor: { type: 'user', id: ada.id },
      via: { kind: 'user', id: ada.id },
      role: null,
      client: { ip: '127.0.0.1', userAgent: 'late', session: null },
      action: 'signIn',
      isRead: false,
      book: null,
      entity: null,
      subject: null,
      outcome: 'accepted',
      problem: null,
      persons,
      at: at - 1,
      times: 1,
    })
    const written = await writeEntries(service.backend.identity.db, [
      late([`${there.book}/ada`]),
      late([`${there.book}/ben`]),
    ])
    expect(written.map(({ client }) => client?.userAgent)).toEqual([undefined, 'late'])
    expect(await verifyAudit(service.backend.db)).toMatchObject({ ok: true })
    await there.sound()
  })

  test('of the last administrator of every book is refused while the configuration has none, and nothing is taken', async () => {
    const there = await company()
    await asOwner(service, 'delete from access.users')
    await asOwner(service, 'update access.keys set ended_at = now()')
    const last = await person(service, [
      { book: '*', role: 'admin' },
      { book: there.book, role: 'employee', entity: 'ada' },
    ])
    const before = await there.events()
    for (const path of ['entities/ada/erase', 'entities/ada/erase?dryRun=true']) {
      expect(await there.post(path, WHY)).toMatchObject({ status: 409, body: { code: 'last-admin' } })
    }
    expect(await there.events()).toEqual(before)
    expect((await must(service.call('GET', `${there.path}/entities/ada`))).body).toMatchObject(PROFILE)
    expect(await service.call('GET', `/v1/users/${last.id}`)).toMatchObject({ status: 200 })
    // Whoever is none is erased all the same, and with another administrator the last one is not the last.
    await person(service, [{ book: there.book, role: 'employee', entity: 'ben' }])
    expect(await there.erase('ben')).toMatchObject({ status: 201, body: { erased: { users: 1 } } })
    const admin = { body: { name: 'another', roles: [{ book: '*', role: 'admin' }] } }
    const { body: key } = await must(service.call('POST', '/v1/keys', admin))
    expect((await there.post('entities/ada/erase?dryRun=true', WHY)).status).toBe(200)
    await asOwner(service, 'update access.keys set ended_at = now() where key_id = $1', [(key as { id: string }).id])
    const adminKey = 'a-key-of-the-configuration'
    const app = await service.another({ config: { ...service.backend.config, adminKey } })
    expect(await call(app, 'POST', `${there.path}/entities/ada/erase`, { body: WHY })).toMatchObject({
      status: 201,
      body: { erased: { users: 1 } },
    })
    await there.sound()
  })

  test('is found by whoever reads the history; its reason stays', async () => {
    const there = await company()
    await must(there.erase('ada'))
    expect((await there.events()).at(-1)).toMatchObject({
      type: 'entity-erased',
      data: { entity: 'ada', erased: { audit: 0, events: 2, feeds: 0, keys: 0, profile: 4, users: 0 }, version: 1 },
      erasable: WHY,
    })
  })

  test('a dry run lists what would go, and takes nothing', async () => {
    const there = await company()
    const before = await there.events()
    expect(await there.post('entities/ada/erase?dryRun=true', WHY)).toMatchObject({
      status: 200,
      body: {
        entity: 'ada',
        erased: { events: 2, feeds: 0, keys: 0, profile: 4, users: 0 },
        found: {
          audit: [],
          events: [6, 8],
          feeds: [],
          keys: [],
          profile: ['name', 'email', 'personnelNumber', 'metadata'],
          users: [],
        },
        position: null,
        hash: null,
      },
    })
    expect(await there.events()).toEqual(before)
    expect((await must(service.call('GET', `${there.path}/entities/ada`))).body).toMatchObject(PROFILE)
  })

  test('once more finds nothing, and finds what came since', async () => {
    const there = await company()
    const first = await must(there.erase('ada'))
    const again = await there.erase('ada', { reason: 'to be sure' })
    expect(again).toMatchObject({ status: 200, body: first.body as JsonObject })
    await must(there.put('entities/ada', { ...LEFT, name: 'Ada' }))
    expect(await there.erase('ada')).toMatchObject({
      status: 201,
      body: { erased: { events: 0, profile: 1, keys: 1 } },
    })
    await there.sound()
  })

  test.each([
    ['hired, and not left', { hiredOn: '2020-01-01' }, null],
    ['to leave', { hiredOn: '2020-01-01', leftOn: '2999-12-31' }, '2999-12-31'],
    ['to come', { hiredOn: '2999-01-01' }, null],
  ])('who is %s is erased only by force', async (_what, employment, leftOn) => {
    const there = await company()
    await must(there.put('entities/cleo', { kind: 'person', name: 'Cleo', ...employment }))
    expect(await there.erase('cleo')).toMatchObject({
      status: 409,
      body: { code: 'still-employed', entity: 'cleo', leftOn },
    })
    expect(await there.erase('cleo', { ...WHY, force: true })).toMatchObject({ status: 201, body: { force: true } })
  })

  test('of whom nothing is known is 404, in a book that is not there as well', async () => {
    const there = await company()
    expect(await there.erase('nobody')).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(await service.call('POST', '/v1/books/none/entities/ada/erase', { body: WHY })).toMatchObject({
      status: 404,
      body: { code: 'unknown-book' },
    })
  })

  test('without a reason, or with a blank one, is no erasure', async () => {
    const there = await company()
    expect(await there.erase('ada', {})).toMatchObject({ status: 400 })
    expect(await there.erase('ada', { reason: ' ' })).toMatchObject({ status: 400 })
  })
})

describe('I2 the key of what is erased', () => {
  test('is answered that it can no longer be compared', async () => {
    const there = await company()
    const before = await there.events()
    await must(there.erase('ada'))
    const accrual = { entity: 'ada', policy: 'annual', amount: '20', effectiveOn: '2024-01-01' }
    const { position } = before.find(({ idempotencyKey }) => idempotencyKey === 'earned')!
    for (const reason of ['quartz reason', 'another']) {
      expect(await there.post('accruals', { ...accrual, reason }, { key: 'earned' })).toMatchObject({
        status: 409,
        body: { code: 'duplicate-idempotency-key', originalPosition: position, comparable: false },
      })
    }
    expect(await there.post('accruals', { ...accrual, amount: '21' }, { key: 'earned' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused', originalPosition: position, differs: ['/amount'] },
    })
    expect(await there.put('entities/ada', { ...LEFT, ...PROFILE }, 'ada')).toMatchObject({
      status: 409,
      body: { code: 'duplicate-idempotency-key', comparable: false },
    })
    expect((await must(service.call('GET', `${there.path}/entities/ada`))).body).toMatchObject({ name: null })
  })

  test('so is that of a definition that had changed nothing', async () => {
    const there = await company()
    await must(there.put('entities/ada', { ...LEFT, ...PROFILE }, 'unchanged'))
    await must(there.erase('ada'))
    expect(await there.put('entities/ada', { ...LEFT, ...PROFILE }, 'unchanged')).toMatchObject({
      status: 409,
      body: { code: 'duplicate-idempotency-key', comparable: false },
    })
    expect((await must(service.call('GET', `${there.path}/entities/ada`))).body).toMatchObject({ name: null })
  })

  test('of a bulk’s item as well; those of others are replayed', async () => {
    const there = await company()
    const line = { type: 'accrual', policy: 'annual', amount: '20', effectiveOn: '2024-01-01' }
    const items = [
      { idempotencyKey: 'earned', ...line, entity: 'ada', reason: 'quartz reason' },
      { idempotencyKey: 'ben', ...line, entity: 'ben', reason: 'of ben' },
    ]
    await must(there.erase('ada'))
    const { body } = await must(service.call('POST', `${there.path}/bulk`, { body: items as unknown as Json }))
    expect(body).toMatchObject([
      { status: 409, problem: { code: 'duplicate-idempotency-key', comparable: false } },
      { status: 201, replayed: true },
    ])
  })
})

function withoutErasable({ erasable: _erasable, ...event }: JsonObject): JsonObject {
  return event
}
