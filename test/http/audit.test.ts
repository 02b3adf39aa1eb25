import { describe, expect, test } from 'vitest'
import type { Entry } from '../../src/audit/entry.ts'
import { openPool } from '../../src/db/pool.ts'
import { dayIn } from '../../src/domain/calendar-date.ts'
import { eventually } from '../support/eventually.ts'
import { callsOf } from './document.ts'
import { idOf, type JsonObject, matching, must, type Reply, serviceOfFile } from './service-of-file.ts'

/* Who did what, or tried to: what stands in the audit trail, and what does not. */

const service = serviceOfFile()

async function keyOf(grants: object): Promise<{ id: string; key: string }> {
  const { body } = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', ...grants } }))
  return body as { id: string; key: string }
}

async function entries(address: string, query: Readonly<Record<string, string>> = {}): Promise<Entry[]> {
  const { body } = await must(
    service.call('GET', `${address}?${String(new URLSearchParams({ limit: '1000', ...query }))}`),
  )
  return (body as unknown as { items: Entry[] }).items
}

/** What is beside the record comes a moment later. */
async function seen(
  address: string,
  query: Readonly<Record<string, string>>,
  expected: readonly object[],
): Promise<void> {
  await eventually(async () => expect(await entries(address, query)).toMatchObject(expected))
}

const trailOf = (book: string): string => `/v1/books/${book}/audit`

async function accrue(book: string, entity = 'e1', also: Parameters<typeof service.call>[2] = {}): Promise<Reply> {
  const body = { entity, policy: 'annual', amount: '2', effectiveOn: '2026-01-01' }
  return service.call('POST', `/v1/books/${book}/accruals`, { body, ...also })
}

describe('what is in it', () => {
  test('an accepted command, once, from the record', async () => {
    const book = await service.book()
    const headers = { 'daybook-actor': 'system:payroll', 'daybook-client-id': 'tab-1', 'user-agent': 'curl/8' }
    const { body } = await must(accrue(book, 'e1', { headers }))
    const { position, hash, recordedAt } = body as JsonObject
    const client = { ip: '127.0.0.1', userAgent: 'curl/8', session: 'tab-1' }
    await seen(trailOf(book), { action: 'recordAccrual' }, [
      {
        at: recordedAt,
        actor: { type: 'system', id: 'payroll' },
        client,
        action: 'recordAccrual',
        book,
        entity: 'e1',
        outcome: 'accepted',
        problem: null,
        position,
        times: 1,
        entry: null,
        hash,
      },
    ])
    expect(await entries(trailOf(book), { entity: 'e1' })).toHaveLength(1)
  })

  test('a refused command, by whom, about whom and why', async () => {
    const book = await service.book()
    const { id, key } = await keyOf({ roles: [{ book, role: 'integration' }] })
    const body = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-01' }
    const { status } = await service.call('POST', `/v1/books/${book}/consumptions`, { body, key })
    expect(status).toBe(409)
    await seen(trailOf(book), { outcome: 'refused' }, [
      {
        actor: { type: 'client', id },
        via: { kind: 'client', id },
        role: 'integration',
        action: 'recordConsumption',
        book,
        entity: 'e1',
        outcome: 'refused',
        problem: 'insufficient-balance',
        position: null,
        entry: expect.any(Number) as number,
        hash: matching(/^[0-9a-f]{64}$/),
      },
    ])
  })

  test('what was refused for want of a right, and by nobody', async () => {
    const book = await service.book()
    const { id, key } = await keyOf({ roles: [{ book, role: 'payroll' }] })
    expect((await accrue(book, 'e1', { key })).status).toBe(403)
    expect((await service.call('GET', `/v1/books/${book}/transactions`, { key })).status).toBe(403)
    expect((await accrue(book, 'e1', { key: 'another' })).status).toBe(401)
    await seen(trailOf(book), { outcome: 'refused' }, [
      { actor: { type: 'client', id }, action: 'recordAccrual', entity: null, problem: 'forbidden', role: null },
      { actor: { type: 'client', id }, action: 'listTransactions', problem: 'forbidden' },
      {
        actor: { type: 'nobody', id: null },
        via: null,
        client: { ip: '127.0.0.1' },
        action: 'recordAccrual',
        entity: null,
        problem: 'unauthenticated',
      },
    ])
  })

  test('keys that are made, changed and ended: where they belong to one book, there', async () => {
    const book = await service.book()
    const { id } = await keyOf({ roles: [{ book, role: 'payroll' }] })
    await must(service.call('POST', `/v1/keys/${id}/rotate`, { body: {} }))
    await must(service.call('DELETE', `/v1/keys/${id}`))
    const actor = { type: 'client', id: idOf(await service.keyOf('admin')) }
    const by = { actor, role: 'admin', book, subject: `key:${id}`, outcome: 'accepted' }
    const ofKeys = async (): Promise<Entry[]> =>
      (await entries(trailOf(book))).filter(({ subject }) => subject === `key:${id}`)
    await eventually(async () =>
      expect(await ofKeys()).toMatchObject([
        { action: 'createKey', ...by },
        { action: 'rotateKey', ...by },
        { action: 'endKey', ...by },
      ]),
    )
    const everywhere = await keyOf({ roles: [{ book: '*', role: 'payroll' }] })
    await eventually(async () =>
      expect(await entries('/v1/audit', { action: 'createKey' })).toContainEqual(
        expect.objectContaining({ book: null, subject: `key:${everywhere.id}` }),
      ),
    )
  })

  test('reads of other people, and no reads of what is about nobody', async () => {
    const book = await service.book()
    await must(accrue(book))
    const { id, key } = await keyOf({ roles: [{ book, role: 'hr' }] })
    await must(service.call('GET', `/v1/books/${book}/entities/e1/balances`, { key }))
    await must(service.call('GET', `/v1/books/${book}/balances`, { key }))
    await must(service.call('GET', `/v1/books/${book}/balances?entity=e1`, { key }))
    await must(service.call('GET', `/v1/books/${book}/policies`, { key }))
    await must(service.call('GET', '/v1/me', { key }))
    const by = { actor: { type: 'client', id }, role: 'hr', outcome: 'accepted', position: null }
    await seen(trailOf(book), { actor: `client:${id}` }, [
      { action: 'listEntityBalances', entity: 'e1', ...by },
      { action: 'listBalances', entity: null, ...by },
      { action: 'listBalances', entity: 'e1', ...by },
    ])
  })

  test('the reading of it', async () => {
    const book = await service.book()
    const { id, key } = await keyOf({ roles: [{ book, role: 'auditor' }] })
    await must(service.call('GET', trailOf(book), { key }))
    await seen(trailOf(book), { action: 'listAudit', actor: `client:${id}` }, [
      { role: 'auditor', outcome: 'accepted' },
    ])
  })

  test('what names a book that is not there, beside what has no book', async () => {
    await service.call('GET', '/v1/books/nowhere/balances')
    await eventually(async () =>
      expect(await entries('/v1/audit', { outcome: 'refused' })).toContainEqual(
        expect.objectContaining({ action: 'listBalances', book: null, problem: 'unknown-book' }),
      ),
    )
  })

  test('neither dry runs nor replays: nothing came of them', async () => {
    const book = await service.book()
    const { body: first } = await must(accrue(book, 'e1', { idempotencyKey: 'once' }))
    await must(accrue(book, 'e1', { idempotencyKey: 'once' }))
    const body = { entity: 'e1', policy: 'annual', amount: '2', effectiveOn: '2026-01-01' }
    await must(service.call('POST', `/v1/books/${book}/accruals?dryRun=true`, { body }))
    expect((await accrue(book, 'e2', { key: 'another' })).status).toBe(401)
    await seen(trailOf(book), { action: 'recordAccrual' }, [
      { position: (first as JsonObject)['position'] },
      { problem: 'unauthenticated' },
    ])
  })

  test('each command of a bulk that was refused, and none that was recorded', async () => {
    const book = await service.book()
    const line = { policy: 'annual', effectiveOn: '2026-01-01' }
    const body = [
      { type: 'accrual', idempotencyKey: 'b1', entity: 'e1', amount: '1', ...line },
      { type: 'consumption', idempotencyKey: 'b2', entity: 'e2', amount: '1', ...line },
      { type: 'consumption', idempotencyKey: 'b3', entity: 'not an id', amount: '5', ...line },
    ]
    await must(service.call('POST', `/v1/books/${book}/bulk`, { body }))
    await must(service.call('POST', `/v1/books/${book}/bulk?dryRun=true`, { body }))
    await seen(trailOf(book), { action: 'recordBulk' }, [
      { entity: 'e2', outcome: 'refused', problem: 'insufficient-balance', times: 1 },
      { entity: null, outcome: 'refused', problem: 'invalid-request' },
    ])
  })

  test('about whom a request or a transaction is that was read, or not decided about', async () => {
    const book = await service.book()
    await must(accrue(book))
    const asked = { id: 'r1', entity: 'e1', policy: 'annual', from: '2026-02-02', to: '2026-02-02' }
    await must(service.call('POST', `/v1/books/${book}/requests`, { body: asked }))
    const headers = { 'daybook-actor': 'employee:e1' }
    const { status } = await service.call('POST', `/v1/books/${book}/requests/r1/approve`, {
      body: { expectedVersion: 1 },
      headers,
    })
    expect(status).toBe(403)
    const { body } = await must(service.call('GET', `/v1/books/${book}/requests/r1`))
    expect(body).toMatchObject({ entity: 'e1' })
    const { body: listed } = await must(service.call('GET', `/v1/books/${book}/transactions`))
    const [first] = (listed as { items: { id: string }[] }).items
    await must(service.call('GET', `/v1/books/${book}/transactions/${first!.id}`))
    await eventually(async () => {
      const all = await entries(trailOf(book), { entity: 'e1' })
      const beside = all.filter(({ entry, action }) => entry !== null && action !== 'listAudit')
      expect(beside).toMatchObject([
        {
          action: 'approveRequest',
          problem: 'own-request',
          subject: 'request:r1',
          actor: { type: 'employee', id: 'e1' },
        },
        { action: 'readRequest', subject: 'request:r1', outcome: 'accepted' },
        { action: 'readTransaction', subject: `transaction:${first!.id}` },
      ])
    })
  })

  test('who reads a calendar feed, by its id', async () => {
    const book = await service.book()
    await must(service.call('PUT', `/v1/books/${book}/entities/e1`, { body: {} }))
    const { body } = await must(service.call('POST', `/v1/books/${book}/calendar-feeds`, { body: { entity: 'e1' } }))
    const { id, url } = body as { id: string; url: string }
    await eventually(async () => expect((await service.call('GET', new URL(url).pathname)).status).toBe(200))
    await seen(trailOf(book), { actor: `feed:${id}` }, [
      { action: 'readCalendarFeed', entity: 'e1', subject: `feed:${id}` },
    ])
    await seen(trailOf(book), { action: 'createCalendarFeed' }, [{ outcome: 'accepted' }])
  })
})

describe('what is read of it', () => {
  test('by actor, action, outcome, entity and time', async () => {
    const book = await service.book()
    const { id, key } = await keyOf({ roles: [{ book, role: 'integration' }] })
    await must(accrue(book, 'e1', { key }))
    await service.call('POST', `/v1/books/${book}/accruals`, { body: {}, key })
    await must(service.call('GET', `/v1/books/${book}/balances?entity=e2`, { key }))
    await eventually(async () => expect(await entries(trailOf(book), { actor: `client:${id}` })).toHaveLength(3))
    const all = await entries(trailOf(book), { actor: `client:${id}` })
    const actions = async (query: Readonly<Record<string, string>>): Promise<string[]> =>
      (await entries(trailOf(book), { actor: `client:${id}`, ...query })).map(
        ({ action, outcome }) => `${action} ${outcome}`,
      )
    expect(await actions({})).toEqual(['recordAccrual accepted', 'recordAccrual refused', 'listBalances accepted'])
    expect(await actions({ action: 'recordAccrual' })).toHaveLength(2)
    expect(await actions({ outcome: 'refused' })).toEqual(['recordAccrual refused'])
    expect(await actions({ entity: 'e1' })).toEqual(['recordAccrual accepted'])
    expect(await actions({ entity: 'e2', action: 'listBalances' })).toEqual(['listBalances accepted'])
    const [first, , last] = all.map(({ at }) => at)
    const after = new Date(new Date(last!).getTime() + 1).toISOString()
    expect(await actions({ from: first!, to: after })).toHaveLength(3)
    expect(await actions({ from: after })).toEqual([])
    expect(await actions({ to: first! })).toEqual([])
    expect(await actions({ from: last! })).toContain('listBalances accepted')
    expect(await entries(trailOf(book), { actor: 'client:another' })).toEqual([])
  })

  test('by days of the book, both of them whole', async () => {
    const book = await service.book()
    const timeZone = 'Pacific/Kiritimati'
    await must(service.call('PUT', `/v1/books/${book}`, { body: { timeZone } }))
    const { at } = (await entries(trailOf(book), { action: 'defineBook' })).at(-1)!
    const today = dayIn(timeZone, new Date(at))
    const dayFromToday = (days: number): string =>
      new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10)
    const [before, after] = [dayFromToday(-1), dayFromToday(1)]
    const found = async (from: string, to: string): Promise<number> =>
      (await entries(trailOf(book), { action: 'defineBook', from, to })).length
    const all = await found(before, after)
    expect(all).toBeGreaterThan(1)
    expect(await found(today, today)).toBe(all)
    expect(await found(before, before)).toBe(0)
    expect(await found(after, after)).toBe(0)
  })

  test.each([
    ['from=yesterday', 'from'],
    ['to=2026-13-01T00:00:00Z', 'to'],
    ['to=2026-02-30', 'to'],
    ['from=2026-02-30T00:00:00Z', 'from'],
    ['actor=e1', 'actor'],
    ['outcome=maybe', 'outcome'],
    ['action=a%20b', 'action'],
    ['action=recordAccruals', 'action'],
    ['action=constructor', 'action'],
    ['cursor=abc', 'cursor'],
  ])('and not by %s', async (query, pointer) => {
    const book = await service.book()
    const { status, body } = await service.call('GET', `${trailOf(book)}?${query}`)
    expect({ status, body }).toMatchObject({ status: 400, body: { errors: [{ in: 'query', pointer: `/${pointer}` }] } })
  })

  test('and by every action that there is, each of which a refusal lists', async () => {
    const book = await service.book()
    const refused = await Promise.all(
      [trailOf(book), '/v1/audit'].map((trail) => service.call('GET', `${trail}?action=recordAccruals`)),
    )
    const listed = refused.map(({ body }) => {
      const { errors } = body as unknown as { readonly errors: readonly { readonly message: string }[] }
      return errors[0]!.message.replace('must be one of: ', '').split(', ')
    })
    expect(listed[0]).toEqual(listed[1])
    const actions = listed[0]!
    const calls = callsOf(service.app).flatMap(({ id, path }) => (path.startsWith('/v1/') ? [id] : []))
    expect(actions).toEqual(expect.arrayContaining(calls))
    // Of what is no call: that which jobs do, and which the trail says of itself.
    const others = actions.filter((action) => !calls.includes(action))
    expect(others).toEqual([
      'auditDropped',
      'auditSummarized',
      'eraseReasons',
      'lapseHold',
      'postEarned',
      'recountRequest',
      'unknown',
    ])
    for (const action of actions) await must(service.call('GET', `${trailOf(book)}?action=${action}&limit=1`))
    const { rows } = await service.backend.db.query<{ action: string }>('select distinct action from audit.entries')
    expect(rows.map(({ action }) => action).filter((action) => !actions.includes(action))).toEqual([])
  })

  test('page by page in one order, each once, while more is written', async () => {
    const book = await service.book()
    const write = async (number: number): Promise<void> => {
      await must(accrue(book, `e${number}`))
      await service.call('POST', `/v1/books/${book}/accruals`, { body: { entity: `e${number}` } })
      await must(service.call('GET', `/v1/books/${book}/entities/e${number}/balances`))
    }
    for (let number = 0; number < 8; number++) await write(number)
    await eventually(async () => expect(await entries(trailOf(book), { action: 'listEntityBalances' })).toHaveLength(8))
    const before = (await entries(trailOf(book))).map(nameOf)
    const walked: string[] = []
    let cursor: string | null = null
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`
      const { body } = await must(service.call('GET', `${trailOf(book)}?limit=5${query}`))
      const page = body as unknown as { items: Entry[]; nextCursor: string | null }
      walked.push(...page.items.map(nameOf))
      expect(page.items.length).toBeLessThanOrEqual(5)
      cursor = page.nextCursor
      if (walked.length < 20) await write(100 + walked.length)
    } while (cursor !== null)
    expect(new Set(walked).size).toBe(walked.length)
    expect(walked.filter((name) => before.includes(name))).toEqual(before)
    const ordered = await entries(trailOf(book))
    const times = ordered.map(({ at }) => at)
    expect(times).toEqual(times.toSorted())
  })

  test('as NDJSON, all of it, or as much as is asked for', async () => {
    const book = await service.book()
    for (let number = 0; number < 4; number++) await must(accrue(book, `e${number}`))
    const headers = { accept: 'application/x-ndjson' }
    const { text, headers: answered } = await must(
      service.call('GET', `${trailOf(book)}?action=recordAccrual`, { headers }),
    )
    expect(answered['content-type']).toMatch(/^application\/x-ndjson/)
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonObject)
    expect(lines).toEqual(await entries(trailOf(book), { action: 'recordAccrual' }))
    const { text: two } = await must(service.call('GET', `${trailOf(book)}?limit=2`, { headers }))
    expect(two.trimEnd().split('\n')).toHaveLength(2)
    const { text: none } = await must(service.call('GET', `${trailOf(book)}?actor=client:nobody-there`, { headers }))
    expect(none).toBe('')
  })
})

/** What one entry is known by. */
function nameOf({ entry, position }: Entry): string {
  return entry === null ? `recorded ${position}` : `beside ${entry}`
}

test('no secret is in it, wherever it is sent', async () => {
  const book = await service.book()
  const { id, key } = await keyOf({ roles: [{ book, role: 'admin' }] })
  const secret = 'quartz-secret-that-nobody-may-read'
  const body = {
    entity: 'e1',
    policy: 'annual',
    amount: '1',
    effectiveOn: '2026-01-01',
    reason: secret,
    reference: secret,
  }
  const line = { ...body, metadata: { note: secret } }
  for (const also of [{ key }, { key: secret }, { key: `dbk_${secret}` }, { key: null }, {}]) {
    const sent = { ...also, idempotencyKey: secret }
    await service.call('POST', `/v1/books/${book}/accruals`, { ...sent, body: line })
    await service.call('POST', `/v1/books/${book}/consumptions`, { ...sent, body: { ...line, amount: '900' } })
    await service.call('POST', `/v1/books/${book}/accruals`, {
      ...sent,
      body: { [secret]: secret, entity: { secret } },
    })
    await service.call('POST', `/v1/books/${book}/accruals?dryRun=${secret}`, { ...sent, body: line })
    await service.call('POST', `/v1/books/${book}/bulk`, {
      ...sent,
      body: [{ type: 'consumption', idempotencyKey: secret, ...line }],
    })
    await service.call('GET', `/v1/books/${book}/transactions?reference=${secret}&entity=e1`, also)
    await service.call('GET', `/v1/books/${book}/entities?q=${secret}`, also)
    await service.call('GET', `/v1/books/${book}/balances?cursor=${secret}`, also)
    await service.call('GET', `/v1/books/${book}/live?token=${secret}`, also)
    await service.call('GET', `/v1/feeds/${secret}.ics`, also)
    await service.call('POST', `/v1/keys/${secret}/rotate`, { ...also, body: { [secret]: 1 } })
    await service.call('DELETE', `/v1/keys/dbk_${secret}`, also)
    await service.call('GET', `/v1/${secret}`, also)
    await service.call('GET', `/v1/books/${book}/audit?action=${secret.replaceAll('-', '')}`, also)
    const headers = {
      'daybook-actor': secret,
      'daybook-client-id': `${secret}\u00e9`,
      authorization: `Basic ${secret}`,
      cookie: secret,
    }
    await service.call('POST', `/v1/books/${book}/accruals`, { ...sent, body: line, headers })
  }
  await must(service.call('DELETE', `/v1/keys/${id}`))
  await seen(trailOf(book), { action: 'endKey' }, [{ subject: `key:${id}` }])
  const { rows } = await service.backend.db.query<{ text: string }>('select e::text as text from audit.entries e')
  const texts = rows.map(({ text }) => text)
  expect(texts.length).toBeGreaterThan(20)
  expect(texts.filter((text) => /quartz|secret-that/.test(text) || text.includes(key.slice(21)))).toEqual([])
})

test('calls are answered while somebody keeps the audit trail from being written', async () => {
  const book = await service.book()
  const admin = openPool({ url: service.database.url, max: 1, applicationName: 'daybook test' })
  const client = await admin.connect()
  try {
    await client.query('begin')
    await client.query('lock table audit.entries, audit.head in access exclusive mode')
    for (let number = 0; number < 30; number++) {
      await must(accrue(book, `e${number}`))
      expect((await accrue(book, `e${number}`, { key: 'another' })).status).toBe(401)
      expect((await service.call('POST', `/v1/books/${book}/accruals`, { body: {} })).status).toBe(400)
      await must(service.call('GET', `/v1/books/${book}/entities/e${number}/balances`))
    }
  } finally {
    await client.query('rollback')
    client.release()
    await admin.end()
  }
  await eventually(async () => {
    const all = await entries(trailOf(book), { action: 'listEntityBalances' })
    expect(all.map(({ entity }) => entity)).toEqual(Array.from({ length: 30 }, (_, number) => `e${number}`))
  })
})
