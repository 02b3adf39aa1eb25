import type { Backend } from '../backend.ts'
import type { App } from '../route.ts'
import { endLastConnections } from './last-connections.ts'

/** Whoever waits this long may want to know why. */
const SLOW_MS = 1_000

/**
 * Names every request, counts it once it is answered, and logs it where it was slow. When the service is being closed,
 * connections end with the last answer on them.
 * @returns aborted as soon as the service is being closed
 */
export function followRequests(app: App, { logger, metrics }: Pick<Backend, 'logger' | 'metrics'>): AbortSignal {
  const closing = new AbortController()
  const tellsAll = logger.isLevelEnabled('debug')
  let underWay = 0
  app.addHook('preClose', (done) => {
    closing.abort()
    endLastConnections(app.server, () => underWay)
    done()
  })
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.upgrades !== true) underWay += 1
    reply.header('daybook-request-id', request.id)
    // What is under way is answered; what comes after is for another process.
    if (closing.signal.aborted) reply.header('connection', 'close')
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request
    const { url: route = 'none', config } = routeOptions
    if (config.upgrades !== true) underWay -= 1
    const { statusCode: status, elapsedTime: ms, problemCode } = reply
    if (tellsAll) logger.debug({ request: request.id, method, route, status, ms }, 'answered')
    metrics.request({ method, route, status, ms })
    if (problemCode !== null) metrics.problem(problemCode)
    if (ms >= SLOW_MS && config.streams !== true)
      logger.warn({ request: request.id, method, route, status, ms }, 'slow')
    done()
  })
  return closing.signal
}
