import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { balances } from '../../projections/balances/project.ts'
import { openBalanceReader } from '../../projections/balances/query.ts'
import { listBalances } from '../../src/ledger/read/record-balances.ts'
import { startProjecting } from '../../src/projecting/runner.ts'
import { FIRST_DAY, HISTORY_POLICIES, happen, history } from '../ledger/read/history.ts'
import { readerOf } from '../ledger/read/reading.ts'
import { projectedOfFile } from '../projecting/projected.ts'
import { dayAfter } from '../support/builders.ts'
import { ledgerOfFile } from '../support/ledger.ts'
import { meeting } from '../support/meeting.ts'

const daybook = ledgerOfFile()
const projected = projectedOfFile(daybook, [balances])
const reader = readerOf(daybook)

test('while it is written, back-dated, reversed and projected, every balance is the sum of the record at its position', async () => {
  const troubles: unknown[] = []
  const runners = [1, 2].map(() =>
    startProjecting({
      pool: projected.pool,
      projections: [balances],
      wakeups: { next: (_book, _after, signal) => sleep(5, undefined, { signal }).catch(() => {}) },
      watcher: { batch: () => {}, parked: () => {}, trouble: (_message, error) => troubles.push(error) },
      limits: { batchTransactions: 40, gatherMs: 1, pollMs: 10 },
    }),
  )
  const bySnapshots = openBalanceReader(reader.db)
  await meeting({ compared: 50 }, (met) =>
    fc.assert(
      fc.asyncProperty(history({ maxSteps: 60 }), fc.infiniteStream(fc.nat(170)), async (steps, days) => {
        const book = await daybook.book(HISTORY_POLICIES)
        let written = false
        const writing = happen(book, steps).finally(() => {
          written = true
        })
        const read = async (number: number): Promise<void> => {
          while (!written) {
            const asked = {
              book: book.id,
              asOf: dayAfter(FIRST_DAY, (days.next() as IteratorYieldResult<number>).value),
              limit: 20,
            }
            const filter = number === 0 ? {} : { entity: 'e1', policy: 'plain' }
            const answer = (await bySnapshots.list({ reach: 'everybody', ...asked, ...filter }))!
            const known = { knownAt: { position: answer.knownAt } }
            const summed = (await listBalances(reader.db, { reach: 'everybody', ...asked, ...filter, ...known }))!
            expect(JSON.stringify(answer.items)).toBe(JSON.stringify(summed.items))
            // Once more, as it was known a moment ago: by now the snapshots may know more.
            const again = (await bySnapshots.list({ reach: 'everybody', ...asked, ...filter, ...known }))!
            expect(JSON.stringify(again.items)).toBe(JSON.stringify(summed.items))
            met.compared += 1
          }
        }
        await Promise.all([writing, read(0), read(1), read(2)])
      }),
      { numRuns: 12 },
    ),
  )
  await Promise.all(runners.map((runner) => runner.close()))
  expect(troubles).toEqual([])
})
