import type { Accepted } from '../recording/accepted.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import type { BookState } from '../recording/book-state.ts'
import { decideLines } from '../recording/decide-lines.ts'
import type { Check } from '../recording/decision.ts'
import type { Refused } from '../refusal.ts'
import { evolveRequest } from './evolve-request.ts'
import { type RequestFact, type RequestState, streamOfRequest } from './request.ts'

/** What one event does to a request. */
interface RequestChanges {
  /** undefined: it is submitted. */
  readonly current: RequestState | undefined
  readonly fact: RequestFact
  readonly lines: readonly AskedLine[]
  /** What was looked at besides the lines, and held. */
  readonly checks: readonly Check[]
}

/** Decides the lines of an event about a request, and moves the request past it. */
export function recordRequest(
  state: BookState,
  position: number,
  { current, fact, lines, checks: looked }: RequestChanges,
): Accepted | Refused {
  const { request, version } = fact.data
  const accepted = decideLines(state, position, lines, request)
  if ('refusal' in accepted) return { refusal: accepted.refusal }
  const { transactions, decision, changes } = accepted
  const next = evolveRequest(current, fact, { position, transactions })
  const checks = [...new Set([...decision.checks, ...looked])].toSorted()
  return {
    ...accepted,
    decision: { ...decision, checks },
    changes: { ...changes, requests: new Map([[request, next]]) },
    recorded: { ...fact, stream: { name: streamOfRequest(request), version } },
  }
}

/** The request is in no state for what is asked of it. */
export function inThisState({ request, status, version }: RequestState): Refused {
  const current = { currentStatus: status, currentVersion: version }
  return { refusal: { code: 'invalid-transition', requestId: request, ...current } }
}
