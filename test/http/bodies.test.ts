import { beforeAll, describe, expect, test } from 'vitest'
import { ANY_AMOUNT, accrual } from '../support/builders.ts'
import { type JsonObject, matching, must, type Reply, serviceOfFile } from './service-of-file.ts'

/*
 * What JSON leaves open, and what two programs between sender and ledger may read in two ways, is refused and not guessed:
 * names that stand twice, marks and halves of characters, blanks at the ends of keys.
 */

const service = serviceOfFile()
/** The key of a machine. */
let machine: string
beforeAll(async () => {
  machine = await service.keyOf('integration')
})

const EARNED = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-31' }
const TEXT = JSON.stringify(EARNED)

function accrue(book: string, body: string | Buffer, idempotencyKey = 'k'): Promise<Reply> {
  return service.call('POST', `/v1/books/${book}/accruals`, { body, idempotencyKey })
}

function bulk(book: string, body: string, type = 'application/json'): Promise<Reply> {
  return service.call('POST', `/v1/books/${book}/bulk`, {
    body,
    headers: { 'content-type': type },
    idempotencyKey: null,
  })
}

async function positionOf(book: string): Promise<number> {
  const { body } = await must(service.call('GET', `/v1/books/${book}`))
  return (body as { position: number }).position
}

describe('a name that stands twice', () => {
  test.each<[what: string, call: string, body: string, pointer: string]>([
    ['in a command', 'POST accruals', TEXT.replace('"amount":"1"', '"amount":"1","amount":"100"'), '/amount'],
    ['with the same value', 'POST accruals', TEXT.replace('}', ',"entity":"e1"}'), '/entity'],
    ['once with an escape', 'POST accruals', TEXT.replace('}', ',"\\u0065ntity":"e2"}'), '/entity'],
    ['in metadata', 'POST accruals', TEXT.replace('}', ',"metadata":{"a/b":[0,{"c":1,"c":1}]}}'), '/metadata/a~1b/1/c'],
    ['that no schema knows', 'POST accruals', TEXT.replace('}', ',"__proto__":1,"__proto__":2}'), '/__proto__'],
    ['and is empty', 'POST accruals', TEXT.replace('}', ',"metadata":{"":1,"":2}}'), '/metadata/'],
    [
      'in a batch',
      'POST transactions',
      `{"transactions":[{"type":"accrual",${TEXT.slice(1)},{"type":"accrual","type":"adjustment",${TEXT.slice(1)}]}`,
      '/transactions/1/type',
    ],
    [
      'in a definition',
      'PUT policies/annual',
      '{"resource":"leave","unit":"day","scale":2,"dayExclusive":false,"overdraftLimit":"0","overdraftLimit":null}',
      '/overdraftLimit',
    ],
  ])('%s is refused, with its place', async (_what, call, body, pointer) => {
    const book = await service.book(ANY_AMOUNT)
    const before = await positionOf(book)
    const [method, path] = call.split(' ') as ['POST' | 'PUT', string]
    const reply = await service.call(method, `/v1/books/${book}/${path}`, { body })
    expect(reply).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ in: 'body', pointer, message: matching(/stands twice/) }] },
    })
    expect(await positionOf(book)).toBe(before)
  })

  test.each(['application/json', 'application/x-ndjson'])('in an item of %s refuses that item alone', async (type) => {
    const book = await service.book(ANY_AMOUNT)
    const item = (key: string, more = ''): string =>
      `{"idempotencyKey":"${key}","type":"accrual",${TEXT.slice(1, -1)}${more}}`
    const items = [
      item('a'),
      item('b', ',"amount":"100"'),
      item('c', ',"metadata":{"x":{"y":1,"y":1}}'),
      item('d', ',"idempotencyKey":"e"'),
      item('f', ',"reason":"\\ud800"'),
      item('g'),
    ]
    const reply = await bulk(book, type === 'application/json' ? `[${items.join(',')}]` : items.join('\n'), type)
    expect(reply.status).toBe(200)
    const outcomes = (
      type === 'application/json'
        ? reply.body
        : reply.text
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as JsonObject)
    ) as JsonObject[]
    const fault = (pointer: string): object => ({ status: 400, problem: { errors: [{ in: 'body', pointer }] } })
    expect(outcomes).toMatchObject([
      { status: 201 },
      fault('/amount'),
      fault('/metadata/x/y'),
      fault('/idempotencyKey'),
      fault('/reason'),
      { status: 201 },
    ])
  })

  test('in a bulk that is no list refuses it as a whole', async () => {
    const book = await service.book(ANY_AMOUNT)
    const reply = await bulk(book, '{"a":1,"a":1}')
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  })
})

test.each<[what: string, body: string, pointer: string, message: RegExp]>([
  ['a byte order mark', `\ufeff${TEXT}`, '', /byte order mark/],
  ['half a surrogate pair', TEXT.replace('}', ',"reason":"a\\ud83d"}'), '/reason', /half a surrogate pair/],
  [
    'half of one deep inside',
    TEXT.replace('}', ',"metadata":{"a":["","\\udca9"]}}'),
    '/metadata/a/1',
    /half a surrogate/,
  ],
  ['half of one in a name', TEXT.replace('}', ',"metadata":{"\\ud83d":1}}'), '', /name with half a surrogate pair/],
  ['NUL', TEXT.replace('}', ',"reason":"\\u0000"}'), '/reason', /\\u0000/],
  [
    'a name that cannot be read for certain',
    TEXT.replace('}', ',"metadata":{"a\\n":1}}'),
    '',
    /name with a quotation mark/,
  ],
])('%s is refused in its own words', async (_what, body, pointer, message) => {
  const book = await service.book(ANY_AMOUNT)
  const reply = await accrue(book, body)
  expect(reply).toMatchObject({ status: 400, body: { errors: [{ in: 'body', pointer, message: matching(message) }] } })
})

describe('a key', () => {
  test.each([' k', 'k ', ' ', '" k"', '"k "', '""', '"a"b"', '"a\\b"', 'k\t', 'ü'])(
    '%j is refused, in the header and in a bulk',
    async (key) => {
      const book = await service.book(ANY_AMOUNT)
      const before = await positionOf(book)
      const single = await accrue(book, TEXT, key)
      expect(single).toMatchObject({ status: 400, body: { errors: [{ in: 'header', pointer: '/Idempotency-Key' }] } })
      const { body } = await bulk(book, JSON.stringify([{ idempotencyKey: key, ...accrual('1') }]))
      expect(body).toMatchObject([{ status: 400, problem: { errors: [{ pointer: '/idempotencyKey' }] } }])
      expect(await positionOf(book)).toBe(before)
    },
  )

  test.each<[quoted: string, plain: string]>([
    ['"k"', 'k'],
    ['"a b"', 'a b'],
    ['"say \\"no\\" \\\\"', 'say "no" \\'],
    [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
    // One quotation mark quotes nothing.
    ['"k', '"k'],
    ['"', '"'],
  ])('%s is the key %s, in the header and in a bulk', async (quoted, plain) => {
    const book = await service.book(ANY_AMOUNT)
    const first = await must(accrue(book, TEXT, quoted))
    const { position } = first.body as { position: number }
    if (quoted !== plain) {
      const again = await must(accrue(book, TEXT, plain))
      expect(again).toMatchObject({ headers: { 'idempotency-replayed': 'true' }, text: first.text })
    }
    const { type, ...body } = { type: 'accrual', ...EARNED }
    const items = [
      { idempotencyKey: quoted, type, ...body },
      { idempotencyKey: plain, type, ...body },
    ]
    const outcomes = await must(bulk(book, JSON.stringify(items)))
    expect(outcomes.body).toMatchObject([
      { replayed: true, position },
      { replayed: true, position },
    ])
    const { body: page } = await service.call('GET', `/v1/books/${book}/events?after=${position - 1}`)
    expect(page).toMatchObject({ items: [{ idempotencyKey: plain }] })
  })

  test('as an HTTP client sends it, with blanks around, is the one without', async () => {
    const book = await service.book(ANY_AMOUNT)
    const url = await service.listen()
    const send = async (key: string): Promise<{ position: number }> => {
      const headers = { authorization: `Bearer ${machine}`, 'content-type': 'application/json', 'idempotency-key': key }
      const response = await fetch(`${url}/v1/books/${book}/accruals`, { method: 'POST', headers, body: TEXT })
      return (await response.json()) as { position: number }
    }
    const { position } = await send('  spaced\t ')
    expect(await send('spaced')).toMatchObject({ position })
  })
})
