import type { CalendarDate } from '../calendar-date.ts'
import { dayMeant, printTransactionId, type Transaction } from '../transaction.ts'
import { displacedWithin } from './displaced.ts'
import type { DisplacedRequest } from './displacement.ts'
import type { RequestFact, RequestLine, RequestSpan, RequestState } from './request.ts'
import { countedSpan, withSpan } from './span.ts'
import { takenOf } from './taken-lines.ts'

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
    const submitted = { request, version, status, entity, resource, policy, ...countedSpan(data) }
    const lines = linesAfter([], position, ownOf(request, transactions))
    const nothing = { cancellation: null, givenBack: [], lost: [], lostAs: null, displaced: [], movedAt: [] }
    return { ...submitted, ...nothing, position, submittedAt: position, agreed: [], lines }
  }
  if (state === undefined) throw new Error(`the request ${request} begins with ${type}`)
  const lines = linesAfter(state.lines, position, ownOf(request, transactions))
  const next = { ...state, version, status, position, lines }
  switch (type) {
    case 'request-changed':
      if (data.givesUp) {
        const lost = state.lost.filter((day) => data.from <= day && day <= data.to)
        const cancellation = stillAsked(state.cancellation, lines)
        return {
          ...withSpan(next, data),
          ...missing(state, { lost, displaced: displacedWithin(state, data) }, lines),
          cancellation,
        }
      }
      return {
        ...withSpan(next, data),
        ...NOTHING_MISSING,
        displaced: displacedWithin(state, data),
        agreed: [],
        cancellation: null,
        givenBack: givenBackAfter(state, data.said),
      }
    case 'request-step-approved':
    case 'request-approved':
      return { ...next, agreed: [...state.agreed, data.role] }
    case 'request-cancellation-asked':
      return { ...next, cancellation: data.days ?? 'all' }
    case 'request-cancelled': {
      const cancellation = stillAsked(state.cancellation, lines)
      if (data.days === undefined) return { ...next, ...NOTHING_MISSING, cancellation }
      // Whoever gives back some days says nothing of those that a late fact took; whoever gives back all of them does.
      const displaced = state.displaced.filter(({ date }) => !data.days!.includes(date))
      const left = missing(state, { lost: state.lost, displaced }, lines)
      return { ...next, ...left, cancellation, givenBack: withDays(state.givenBack, data.days) }
    }
    case 'request-rejected':
      return { ...next, ...NOTHING_MISSING, cancellation: null }
    case 'request-cancellation-refused':
      return { ...next, cancellation: null }
    case 'request-recounted': {
      const lost = withDays(state.lost, datesOf(state.lines)).filter((day) => !datesOf(lines).includes(day))
      const left = missing(state, { lost, displaced: state.displaced }, lines)
      return { ...next, ...left, cancellation: stillAsked(state.cancellation, lines) }
    }
  }
}

/** A request after an event of another one, which takes days of it, or takes them no more. */
export function evolveDisplaced(
  state: RequestState,
  { taken, lost: lostNow = [] }: Pick<DisplacedRequest, 'lost' | 'taken'>,
  { by, position, transactions }: { by: string; position: number; transactions: readonly Transaction[] },
): RequestState {
  const lines = linesAfter(state.lines, position, ownOf(state.request, transactions))
  const displaced = new Map(state.displaced.map((day) => [day.date, day]))
  for (const { date, of, portion } of taken) {
    const held = state.lines.filter((line) => line.date === date)
    const before = displaced.get(date) ?? { date, portion: of, lines: takenOf(held), by: [] }
    const others = before.by.filter(({ request }) => request !== by)
    const after = portion === 'none' ? others : [...others, { request: by, portion }].toSorted(byRequest)
    if (after.length === 0) displaced.delete(date)
    else displaced.set(date, { ...before, by: after })
  }
  const lostDays = lostNow.map(({ date }) => date)
  const lost = withDays(state.lost, lostDays).filter((day) => !datesOf(lines).includes(day))
  const left = missing(state, { lost, displaced: [...displaced.values()].toSorted(byDate) }, lines)
  return {
    ...state,
    ...left,
    version: state.version + 1,
    status: lines.length === 0 ? 'cancelled' : (state.lostAs ?? state.status),
    position,
    lines,
    cancellation: stillAsked(state.cancellation, lines),
    movedAt: [...state.movedAt, position],
  }
}

/** A request after an event that is about it, or about another one that takes days of it. */
export function evolvedBy(
  state: RequestState | undefined,
  request: string,
  { fact, position, transactions }: { fact: RequestFact; position: number; transactions: readonly Transaction[] },
): RequestState {
  const displaced = displacedIn(fact, request)
  if (displaced === undefined) return evolveRequest(state, fact, { position, transactions })
  if (state === undefined) throw new Error(`the request ${request} begins with ${fact.type} of another`)
  return evolveDisplaced(state, displaced, { by: fact.data.request, position, transactions })
}

/** @returns what an event about another request says of this one; undefined: it is about this one, or says nothing of it */
export function displacedIn({ data }: RequestFact, request: string): DisplacedRequest | undefined {
  return data.displaced?.find((displaced) => displaced.request === request)
}

/** The lines of a request have its id as their reference. An event may have lines of others, whose days it takes. */
function ownOf(request: string, transactions: readonly Transaction[]): readonly Transaction[] {
  return transactions.filter(({ reference }) => reference === request)
}

/** The days that stay cancelled when a request is changed; none where it is moved to another span. */
export function givenBackAfter({ givenBack }: RequestState, said: Partial<RequestSpan>): readonly CalendarDate[] {
  return said.from === undefined && said.to === undefined ? givenBack : []
}

/** What a request had, and has again once whatever took it is gone. */
type Missing = Pick<RequestState, 'displaced' | 'lost' | 'lostAs'>

const NOTHING_MISSING: Missing = { lost: [], lostAs: null, displaced: [] }

/** @param lines what is left of it */
function missing(
  { status, lostAs }: RequestState,
  { lost, displaced }: Pick<Missing, 'displaced' | 'lost'>,
  lines: readonly RequestLine[],
): Missing {
  const nothing = { lost, displaced, lostAs: null }
  if (lines.length > 0 || (lost.length === 0 && displaced.length === 0)) return nothing
  return { ...nothing, lostAs: status === 'approved' || status === 'pending' ? status : lostAs }
}

/** What is left to decide of a cancellation that was asked for, once only these lines are left. */
function stillAsked(
  cancellation: RequestState['cancellation'],
  lines: readonly RequestLine[],
): RequestState['cancellation'] {
  if (cancellation === null || lines.length === 0) return null
  if (cancellation === 'all') return cancellation
  const left = cancellation.filter((day) => lines.some(({ date }) => date === day))
  return left.length > 0 ? left : null
}

function datesOf(lines: readonly RequestLine[]): readonly CalendarDate[] {
  return lines.map(({ date }) => date)
}

function withDays(days: readonly CalendarDate[], more: readonly CalendarDate[]): readonly CalendarDate[] {
  return [...new Set([...days, ...more])].toSorted()
}

function linesAfter(
  lines: readonly RequestLine[],
  position: number,
  transactions: readonly Transaction[],
): readonly RequestLine[] {
  const live = new Map(lines.map((line) => [printTransactionId(line), line]))
  for (const transaction of transactions) {
    const { line, reverses, effectiveOn, policy, amount, scale, portion } = transaction
    if (reverses !== null) live.delete(printTransactionId(reverses))
    else {
      const date = dayMeant(transaction)
      live.set(printTransactionId({ position, line }), {
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

/** Lines of one day are of one event, and stay in its order. */
function byDate(a: { readonly date: CalendarDate }, b: { readonly date: CalendarDate }): number {
  if (a.date === b.date) return 0
  return a.date < b.date ? -1 : 1
}

function byRequest(a: { readonly request: string }, b: { readonly request: string }): number {
  return a.request < b.request ? -1 : 1
}
