import fc from 'fast-check'
import { expect, test } from 'vitest'
import { absences } from '../../projections/absences/project.ts'
import { type EntityAway, openCalendarReader } from '../../projections/absences/query.ts'
import {
  approveRequest,
  cancelRequest,
  changeRequest,
  rejectRequest,
  submitRequest,
} from '../../src/commands/about-request.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { ShownRequest } from '../../src/domain/request/shown.ts'
import { printTransactionId, type Transaction } from '../../src/domain/transaction.ts'
import type { RecordCommand } from '../../src/ledger/command.ts'
import { listRequests } from '../../src/ledger/read/request-list.ts'
import { readerOf } from '../ledger/read/reading.ts'
import { projectedOfFile } from '../projecting/projected.ts'
import { adjustment, caller, consumption, day, dayAfter, EVERYBODY, policy, reversalOf } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile } from '../support/ledger.ts'
import { meeting } from '../support/meeting.ts'

/*
 * Whatever is done about requests and recorded without them, in whatever batches it is projected: the calendar says what
 * the streams of the requests say when they are folded as they are shown, and which other lines claim a day, at the
 * position that it names; and its bits say the same days.
 */

const daybook = ledgerOfFile()
const projected = projectedOfFile(daybook, [absences])
const reader = readerOf(daybook)

/** Days of `plain` may be taken twice: two requests about the same half day share a bit. Lines of `plain` claim none. */
const POLICIES = {
  plain: policy({ resource: 'plain', dayExclusive: false, overdraftLimit: null }),
  claiming: policy({ resource: 'claiming', overdraftLimit: null }),
  granted: policy({ resource: 'granted', overdraftLimit: null, requests: { approval: [] } }),
}

/** Both ends of a year, a leap year among them. */
const FIRST = day('2023-12-18')
const DAYS = 400

interface Step {
  readonly what: 'adjust' | 'approve' | 'cancel' | 'change' | 'consume' | 'reject' | 'reverse' | 'submit'
  readonly request: number
  readonly entity: string
  readonly resource: 'granted' | 'plain'
  readonly from: number
  readonly length: number
  readonly fromPm: boolean
  readonly toAm: boolean
  readonly someDays: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.oneof(
    fc.constantFrom<Step['what']>('submit', 'submit', 'submit', 'approve', 'cancel', 'change', 'reject'),
    fc.constantFrom<Step['what']>('consume', 'consume', 'consume', 'reverse', 'reverse', 'adjust'),
  ),
  request: fc.nat(5),
  entity: fc.constantFrom('e1', 'e2', 'e3'),
  resource: fc.constantFrom('plain', 'plain', 'granted'),
  from: fc.oneof(fc.nat(20), fc.nat(DAYS - 12)),
  length: fc.nat(11),
  fromPm: fc.boolean(),
  toAm: fc.boolean(),
  someDays: fc.boolean(),
})

const question = fc.record({
  from: fc.oneof(fc.nat(20), fc.nat(DAYS)),
  length: fc.oneof(fc.nat(365), fc.constant(365)),
  entity: fc.constantFrom(undefined, undefined, 'e1', 'e2'),
  status: fc.constantFrom(undefined, undefined, 'pending' as const, 'approved' as const),
  limit: fc.integer({ min: 1, max: 3 }),
})

test('law: the calendar is what requests have and what other lines claim, in whatever batches, and its bits are its days', async () => {
  await meeting({ days: 300, ofLines: 50 }, (met) =>
    fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 20, maxLength: 50, size: 'max' }),
        fc.array(question, { minLength: 8, maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        async (steps, questions, most) => {
          const book = await daybook.book(POLICIES)
          const away: Awayness[] = []
          const claimed: Claimed = new Map()
          for (const [at, step] of steps.entries()) {
            if (step.what === 'consume' || step.what === 'reverse' || step.what === 'adjust') {
              await takeLines(book, { ...step, what: step.what }, claimed)
            } else await take(book, { ...step, what: step.what }, away)
            if (at % 7 === 3) await projected.catchUp(book.id, { most })
          }
          await projected.catchUp(book.id, { most })
          const { head, items: requests } = (await listRequests(daybook.admin, {
            reader: EVERYBODY,
            book: book.id,
            limit: 1_000,
          }))!
          for (const { from: first, length, limit, ...filter } of questions) {
            const asked = { from: dayAfter(FIRST, first), to: dayAfter(FIRST, first + length), ...filter }
            const expected = expectedOf(requests, claimed, asked)
            expect(await walk(book.id, { ...asked, limit }, head)).toEqual(expected)
            met.days += expected.flatMap(({ days }) => days).length
          }
          met.ofLines += claimed.size
          expect(await bitsOf(book.id)).toEqual(expectedBits(requests, claimed))
          await projected.expectFreshFold(book.id)
        },
      ),
      { numRuns: Number(process.env['LAW_RUNS'] ?? 35) },
    ),
  )
})

/** What is known of a request while steps are taken: enough to name its version and its days. */
interface Awayness {
  readonly id: string
  version: number
}

async function take(
  book: BookHandle,
  step: Step & { what: Exclude<Step['what'], LineStep['what']> },
  made: Awayness[],
): Promise<void> {
  const { what, entity, resource, request: number } = step
  const by = caller(book.id, { actor: { type: 'manager', id: 'm1' } })
  if (what === 'submit') {
    const id = `r${made.length}`
    if (await isRecorded(submitRequest(by, { id, entity, resource, ...spanOf(step) }))) made.push({ id, version: 1 })
    return
  }
  const request = made[number % Math.max(made.length, 1)]
  if (request === undefined) return
  const expectedVersion = request.version
  const command = {
    approve: () => approveRequest(by, request.id, { expectedVersion }),
    reject: () => rejectRequest(by, request.id, { expectedVersion }),
    change: () => changeRequest(by, request.id, { expectedVersion, ...spanOf(step) }),
    cancel: () => cancelRequest(by, request.id, { expectedVersion }),
  }[what]
  const days = what === 'cancel' && step.someDays ? await someDaysOf(book, request.id) : []
  const asked = days.length === 0 ? command() : cancelRequest(by, request.id, { expectedVersion, days })
  if (await isRecorded(asked)) request.version += 1
}

/** Lines of no request that claim a day, by id: from what was recorded. */
type Claimed = Map<string, Transaction>

type LineStep = Step & { readonly what: 'adjust' | 'consume' | 'reverse' }

/** Consumptions of one or several days and people, halves and whole days; reversals of one line, or of a whole command. */
async function takeLines(book: BookHandle, step: LineStep, claimed: Claimed): Promise<void> {
  const verdict = await book.submit({ transactions: linesOf(step, claimed) })
  if (verdict.outcome !== 'recorded') return
  const { position, transactions } = verdict.event
  for (const transaction of transactions) {
    const { type, line, policy, reverses } = transaction
    if (type === 'consumption' && policy === 'claiming')
      claimed.set(printTransactionId({ position, line }), transaction)
    if (reverses !== null) claimed.delete(printTransactionId(reverses))
  }
}

function linesOf(
  { what, entity, from, length, fromPm, toAm, someDays, request, resource }: LineStep,
  claimed: Claimed,
) {
  if (what === 'reverse') {
    const id = [...claimed.keys()][request * 3 + length]
    // Where there is nothing to undo, it is refused.
    if (!someDays || id === undefined) return [reversalOf(id ?? '1.1')]
    return [{ type: 'reversal' as const, position: Number(id.split('.')[0]) }]
  }
  const policy = resource === 'plain' ? 'plain' : 'claiming'
  return Array.from({ length: 1 + (length % 4) }, (_, number) => {
    const on = { effectiveOn: dayAfter(FIRST, from + number), policy, entity: someDays && number === 1 ? 'e2' : entity }
    if (what === 'adjust') return adjustment('-1', on)
    const portion = fromPm ? 'pm' : toAm ? 'am' : undefined
    if (policy === 'plain' || portion === undefined) return consumption('1', on)
    return consumption('0.5', { ...on, portion })
  })
}

async function someDaysOf(book: BookHandle, id: string): Promise<CalendarDate[]> {
  const { items } = (await listRequests(daybook.admin, { reader: EVERYBODY, book: book.id, limit: 1_000 }))!
  const days = items.find((request) => request.id === id)?.days ?? []
  return [...new Set(days.map(({ date }) => date))].filter((_, index) => index % 2 === 1)
}

async function isRecorded(command: RecordCommand): Promise<boolean> {
  return (await daybook.process.ledger.submit(command)).outcome === 'recorded'
}

function spanOf({ from, length, fromPm, toAm }: Step) {
  const isOne = length === 0
  return {
    from: dayAfter(FIRST, from),
    to: dayAfter(FIRST, from + length),
    fromPortion: fromPm ? ('pm' as const) : ('full' as const),
    toPortion: toAm && !(isOne && fromPm) ? ('am' as const) : ('full' as const),
  }
}

interface Asked {
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly entity: string | undefined
  readonly status: 'approved' | 'pending' | undefined
}

type Shown = readonly { readonly entity: string; readonly days: readonly object[] }[]

function expectedOf(requests: readonly ShownRequest[], claimed: Claimed, { from, to, entity, status }: Asked): Shown {
  const days = [...daysOfRequests(requests), ...daysOfLines(claimed)]
    .filter((day) => day.date >= from && day.date <= to)
    .filter((day) => (entity === undefined || day.entity === entity) && (status === undefined || day.status === status))
    .toSorted(
      (a, b) => order(a.date, b.date) || order(a.portion, b.portion) || order(a.request ?? '~', b.request ?? '~'),
    )
  return [...Map.groupBy(days, ({ entity }) => entity)]
    .toSorted(([a], [b]) => order(a, b))
    .map(([entity, days]) => ({
      entity,
      days: days.map(({ date, portion, status, request, transaction, resource }) => ({
        date,
        portion,
        status,
        request,
        transaction,
        resource,
      })),
    }))
}

function daysOfRequests(requests: readonly ShownRequest[]) {
  return requests.flatMap(({ id, resource, entity, days }) =>
    days.map((day) => ({ request: id, transaction: null, resource, entity, ...day })),
  )
}

function daysOfLines(claimed: Claimed) {
  return Array.from(claimed, ([transaction, { entity, resource, effectiveOn: date, portion }]) => {
    return { request: null, transaction, resource, entity, date, portion: portion!, status: 'approved' as const }
  })
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

async function walk(book: string, asked: Asked & { readonly limit: number }, head: number): Promise<Shown> {
  const calendar = openCalendarReader(reader.db)
  const found: EntityAway[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await calendar.read({ book, cursor, ...asked })
    if (typeof page !== 'object') throw new Error(`no calendar: ${String(page)}`)
    expect(page.position).toBe(head)
    expect(page.items.length).toBeLessThanOrEqual(asked.limit)
    // A cast: nothing is hidden from whoever sees everybody.
    found.push(...(page.items as EntityAway[]))
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  return found.map(({ entity, days }) => ({
    entity,
    days: days.map(({ version: _version, changedAt: _changedAt, ...day }) => day),
  }))
}

async function bitsOf(book: string): Promise<Record<string, string>> {
  const { rows } = await daybook.admin.query<{ key: string; held: string; taken: string }>(
    `select entity_id || ' ' || year as key, held::text, taken::text from projections.absence_years_1 where book_id = $1`,
    [book],
  )
  return Object.fromEntries(
    rows.flatMap(({ key, held, taken }) => [
      [`${key} held`, held],
      [`${key} taken`, taken],
    ]),
  )
}

function expectedBits(requests: readonly ShownRequest[], claimed: Claimed): Record<string, string> {
  const years = new Map<string, string[]>()
  const bitsAt = (key: string): string[] => {
    const bits = years.get(key) ?? Array.from({ length: 732 }, () => '0')
    years.set(key, bits)
    return bits
  }
  for (const { entity, date, portion, status } of [...daysOfRequests(requests), ...daysOfLines(claimed)]) {
    const key = `${entity} ${date.slice(0, 4)}`
    bitsAt(`${key} held`)
    bitsAt(`${key} taken`)
    const bits = bitsAt(`${key} ${status === 'pending' ? 'held' : 'taken'}`)
    const at = 2 * Math.round((Date.parse(date) - Date.parse(`${date.slice(0, 4)}-01-01`)) / 86_400_000)
    if (portion !== 'pm') bits[at] = '1'
    if (portion !== 'am') bits[at + 1] = '1'
  }
  return Object.fromEntries(Array.from(years, ([key, bits]) => [key, bits.join('')]))
}
