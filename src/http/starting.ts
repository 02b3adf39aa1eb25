import { randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import type { Config } from '../config.ts'
import { instanceOfId, type Problem, problemText, statusOf } from '../contract/problem.ts'
import { VERSION } from './document/version.ts'
import { DATA_HEADERS } from './edge/data-headers.ts'
import { openOperatorCheck } from './edge/operators.ts'
import type { CheckName } from './routes/readiness.ts'

const ASK_AGAIN_SECONDS = 1

const NOT_READY: Problem = {
  code: 'unavailable',
  detail: 'Not ready. The service starts, and waits for its database.',
  retryAfterSeconds: ASK_AGAIN_SECONDS,
}

/**
 * What anybody is answered until the service is there: that the process is alive, and that it is not ready. Its
 * connections are not kept, so that nobody goes on asking here.
 */
export function answerWhileStarting(config: Pick<Config, 'metricsKey'>): RequestListener {
  const isOperator = openOperatorCheck(config)
  return (request, response) => {
    request.resume()
    const id = randomBytes(6).toString('hex')
    const path = request.url?.split('?', 1)[0]
    const { status, type, text } = path === '/health' ? health(isOperator(request)) : answerAt(path, id)
    response.writeHead(status, {
      ...DATA_HEADERS,
      'content-type': type,
      'content-length': Buffer.byteLength(text),
      'daybook-request-id': id,
      connection: 'close',
      ...(status === 200 ? {} : { 'retry-after': String(ASK_AGAIN_SECONDS) }),
    })
    response.end(request.method === 'HEAD' ? undefined : text)
  }
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
}

function answerAt(path: string | undefined, id: string): Answer {
  if (path === '/livez') return { status: 200, type: 'text/plain; charset=utf-8', text: 'alive\n' }
  return {
    status: statusOf(NOT_READY),
    type: 'application/problem+json',
    text: problemText(NOT_READY, instanceOfId(id)),
  }
}

/** As `/health` answers later. Nothing is known yet but that the process is there. */
function health(inDetail: boolean): Answer {
  const document = { status: 'failing', ...(inDetail ? details() : {}) }
  const type = 'application/json; charset=utf-8'
  return { status: statusOf(NOT_READY), type, text: JSON.stringify(document) }
}

function details(): object {
  const waiting = { status: 'failing', detail: 'the service starts' }
  const checks: Record<CheckName, object> = {
    process: { status: 'ok', detail: 'alive' },
    database: { status: 'failing', detail: 'is waited for' },
    replica: waiting,
    migrations: waiting,
    writer: waiting,
    projections: waiting,
  }
  return { version: VERSION, uptimeSeconds: Math.floor(process.uptime()), checks }
}
