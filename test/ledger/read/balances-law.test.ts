import fc from 'fast-check'
import { expect, test } from 'vitest'
import { read } from '../../../src/db/compiled.ts'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import { pageFrom } from '../../../src/ledger/read/account-page.ts'
import { historyAt } from '../../../src/ledger/read/balance-item.ts'
import { listBalances, RECORD_ACCOUNTS } from '../../../src/ledger/read/record-balances.ts'
import { saysAll, standingFromRow, standingsFromRecord } from '../../../src/ledger/read/standing.ts'
import { dayAfter } from '../../support/builders.ts'
import { ledgerOfFile } from '../../support/ledger.ts'
import { meeting } from '../../support/meeting.ts'
import { FIRST_DAY, HISTORY_POLICIES, happen, history } from './history.ts'
import { foldBalance, type RawTransaction, rawTransactions, readerOf } from './reading.ts'

const daybook = ledgerOfFile()
const reader = readerOf(daybook)

/** Asked of every history: days before, within and after it, known at positions all along it. */
const QUESTIONS = 40
const asked = fc.array(
  fc.record({ day: fc.integer({ min: -3, max: 133 }), knownAt: fc.double({ min: 0, max: 1.1, noNaN: true }) }),
  {
    minLength: QUESTIONS,
    maxLength: QUESTIONS,
  },
)

test('law: a balance is the sum of the record, at every asOf and knownAt', async () => {
  await fc.assert(
    fc.asyncProperty(history(), asked, async (steps, questions) => {
      const book = await daybook.book(HISTORY_POLICIES)
      await happen(book, steps)
      const transactions = await rawTransactions(daybook.admin, book.id)
      const policies = await policiesOf(book.id)
      const last = transactions.at(-1)?.position ?? 5
      for (const { day, knownAt: part } of questions) {
        const asOf = dayAfter(FIRST_DAY, day)
        const position = Math.round(part * last)
        const knownAt = part > 1 ? undefined : { position }
        const balances = await listBalances(reader.db, { reach: 'everybody', book: book.id, asOf, knownAt, limit: 50 })
        const known = transactions.filter((one) => knownAt === undefined || one.position <= position)
        expect(balances?.items).toEqual(
          accountsIn(known).map(({ entity, policy, its }) => {
            const history = historyAt(policies.get(policy)!, balances!.knownAt)!
            const { scale, unit, resource } = history.at(-1)!
            return {
              entity,
              policy,
              resource,
              unit,
              asOf,
              knownAt: balances!.knownAt,
              ...foldBalance(its, { asOf, scale, versions: history }),
            }
          }),
        )
      }
    }),
    { numRuns: 25 },
  )
})

test('law: an account’s row and the record itself give the same', async () => {
  await meeting({ compared: 100 }, (met) =>
    fc.assert(
      fc.asyncProperty(history({ maxSteps: 60 }), asked, async (steps, questions) => {
        const book = await daybook.book(HISTORY_POLICIES)
        await happen(book, steps)
        const page = pageFrom(await read(reader.db, RECORD_ACCOUNTS, { book: book.id, limit: 50 }))
        const { head, accounts } = page!
        for (const { day } of questions) {
          const asOf: CalendarDate = dayAfter(FIRST_DAY, day)
          const byRow = accounts.filter(({ row }) => saysAll(row, { asOf, knownAt: head }))
          const standings = await standingsFromRecord(reader.db, {
            book: book.id,
            accounts: byRow.map(({ row, policy }) => ({
              entity: row.entity_id,
              policy: row.policy_id,
              history: policy,
            })),
            asOf,
            knownAt: head,
          })
          expect(byRow.map(({ row, policy }) => standingFromRow(row, { asOf, policy }))).toEqual([
            ...standings.values(),
          ])
          met.compared += byRow.length
        }
      }),
      { numRuns: 10 },
    ),
  )
})

test('the histories of these laws fold the older days of an account, and ask about them', async () => {
  const { rows } = await daybook.admin.query<{ folded: number }>(
    'select count(*) as folded from ledger.accounts where kept_from is not null',
  )
  expect(rows[0]!.folded).toBeGreaterThan(0)
})

interface AccountOf {
  readonly entity: string
  readonly policy: string
  readonly its: RawTransaction[]
}

function accountsIn(transactions: readonly RawTransaction[]): AccountOf[] {
  const accounts = new Map<string, AccountOf>()
  for (const one of transactions) {
    const key = `${one.entity}\n${one.policy}`
    const account = accounts.get(key) ?? { entity: one.entity, policy: one.policy, its: [] }
    account.its.push(one)
    accounts.set(key, account)
  }
  return [...accounts.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, account]) => account)
}

async function policiesOf(book: string) {
  const page = pageFrom(await read(reader.db, RECORD_ACCOUNTS, { book, limit: 50 }))
  return new Map(page!.accounts.map(({ row, policy }) => [row.policy_id, policy]))
}
