import type { Logger } from 'pino'
import type { Problem } from '../../contract/problem.ts'
import { failureKind } from '../../ledger/failure.ts'
import { Unavailable } from '../../ledger/unavailable.ts'

/**
 * What an error that nobody meant to throw is to a caller. Logged in full, answered without a word of it.
 * @param instance of the request that failed
 */
export function failureProblem(error: unknown, logger: Logger, instance: string): Problem {
  if (error instanceof Unavailable) {
    return { code: 'unavailable', detail: error.message, retryAfterSeconds: error.retryAfterSeconds }
  }
  if (failureKind(error) === 'away') {
    logger.warn({ err: error, instance }, 'the database is away')
    return { code: 'unavailable', detail: 'The database cannot be reached.', retryAfterSeconds: 1 }
  }
  logger.error({ err: error, instance }, 'a request failed')
  return { code: 'internal', detail: 'Something is wrong with the service; its log says what.' }
}
