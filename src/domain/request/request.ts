import { EVERY_DAY, type WorkTime } from '../calendar/work-time.ts'
import type { CalendarDate } from '../calendar-date.ts'
import type { Minor } from '../quantity.ts'
import { dayMeant, type Portion, type Transaction, type TransactionAt } from '../transaction.ts'

export type RequestStatus = 'approved' | 'cancelled' | 'pending' | 'rejected'

/** What is asked for: from a part of one day to a part of another. */
export interface RequestSpan {
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly fromPortion: Portion
  readonly toPortion: Portion
  /** What a whole day counts under a policy that counts hours, in its normal spelling; null: as the calendar says. */
  readonly hoursPerDay: string | null
}

/** A working day of a request, or the half of it. */
export interface RequestDay {
  readonly date: CalendarDate
  readonly portion: Portion
}

/** A line of the ledger by which a request holds, or has taken, a day: `pending` or `consumption`, not reversed. */
export interface RequestLine extends TransactionAt {
  /** The day that it is about. */
  readonly date: CalendarDate
  /** Another one than `date` where that was in a closed period. */
  readonly effectiveOn: CalendarDate
  readonly policy: string
  /** Greater than zero. */
  readonly amount: Minor
  readonly scale: number
  /** What it claims of the day; null: nothing, as of the second line of a day that is drawn from two accounts. */
  readonly portion: Portion | null
}

/** What the next decision about a request needs of it. */
export interface RequestState extends RequestSpan {
  readonly request: string
  readonly version: number
  /** Of its last event. */
  readonly position: number
  /** Of its first. */
  readonly submittedAt: number
  readonly entity: string
  readonly resource: string
  /** The only one that is drawn on; null: any of the resource. */
  readonly policy: string | null
  readonly status: RequestStatus
  /** Steps of its approval that are taken. */
  readonly steps: number
  /** Whether it is approved, and somebody asked for its cancellation: of some days, or of all there are. */
  readonly cancellation: readonly CalendarDate[] | 'all' | null
  /** Days that were cancelled one by one since it was submitted or last changed, ascending: they do not come back. */
  readonly givenBack: readonly CalendarDate[]
  /** By date. */
  readonly lines: readonly RequestLine[]
}

/** A definition that says something else about days of a request than what they were counted by. */
export interface RecountCause {
  /** Of its event. */
  readonly position: number
  readonly type: 'calendar-defined' | 'entity-defined' | 'work-pattern-defined'
  /** The calendar; or the entity that it or its pattern was defined of. */
  readonly about: string
}

interface AnyFact {
  readonly request: string
  readonly version: number
  /** After it. */
  readonly status: RequestStatus
  /** As the command said it. */
  readonly intoClosedPeriod?: 'post-today'
}

type Counted = RequestSpan & { readonly days: readonly RequestDay[] }

/** What an event of a request says besides its transactions: `data`, by type. */
export type RequestFact =
  | {
      readonly type: 'request-submitted'
      readonly data: AnyFact &
        Counted & { readonly entity: string; readonly resource: string; readonly policy: string | null }
    }
  /** `said`: the members of the command; the others stayed as they were. */
  | { readonly type: 'request-changed'; readonly data: AnyFact & Counted & { readonly said: Partial<RequestSpan> } }
  | { readonly type: 'request-step-approved'; readonly data: AnyFact & { readonly role: string | null } }
  | { readonly type: 'request-approved'; readonly data: AnyFact & { readonly role: string | null } }
  | { readonly type: 'request-rejected'; readonly data: AnyFact & { readonly role: string | null } }
  /** `days`: only these; `granted`: somebody had asked for it. */
  | {
      readonly type: 'request-cancelled'
      readonly data: AnyFact & { readonly days?: readonly CalendarDate[]; readonly granted?: true }
    }
  | {
      readonly type: 'request-cancellation-asked'
      readonly data: AnyFact & { readonly days?: readonly CalendarDate[] }
    }
  | { readonly type: 'request-cancellation-refused'; readonly data: AnyFact }
  /** `days`: those that it holds or has taken from now on. */
  | {
      readonly type: 'request-recounted'
      readonly data: AnyFact & { readonly cause: RecountCause; readonly days: readonly RequestDay[] }
    }

export type RequestEventType = RequestFact['type']

/** An event of a request, read back. A cast: the data of an event are those of its type. */
export function requestFact(type: RequestEventType, data: unknown): RequestFact {
  return { type, data } as RequestFact
}

export function isRequestEvent(type: string): type is RequestEventType {
  return type.startsWith('request-')
}

/** An entity, as far as its requests depend on it. */
export interface Person {
  readonly manager: string | null
  readonly hiredOn: CalendarDate | null
  readonly leftOn: CalendarDate | null
  readonly time: WorkTime
}

/** @returns one of whom nothing is known, where nothing is */
export function personOf({ people }: Pick<RequestsKnown, 'people'>, entity: string): Person {
  return people.get(entity) ?? NOBODY
}

const NOBODY: Person = { manager: null, hiredOn: null, leftOn: null, time: EVERY_DAY }

/** A period in which somebody decides for somebody else. */
export interface StandIn {
  /** Whose decisions. */
  readonly entity: string
  readonly from: CalendarDate
  readonly to: CalendarDate
}

/** What is known of a book's requests, while some are decided about. */
export interface RequestsKnown {
  /** In the book's time zone. */
  readonly today: CalendarDate
  /** By id; one that is absent is absent from the book. Moves on with each accepted command. */
  readonly requests: Map<string, RequestState>
  /** By entity. */
  readonly people: ReadonlyMap<string, Person>
  /** By whoever acts: for whom. */
  readonly standIns: ReadonlyMap<string, readonly StandIn[]>
}

export function streamOfRequest(request: string): string {
  return `request:${request}`
}

/** @returns null where it is the stream of something else, or none */
export function requestOfStream(stream: string | null): string | null {
  return stream?.startsWith('request:') === true ? stream.slice('request:'.length) : null
}

/**
 * A request after one more of its events.
 * @param state undefined before the first
 * @throws Error where the events of a request do not follow one another
 */
export function evolveRequest(
  state: RequestState | undefined,
  { type, data }: RequestFact,
  { position, transactions }: { readonly position: number; readonly transactions: readonly Transaction[] },
): RequestState {
  const { request, version, status } = data
  if (type === 'request-submitted') {
    const { entity, resource, policy } = data
    const submitted = { request, version, status, entity, resource, policy, ...spanOf(data) }
    const lines = linesAfter([], position, transactions)
    return { ...submitted, position, submittedAt: position, steps: 0, cancellation: null, givenBack: [], lines }
  }
  if (state === undefined) throw new Error(`the request ${request} begins with ${type}`)
  const next = { ...state, version, status, position, lines: linesAfter(state.lines, position, transactions) }
  switch (type) {
    case 'request-changed':
      return { ...next, ...spanOf(data), steps: 0, cancellation: null, givenBack: givenBackAfter(state, data.said) }
    case 'request-step-approved':
    case 'request-approved':
      return { ...next, steps: state.steps + 1 }
    case 'request-cancellation-asked':
      return { ...next, cancellation: data.days ?? 'all' }
    case 'request-cancelled': {
      const cancellation = data.granted ? null : stillAsked(state.cancellation, next.lines)
      return { ...next, cancellation, givenBack: withDays(state.givenBack, data.days ?? []) }
    }
    case 'request-rejected':
    case 'request-cancellation-refused':
      return { ...next, cancellation: null }
    case 'request-recounted':
      return { ...next, cancellation: stillAsked(state.cancellation, next.lines) }
  }
}

/** The days that stay cancelled when a request is changed: those of another span count all anew. */
export function givenBackAfter({ givenBack }: RequestState, said: Partial<RequestSpan>): readonly CalendarDate[] {
  return said.from === undefined && said.to === undefined ? givenBack : []
}

/** What is still to be decided of a cancellation, once only these lines are left. */
function stillAsked(
  cancellation: RequestState['cancellation'],
  lines: readonly RequestLine[],
): RequestState['cancellation'] {
  if (cancellation === null || lines.length === 0) return null
  if (cancellation === 'all') return cancellation
  const left = cancellation.filter((day) => lines.some(({ date }) => date === day))
  return left.length > 0 ? left : null
}

function withDays(days: readonly CalendarDate[], more: readonly CalendarDate[]): readonly CalendarDate[] {
  return [...new Set([...days, ...more])].toSorted()
}

function spanOf({ from, to, fromPortion, toPortion, hoursPerDay }: RequestSpan): RequestSpan {
  return { from, to, fromPortion, toPortion, hoursPerDay }
}

function linesAfter(
  lines: readonly RequestLine[],
  position: number,
  transactions: readonly Transaction[],
): readonly RequestLine[] {
  const live = new Map(lines.map((line) => [keyOf(line), line]))
  for (const transaction of transactions) {
    const { line, reverses, effectiveOn, policy, amount, scale, portion } = transaction
    if (reverses !== null) live.delete(keyOf(reverses))
    else {
      const date = dayMeant(transaction)
      live.set(keyOf({ position, line }), {
        position,
        line,
        date,
        effectiveOn,
        policy,
        amount: -amount,
        scale,
        portion,
      })
    }
  }
  return [...live.values()].toSorted(byDate)
}

function keyOf({ position, line }: TransactionAt): string {
  return `${position}.${line}`
}

function byDate(a: RequestLine, b: RequestLine): number {
  if (a.date !== b.date) return a.date < b.date ? -1 : 1
  return a.position - b.position || a.line - b.line
}
