import type { CalendarDate } from '../../domain/calendar-date.ts'
import { normalQuantity, printMinor, toMinor } from '../../domain/quantity.ts'
import type { RequestLine, RequestState, RequestStatus } from '../../domain/request/request.ts'
import type { Portion } from '../../domain/transaction.ts'

/** A row of `ledger.requests`, as the driver returns it (numeric and json as text, date as text). */
export interface RequestRow {
  readonly request_id: string
  readonly version: number
  readonly position: number
  readonly submitted_position: number
  readonly entity_id: string
  readonly resource: string
  readonly policy_id: string | null
  readonly status: RequestStatus
  readonly steps: number
  readonly cancellation: string | null
  readonly from_day: CalendarDate
  readonly to_day: CalendarDate
  readonly from_portion: Portion
  readonly to_portion: Portion
  readonly hours_per_day: string | null
  readonly given_back: string | null
  readonly lines: string
}

export const REQUEST_COLUMNS =
  'request_id, version, position, submitted_position, entity_id, resource, policy_id, status, steps, cancellation, from_day, to_day, from_portion, to_portion, hours_per_day, given_back, lines'

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
    steps: row.steps,
    cancellation: row.cancellation === null ? null : (JSON.parse(row.cancellation) as RequestState['cancellation']),
    from: row.from_day,
    to: row.to_day,
    fromPortion: row.from_portion,
    toPortion: row.to_portion,
    hoursPerDay: row.hours_per_day === null ? null : normalQuantity(row.hours_per_day),
    givenBack: row.given_back === null ? [] : (JSON.parse(row.given_back) as CalendarDate[]),
    lines: (JSON.parse(row.lines) as StoredLine[]).map(lineFrom),
  }
}

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
