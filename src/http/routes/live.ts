import websocket from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../../contract/problem.ts'
import { LiveMessage, LiveSubscription } from '../../contract/schemas/live.ts'
import { BookPath, LiveQuery } from '../../contract/schemas/parameters.ts'
import { readHead } from '../../ledger/read/head.ts'
import type { Backend } from '../backend.ts'
import { operation } from '../document/operation.ts'
import { auditOpened } from '../edge/audited.ts'
import { refuseForeignOrigins } from '../edge/cross-origin.ts'
import { unknownBook } from '../edge/reading.ts'
import { instanceOf } from '../edge/send-problem.ts'
import { EndOfHistory } from '../live/end-of-history.ts'
import { batchesOf } from '../live/event-batch.ts'
import { opensLive } from '../live/opens-live.ts'
import { type LiveClient, type LiveOptions, LiveSession } from '../live/session.ts'
import type { App } from '../route.ts'

/** A subscription of some hundred ids fits; whatever is larger is none. */
const MOST_MESSAGE_BYTES = 65_536

/** How long a client may take to agree that its WebSocket ends. The types of the library do not know the option. */
const CLOSING = { closeTimeout: 5_000 }

/** An extension of the document: HTTP has no place for what a client sends over a WebSocket. */
const CLIENT_MESSAGE = { 'x-client-message': LiveSubscription }

/** `closing` ends the WebSockets, and `watch` those whose callers may not follow any more. */
type LiveEnds = Pick<LiveOptions, 'closing' | 'watch'>
type LiveBackend = LiveOptions['backend'] & Pick<Backend, 'audit'>

/**
 * On an instance of its own: what upgrades there is upgraded nowhere else (`opensLive` sees to the same before any route).
 */
export async function liveRoutes(app: App, backend: LiveBackend, ends: LiveEnds): Promise<void> {
  const { config, db, logger, metrics } = backend
  const options: LiveOptions = { backend, ...ends, end: new EndOfHistory(db), batchOf: batchesOf(db) }
  let open = 0

  await app.register(websocket, {
    options: { maxPayload: MOST_MESSAGE_BYTES, autoPong: false, ...CLOSING },
    // Of a connection: it is closed, with or without being told so.
    errorHandler: (error) => logger.debug({ err: error }, 'a WebSocket broke'),
    // Every session ends itself.
    preClose: (done) => done(),
  })
  app.addHook('onRequest', refuseForeignOrigins(config))
  // Whoever is refused has left HTTP all the same: nobody reads from that connection any more.
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (opensLive(request.raw)) reply.header('connection', 'close')
    done()
  })
  app.addHook('onResponse', (request, _reply, done) => {
    if (opensLive(request.raw)) request.raw.socket.destroySoon()
    done()
  })
  metrics.watchLive(() => ({
    sockets: open,
    waitingBytes: [...app.websocketServer.clients].reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0),
  }))

  app.route<{ Params: { book: string } }>({
    method: 'GET',
    url: '/books/:book/live',
    config: { streams: true, upgrades: true, ticketInQuery: true },
    schema: OPEN_LIVE,
    async preHandler(request) {
      const { book } = request.params
      if ((await readHead(db, book)) === undefined) throw new ProblemError(unknownBook(book))
      if (!request.ws) return
      const { socket } = request.raw
      const isEnding = ends.closing.aborted || socket.destroyed
      if (isEnding || open >= config.liveSockets) {
        const detail = isEnding ? 'The service is stopping.' : `All ${config.liveSockets} WebSockets are in use.`
        throw new ProblemError({ code: 'unavailable', detail, retryAfterSeconds: 5 })
      }
      open += 1
      socket.once('close', () => {
        open -= 1
      })
    },
    handler(_request, reply) {
      reply.headers({ upgrade: 'websocket', connection: 'upgrade', 'sec-websocket-version': '13' })
      throw new ProblemError({ code: 'upgrade-required', detail: 'This address is for a WebSocket.' })
    },
    wsHandler(socket, request) {
      auditOpened({ audit: backend.audit, reads: config.auditReads }, request)
      new LiveSession(options, clientOf(socket, request)).start()
    },
  })
}

function clientOf(socket: LiveClient['socket'], request: FastifyRequest<{ Params: { book: string } }>): LiveClient {
  const { principal, params, raw, today } = request
  const { socket: connection } = raw
  return { socket, connection, principal, today, book: params.book, instance: instanceOf(request) }
}

const OPEN_LIVE = {
  ...operation({
    id: 'openLive',
    tag: 'History',
    summary: 'Follow what concerns somebody',
    description:
      'A WebSocket. The client sends a subscription (`x-client-message`), and the service the events that concern it, ' +
      'in order: those after `after`, then those that happen, none missed and none twice. An event is a document as in ' +
      'the history; whatever has no `position` is none. `{"subscribed": n}`: what follows comes after n. ' +
      '`{"caughtUp": n}`: that was all up to n; said again at every heartbeat. To go on after a break, name the last ' +
      'position that was heard of. What commands with the same `Daybook-Client-Id` caused is left out. A message that ' +
      'is no subscription is answered with a problem, and closes with 1007 or 1008; a client that takes nothing is cut ' +
      'with 1013, a stopping service closes with 1001. Whoever may not follow any more is told why within a second, by a ' +
      'problem, and closed with 1008. A page of another origin that is not listed is refused (`forbidden`).',
    answers: {
      101: { description: 'Messages, each a text of JSON.', schema: LiveMessage, headers: [] },
    },
    problems: ['forbidden', 'unknown-book', 'upgrade-required'],
  }),
  ...CLIENT_MESSAGE,
  params: BookPath,
  querystring: LiveQuery,
}
