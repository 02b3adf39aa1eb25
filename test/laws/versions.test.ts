import fc from 'fast-check'
import { expect, test } from 'vitest'
import { submitRequest } from '../../src/commands/about-request.ts'
import type { CalendarBody, LineBody, PolicyBody, WorkPatternBody } from '../../src/commands/bodies.ts'
import type { Worked, WorkingDays } from '../../src/domain/calendar/calendar.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { listBalances } from '../../src/ledger/read/record-balances.ts'
import type { Verdict } from '../../src/ledger/verdict.ts'
import { accrual, caller, consumption, day, dayAfter, policy } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile } from '../support/ledger.ts'
import { meeting } from '../support/meeting.ts'

/*
 * The balance and every decision at a day depend only on the version in force on that day: in whatever order policies,
 * calendars and work patterns were put, and however often one of them was said again. Two books that differ in nothing else
 * answer alike; and a day is counted as in a book that knows no other version than the ones in force on it.
 */

const daybook = ledgerOfFile()

const FIRST = '2027-02-01'
const LENGTH = 21
const dateAt = (number: number): CalendarDate => dayAfter(FIRST, number)

type Put =
  | { readonly what: 'policy'; readonly from: number; readonly body: PolicyBody }
  | { readonly what: 'calendar'; readonly from: number; readonly body: CalendarBody }
  | { readonly what: 'pattern'; readonly from: number; readonly body: WorkPatternBody }

const worked = fc.constantFrom<Worked[]>('1', '1', '0.5', 'pm', '0')
const week: fc.Arbitrary<WorkingDays> = fc.record({
  mon: fc.constantFrom<Worked[]>('1', 'am'),
  tue: worked,
  wed: worked,
  thu: worked,
  fri: worked,
  sat: worked,
  sun: worked,
})
const rota = fc.record({ weeks: fc.array(week, { minLength: 1, maxLength: 2 }), weeksFrom: fc.constant(day(FIRST)) })

/** Each is said in other words than the others, so that none is what was in force already. */
const someVersions = <Body>(body: fc.Arbitrary<Body>) =>
  fc.uniqueArray(fc.record({ from: fc.integer({ min: -3, max: LENGTH }), body }), {
    minLength: 1,
    maxLength: 4,
    selector: ({ from }) => from,
  })

const policies = someVersions(
  fc.record({
    overdraftLimit: fc.constantFrom('0', '1', '4', null),
    requests: fc.record({
      maxDaysAhead: fc.constant(null),
      maxConsecutiveDays: fc.constantFrom(1, 2, 5, 30),
      automaticUpTo: fc.constantFrom(null, '1', '2'),
      approval: fc.constantFrom<(readonly string[] | null)[]>(null, ['hr'], []),
      roles: fc.constant({ hr: ['h1'] }),
    }),
  }),
).map((versions) =>
  versions.map(({ from, body }, index): Put => {
    const effectiveFrom = dateAt(from)
    return { what: 'policy', from, body: policy({ ...body, unit: 'hour', name: `n${index}`, effectiveFrom }) }
  }),
)
const calendars = someVersions(
  fc.oneof(
    fc.record({ workingDays: week }),
    fc.tuple(week, rota).map(([workingDays, of]) => ({ workingDays, ...of })),
  ),
).map((versions) =>
  versions.map(({ from, body }, index): Put => {
    return { what: 'calendar', from, body: { ...body, hoursPerDay: String(index + 4), effectiveFrom: dateAt(from) } }
  }),
)
const patterns = someVersions(fc.oneof(fc.record({ workingDays: week }), rota, fc.constant({}))).map((versions) =>
  versions.map(
    ({ from, body }, index): Put => ({ what: 'pattern', from, body: { ...body, hoursPerDay: `${index + 1}.5` } }),
  ),
)

type Ask = { readonly line: LineBody } | { readonly from: number; readonly days: number; readonly half: boolean }

const ask: fc.Arbitrary<Ask> = fc.oneof(
  fc
    .record({ halves: fc.integer({ min: 1, max: 20 }), on: fc.nat(LENGTH), isEarned: fc.boolean() })
    .map(({ halves, on, isEarned }) => {
      const where = { effectiveOn: dateAt(on) }
      return { line: isEarned ? accrual((halves / 2).toFixed(1), where) : consumption((halves / 2).toFixed(1), where) }
    }),
  fc.record({ from: fc.nat(LENGTH), days: fc.integer({ min: 1, max: 5 }), half: fc.boolean() }),
)

const anyCase = fc
  .record({ policies, calendars, patterns, asks: fc.array(ask, { maxLength: 10 }), looked: fc.nat(LENGTH) })
  .chain(({ policies, calendars, patterns, ...others }) => {
    const puts = [...policies, ...calendars, ...patterns]
    const order = fc.shuffledSubarray(puts, { minLength: puts.length })
    return fc
      .record({ order, again: fc.subarray(puts), puts: fc.constant(puts) })
      .map((orders) => ({ ...others, ...orders }))
  })

/** What is in force on a day, as if nothing else had ever been said. */
function inForceOn(number: number, puts: readonly Put[]): readonly Put[] {
  return (['policy', 'calendar', 'pattern'] as const).flatMap((what) => {
    const ordered = puts.filter((put) => put.what === what).toSorted((a, b) => a.from - b.from)
    const found = ordered.findLast(({ from }) => from <= number) ?? (what === 'pattern' ? undefined : ordered[0])
    return found === undefined ? [] : [sinceEver(found)]
  })
}

function sinceEver(put: Put): Put {
  const effectiveFrom = dateAt(-20)
  if (put.what === 'pattern') return { ...put, from: -20 }
  // A cast: the body of each kind stays what it is.
  return { ...put, body: { ...put.body, effectiveFrom } } as Put
}

/** Of `e1` is asked; `e2` works by the same, has enough, and asks for nothing. */
async function bookWith(puts: readonly Put[], outcome: 'recorded' | 'unchanged' = 'recorded', book?: BookHandle) {
  const into = book ?? (await daybook.book({}))
  for (const put of puts)
    for (const entity of put.what === 'pattern' ? ['e1', 'e2'] : ['']) {
      expect({ put, outcome: (await define(into, put, entity)).outcome }).toEqual({ put, outcome })
    }
  return into
}

function define(book: BookHandle, put: Put, entity: string): Promise<Verdict> {
  if (put.what === 'policy') return book.definePolicy('annual', put.body)
  if (put.what === 'calendar') return book.defineCalendar('office', put.body)
  return book.defineWorkPattern(entity, dateAt(put.from), put.body)
}

async function peopleIn(book: BookHandle): Promise<void> {
  for (const entity of ['e1', 'e2']) await book.defineEntity(entity, { calendar: 'office' })
  await book.record(accrual('500', { entity: 'e2', effectiveOn: dateAt(-10) }))
}

function request(
  book: BookHandle,
  id: string,
  span: { from: CalendarDate; to: CalendarDate; half?: boolean },
  dry = false,
) {
  const { from, to, half = false } = span
  const body = {
    id,
    entity: dry ? 'e2' : 'e1',
    policy: 'annual',
    from,
    to,
    ...(half ? { toPortion: 'am' as const } : {}),
  }
  return daybook.process.ledger.submit(submitRequest(caller(book.id, { dryRun: dry }), body))
}

/** What was decided, without what names a version by its number. */
function decided(verdict: Verdict): unknown {
  if (verdict.outcome === 'refused') return verdict.refused
  if (verdict.outcome !== 'recorded' && verdict.outcome !== 'previewed') return verdict.outcome
  const { transactions } = verdict.outcome === 'recorded' ? verdict.event : verdict.accepted
  return transactions.map(({ type, amount, effectiveOn, portion }) => `${type} ${amount} ${effectiveOn} ${portion}`)
}

async function answersOf(book: BookHandle, asks: readonly Ask[]): Promise<readonly unknown[]> {
  const answers: unknown[] = []
  for (const [index, ask] of asks.entries()) {
    if ('line' in ask) answers.push(decided(await book.submit(ask.line)))
    else {
      const span = { from: dateAt(ask.from), to: dateAt(ask.from + ask.days - 1), half: ask.half }
      answers.push(decided(await request(book, `r${index}`, span)))
    }
  }
  return answers
}

async function balancesOf(book: BookHandle): Promise<readonly unknown[]> {
  const days = Array.from({ length: LENGTH + 4 }, (_, number) => dateAt(number - 3))
  return Promise.all(
    days.map(
      async (asOf) =>
        (await listBalances(daybook.admin, { reach: 'everybody', book: book.id, entity: 'e1', asOf, limit: 2 }))!.items,
    ),
  )
}

test('I6 law: decisions and balances are those of the versions in force, in whatever order they were put', async () => {
  await meeting({ taken: 6, refused: 6, counted: 6 }, (seen) =>
    fc.assert(
      fc.asyncProperty(anyCase, async ({ puts, order, again, asks, looked }) => {
        const ascending = puts.toSorted((a, b) => a.from - b.from)
        const [one, other, only] = await Promise.all([
          bookWith(ascending),
          bookWith(order),
          bookWith(inForceOn(looked, puts)),
        ])
        await bookWith(again, 'unchanged', other)
        await Promise.all([one, other, only].map(peopleIn))

        const on = { from: dateAt(looked), to: dateAt(looked) }
        const [counted, elsewhere] = await Promise.all([
          request(other, 'dry', on, true),
          request(only, 'dry', on, true),
        ])
        expect(decided(counted)).toEqual(decided(elsewhere))
        if (counted.outcome === 'previewed') seen.counted += 1

        const answers = await answersOf(one, asks)
        expect(await answersOf(other, asks)).toEqual(answers)
        for (const answer of answers) seen[Array.isArray(answer) ? 'taken' : 'refused'] += 1
        expect(await balancesOf(other)).toEqual(await balancesOf(one))
      }),
      { numRuns: Number(process.env['LAW_RUNS'] ?? 40) },
    ),
  )
})
