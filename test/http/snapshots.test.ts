import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { accrual, consumption, day } from '../support/builders.ts'
import { digestOf } from '../support/ledger-record.ts'
import { type Json, type JsonObject, matching, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()
/** The key of a machine. */
let machine: string
beforeAll(async () => {
  machine = await service.keyOf('auditor')
})

async function payrollBook(): Promise<string> {
  const book = await service.book()
  await must(
    service.call('PUT', `/v1/books/${book}/policies/odd`, {
      body: { resource: 'odd', unit: 'a "unit", so', scale: 0, dayExclusive: false, overdraftLimit: null },
    }),
  )
  const transactions = [
    accrual('10'),
    consumption('0.5', { effectiveOn: day('2026-02-02'), portion: 'am' }),
    accrual('3', { entity: 'e2', policy: 'odd' }),
    accrual('7.25', { entity: 'E3', policy: 'wallet' }),
  ]
  await must(service.call('POST', `/v1/books/${book}/transactions`, { body: { transactions } }))
  return book
}

async function take(book: string, body: object = { asOf: '2026-03-31' }): Promise<JsonObject> {
  return (await must(service.call('POST', `/v1/books/${book}/snapshots`, { body }))).body as JsonObject
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function idOf(snapshot: JsonObject): string {
  return snapshot['id'] as string
}

function balancesOf(book: string, snapshot: JsonObject, accept: string, query = '') {
  return service.call('GET', `/v1/books/${book}/snapshots/${idOf(snapshot)}/balances${query}`, { headers: { accept } })
}

describe('taking a snapshot', () => {
  test('is answered with what it came to, and the same again under its key', async () => {
    const book = await payrollBook()
    const call = () =>
      service.call('POST', `/v1/books/${book}/snapshots`, {
        body: { asOf: '2026-03-31', name: 'March' },
        idempotencyKey: 'march',
      })
    const first = await call()
    expect(first).toMatchObject({ status: 201, headers: { 'daybook-position': '8' } })
    expect(first.body).toEqual({
      position: 8,
      recordedAt: matching(/Z$/),
      hash: matching(/^[0-9a-f]{64}$/),
      id: '8',
      name: 'March',
      asOf: '2026-03-31',
      knownAt: 7,
      resource: null,
      policy: null,
      entities: null,
      count: 3,
      digest: matching(/^[0-9a-f]{64}$/),
    })
    expect(await call()).toMatchObject({ status: 201, text: first.text, headers: { 'idempotency-replayed': 'true' } })
    expect((await must(service.call('GET', `/v1/books/${book}/snapshots/8`))).body).toEqual(first.body)
    expect((await must(service.call('GET', `/v1/books/${book}/snapshots`))).body).toEqual({
      items: [first.body],
      nextCursor: null,
    })
  })

  test('a dry run says what it would come to', async () => {
    const book = await payrollBook()
    const reply = await service.call('POST', `/v1/books/${book}/snapshots?dryRun=true`, {
      body: { asOf: '2026-03-31' },
    })
    expect(reply).toMatchObject({ status: 200, body: { count: 3, knownAt: 7 } })
    expect(reply.body).toMatchObject({ id: null, position: null, recordedAt: null, hash: null })
    expect((await must(service.call('GET', `/v1/books/${book}/snapshots`))).body).toMatchObject({ items: [] })
  })

  test.each<[what: string, body: Json, status: number, problem: object]>([
    ['no day', {}, 400, { errors: [{ in: 'body', pointer: '/asOf' }] }],
    ['a day that no month has', { asOf: '2026-02-30' }, 400, { errors: [{ in: 'body', pointer: '/asOf' }] }],
    ['an unknown member', { asOf: '2026-03-31', entity: 'e1' }, 400, { errors: [{ in: 'body', pointer: '/entity' }] }],
    ['no entities', { asOf: '2026-03-31', entities: [] }, 400, { errors: [{ in: 'body', pointer: '/entities' }] }],
    [
      'an entity that is no id',
      { asOf: '2026-03-31', entities: ['e 1'] },
      400,
      { errors: [{ in: 'body', pointer: '/entities/0' }] },
    ],
    [
      'too many entities',
      { asOf: '2026-03-31', entities: Array.from({ length: 1_001 }, (_, n) => `e${n}`) },
      400,
      { errors: [{ in: 'body', pointer: '/entities' }] },
    ],
    ['a name of two lines', { asOf: '2026-03-31', name: 'a\nb' }, 400, { errors: [{ in: 'body', pointer: '/name' }] }],
    [
      'a policy that is not there',
      { asOf: '2026-03-31', policy: 'none' },
      422,
      { code: 'unknown-policy', policy: 'none' },
    ],
  ])('%s is a clear problem, and changes nothing', async (_what, body, status, problem) => {
    const book = await payrollBook()
    const before = await digestOf(service.backend.db)
    expect(await service.call('POST', `/v1/books/${book}/snapshots`, { body })).toMatchObject({ status, body: problem })
    expect(await digestOf(service.backend.db)).toBe(before)
  })

  test('what is not there is not found', async () => {
    const book = await payrollBook()
    for (const path of ['snapshots/999', 'snapshots/999/balances', 'snapshots/999/changes', 'snapshots/7']) {
      expect(await service.call('GET', `/v1/books/${book}/${path}`)).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      })
    }
    for (const path of [
      'snapshots/0',
      'snapshots/x',
      'snapshots/8.1/balances',
      'snapshots?limit=0',
      'snapshots?cursor=AAAA',
    ]) {
      expect(await service.call('GET', `/v1/books/${book}/${path}`)).toMatchObject({ status: 400 })
    }
    for (const path of ['snapshots', 'snapshots/8', 'snapshots/8/changes']) {
      expect(await service.call('GET', `/v1/books/nowhere/${path}`)).toMatchObject({ status: 404 })
    }
    expect(await service.call('POST', '/v1/books/nowhere/snapshots', { body: { asOf: '2026-03-31' } })).toMatchObject({
      status: 404,
      body: { code: 'unknown-book' },
    })
  })
})

describe('the balances of a snapshot', () => {
  test('as NDJSON have the digest of the snapshot', async () => {
    const book = await payrollBook()
    const snapshot = await take(book)
    await must(service.call('POST', `/v1/books/${book}/transactions`, { body: { transactions: [accrual('5')] } }))
    const { status, headers, text } = await balancesOf(book, snapshot, 'application/x-ndjson')
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 200,
      type: 'application/x-ndjson; charset=utf-8',
    })
    expect(sha256(text)).toBe(snapshot['digest'])
    const lines = text.split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[1]).toBe(
      '{"accrued":"10.00","adjusted":"0.00","asOf":"2026-03-31","available":"9.50","consumed":"0.50","entity":"e1","knownAt":7,"pending":"0.00","policy":"annual","resource":"leave","spendable":"9.50","unit":"day","version":2}',
    )
    const none = await take(book, { asOf: '2026-03-31', resource: 'none' })
    expect(await balancesOf(book, none, 'application/x-ndjson')).toMatchObject({ status: 200, text: '' })
    expect(none).toMatchObject({ count: 0, digest: sha256('') })
  })

  test('as CSV stand under their names, as RFC 4180 has it', async () => {
    const book = await payrollBook()
    const snapshot = await take(book)
    const { status, headers, text } = await balancesOf(book, snapshot, 'text/csv')
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 200,
      type: 'text/csv; charset=utf-8; header=present',
    })
    expect(text).toBe(
      [
        'entity,policy,resource,unit,asOf,knownAt,accrued,consumed,pending,adjusted,available,spendable,version',
        'E3,wallet,money,euro,2026-03-31,7,7.25,0.00,0.00,0.00,7.25,12.25,1',
        'e1,annual,leave,day,2026-03-31,7,10.00,0.50,0.00,0.00,9.50,9.50,2',
        'e2,odd,odd,"a ""unit"", so",2026-03-31,7,3,0,0,0,3,,1',
        '',
      ].join('\r\n'),
    )
  })

  test('as pages are the same balances', async () => {
    const book = await payrollBook()
    const snapshot = await take(book)
    const ndjson = (await balancesOf(book, snapshot, 'application/x-ndjson')).text
    let lines = ''
    let query = '?limit=2'
    for (;;) {
      const { body } = await must(balancesOf(book, snapshot, 'application/json', query))
      const { items, nextCursor } = body as { items: Json[]; nextCursor: string | null }
      lines += items.map((item) => `${JSON.stringify(item)}\n`).join('')
      if (nextCursor === null) break
      query = `?limit=2&cursor=${nextCursor}`
    }
    expect(lines).toBe(ndjson)
  })

  test.each(['application/x-ndjson', 'text/csv'])('as %s do not come in pages', async (accept) => {
    const book = await payrollBook()
    const snapshot = await take(book)
    expect(await balancesOf(book, snapshot, accept, '?limit=5')).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ in: 'query', pointer: '/limit' }] },
    })
  })

  test('that do not have their digest any more are cut off, so that nobody takes them for those', async () => {
    const book = await payrollBook()
    const snapshot = await take(book)
    const url = await service.listen()
    const { Client } = await import('pg')
    const admin = new Client({ connectionString: service.database.url })
    await admin.connect()
    await admin.query('begin; set local session_replication_role = replica')
    await admin.query(
      `update ledger.transactions set amount = 11 where book_id = $1 and line = 1 and entity_id = 'e1'`,
      [book],
    )
    await admin.query('commit')
    await admin.end()
    const answer = await fetch(`${url}/v1/books/${book}/snapshots/${idOf(snapshot)}/balances`, {
      headers: { authorization: `Bearer ${machine}`, accept: 'application/x-ndjson' },
    })
    await expect(answer.text()).rejects.toThrow()
  })
})

describe('the changes since a snapshot', () => {
  test('are told by account', async () => {
    const book = await payrollBook()
    const snapshot = await take(book)
    const path = `/v1/books/${book}/snapshots/${idOf(snapshot)}/changes`
    expect((await must(service.call('GET', path))).body).toEqual({
      items: [],
      nextCursor: null,
      asOf: '2026-03-31',
      knownAt: 8,
    })
    const { body } = await must(
      service.call('POST', `/v1/books/${book}/transactions`, { body: { transactions: [accrual('5'), accrual('1')] } }),
    )
    const { position } = body as { position: number }
    expect((await must(service.call('GET', path))).body).toEqual({
      items: [
        {
          entity: 'e1',
          policy: 'annual',
          then: '9.50',
          now: '15.50',
          difference: '6.00',
          transactions: [`${position}.1`, `${position}.2`],
          transactionCount: 2,
        },
      ],
      nextCursor: null,
      asOf: '2026-03-31',
      knownAt: position,
    })
  })
})

describe('many at once', () => {
  test('whole snapshots are sent to whoever asks, also beside those who read theirs late', async () => {
    const book = await service.book()
    for (let batch = 0; batch < 12; batch++) {
      const transactions = Array.from({ length: 1_000 }, (_, number) => accrual('1', { entity: `e${batch}-${number}` }))
      await must(service.call('POST', `/v1/books/${book}/transactions`, { body: { transactions } }))
    }
    const snapshot = await take(book)
    const origin = await service.listen(await service.another({}))
    const url = `${origin}/v1/books/${book}/snapshots/${idOf(snapshot)}/balances`
    const ask = () => fetch(url, { headers: { authorization: `Bearer ${machine}`, accept: 'application/x-ndjson' } })
    // More than the connection holds of each: it waits to be read.
    const late = await Promise.all(Array.from({ length: 6 }, ask))
    const prompt = await Promise.all(Array.from({ length: 2 }, async () => (await ask()).text()))
    expect(prompt.map(sha256)).toEqual(Array.from(prompt, () => snapshot['digest']))
    expect(await take(book)).toMatchObject({ count: 12_000 })
    const read = await Promise.all(late.map((reply) => reply.text()))
    expect(read.map(sha256)).toEqual(Array.from(read, () => snapshot['digest']))
  })

  test('one command sent many times at once, beside others: every answer is the first one', async () => {
    const book = await payrollBook()
    const post = (idempotencyKey: string) =>
      service.call('POST', `/v1/books/${book}/snapshots`, { body: { asOf: '2026-03-31' }, idempotencyKey })
    const [others, same] = await Promise.all([
      Promise.all(Array.from({ length: 12 }, (_, number) => post(`other-${number}`))),
      Promise.all(Array.from({ length: 12 }, () => post('once'))),
    ])
    expect(new Set([...others, ...same].map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(same.map(({ text }) => text)).size).toBe(1)
  })
})
