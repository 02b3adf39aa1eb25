import {
  approveRequest,
  cancelRequest,
  changeRequest,
  rejectRequest,
  submitRequest,
} from '../../src/commands/about-request.ts'
import type { Caller } from '../../src/commands/context.ts'
import { defineDelegation } from '../../src/commands/define-delegation.ts'
import { giveNotice } from '../../src/commands/give-notice.ts'
import { recordWorkedHours, reverseWorkedHours } from '../../src/commands/record-worked-hours.ts'
import { takeSnapshot } from '../../src/commands/take-snapshot.ts'
import type { Command } from '../../src/ledger/command.ts'
import { accrual, adjustment, caller, consumption, day, policy, reversalOf } from '../support/builders.ts'
import { type BookHandle, type LedgerOfFile, recorded } from '../support/ledger.ts'

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
  await book.record(consumption('0.5', { effectiveOn: day('2026-02-02'), portion: 'am' }))
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
  await book.close('2025-02')
  await book.close('2025-03')
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
  await book.defineCalendar(
    'office',
    { workingDays: FULL_WEEK, hoursPerDay: '7.5', ...region },
    {
      during: () => ({ holidays: [{ date: day('2026-08-15'), name: 'Mariä Himmelfahrt', portion: 'full' }] }),
      parts: [],
    },
  )
  await book.defineWorkPattern('e1', '2026-03-01', { workingDays: { ...FULL_WEEK, fri: '0' } })
  await book.defineWorkPattern('e1', '2026-09-01', {})
  await book.defineWorkPattern('e1', '2026-03-01', { calendar: 'office', hoursPerDay: { fri: '4' } })
  return book
}

/**
 * The same, with assignments: 15 to 17 three versions of one, 18 another one to the same policy after it, and 19 one of somebody
 * else, who has no end; 20 and 21 hours, 22 the first of them taken back, 23 a notice.
 */
export async function sampleBookWithAssignments(daybook: LedgerOfFile): Promise<BookHandle> {
  const book = await sampleBook(daybook)
  const whole = { policy: 'sick', from: day('2026-01-01'), to: day('2026-12-31'), serviceSince: day('2020-09-01') }
  const of = { entity: 'e1', assignment: 'a' }
  recorded(await book.assign(of, { ...whole, share: '0.80', amounts: { yearAmount: '30.0' } }))
  recorded(
    await book.assign(of, {
      ...whole,
      share: '0.5',
      terms: { carryOver: { keep: { upTo: '5.0' } } },
      effectiveFrom: day('2026-07-01'),
    }),
  )
  recorded(await book.assign(of, { ...whole, to: day('2026-09-30') }))
  recorded(await book.assign({ ...of, assignment: 'b' }, { policy: 'sick', from: day('2026-10-01') }))
  recorded(
    await book.assign(
      { entity: 'e2', assignment: 'a' },
      { policy: 'sick', from: day('2026-01-01'), amounts: { amount: '2.50' } },
    ),
  )
  const submit = async (command: Command): Promise<void> => {
    recorded(await daybook.process.ledger.submit(command))
  }
  const hours = { entity: 'e1', from: day('2026-03-02'), to: day('2026-03-06') }
  await submit(recordWorkedHours(caller(book.id), { ...hours, hours: '38.50', reference: 'TIME-1' }))
  await submit(recordWorkedHours(caller(book.id), { entity: 'e2', from: day('2026-03-02'), hours: '8' }))
  await submit(reverseWorkedHours(caller(book.id), 20, { reason: 'entered twice' }))
  await submit(giveNotice(caller(book.id), { entity: 'e1', policy: 'annual', year: 2026, givenOn: day('2026-10-01') }))
  return book
}

/**
 * The same, with requests of every kind about `annual`, in this order: 15 a policy that wants two steps and to be asked,
 * 16 to 18 two entities and who stands in; then `r1` (19 submitted, 20 changed, 21 and 22 approved in two steps, 23 and
 * 24 a cancellation asked for and refused, 25 and 26 another one granted), `r2` (27 submitted, 28 rejected), one without
 * an id of its own that is drawn from two policies (30 earned, 31 submitted), and `r3` (32 submitted, 33 a day of it
 * cancelled, 34 its month closed, 35 cancelled all the same).
 */
export async function sampleBookWithRequests(daybook: LedgerOfFile): Promise<BookHandle> {
  const book = await sampleBook(daybook)
  const by = (actor: string): Caller => caller(book.id, { actor: { type: 'employee', id: actor } })
  const submit = async (command: Command): Promise<void> => {
    recorded(await daybook.process.ledger.submit(command))
  }
  const requests = { approval: ['manager', 'hr'], roles: { hr: ['h1'] }, cancellation: 'ask' } as const
  await book.definePolicy('annual', policy({ requests, effectiveFrom: day('2000-01-01') }))
  await book.defineEntity('e1', { manager: 'm1', hiredOn: day('2020-01-01') })
  await book.defineEntity('m1', {})
  const always = { from: day('2020-01-01'), to: day('2999-12-31') }
  await submit(defineDelegation(caller(book.id), { entity: 'm1', delegate: 'm2' }, always))
  const asked = { entity: 'e1', policy: 'annual' }
  await submit(
    submitRequest(by('e1'), { id: 'r1', ...asked, from: day('2026-02-09'), to: day('2026-02-13'), reason: 'a' }),
  )
  await submit(
    changeRequest(by('e1'), 'r1', { expectedVersion: 1, to: day('2026-02-11'), toPortion: 'am', comment: 'b' }),
  )
  await submit(approveRequest(by('m2'), 'r1', { expectedVersion: 2 }))
  await submit(approveRequest(by('h1'), 'r1', { expectedVersion: 3 }))
  await submit(cancelRequest(by('e1'), 'r1', { expectedVersion: 4 }))
  await submit(rejectRequest(by('h1'), 'r1', { expectedVersion: 5, comment: 'c' }))
  await submit(cancelRequest(by('e1'), 'r1', { expectedVersion: 6, days: [day('2026-02-10')] }))
  await submit(approveRequest(by('h1'), 'r1', { expectedVersion: 7 }))
  await submit(submitRequest(by('e1'), { id: 'r2', ...asked, from: day('2026-02-10'), to: day('2026-02-10') }))
  await submit(rejectRequest(by('m1'), 'r2', { expectedVersion: 1 }))
  await book.definePolicy('carried', policy({ requests: { priority: 1 }, effectiveFrom: day('2000-01-01') }))
  await book.record(accrual('0.5', { policy: 'carried' }))
  const drawn = { entity: 'e1', resource: 'leave', from: day('2026-02-16'), to: day('2026-02-16') }
  await submit(submitRequest(by('e1'), { ...drawn, hoursPerDay: '7.50', metadata: { from: 'mobile' } }))
  await submit(submitRequest(by('e1'), { id: 'r3', ...asked, from: day('2026-02-17'), to: day('2026-02-18') }))
  await submit(cancelRequest(by('e1'), 'r3', { expectedVersion: 1, days: [day('2026-02-18')] }))
  await book.close('2026-02')
  await submit(cancelRequest(by('e1'), 'r3', { expectedVersion: 2, intoClosedPeriod: 'post-today' }))
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
