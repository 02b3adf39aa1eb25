import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvHeader, csvLines, type ShownBalance } from '../../src/http/routes/balance-csv.ts'
import { csvFormOf } from '../../src/http/routes/csv-form.ts'
import { accrual, consumption, day } from '../support/builders.ts'
import { fieldsOf } from '../support/csv.ts'
import { matching, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()
const CSV = { headers: { accept: 'text/csv' } }

async function filledBook(): Promise<string> {
  const book = await service.book()
  const define = (path: string, body: object) => must(service.call('PUT', `/v1/books/${book}/${path}`, { body }))
  await define('policies/odd', {
    resource: 'odd',
    unit: '=a;"b",c',
    scale: 0,
    dayExclusive: false,
    overdraftLimit: null,
  })
  await define('policies/loan', { resource: 'x', unit: 'euro', scale: 2, dayExclusive: false, overdraftLimit: '90' })
  await define('entities/e1', { personnelNumber: '00017', email: '+ada@example.com' })
  await define('entities/e2', { personnelNumber: '=HYPERLINK("http://x.test";"y")' })
  const transactions = [
    accrual('10'),
    consumption('0.5', { effectiveOn: day('2026-02-02'), portion: 'am' }),
    accrual('3', { entity: 'e2', policy: 'odd' }),
    consumption('7.25', { entity: 'e3', policy: 'loan' }),
  ]
  await must(service.call('POST', `/v1/books/${book}/transactions`, { body: { transactions } }))
  return book
}

function listed(book: string, query = '') {
  return service.call('GET', `/v1/books/${book}/balances?asOf=2026-03-31${query}`, CSV)
}

const lines = (...lines: string[]) => [...lines, ''].join('\r\n')

describe('balances as CSV', () => {
  test('are those of the JSON, as RFC 4180 has records', async () => {
    const book = await filledBook()
    const { status, headers, text } = await listed(book)
    expect({ status, type: headers['content-type'], position: headers['daybook-position'] }).toEqual({
      status: 200,
      type: 'text/csv; charset=utf-8; header=present',
      position: matching(/^[0-9]+$/),
    })
    expect(text).toBe(
      lines(
        'entity,policy,resource,unit,asOf,knownAt,accrued,consumed,pending,adjusted,available,spendable,version',
        'e1,annual,leave,day,2026-03-31,10,10.00,0.50,0.00,0.00,9.50,9.50,2',
        `e2,odd,odd,"'=a;""b"",c",2026-03-31,10,3,0,0,0,3,,1`,
        'e3,loan,x,euro,2026-03-31,10,0.00,7.25,0.00,0.00,-7.25,82.75,1',
      ),
    )
    expect(headers['link']).toBeUndefined()
    const ofEntity = await service.call('GET', `/v1/books/${book}/entities/e3/balances?asOf=2026-03-31`, CSV)
    expect(ofEntity.text.split('\r\n')[1]).toBe(text.split('\r\n')[3])
    expect(await service.call('GET', `/v1/books/${book}/balances`)).toMatchObject({ body: { nextCursor: null } })
  })

  test('have a semicolon and a decimal comma where that is asked for, in quantities alone', async () => {
    const book = await filledBook()
    const rows = [
      'e1;annual;leave;day;2026-03-31;10;10,00;0,50;0,00;0,00;9,50;9,50;2',
      `e2;odd;odd;"'=a;""b"",c";2026-03-31;10;3;0;0;0;3;;1`,
      'e3;loan;x;euro;2026-03-31;10;0,00;7,25;0,00;0,00;-7,25;82,75;1',
    ]
    for (const query of ['&delimiter=;&decimal=,', '&delimiter=%3B&decimal=%2C', '&decimal=,']) {
      expect((await listed(book, query)).text.split('\r\n').slice(1)).toEqual([...rows, ''])
    }
    const tabs = (await listed(book, '&delimiter=%09&decimal=,&policy=odd')).text
    expect(tabs.split('\r\n')[1]).toBe(`e2\todd\todd\t"'=a;""b"",c"\t2026-03-31\t10\t3\t0\t0\t0\t3\t\t1`)
  })

  test('have the columns that are asked for, and text that a spreadsheet would compute is text', async () => {
    const book = await filledBook()
    const { text } = await listed(book, '&columns=personnelNumber,email,available,entity&delimiter=;')
    expect(text).toBe(
      lines(
        'personnelNumber;email;available;entity',
        `00017;'+ada@example.com;9.50;e1`,
        `"'=HYPERLINK(""http://x.test"";""y"")";;3;e2`,
        ';;-7.25;e3',
      ),
    )
  })

  test('come in pages, each with the address of the next, and together are the whole', async () => {
    const book = await filledBook()
    const url = `http://service.test/v1/books/${book}/balances?limit=1&delimiter=;&decimal=,&asOf=2026-03-31&columns=entity,available`
    const pages: string[] = []
    for (let next: string | undefined = url; next !== undefined && pages.length < 9; ) {
      const { pathname, search }: URL = new URL(next)
      const { headers, text } = await must(service.call('GET', pathname + search, CSV))
      pages.push(text)
      // Written between two pages: a walk stays where it began.
      await must(service.call('POST', `/v1/books/${book}/transactions`, { body: { transactions: [accrual('1')] } }))
      const link = /^<(\?[^>]*)>; rel="next"$/.exec((headers['link'] as string | undefined) ?? '')
      next = link === null ? undefined : new URL(link[1]!, next).href
    }
    const head = 'entity;available'
    expect(pages).toEqual([lines(head, 'e1;9,50'), lines(head, 'e2;3'), lines(head, 'e3;-7,25')])
  })

  test.each([
    ['a delimiter that is none', 'delimiter=x', 'text/csv', '/delimiter'],
    ['a delimiter of two characters', 'delimiter=;;', 'text/csv', '/delimiter'],
    ['a decimal that is none', 'decimal=;', 'text/csv', '/decimal'],
    ['a delimiter that is the decimal comma', 'delimiter=,&decimal=,', 'text/csv', '/delimiter'],
    ['an unknown column', 'columns=entity,salary', 'text/csv', '/columns'],
    ['a column twice', 'columns=entity,entity', 'text/csv', '/columns'],
    ['no column', 'columns=', 'text/csv', '/columns'],
    ['a delimiter of JSON', 'delimiter=;', 'application/json', '/delimiter'],
    ['columns of whatever is liked', 'columns=entity', '*/*', '/columns'],
  ])('%s is refused, of snapshots too', async (_what, query, accept, pointer) => {
    const book = await filledBook()
    const taken = await must(service.call('POST', `/v1/books/${book}/snapshots`, { body: { asOf: '2026-03-31' } }))
    const { id } = taken.body as { id: string }
    for (const path of ['balances', 'entities/e1/balances', `snapshots/${id}/balances`]) {
      const reply = await service.call('GET', `/v1/books/${book}/${path}?${query}`, { headers: { accept } })
      expect(reply).toMatchObject({ status: 400, body: { errors: [{ in: 'query', pointer }] } })
    }
  })
})

describe('a snapshot as CSV', () => {
  test('shows the profile of now, beside the digest, which stays that of the NDJSON', async () => {
    const book = await filledBook()
    const taken = await must(service.call('POST', `/v1/books/${book}/snapshots`, { body: { asOf: '2026-03-31' } }))
    const { id, digest } = taken.body as { id: string; digest: string }
    const url = `/v1/books/${book}/snapshots/${id}/balances`
    const read = () => service.call('GET', `${url}?columns=entity,personnelNumber,email,spendable&decimal=,`, CSV)
    const before = await read()
    expect(before.text).toBe(
      lines(
        'entity;personnelNumber;email;spendable',
        `e1;00017;'+ada@example.com;9,50`,
        `e2;"'=HYPERLINK(""http://x.test"";""y"")";;`,
        'e3;;;82,75',
      ),
    )
    const plain = await service.call('GET', url, CSV)
    await must(service.call('PUT', `/v1/books/${book}/entities/e1`, { body: { personnelNumber: '4711' } }))
    await must(service.call('PUT', `/v1/books/${book}/entities/e2`, { body: {} }))
    expect((await read()).text).toBe(
      lines('entity;personnelNumber;email;spendable', 'e1;4711;;9,50', 'e2;;;', 'e3;;;82,75'),
    )
    expect((await service.call('GET', url, CSV)).text).toBe(plain.text)
    expect((await service.call('GET', `/v1/books/${book}/snapshots/${id}`)).body).toMatchObject({ digest })
    const ndjson = { headers: { accept: 'application/x-ndjson' } }
    expect((await service.call('GET', `${url}?columns=entity`, ndjson)).status).toBe(400)
    expect((await service.call('GET', `${url}?decimal=,`, ndjson)).status).toBe(400)
  })
})

test('law: whatever stands in a field, a reader of RFC 4180 finds it there, and no text begins as a formula does', async () => {
  const text = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({
      unit: fc.constantFrom('=', '+', '-', '@', ',', ';', '"', '\t', '\r', '\n', ' ', '1', '＝'),
      minLength: 1,
    }),
  )
  const number = fc.constantFrom('-1.50', '0', '1234567890123456.12345678')
  const balance = fc.record({ unit: text, available: number, spendable: fc.option(number) })
  const asked = fc.record({
    form: fc.constantFrom(
      {},
      { delimiter: ';' },
      { delimiter: '\t', decimal: ',' },
      { decimal: ',' },
      { delimiter: ';', decimal: ',' },
    ),
    rows: fc.array(fc.record({ balance, personnelNumber: fc.option(text), email: fc.option(text) }), { maxLength: 5 }),
  })
  const columns = ['unit', 'available', 'spendable', 'personnelNumber', 'email'] as const
  await fc.assert(
    fc.asyncProperty(asked, async ({ form: said, rows }) => {
      const form = csvFormOf({ ...(said as object), columns: columns.join(',') })
      const balances = rows.map(
        ({ balance }, index) => ({ ...balance, entity: `e${index}` }) as unknown as ShownBalance,
      )
      const profiles = async () =>
        new Map(rows.map(({ personnelNumber, email }, at) => [`e${at}`, { personnelNumber, email }]))
      const found = fieldsOf(csvHeader(form) + (await csvLines(balances, form, profiles)), form.delimiter)
      const amount = (value: string | null) => (value ?? '').replace('.', form.decimal)
      const plain = (value: string | null) => (/^[=+\-@\t\r\n＝]/.test(value ?? '') ? `'${value}` : (value ?? ''))
      expect(found).toEqual([
        [...columns],
        ...rows.map(({ balance: { unit, available, spendable }, personnelNumber, email }) => {
          return [plain(unit), amount(available), amount(spendable), plain(personnelNumber), plain(email)]
        }),
      ])
    }),
    { numRuns: 500 },
  )
})

test('columns of the profile are empty for whoever may not read entities', async () => {
  const book = await filledBook()
  const roles = [{ book, role: 'integration' }]
  const { body } = await must(service.call('POST', '/v1/keys', { body: { name: 'an interface', roles } }))
  const { key } = body as { key: string }
  const asked = `/v1/books/${book}/balances?entity=e1&policy=annual&asOf=2026-03-31&columns=entity,personnelNumber,email`
  expect((await service.call('GET', asked, CSV)).text).toBe(
    lines('entity,personnelNumber,email', "e1,00017,'+ada@example.com"),
  )
  expect((await service.call('GET', asked, { ...CSV, key })).text).toBe(lines('entity,personnelNumber,email', 'e1,,'))
})
