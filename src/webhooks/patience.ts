import type { Attempt } from './attempt.ts'
import type { Disabled } from './webhook.ts'

const FIRST_PAUSE_MS = 5_000
/** All that comes after an event waits with it: once a receiver is back, it is not left alone for longer. */
const LONGEST_PAUSE_MS = 3_600_000

/** What a receiver may ask for by `Retry-After`. */
const LONGEST_ASKED_MS = 86_400_000

/** Whoever fails for so long is not called any more. */
const PATIENCE_MS = 3 * 86_400_000
/** Not before so many attempts: it may be that this service was away in between. */
const FEWEST_FAILURES = 20

/** A webhook that fails. */
export interface Failing {
  /** In a row, this attempt included. */
  readonly failures: number
  readonly since: Date
}

/** When it is tried again after an attempt that failed; or why it is not. */
export type AfterFailure =
  | { readonly nextAttemptAt: Date; readonly disabled?: undefined }
  | { readonly nextAttemptAt?: undefined; readonly disabled: Disabled }

/** Twice as long after each failure, up to an hour, or as long as the receiver asks for; for three days. @param now after the attempt */
export function afterFailedAttempt({ failures, since }: Failing, attempt: Attempt, now: Date): AfterFailure {
  if (attempt.status === 410) return { disabled: 'gone' }
  if (failures >= FEWEST_FAILURES && now.getTime() - since.getTime() >= PATIENCE_MS) return { disabled: 'failing' }
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS)
  const askedMs = Math.min(attempt.retryAfterMs, LONGEST_ASKED_MS)
  return { nextAttemptAt: new Date(now.getTime() + Math.max(pauseMs, askedMs)) }
}
