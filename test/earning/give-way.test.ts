import { expect, test } from 'vitest'
import { LedgerOfRuns, restAfter } from '../../src/earning/give-way.ts'
import { accrual } from '../support/builders.ts'
import { ledgerOfFile } from '../support/ledger.ts'

const daybook = ledgerOfFile()

test('a run rests between batches as much as others give commands, and not where nobody does', () => {
  expect(restAfter({ ms: 100, own: 200, others: 0 })).toBe(0)
  expect(restAfter({ ms: 100, own: 200, others: 50 })).toBe(100)
  expect(restAfter({ ms: 100, own: 200, others: 200 })).toBe(400)
  expect(restAfter({ ms: 100, own: 200, others: 9_000 })).toBe(400)
  // Of which nothing was posted.
  expect(restAfter({ ms: 100, own: 0, others: 1 })).toBe(400)
  // A batch that took a minute holds up its run for no four more.
  expect(restAfter({ ms: 60_000, own: 200, others: 200 })).toBe(2_000)
})

test('what a run gives itself is nobody else’s', async () => {
  const book = await daybook.book()
  const runs = new LedgerOfRuns(daybook.process.ledger)
  const before = runs.others
  await runs.submit(book.command(accrual('1')))
  expect(runs.others - before).toBe(0)
  await book.record(accrual('2'))
  expect(runs.others - before).toBe(1)
})
