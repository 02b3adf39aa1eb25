import { takeSnapshot } from '../../src/commands/take-snapshot.ts'
import { accrual, adjustment, caller, consumption, day, policy, reversalOf } from '../support/builders.ts'
import type { BookHandle, LedgerOfFile } from '../support/ledger.ts'

/**
 * A book in which everything occurs that is verified. Its positions: 1 the book, 2–5 policies, 6 an entity, then
 *
 * - 7 earns 10, with a reason; 8 takes the morning of 2 February; 9 three lines; 10 reverses 8
 * - 11 brings a wallet below zero; 12 another version of `annual`; 13 another version of the entity; 14 earns 1
 *
 * and, in a book with periods,
 *
 * - 15 closes March 2025 and 16 February; 17 takes 10 March, recorded today; 18 reopens February
 * - 19 a snapshot; 20 earns 1
 */
export async function sampleBook(daybook: LedgerOfFile): Promise<BookHandle> {
  const book = await daybook.book()
  await book.defineEntity('e1', { kind: 'person', department: 'd1' })
  await book.record(accrual('10', { reason: 'earned', reference: 'r "1"' }))
  await book.record(consumption('1', { effectiveOn: day('2026-02-02'), portion: 'am' }))
  await book.record({
    transactions: [
      accrual('3', { entity: 'e2', policy: 'wallet' }),
      consumption('2', { policy: 'sick' }),
      consumption('1', { effectiveOn: day('2026-02-03') }),
    ],
    reason: 'shared',
  })
  await book.record(reversalOf('8.1'))
  await book.record(adjustment('-9', { entity: 'e2', policy: 'wallet', allowNegative: true }))
  await book.definePolicy('annual', policy({ overdraftLimit: '3', effectiveFrom: day('2027-01-01') }))
  await book.defineEntity('e1', { kind: 'person', department: 'd2', hiredOn: day('2020-01-01') })
  await book.record(accrual('1', { entity: 'e2' }))
  return book
}

/** The same, with periods and a snapshot. */
export async function sampleBookWithPeriods(daybook: LedgerOfFile): Promise<BookHandle> {
  const book = await sampleBook(daybook)
  await book.close('2025-03')
  await book.close('2025-02')
  await book.record(consumption('1', { effectiveOn: day('2025-03-10'), intoClosedPeriod: 'post-today' }))
  await book.reopen('2025-02')
  const snapshot = await takeSnapshot(daybook.admin, caller(book.id), {
    asOf: day('2026-03-31'),
    entities: ['e1', 'e2'],
  })
  await daybook.process.ledger.submit(snapshot)
  await book.record(accrual('1', { entity: 'e2', effectiveOn: day('2025-02-01') }))
  return book
}

export const FULL_WEEK = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' } as const

/**
 * The same, with calendars: 15 and 16 two versions of one, the second with public holidays; 17 to 19 two patterns of an
 * entity, the first of them defined twice.
 */
export async function sampleBookWithCalendars(daybook: LedgerOfFile): Promise<BookHandle> {
  const book = await sampleBook(daybook)
  const holidays = [{ date: day('2026-12-24'), name: 'Christmas Eve', portion: 'pm' }] as const
  await book.defineCalendar('office', { workingDays: FULL_WEEK, holidays })
  const region = { region: 'DE-BY', regionYears: { from: 2026, to: 2027 }, effectiveFrom: day('2026-07-01') }
  await book.defineCalendar('office', { workingDays: FULL_WEEK, hoursPerDay: '7.5', ...region }, () => [
    { date: day('2026-08-15'), name: 'Mariä Himmelfahrt', portion: 'full' },
  ])
  await book.defineWorkPattern('e1', '2026-03-01', { workingDays: { ...FULL_WEEK, fri: '0' } })
  await book.defineWorkPattern('e1', '2026-09-01', {})
  await book.defineWorkPattern('e1', '2026-03-01', { calendar: 'office', hoursPerDay: { fri: '4' } })
  return book
}

/** Changes what nobody may change, as somebody could who owns the database and switches its guards off. */
export async function tamper(daybook: LedgerOfFile, sql: string): Promise<number> {
  const client = await daybook.admin.connect()
  try {
    await client.query('begin')
    await client.query('set local session_replication_role = replica')
    const { rowCount } = await client.query(sql)
    await client.query('commit')
    return rowCount ?? 0
  } catch (error) {
    // What is left of a failed try must not fail the next one.
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
