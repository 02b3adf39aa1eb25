import type { Socket } from 'node:net'
import { invalidRequest, type Problem, problemText, statusOf } from '../../contract/problem.ts'

/**
 * Answers what did not even become a request, straight on its connection, and ends that.
 * @param id for the problem; no route and no hook will ever see this request
 */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket, id: string): void {
  // Nobody is left to be told.
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const problem = problemOf(error)
  const text = problemText(problem, `urn:daybook:request:${id}`)
  if (socket.writable) {
    socket.write(
      [
        `HTTP/1.1 ${statusOf(problem)} ${REASONS[problem.code] ?? 'Bad Request'}`,
        'Content-Type: application/problem+json',
        `Content-Length: ${Buffer.byteLength(text)}`,
        `Daybook-Request-Id: ${id}`,
        'Connection: close',
        '',
        text,
      ].join('\r\n'),
    )
  }
  socket.destroySoon()
}

const REASONS: Partial<Record<Problem['code'], string>> = {
  'request-timeout': 'Request Timeout',
  'headers-too-large': 'Request Header Fields Too Large',
}

function problemOf({ code }: NodeJS.ErrnoException): Problem {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'request-timeout', detail: 'The request did not arrive in time.' }
    case 'HPE_HEADER_OVERFLOW':
      return { code: 'headers-too-large', detail: 'The headers are larger than the service accepts.' }
    default:
      return invalidRequest([{ in: 'header', pointer: '', message: 'is not HTTP that the service can read' }])
  }
}
