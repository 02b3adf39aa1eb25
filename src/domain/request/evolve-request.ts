import type { CalendarDate } from '../calendar-date.ts'
import { dayMeant, printTransactionId, type Transaction } from '../transaction.ts'
import type { RequestFact, RequestLine, RequestSpan, RequestState } from './request.ts'

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
      if (data.givesUp) return { ...next, ...spanOf(data), cancellation: stillAsked(state.cancellation, next.lines) }
      return { ...next, ...spanOf(data), steps: 0, cancellation: null, givenBack: givenBackAfter(state, data.said) }
    case 'request-step-approved':
    case 'request-approved':
      return { ...next, steps: state.steps + 1 }
    case 'request-cancellation-asked':
      return { ...next, cancellation: data.days ?? 'all' }
    case 'request-cancelled': {
      const cancellation = stillAsked(state.cancellation, next.lines)
      return { ...next, cancellation, givenBack: withDays(state.givenBack, data.days ?? []) }
    }
    case 'request-rejected':
    case 'request-cancellation-refused':
      return { ...next, cancellation: null }
    case 'request-recounted':
      return { ...next, cancellation: stillAsked(state.cancellation, next.lines) }
  }
}

/** The days that stay cancelled when a request is changed; none where it is moved to another span. */
export function givenBackAfter({ givenBack }: RequestState, said: Partial<RequestSpan>): readonly CalendarDate[] {
  return said.from === undefined && said.to === undefined ? givenBack : []
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

function spanOf({ from, to, fromPortion, toPortion, hoursPerDay }: RequestSpan): RequestSpan {
  return { from, to, fromPortion, toPortion, hoursPerDay }
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
