import { expect, test } from 'vitest'
import { submitRequest } from '../../../src/commands/about-request.ts'
import { lateFactsAfter, requestsAbout } from '../../../src/ledger/read/late-facts.ts'
import { accrual, caller, day } from '../../support/builders.ts'
import { ledgerOfFile, recorded } from '../../support/ledger.ts'
import { FULL_WEEK } from '../verify-sample.ts'

const daybook = ledgerOfFile()

// Fails where a request is counted again for a definition that it was counted by: its history would name the wrong cause.
test('a definition concerns the requests that were there before it, and those of others not', async () => {
  const book = await daybook.book()
  const calendar = { workingDays: FULL_WEEK, effectiveFrom: day('2026-01-01') }
  const first = recorded(await book.defineCalendar('office', calendar)).event.position
  const entity = recorded(await book.defineEntity('e1', { calendar: 'office' })).event.position
  await book.record(accrual('9', { entity: 'e1' }))
  const span = { from: day('2026-03-09'), to: day('2026-03-10') }
  const body = { id: 'r1', entity: 'e1', policy: 'annual', ...span }
  recorded(await daybook.process.ledger.submit(submitRequest(caller(book.id), body)))
  const holidays = [{ date: day('2026-03-10'), name: 'Feast' }]
  const last = recorded(await book.defineCalendar('office', { ...calendar, holidays })).event.position

  const concerned: Record<number, readonly string[]> = {}
  for (const fact of await lateFactsAfter(daybook.admin, book.id, 0)) {
    const found: string[] = []
    for await (const requests of requestsAbout(daybook.admin, book.id, fact)) found.push(...requests)
    concerned[fact.cause.position] = found
  }
  expect(concerned).toEqual({ [first]: [], [entity]: [], [last]: ['r1'] })
})
