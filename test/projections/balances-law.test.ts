import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { monthEnd } from '../../projections/balances/month.ts'
import { type NearSnapshotRow, nearSnapshot, standingNear } from '../../projections/balances/near-snapshot.ts'
import { balances } from '../../projections/balances/project.ts'
import { openBalanceReader } from '../../projections/balances/query.ts'
import { tables } from '../../src/db/compiled.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { PolicyHistory } from '../../src/domain/policy/policy.ts'
import { accountKey } from '../../src/domain/recording/book-state.ts'
import { readPolicies } from '../../src/ledger/policies.ts'
import { historyAt } from '../../src/ledger/read/balance-item.ts'
import { listBalances } from '../../src/ledger/read/record-balances.ts'
import { standingsFromRecord } from '../../src/ledger/read/standing.ts'
import { FIRST_DAY, HISTORY_POLICIES, happen, history } from '../ledger/read/history.ts'
import { readerOf } from '../ledger/read/reading.ts'
import { projectedOfFile } from '../projecting/projected.ts'
import { dayAfter } from '../support/builders.ts'
import { ledgerOfFile } from '../support/ledger.ts'
import { meeting } from '../support/meeting.ts'

const daybook = ledgerOfFile()
const projected = projectedOfFile(daybook, [balances])
const reader = readerOf(daybook)

/** Asked of every history: days before, within and after it, known at positions all along it. */
const asked = fc.array(
  fc.record({ day: fc.integer({ min: -40, max: 170 }), knownAt: fc.double({ min: 0, max: 1.1, noNaN: true }) }),
  { minLength: 30, maxLength: 30 },
)

/** How far the snapshots have come when they are asked, and in batches of how many transactions. */
const stages = fc.array(fc.record({ most: fc.integer({ min: 1, max: 60 }), batches: fc.integer({ min: 0, max: 4 }) }), {
  minLength: 1,
  maxLength: 4,
})

test('law: the nearest snapshot and the tail give what the record gives, however far the snapshots have come', async () => {
  await meeting({ compared: 300 }, (met) =>
    fc.assert(
      fc.asyncProperty(history(), asked, stages, async (steps, questions, progress) => {
        const { book, head } = await bookWith(steps)
        for (const { most, batches } of progress) {
          for (let batch = 0; batch < batches; batch++) await projected.advance(balances, book, most)
          for (const { day, knownAt: part } of questions) {
            const asOf = dayAfter(FIRST_DAY, day)
            const knownAt = Math.min(head, Math.round(part * head))
            const accounts = (await accountsOf(book)).flatMap((account) => knownBy(account, knownAt))
            const near = await standingsNear(book, accounts, { asOf, knownAt })
            const summed = await standingsFromRecord(reader.db, { book, accounts, asOf, knownAt })
            for (const [key, standing] of near) expect(standing).toEqual(summed.get(key))
            met.compared += near.size
          }
        }
        await projected.catchUp(book)
        await projected.expectFreshFold(book)
      }),
      { numRuns: 25 },
    ),
  )
})

test('law: balances read by snapshots are to the byte those read from the record, page by page', async () => {
  const bySnapshots = openBalanceReader(reader.db)
  await fc.assert(
    fc.asyncProperty(history(), asked, fc.integer({ min: 1, max: 9 }), async (steps, questions, limit) => {
      const { book, head } = await bookWith(steps)
      for (const [number, { day, knownAt: part }] of questions.entries()) {
        if (number % 6 === 5) await projected.advance(balances, book, 50)
        const asOf = day > 160 ? undefined : dayAfter(FIRST_DAY, day)
        const knownAt = part > 1 ? undefined : { position: Math.round(part * head) }
        const filter = [{}, { entity: 'e1' }, { entity: 'e1', policy: 'plain' }, { resource: 'other' }][number % 4]!
        for (let cursor: string | undefined; ; ) {
          const asking = { reach: 'everybody' as const, book, asOf, knownAt, limit, cursor, ...filter }
          const page = await bySnapshots.list(asking)
          expect(JSON.stringify(page)).toBe(JSON.stringify(await listBalances(reader.db, asking)))
          if (page === undefined || page.nextCursor === null) break
          cursor = page.nextCursor
        }
      }
    }),
    { numRuns: 15 },
  )
})

type Steps = Parameters<typeof happen>[1]

async function bookWith(steps: Steps): Promise<{ book: string; head: number }> {
  const handle = await daybook.book(HISTORY_POLICIES)
  await happen(handle, steps)
  const { rows } = await daybook.admin.query<{ head: number }>(
    'select position as head from ledger.heads where book_id = $1',
    [handle.id],
  )
  return { book: handle.id, head: rows[0]!.head }
}

interface AccountAt {
  readonly entity: string
  readonly policy: string
  readonly history: PolicyHistory
}

async function accountsOf(book: string): Promise<AccountAt[]> {
  const { rows } = await daybook.admin.query<Omit<AccountAt, 'history'>>(
    `select entity_id as entity, policy_id as policy from ledger.accounts where book_id = $1`,
    [book],
  )
  const policies = await readPolicies(daybook.admin, book)
  return rows.map((row) => ({ ...row, history: policies.get(row.policy)! }))
}

/** With the versions of its policy that are known by then; none where it is not known itself. */
function knownBy(account: AccountAt, knownAt: number): AccountAt[] {
  const history = historyAt(account.history, knownAt)
  return history === undefined ? [] : [{ ...account, history }]
}

/** By snapshots, also where the accounts' rows would say all. */
async function standingsNear(
  book: string,
  accounts: readonly AccountAt[],
  { asOf, knownAt }: { asOf: CalendarDate; knownAt: number },
) {
  const { build } = await projected.task(balances, book)
  const query = sql`
      select k.*, n.*
        from unnest(${accounts.map(({ entity }) => entity)}::text[], ${accounts.map(({ policy }) => policy)}::text[])
               as k(entity, policy)${nearSnapshot({
                 build,
                 book: sql`${book}`,
                 entity: sql`k.entity`,
                 policy: sql`k.policy`,
                 asOf: sql`${asOf}::date`,
                 monthEnd: sql`${monthEnd(asOf)}::date`,
                 knownAt: sql`${knownAt}::bigint`,
                 needed: sql`true`,
               })}`.compile(tables)
  const { rows } = await reader.db.query<NearSnapshotRow & { entity: string; policy: string }>(query.sql, [
    ...query.parameters,
  ])
  const histories = new Map(accounts.map((account) => [accountKey(account), account.history]))
  return new Map(
    rows.flatMap((row) => {
      const standing = standingNear(row, { asOf, knownAt, policy: histories.get(accountKey(row))! })
      return standing === undefined ? [] : [[accountKey(row), standing] as const]
    }),
  )
}
