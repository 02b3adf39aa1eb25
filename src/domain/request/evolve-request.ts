import type { CalendarDate } from '../calendar-date.ts'
import { dayMeant, printTransactionId, type Transaction } from '../transaction.ts'
import type { RequestFact, RequestLine, RequestSpan, RequestState } from './request.ts'
import { countedSpan, withSpan } from './span.ts'

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
    const lines = linesAfter([], position, transactions)
    const nothing = { cancellation: null, givenBack: [], lost: [], lostAs: null }
    return { ...submitted, ...nothing, position, submittedAt: position, steps: 0, lines }
  }
  if (state === undefined) throw new Error(`the request ${request} begins with ${type}`)
  const next = { ...state, version, status, position, lines: linesAfter(state.lines, position, transactions) }
  switch (type) {
    case 'request-changed':
      if (data.givesUp) {
        const lost = state.lost.filter((day) => data.from <= day && day <= data.to)
        const cancellation = stillAsked(state.cancellation, next.lines)
        return { ...withSpan(next, data), ...lostOf(state, lost, next.lines), cancellation }
      }
      return {
        ...withSpan(next, data),
        ...NOTHING_LOST,
        steps: 0,
        cancellation: null,
        givenBack: givenBackAfter(state, data.said),
      }
    case 'request-step-approved':
    case 'request-approved':
      return { ...next, steps: state.steps + 1 }
    case 'request-cancellation-asked':
      return { ...next, cancellation: data.days ?? 'all' }
    case 'request-cancelled': {
      const cancellation = stillAsked(state.cancellation, next.lines)
      // Whoever gives back some days says nothing of those that a late fact took; whoever gives back all of them does.
      const lost = data.days === undefined ? NOTHING_LOST : lostOf(state, state.lost, next.lines)
      return { ...next, ...lost, cancellation, givenBack: withDays(state.givenBack, data.days ?? []) }
    }
    case 'request-rejected':
      return { ...next, ...NOTHING_LOST, cancellation: null }
    case 'request-cancellation-refused':
      return { ...next, cancellation: null }
    case 'request-recounted': {
      const held = new Set(next.lines.map(({ date }) => date))
      const known = withDays(
        state.lost,
        state.lines.map(({ date }) => date),
      )
      const lost = known.filter((day) => !held.has(day))
      return { ...next, ...lostOf(state, lost, next.lines), cancellation: stillAsked(state.cancellation, next.lines) }
    }
  }
}

/** The days that stay cancelled when a request is changed; none where it is moved to another span. */
export function givenBackAfter({ givenBack }: RequestState, said: Partial<RequestSpan>): readonly CalendarDate[] {
  return said.from === undefined && said.to === undefined ? givenBack : []
}

type Lost = Pick<RequestState, 'lost' | 'lostAs'>

const NOTHING_LOST: Lost = { lost: [], lostAs: null }

/** @param lines what is left of it */
function lostOf({ status, lostAs }: RequestState, lost: readonly CalendarDate[], lines: readonly RequestLine[]): Lost {
  if (lines.length > 0 || lost.length === 0) return { lost, lostAs: null }
  return { lost, lostAs: status === 'approved' || status === 'pending' ? status : lostAs }
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
function byDate(a: RequestLine, b: RequestLine): number {
  if (a.date === b.date) return 0
  return a.date < b.date ? -1 : 1
}
