import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkOf } from '../../src/contract/compile.ts'
import { Transactions } from '../../src/contract/schemas/lines.ts'
import { bootstrapKey, type Json, type JsonObject, matching, type Request, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile({ bodyLimitBytes: 20_000 })
const KEY = bootstrapKey({ because: 'it is the one that is recognised without looking it up' })
let book: string
beforeAll(async () => {
  book = await service.book()
})

const earned = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-31' }

function accrue(request: Request) {
  return service.call('POST', `/v1/books/${book}/accruals`, request)
}

async function faultsOf(path: string, body: unknown): Promise<{ pointer: string; message: string }[]> {
  const method = /policies|entities/.test(path) || path === '' ? 'PUT' : 'POST'
  const reply = await service.call(method, `/v1/books/${book}${path}`, { body })
  expect(reply).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  const { errors } = reply.body as { errors: { in: string; pointer: string; message: string }[] }
  expect(errors.every((error) => error.in === 'body')).toBe(true)
  return errors
}

describe('a member that does not fit is named by its pointer', () => {
  test.each<[what: string, path: string, body: Json, pointer: string]>([
    ['a number for a quantity', '/accruals', { ...earned, amount: 1 }, '/amount'],
    ['nothing earned', '/accruals', { ...earned, amount: '0.00' }, '/amount'],
    ['less than nothing', '/consumptions', { ...earned, amount: '-1' }, '/amount'],
    ['19 integer digits', '/accruals', { ...earned, amount: '1000000000000000000' }, '/amount'],
    ['an exponent', '/accruals', { ...earned, amount: '1e3' }, '/amount'],
    ['a leading zero', '/accruals', { ...earned, amount: '01' }, '/amount'],
    ['a plus sign', '/adjustments', { ...earned, amount: '+1' }, '/amount'],
    ['nothing corrected', '/adjustments', { ...earned, amount: '-0' }, '/amount'],
    ['a day that no month has', '/accruals', { ...earned, effectiveOn: '2026-02-29' }, '/effectiveOn'],
    ['a day before 1900', '/accruals', { ...earned, effectiveOn: '1899-12-31' }, '/effectiveOn'],
    ['an instant for a day', '/accruals', { ...earned, effectiveOn: '2026-01-31T00:00:00Z' }, '/effectiveOn'],
    ['an id with a space', '/accruals', { ...earned, entity: 'e 1' }, '/entity'],
    ['an id that is too long', '/accruals', { ...earned, entity: 'x'.repeat(129) }, '/entity'],
    ['an id of the wrong type', '/accruals', { ...earned, policy: null }, '/policy'],
    ['a missing member', '/accruals', { ...earned, policy: undefined as never }, '/policy'],
    ['an unknown member', '/accruals', { ...earned, 'a/b~c': 1 }, '/a~1b~0c'],
    ['a member that another command has', '/accruals', { ...earned, portion: 'am' }, '/portion'],
    ['a prototype', '/accruals', JSON.parse(`{"__proto__":{"amount":"1"}}`) as Json, '/entity'],
    ['a portion that is none', '/consumptions', { ...earned, portion: 'noon' }, '/portion'],
    ['a version below zero', '/accruals', { ...earned, expectedVersion: -1 }, '/expectedVersion'],
    ['a version that is no whole number', '/accruals', { ...earned, expectedVersion: 1.5 }, '/expectedVersion'],
    ['a reference of two lines', '/accruals', { ...earned, reference: 'a\nb' }, '/reference'],
    ['a reference that is too long', '/accruals', { ...earned, reference: 'x'.repeat(256) }, '/reference'],
    ['a reason that is too long', '/accruals', { ...earned, reason: 'x'.repeat(2_001) }, '/reason'],
    ['metadata that are no object', '/accruals', { ...earned, metadata: [] }, '/metadata'],
    ['metadata that are too large', '/accruals', { ...earned, metadata: { a: 'x'.repeat(16_400) } }, '/metadata'],
    ['a transaction without a line', '/reversals', { transaction: '5' }, '/transaction'],
    ['a transaction at 0', '/reversals', { transaction: '0.1' }, '/transaction'],
    ['text for a boolean', '/reversals', { transaction: '5.1', allowNegative: 'true' }, '/allowNegative'],
    ['no lines', '/transactions', { transactions: [] }, '/transactions'],
    ['1001 lines', '/transactions', { transactions: Array<Json>(1_001).fill({}) }, '/transactions'],
    ['a line without a type', '/transactions', { transactions: [earned] }, '/transactions/0'],
    ['a line of no type there is', '/transactions', { transactions: [{ ...earned, type: 'gift' }] }, '/transactions/0'],
    [
      'a wrong line',
      '/transactions',
      { transactions: [{ ...earned, type: 'accrual', amount: 2 }] },
      '/transactions/0/amount',
    ],
    ['a body that is a list', '/accruals', [], ''],
    ['a time zone that is none', '', { timeZone: 'Mars/Olympus' }, '/timeZone'],
    ['a scale of 9', '/policies/p', { ...policyBody(), scale: 9 }, '/scale'],
    ['an overdraft below zero', '/policies/p', { ...policyBody(), overdraftLimit: '-1' }, '/overdraftLimit'],
    ['an overdraft that is a number', '/policies/p', { ...policyBody(), overdraftLimit: 5 }, '/overdraftLimit'],
    ['an e-mail address that is none', '/entities/e1', { email: 'ada@example' }, '/email'],
    ['a personnel number with a blank at its end', '/entities/e1', { personnelNumber: '17 ' }, '/personnelNumber'],
    ['a personnel number that is a number', '/entities/e1', { personnelNumber: 17 }, '/personnelNumber'],
    ['an empty name', '/entities/e1', { name: '' }, '/name'],
    ['a manager that is no id', '/entities/e1', { manager: 'm 1' }, '/manager'],
  ])('%s', async (_what, path, body, pointer) => {
    expect((await faultsOf(path, body)).map((fault) => fault.pointer)).toContain(pointer)
  })

  test('all of them at once, and in words', async () => {
    expect(
      await faultsOf('/accruals', { entity: '', amount: '0', effectiveOn: 'today', policy: 'annual', extra: 1 }),
    ).toEqual([
      { in: 'body', pointer: '/entity', message: matching(/^must be an id: 1 to 128 letters/) },
      {
        in: 'body',
        pointer: '/amount',
        message: matching(/^must be a decimal number .* greater than zero$/),
      },
      {
        in: 'body',
        pointer: '/effectiveOn',
        message: matching(/^must be a day that exists, as YYYY-MM-DD/),
      },
      { in: 'body', pointer: '/extra', message: 'is not known here' },
    ])
  })

  test('but no more than twenty', async () => {
    const { length } = await faultsOf('/transactions', { transactions: Array<Json>(100).fill({ type: 'accrual' }) })
    expect(length).toBe(20)
  })
})

describe('a body that is no JSON the service takes', () => {
  const text = JSON.stringify(earned)
  test.each<[what: string, body: string | Buffer]>([
    ['nothing', ''],
    ['half of it', text.slice(0, -1)],
    ['something behind it', `${text}{}`],
    ['a trailing comma', text.replace('}', ',}')],
    ['a byte order mark', `\ufeff${text}`],
    ['bytes that are not UTF-8', Buffer.from(text.replace('e1', 'é'), 'latin1')],
    ['NUL', text.replace('e1', '\\u0000')],
    ['NUL in a name', text.replace('entity', 'entity\\u0000')],
    ['half a surrogate pair', text.replace('}', ',"reason":"\\ud83d"}')],
    ['half a surrogate pair in metadata', text.replace('}', ',"metadata":{"a":["\\udca9"]}}')],
    ['a number beyond all bounds', text.replace('}', ',"metadata":{"a":1e999}}')],
    ['a whole number that no double holds', text.replace('}', ',"metadata":{"a":12345678901234567890}}')],
    ['__proto__ in metadata', text.replace('}', ',"metadata":{"a":{"\\u005f_proto__":{}}}}')],
    ['more than 64 levels', text.replace('}', `,"metadata":{"a":${'['.repeat(64)}${']'.repeat(64)}}}`)],
    ['nothing but brackets', '['.repeat(20_000)],
  ])('%s', async (_what, body) => {
    const reply = await accrue({ body })
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  })

  test.each<[what: string, metadata: string]>([
    ['whole surrogate pairs', '{"a":"\\ud83d\\udca9"}'],
    ['an escaped backslash before what looks like an escape', '{"a":"\\\\u0000"}'],
    ['a member named constructor', '{"constructor":{"prototype":1},"toString":null}'],
    ['brackets in a string, quoted quotes', `{"a":"${'['.repeat(100)}\\"${'{'.repeat(100)}"}`],
    ['62 levels in metadata', `{"a":${'['.repeat(62)}${']'.repeat(62)}}`],
  ])('not so: %s', async (_what, metadata) => {
    const reply = await accrue({ body: text.replace('}', `,"metadata":${metadata}}`) })
    expect(reply.status).toBe(201)
    const { position } = reply.body as { position: number }
    const events = await service.call('GET', `/v1/books/${book}/events?after=${position - 1}`)
    const [event] = (events.body as { items: JsonObject[] }).items
    expect((event!['erasable'] as JsonObject)['metadata']).toEqual(JSON.parse(metadata))
  })
})

describe('bodies', () => {
  test('of another media type are refused', async () => {
    for (const type of ['text/plain', 'application/xml', 'application/x-ndjson', 'application/x-www-form-urlencoded']) {
      const reply = await accrue({ body: JSON.stringify(earned), headers: { 'content-type': type } })
      expect(reply).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } })
    }
  })

  test('that are too large are refused', async () => {
    const reply = await accrue({ body: { ...earned, reason: 'x'.repeat(20_000) } })
    expect(reply).toMatchObject({ status: 413, body: { code: 'too-large' } })
  })

  test('that are missing are refused', async () => {
    const reply = await accrue({ headers: { 'content-type': 'application/json' } })
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    expect((await accrue({})).status).toBe(400)
  })
})

describe('queries, paths and headers', () => {
  test.each([
    ['an unknown parameter', 'balances?entitiy=e1', '/entitiy'],
    ['a parameter twice', 'balances?entity=e1&entity=e2', '/entity'],
    ['an empty parameter', 'balances?entity=', '/entity'],
    ['a limit of 0', 'transactions?limit=0', '/limit'],
    ['a limit of 1001', 'transactions?limit=1001', '/limit'],
    ['a limit with a sign', 'transactions?limit=%2B5', '/limit'],
    ['a limit that is none', 'transactions?limit=5.0', '/limit'],
    ['a cursor that is none', 'transactions?cursor=AAAA', '/cursor'],
    ['a cursor with other characters', 'transactions?cursor=a%00b', '/cursor'],
    ['a type that is none', 'transactions?type=gift', '/type'],
    ['a day that is none', 'balances?asOf=2026-13-01', '/asOf'],
    ['an instant on 30 February', 'balances?knownAt=2026-02-30T10:00:00Z', '/knownAt'],
    ['an instant at hour 24', 'balances?knownAt=2026-02-10T24:00:00Z', '/knownAt'],
    ['an instant without an offset', 'balances?knownAt=2026-02-10T10:00:00', '/knownAt'],
    ['a position below zero', 'events?after=-1', '/after'],
    ['NUL in a text', 'entities?q=%00', '/q'],
    ['a statement of no policy', 'entities/e1/statement', '/policy'],
    ['a query where none is known', 'policies/annual?limit=1', '/limit'],
  ])('%s', async (_what, path, pointer) => {
    const reply = await service.call('GET', `/v1/books/${book}/${path}`)
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ in: 'query', pointer }] } })
  })

  test('a dry run is true or false', async () => {
    for (const dryRun of ['1', 'TRUE', '', 'yes']) {
      const reply = await service.call('POST', `/v1/books/${book}/accruals?dryRun=${dryRun}`, { body: earned })
      expect(reply).toMatchObject({ status: 400, body: { errors: [{ in: 'query', pointer: '/dryRun' }] } })
    }
  })

  test.each([
    ['/v1/books/a%20b', '/book'],
    [`/v1/books/${'x'.repeat(129)}`, '/book'],
    [`/v1/books/${'%41'.repeat(2_000)}`, '/book'],
    ['/v1/books/-main', '/book'],
    ['/v1/books/main/transactions/1', '/transaction'],
    ['/v1/books/main/policies/a%2Fb', '/policy'],
    ['/v1/books/%E9', ''],
  ])('an address with what is no id: %s', async (url, pointer) => {
    const reply = await service.call('GET', url)
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ in: 'path', pointer }] } })
  })

  test.each(['root', 'guest:g1', 'admin:', 'admin:a b', 'admin:root,admin:root'])(
    'an actor that is none: %s',
    async (actor) => {
      const reply = await accrue({ body: earned, headers: { 'daybook-actor': actor } })
      expect(reply).toMatchObject({ status: 400, body: { errors: [{ in: 'header', pointer: '/Daybook-Actor' }] } })
    },
  )

  test('addresses and methods that do not exist', async () => {
    expect(await service.call('GET', '/v1/nothing')).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(await service.call('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(await service.call('GET', '/v1/books/')).toMatchObject({ status: 400 })
    const deleted = await service.call('DELETE', `/v1/books/${book}`)
    expect(deleted).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD, PUT' },
      body: { code: 'method-not-allowed' },
    })
    expect(await service.call('POST', '/livez')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
  })
})

describe('without a key', () => {
  test.each([
    ['GET', '/v1/books'],
    ['GET', '/v1/nothing'],
    ['GET', '/v1/'],
    ['GET', '/%761/books'],
    ['GET', '/v1/books/%zz'],
    ['DELETE', '/v1/books'],
    ['POST', '/v1/books/main/accruals'],
    ['POST', '/v1/books/main/bulk'],
  ] as const)('nothing is looked at: %s %s', async (method, url) => {
    const body = method === 'POST' ? { body: '{' } : {}
    const reply = await service.call(method, url, { key: null, ...body })
    expect(reply).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="daybook"', 'cache-control': 'no-store' },
      body: { code: 'unauthenticated' },
    })
  })

  test.each(['Bearer wrong', 'Bearer', 'Basic dGVzdC1rZXk6', `Bearer ${KEY} extra`, KEY, `Bearer ${KEY}${KEY}`])(
    'nor with %s',
    async (authorization) => {
      const reply = await service.call('GET', '/v1/books', { key: null, headers: { authorization } })
      expect(reply.status).toBe(401)
      expect(reply.text).not.toContain(authorization)
    },
  )

  test('the scheme may be written in any case', async () => {
    const reply = await service.call('GET', '/v1/books', { key: null, headers: { authorization: `bearer  ${KEY}` } })
    expect(reply.status).toBe(200)
  })

  // Headers that were let through are remembered, and no other.
  test('law: whoever asked before, a call is let through with the key and not without', async () => {
    const spaces = fc.integer({ min: 1, max: 40 }).map((count) => ' '.repeat(count))
    const key = fc.constantFrom(KEY, `${KEY.slice(0, -1)}z`, KEY.slice(0, -1), `${KEY}y`, KEY.toUpperCase())
    const scheme = fc.constantFrom('Bearer', 'bearer', 'BEARER', 'Basic')
    const header = fc.tuple(scheme, spaces, key, fc.constantFrom('', ' ', '   '))
    await fc.assert(
      fc.asyncProperty(fc.array(header, { minLength: 1, maxLength: 60 }), async (headers) => {
        for (const parts of headers) {
          const reply = await service.call('GET', '/v1/books?limit=1', {
            key: null,
            headers: { authorization: parts.join('') },
          })
          expect(reply.status).toBe(parts[0] !== 'Basic' && parts[2] === KEY ? 200 : 401)
        }
      }),
      { numRuns: 20 },
    )
  })
})

// Two things say whether a body fits: the compiled check, and the search for what is wrong with it.
test('law: what does not fit has a fault, and what fits has none', () => {
  const check = checkOf(Transactions, 'body')
  const validator = Compile(Transactions)
  const members = fc.oneof(
    fc.constantFrom<unknown>('1', '0', 'e1', '2026-01-31', 'am', 'accrual', 'reversal', '5.1', true, 3, null, {}),
  )
  const line = fc.dictionary(
    fc.constantFrom(
      'type',
      'entity',
      'policy',
      'amount',
      'effectiveOn',
      'portion',
      'transaction',
      'metadata',
      '__proto__',
      'x',
    ),
    members,
  )
  const sound = fc.constant({ type: 'accrual', ...earned })
  const body = fc.record({ transactions: fc.array(fc.oneof(line, sound), { maxLength: 3 }) })
  fc.assert(
    fc.property(fc.oneof(body, members), (value) => {
      const checked = check(value)
      expect('faults' in checked).toBe(!validator.Check(value))
      if ('faults' in checked) expect(checked.faults.length).toBeGreaterThan(0)
    }),
  )
})

function policyBody(): JsonObject {
  return { resource: 'leave', unit: 'day', scale: 2, dayExclusive: false, overdraftLimit: '0' }
}
