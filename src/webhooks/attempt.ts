import type { CallOut, CallOutcome } from '../outgoing/call.ts'
import { headersOf, type Sent } from './signed.ts'

/**
 * `delivered`: taken, by a status of 200 to 299. `rejected`: any other status. `failed`: there was no answer. `forbidden`:
 * nobody was called.
 */
export type AttemptOutcome = 'delivered' | 'rejected' | 'failed' | 'forbidden'

/** What became of an attempt. Of the answer there is the status alone: nobody knows what else stands in it. */
export interface Attempt {
  readonly outcome: AttemptOutcome
  readonly status: number | null
  readonly detail: string | null
  readonly durationMs: number
  /** How long the receiver wants to be left alone; 0: it did not say. */
  readonly retryAfterMs: number
}

export interface Attempting {
  readonly call: CallOut
  readonly url: string
  /** The first is the one that holds; all of them sign. */
  readonly secrets: readonly string[]
  readonly now: () => Date
  readonly signal?: AbortSignal
}

/** What is kept of why there was no answer. */
const MOST_DETAIL = 200

/** Sends something once. @returns never rejects for what the receiver does */
export async function attempt(sent: Sent, { call, url, secrets, now, signal }: Attempting): Promise<Attempt> {
  const at = now()
  const since = performance.now()
  const outcome = await call({
    url,
    method: 'POST',
    headers: headersOf(sent, secrets, at),
    body: sent.body,
    ...(signal === undefined ? {} : { signal }),
  })
  return { ...judged(outcome, now()), durationMs: Math.round(performance.now() - since) }
}

function judged(answer: CallOutcome, now: Date): Omit<Attempt, 'durationMs'> {
  if (answer.outcome !== 'answered') {
    return { outcome: answer.outcome, status: null, detail: answer.why.slice(0, MOST_DETAIL), retryAfterMs: 0 }
  }
  const { status, headers } = answer
  const isTaken = status >= 200 && status <= 299
  return {
    outcome: isTaken ? 'delivered' : 'rejected',
    status,
    detail: status >= 300 && status <= 399 ? 'redirects are not followed' : null,
    retryAfterMs: isTaken ? 0 : retryAfterMs(headers['retry-after'], now),
  }
}

/** Seconds, or an instant (RFC 9110). */
function retryAfterMs(header: string | string[] | undefined, now: Date): number {
  if (typeof header !== 'string') return 0
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now.getTime()
  return Number.isFinite(ms) ? Math.max(0, ms) : 0
}
