import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AccrualBody as AmountBody, LineBody } from '../../../src/commands/bodies.ts'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import { listBalances, openRecordBalances } from '../../../src/ledger/read/record-balances.ts'
import { accrual, adjustment, consumption, day, policy } from '../../support/builders.ts'
import { ledgerOfFile } from '../../support/ledger.ts'

// The short way to one balance must never be told from the long one, however many ask at once.

const daybook = ledgerOfFile()

const DAYS = ['2025-01-01', '2025-06-30', '2026-02-28', '2027-12-31'].map(day)
const ENTITIES = ['e1', 'e2', 'e3', 'nobody']

test('law: one balance read among many at once is what the list says', async () => {
  const policies = { p: policy({ overdraftLimit: '5' }), q: policy({ overdraftLimit: null }) }
  const books = [await daybook.book(policies), await daybook.book(policies)]
  const reader = openRecordBalances(daybook.admin)
  const asked = fc.record({
    book: fc.constantFrom(...books.map(({ id }) => id), 'nowhere'),
    entity: fc.constantFrom(...ENTITIES),
    policy: fc.constantFrom('p', 'q', 'unknown'),
    asOf: fc.option(fc.constantFrom<CalendarDate>(...DAYS), { nil: undefined }),
  })
  const recorded = fc.record({
    book: fc.constantFrom(...books),
    entity: fc.constantFrom(...ENTITIES.slice(0, 3)),
    policy: fc.constantFrom('p', 'q'),
    effectiveOn: fc.constantFrom<CalendarDate>(...DAYS),
    sign: fc.constantFrom<(amount: string, also: Partial<AmountBody>) => LineBody>(accrual, consumption, adjustment),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(recorded, { maxLength: 5 }),
      fc.array(asked, { minLength: 1, maxLength: 900 }),
      async (lines, questions) => {
        for (const { book, sign, ...line } of lines) await book.submit(sign('1', line))
        const now = new Date('2026-03-01T12:00:00Z')
        const full = questions.map((question) => ({ reach: 'everybody' as const, limit: 50, now, ...question }))
        const short = await Promise.all(full.map((question) => reader.list(question)))
        const long = await Promise.all(full.map((question) => listBalances(daybook.admin, question)))
        expect(short).toEqual(long)
      },
    ),
    { numRuns: 25 },
  )
})

test('a policy that changes is what the next read sees', async () => {
  const book = await daybook.book({ p: policy({ overdraftLimit: '0' }) })
  const reader = openRecordBalances(daybook.admin)
  await book.record(accrual('3', { policy: 'p', entity: 'e' }))
  const ask = async () =>
    (
      await reader.list({
        reach: 'everybody',
        book: book.id,
        entity: 'e',
        policy: 'p',
        asOf: day('2999-01-01'),
        limit: 1,
      })
    )?.items[0]?.spendable
  expect(await ask()).toBe('3.00')
  await book.definePolicy('p', policy({ overdraftLimit: '2', effectiveFrom: day('1900-01-01') }))
  expect(await ask()).toBe('5.00')
})

test('of a book that does not exist there is none', async () => {
  const reader = openRecordBalances(daybook.admin)
  expect(await reader.list({ reach: 'everybody', book: 'nowhere', entity: 'e', policy: 'p', limit: 1 })).toBeUndefined()
})
