import type { FastifyReply, FastifyRequest } from 'fastify'
import { instanceOfId, type Problem, problemText, statusOf } from '../../contract/problem.ts'
import type { ProblemCode } from '../../contract/problem-catalogue.ts'

declare module 'fastify' {
  interface FastifyReply {
    /** What was answered, to be counted; null where it was no problem. */
    problemCode: ProblemCode | null
  }
}

/** Names this request in its problems, its logs and the header `Daybook-Request-Id`. */
export function instanceOf(request: FastifyRequest): string {
  return instanceOfId(request.id)
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(problem.retryAfterSeconds))
  reply.problemCode = problem.code
  reply.code(statusOf(problem)).header('content-type', 'application/problem+json')
  // To text that nothing serializes the framework would append a charset, which this media type does not have.
  return reply.serializer(asItIs).send(problemText(problem, instanceOf(reply.request)))
}

function asItIs(text: unknown): string {
  return text as string
}
