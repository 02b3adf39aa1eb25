import { narrowed, type RowOf, type Statement } from '../../db/statement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { normalQuantity, printMinor, toMinor } from '../../domain/quantity.ts'
import type { RequestLine, RequestState, RequestStatus } from '../../domain/request/request.ts'
import type { Portion } from '../../domain/transaction.ts'

/** What a request is made of, in statements: columns of `ledger.requests`. */
export const REQUEST = {
  request_id: 'text',
  version: 'int8',
  position: 'int8',
  submitted_position: 'int8',
  entity_id: 'text',
  resource: 'text',
  policy_id: 'text?',
  status: narrowed<RequestStatus>('text'),
  agreed: 'json?',
  cancellation: 'json?',
  from_day: 'date',
  to_day: 'date',
  from_portion: narrowed<Portion>('text'),
  to_portion: narrowed<Portion>('text'),
  hours_per_day: 'numeric?',
  given_back: 'json?',
  lost: 'json?',
  lost_as: 'text?',
  counted: 'json?',
  displaced: 'json?',
  moved_at: 'json?',
  lines: 'json',
} as const

/** Their names, as they stand in a `select`. */
export const REQUEST_COLUMNS = Object.keys(REQUEST).join(', ')

/** A row of them. */
export type RequestRow = RowOf<Statement<typeof REQUEST>>

type StoredLine = [
  position: number,
  line: number,
  date: CalendarDate,
  effectiveOn: CalendarDate,
  policy: string,
  amount: string,
  portion: Portion | null,
]

export function requestFromRow(row: RequestRow): RequestState {
  return {
    request: row.request_id,
    version: row.version,
    position: row.position,
    submittedAt: row.submitted_position,
    entity: row.entity_id,
    resource: row.resource,
    policy: row.policy_id,
    status: row.status,
    agreed: row.agreed === null ? [] : (JSON.parse(row.agreed) as RequestState['agreed']),
    cancellation: row.cancellation === null ? null : (JSON.parse(row.cancellation) as RequestState['cancellation']),
    from: row.from_day,
    to: row.to_day,
    fromPortion: row.from_portion,
    toPortion: row.to_portion,
    hoursPerDay: row.hours_per_day === null ? null : normalQuantity(row.hours_per_day),
    ...(row.counted === null ? {} : (JSON.parse(row.counted) as Counting)),
    givenBack: row.given_back === null ? [] : (JSON.parse(row.given_back) as CalendarDate[]),
    lost: row.lost === null ? [] : (JSON.parse(row.lost) as CalendarDate[]),
    lostAs: row.lost_as as RequestState['lostAs'],
    lines: (JSON.parse(row.lines) as StoredLine[]).map(lineFrom),
    displaced: row.displaced === null ? [] : (JSON.parse(row.displaced) as RequestState['displaced']),
    movedAt: row.moved_at === null ? [] : (JSON.parse(row.moved_at) as number[]),
  }
}

/** @returns null for an empty list */
export function printList(items: readonly unknown[]): string | null {
  return items.length === 0 ? null : JSON.stringify(items)
}

/** What few spans say. */
type Counting = Pick<RequestState, 'countCalendarDays' | 'fromTime' | 'portions' | 'toTime'>

/** @returns null where it says nothing of that */
export function printCounting({ portions, fromTime, toTime, countCalendarDays }: RequestState): string | null {
  const said: Counting = {
    ...(portions === undefined ? {} : { portions }),
    ...(fromTime === undefined || toTime === undefined ? {} : { fromTime, toTime }),
    ...(countCalendarDays === undefined ? {} : { countCalendarDays }),
  }
  return Object.keys(said).length === 0 ? null : JSON.stringify(said)
}

/** The lines that a request holds as the JSON of their column; amounts with their scale. */
export function printRequestLines({ lines }: RequestState): string {
  return JSON.stringify(
    lines.map(({ position, line, date, effectiveOn, policy, amount, scale, portion }): StoredLine => {
      return [position, line, date, effectiveOn, policy, printMinor(amount, scale), portion]
    }),
  )
}

/** The scale of a recorded amount is the number of decimals it was recorded with. */
function lineFrom([position, line, date, effectiveOn, policy, text, portion]: StoredLine): RequestLine {
  const dot = text.indexOf('.')
  const scale = dot === -1 ? 0 : text.length - dot - 1
  const amount = toMinor(text, scale)
  if (amount === 'scale-exceeded') throw new Error('unreachable: the scale is the amount’s own')
  return { position, line, date, effectiveOn, policy, amount, scale, portion }
}
