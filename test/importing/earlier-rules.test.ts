import { beforeAll, expect, test } from 'vitest'
import type { Imported } from '../../src/importing/import-book.ts'
import type { Json } from '../../src/ledger/rows/canonical.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { FULL_WEEK } from '../ledger/verify-sample.ts'
import { accrual, consumption, day, policy } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { exportOf, importLines, rehashed } from './importing.ts'

// A history of an earlier release may hold what this one would decide otherwise. It is what happened: it is kept as it was
// recorded, and said.

const here = ledgerOfFile()
const there = ledgerOfFile()
const elsewhere = ledgerOfFile()
const nowhere = ledgerOfFile()

interface Event {
  readonly data: Record<string, unknown>
  readonly decision: Record<string, unknown>
  readonly transactions: Record<string, unknown>[]
}

let book: BookHandle
let lines: string[]

/** 1 the book, 2 to 4 versions of a policy, 5 an accrual, 6 a consumption, 7 a calendar, 8 and 9 what she works by. */
beforeAll(async () => {
  const leave = (overdraftLimit: string) => policy({ dayExclusive: false, overdraftLimit })
  book = await here.book({ p: leave('10') })
  await book.definePolicy('p', { ...leave('0'), effectiveFrom: day('2033-01-01') })
  await book.definePolicy('p', leave('11'))
  await book.record(accrual('5', { policy: 'p' }))
  await book.record(consumption('3', { policy: 'p' }))
  await book.defineCalendar('office', { workingDays: FULL_WEEK })
  await book.defineWorkPattern('e1', '2026-01-01', { hoursPerDay: '6' })
  await book.defineWorkPattern('e1', '2026-06-01', { hoursPerDay: '5' })
  lines = await exportOf(here.admin, book.id)
})

/** The export as an earlier release would have recorded it, from a line on. */
function underEarlierRules(change: (event: Event, line: number) => void, from = 1): string[] {
  return lines.reduce((result, _line, index) => {
    if (index + 1 < from) return result
    const event = JSON.parse(result[index]!) as Event
    delete event.decision['rules']
    change(event, index + 1)
    return rehashed(result, index, event as unknown as Json)
  }, lines)
}

async function importedAs(old: string[], { url, admin } = there): Promise<Imported> {
  const imported = await importLines(url, book.id, old)
  expect(await exportOf(admin, book.id)).toEqual(old)
  expect(await verifyBook(admin, book.id)).toMatchObject({ ok: true, events: old.length })
  expect(faultsIn(await readRecord(admin, book.id))).toEqual([])
  return imported
}

test('a history is the same, where today’s rules would decide the same', async () => {
  const imported = await importedAs(underEarlierRules(() => {}))
  expect(imported.decidedOtherwise).toEqual({ count: 0, first: [] })
})

test('what would be refused or unchanged today is kept as it was recorded, and said', async () => {
  const old = underEarlierRules(({ data, transactions }, line) => {
    // A definition that says what is in force already, and more taken than there is.
    if (line === 4) data['overdraftLimit'] = '10'
    if (line === 6) transactions[0]!['amount'] = '-300'
    if (line === 9) data['hoursPerDay'] = '6'
  })
  const { decidedOtherwise } = await importedAs(old, elsewhere)
  expect(decidedOtherwise.count).toBe(3)
  expect(decidedOtherwise.first).toMatchObject([
    { line: 4, position: 4, today: 'it defines what position 2 defined already' },
    { line: 6, position: 6, today: expect.stringContaining('insufficient-balance') as string },
    { line: 9, position: 9, today: 'it defines what position 8 defined already' },
  ])
  const { rows } = await elsewhere.admin.query<{ available: string }>(
    `select sum(amount)::text as available from ledger.transactions where book_id = $1`,
    [book.id],
  )
  expect(rows[0]!.available).toBe('-295.00')
})

test('the same under today’s rules is refused, and so are earlier rules behind later ones', async () => {
  const forged = JSON.parse(lines[5]!) as Event
  forged.transactions[0]!['amount'] = '-300'
  await expect(importLines(nowhere.url, book.id, rehashed(lines, 5, forged as unknown as Json))).rejects.toThrow(
    /^line 6: its command would have been refused: insufficient-balance/,
  )
  const late = underEarlierRules(() => {}, 6)
  await expect(importLines(nowhere.url, book.id, late)).rejects.toThrow(/^line 6: it was decided by rules 1/)
  const unknown = JSON.parse(lines[5]!) as Event
  unknown.decision['rules'] = 99
  await expect(importLines(nowhere.url, book.id, rehashed(lines, 5, unknown as unknown as Json))).rejects.toThrow(
    /rules 99, which this release does not know/,
  )
})
