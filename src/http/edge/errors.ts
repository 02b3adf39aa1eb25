import type { FastifyError } from 'fastify'
import type { Logger } from 'pino'
import { invalidRequest, type Problem, ProblemError } from '../../contract/problem.ts'
import { BadCursor } from '../../ledger/read/cursor.ts'
import { failureProblem } from './failure.ts'

/**
 * The one place where whatever was thrown while a request was answered becomes a problem.
 * @param instance of the request
 */
export function problemOfError(error: unknown, logger: Logger, instance: string): Problem {
  if (error instanceof ProblemError) return error.problem
  if (error instanceof BadCursor) {
    return invalidRequest([
      { in: 'query', pointer: '/cursor', message: 'must be the nextCursor of a page of this list' },
    ])
  }
  return frameworkProblem(error) ?? failureProblem(error, logger, instance)
}

/** What Fastify itself objects to in a request. */
function frameworkProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || !('code' in error)) return undefined
  const { code, message, statusCode = 500 } = error as FastifyError
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { code: 'too-large', detail: 'The body is larger than the service accepts.' }
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return { code: 'unsupported-media-type', detail: 'The body has a media type that this call does not take.' }
    case 'FST_ERR_BAD_URL':
      return invalidRequest([{ in: 'path', pointer: '', message: 'has an escape that is none' }])
    default:
      return statusCode >= 400 && statusCode < 500
        ? invalidRequest([{ in: 'body', pointer: '', message: `cannot be read: ${message}` }])
        : undefined
  }
}
