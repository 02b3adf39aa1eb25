import type { FastifyReply } from 'fastify'
import { invalidRequest } from '../../contract/problem.ts'

/** What is counted where nobody is left to be told. */
export const GONE = invalidRequest([{ in: 'header', pointer: '', message: 'is of a connection that has ended' }])

/** Whether a stream ended because the client that it was sent to has hung up: nothing is wrong then. */
export function isHangUp(error: unknown, { raw }: FastifyReply): boolean {
  return raw.destroyed && (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE'
}
