import type { IncomingMessage } from 'node:http'
import type { App } from '../route.ts'

/** More of a body than any limit allows is not waited for. */
const MOST_BYTES = 268_435_456

/** How long it may take, at most. Half of what a request may take as a whole, where that is less. */
const PATIENCE_MS = 10_000

/**
 * Has every answer wait for the end of the request that it answers. Many clients send all of a body before they look for
 * an answer. Were theirs given earlier, on a connection that ends with it, they would find a broken connection and no
 * answer: the reason that they were refused for. What is read meanwhile is thrown away.
 */
export function answerAfterBodies(app: App, requestTimeoutMs: number): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    afterBody(request.raw, requestTimeoutMs, (isWhole) => {
      // What still comes would be taken for the next request.
      if (!isWhole) reply.header('connection', 'close')
      done()
    })
  })
}

/**
 * Calls back once a body has come to its end, or is not waited for any longer: at once where there is none, or the client
 * is gone.
 */
export function afterBody(request: IncomingMessage, requestTimeoutMs: number, then: (isWhole: boolean) => void): void {
  if (isOver(request) || request.destroyed || !hasBody(request)) {
    then(true)
    return
  }
  let bytes = 0
  const count = (chunk: Buffer): void => {
    bytes += chunk.length
    if (bytes > MOST_BYTES) stop()
  }
  const stop = (): void => {
    clearTimeout(timer)
    request.off('data', count).off('close', stop).off('end', stop)
    if (!isOver(request)) request.pause()
    then(isOver(request))
  }
  const timer = setTimeout(stop, Math.min(PATIENCE_MS, requestTimeoutMs / 2))
  request.on('data', count).once('end', stop).once('close', stop).resume()
}

/** All of it has arrived, whether or not somebody has read it. */
function isOver({ complete, readableEnded }: IncomingMessage): boolean {
  return complete || readableEnded
}

function hasBody({ headers }: IncomingMessage): boolean {
  return (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined
}
