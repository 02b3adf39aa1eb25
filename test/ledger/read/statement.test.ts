import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BadCursor } from '../../../src/ledger/read/cursor.ts'
import { type AccountStatement, readStatement, type StatementAsked } from '../../../src/ledger/read/statement.ts'
import { accrual, consumption, day, dayAfter, policy } from '../../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile } from '../../support/ledger.ts'
import { FIRST_DAY, HISTORY_POLICIES, happen, history } from './history.ts'
import { rawTransactions, readerOf, sum } from './reading.ts'

const daybook = ledgerOfFile()
const reader = readerOf(daybook)

type Asked = Partial<Omit<StatementAsked, 'book'>>

async function read(book: BookHandle, asked: Asked = {}): Promise<{ head: number } & AccountStatement> {
  const statement = await readStatement(reader.db, {
    reach: 'everybody',
    book: book.id,
    entity: 'e1',
    policy: 'annual',
    limit: 50,
    ...asked,
  })
  if (statement === undefined || statement === 'unknown-policy') throw new Error('no statement')
  return statement
}

test('a statement opens, lists what took effect with the balance after it, and closes', async () => {
  const book = await daybook.book({ annual: policy({ dayExclusive: false }) })
  await book.record(accrual('10', { effectiveOn: day('2026-01-01') }))
  const may = await book.record(consumption('2', { effectiveOn: day('2026-05-04'), reason: 'hiking' }))
  const march = await book.record(consumption('1', { effectiveOn: day('2026-03-02') }))
  const last = await book.record(accrual('5', { effectiveOn: day('2026-07-01') }))
  const asked = { from: day('2026-03-01'), to: day('2026-06-30') }
  const statement = await read(book, asked)
  expect(statement).toMatchObject({
    head: last.event.position,
    entity: 'e1',
    policy: 'annual',
    resource: 'leave',
    unit: 'day',
    ...asked,
    openingBalance: '10.00',
    closingBalance: '7.00',
    nextCursor: null,
  })
  expect(statement.items).toMatchObject([
    { id: idIn(march), amount: '-1.00', balance: '9.00', reason: null },
    { id: idIn(may), amount: '-2.00', balance: '7.00', reason: 'hiking', recordedAt: may.event.recordedAt },
  ])
})

test('without days it is the whole account; an account without transactions has an empty one', async () => {
  const book = await daybook.book()
  await book.record(accrual('10'))
  expect(await read(book)).toMatchObject({
    from: null,
    to: null,
    openingBalance: '0.00',
    items: [{ balance: '10.00' }],
    closingBalance: '10.00',
  })
  expect(await read(book, { entity: 'nobody' })).toMatchObject({
    openingBalance: '0.00',
    items: [],
    closingBalance: '0.00',
  })
})

test('law: each balance is the one before plus the amount, from the opening to the closing, over all pages', async () => {
  const days = fc.tuple(fc.option(fc.nat(130), { nil: undefined }), fc.option(fc.nat(130), { nil: undefined }))
  await fc.assert(
    fc.asyncProperty(
      history(),
      fc.array(days, { minLength: 8, maxLength: 8 }),
      fc.integer({ min: 1, max: 40 }),
      async (steps, ranges, limit) => {
        const book = await daybook.book(HISTORY_POLICIES)
        await happen(book, steps)
        const all = await rawTransactions(daybook.admin, book.id)
        const mine = all.filter(({ entity, policy: id }) => entity === 'e1' && id === 'plain')
        for (const [first, second] of ranges) {
          const from = first === undefined ? undefined : dayAfter(FIRST_DAY, first)
          const to = second === undefined ? undefined : dayAfter(FIRST_DAY, Math.max(second, first ?? 0))
          const pages = await readPages(book, { policy: 'plain', from, to, limit })
          const [opening] = pages
          const scale = (opening!.openingBalance.split('.')[1] ?? '').length
          const before = mine.filter(({ effectiveOn }) => from !== undefined && effectiveOn < from)
          const shown = mine
            .filter(
              ({ effectiveOn }) =>
                (from === undefined || effectiveOn >= from) && (to === undefined || effectiveOn <= to),
            )
            .toSorted((a, b) => (a.effectiveOn < b.effectiveOn ? -1 : a.effectiveOn > b.effectiveOn ? 1 : 0))
          const expected = shown.map((one, index) => ({
            id: `${one.position}.${one.line}`,
            balance: sum([...before, ...shown.slice(0, index + 1)], scale),
          }))
          expect(pages.flatMap(({ items }) => items.map(({ id, balance }) => ({ id, balance })))).toEqual(expected)
          expect(pages.map(({ closingBalance }) => closingBalance)).toEqual(
            pages.map(() => sum([...before, ...shown], scale)),
          )
          expect(pages.map(({ openingBalance }) => openingBalance)).toEqual(
            pages.map((_page, index) => (index === 0 ? sum(before, scale) : pages[index - 1]!.items.at(-1)!.balance)),
          )
        }
      },
    ),
    { numRuns: 10 },
  )
})

test('all pages are known at the same position, whatever is recorded meanwhile', async () => {
  const book = await daybook.book()
  for (const date of ['2026-01-01', '2026-02-01', '2026-03-01'])
    await book.record(accrual('1', { effectiveOn: day(date) }))
  const first = await read(book, { limit: 2 })
  await book.record(accrual('7', { effectiveOn: day('2026-01-15') }))
  await book.record(accrual('7', { effectiveOn: day('2026-02-15') }))
  const second = await read(book, { limit: 2, cursor: first.nextCursor! })
  expect(second).toMatchObject({
    openingBalance: '2.00',
    items: [{ balance: '3.00' }],
    closingBalance: '3.00',
    nextCursor: null,
  })
  expect((await read(book)).closingBalance).toBe('17.00')
})

test('it is printed at the scale the policy has now', async () => {
  const book = await daybook.book()
  await book.record(accrual('1'))
  await book.definePolicy('annual', policy({ scale: 3 }))
  expect(await read(book)).toMatchObject({ openingBalance: '0.000', items: [{ amount: '1.000', balance: '1.000' }] })
})

test('what does not exist is told apart: the book, and the policy', async () => {
  const book = await daybook.book()
  const asked = { entity: 'e1', policy: 'none', limit: 5 }
  expect(await readStatement(reader.db, { reach: 'everybody', ...asked, book: book.id })).toBe('unknown-policy')
  expect(await readStatement(reader.db, { reach: 'everybody', ...asked, book: 'nobody' })).toBeUndefined()
  await expect(read(book, { cursor: 'W10' })).rejects.toThrow(BadCursor)
})

async function readPages(book: BookHandle, asked: Asked): Promise<AccountStatement[]> {
  const pages: AccountStatement[] = []
  let cursor: string | undefined
  do {
    const page = await read(book, { ...asked, cursor })
    pages.push(page)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return pages
}
