import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import { BookPath, DEFAULT_LIMIT, EventsHeaders, EventsQuery } from '../../contract/schemas/parameters.ts'
import { Events } from '../../contract/schemas/replies.ts'
import { type EventPage, readEventPage, streamEvents } from '../../ledger/read/events.ts'
import { readHead } from '../../ledger/read/head.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { operation } from '../document/operation.ts'
import { preferred } from '../edge/media-type.ts'
import { caughtUp, READ_PROBLEMS, readOf, unknownBook } from '../edge/reading.ts'
import { sendJson } from '../edge/send-json.ts'
import type { App } from '../route.ts'
import { LiveEvents } from './event-stream.ts'

const MEDIA_TYPES = ['application/json', 'application/x-ndjson', 'text/event-stream'] as const

type EventsRequest = FastifyRequest<{ Params: { book: string }; Querystring: { after?: number; limit?: number } }>

/** @param closing ends the streams that never end by themselves */
export function eventRoutes(app: App, backend: ReadBackend & Pick<Backend, 'metrics'>, closing: AbortSignal): void {
  const streams = new EventStreams(backend, closing)
  app.get('/books/:book/events', { config: { streams: true }, schema: READ_EVENTS }, async (request, reply) => {
    // A stream without a body would be read to its end for nothing.
    switch (request.method === 'HEAD' ? 'application/json' : preferred(request.headers.accept, MEDIA_TYPES)) {
      case 'application/json':
        return sendPage(backend, request, reply)
      case 'application/x-ndjson':
        return streams.history(request, reply)
      case 'text/event-stream':
        return streams.live(request, reply)
    }
  })
}

const READ_EVENTS = {
  ...operation({
    id: 'readEvents',
    tag: 'History',
    summary: 'Read the history',
    description:
      'By `Accept`: a JSON page; `application/x-ndjson`, the whole history up to its end as a stream of one event a ' +
      'line; or `text/event-stream`, the history and then what happens, where the id of a message is its position ' +
      'and `Last-Event-ID` goes on behind one. An export can be checked with any JSON library and SHA-256.',
    answers: {
      200: {
        description:
          'Events in the order of their positions. In the streams each is a document like an item of the page.',
        schema: Events,
        mediaTypes: MEDIA_TYPES,
        headers: ['Daybook-Position'],
      },
    },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: EventsQuery,
  headers: EventsHeaders,
}

async function sendPage(backend: ReadBackend, request: EventsRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { after = 0, limit = DEFAULT_LIMIT } = request.query
  const { book } = request.params
  const { items, nextPosition, bookHead } = await readOf(backend, request, reply, async () => {
    const page = await readPage(backend.db, { book, after, limit })
    return page && { ...page, bookHead: page.head }
  })
  // Each event is canonical JSON already.
  const text = `{"items":[${items.join(',')}],"nextPosition":${nextPosition},"head":${bookHead}}`
  return sendJson(reply, text)
}

/** Events may be large (a thousand lines, much metadata): beyond so many characters a page ends, and says so. */
const PAGE_CHARACTERS = 8_000_000
const ALWAYS_FIT = 64

async function readPage(
  db: Pool,
  { book, after, limit }: { book: string; after: number; limit: number },
): Promise<EventPage | undefined> {
  if (limit <= ALWAYS_FIT) return readEventPage(db, { book, after, limit })
  const head = await readHead(db, book)
  if (head === undefined) return undefined
  const items: string[] = []
  let characters = 0
  for await (const texts of streamEvents(db, { book, after, upTo: Math.min(after + limit, head.position) })) {
    items.push(...texts)
    characters += texts.reduce((sum, { length }) => sum + length, 0)
    if (characters >= PAGE_CHARACTERS) break
  }
  const last = after + items.length
  return { head: head.position, items, nextPosition: items.length > 0 && last < head.position ? last : null }
}

class EventStreams {
  readonly #backend: ReadBackend & Pick<Backend, 'metrics'>
  readonly #closing: AbortSignal
  readonly #live: LiveEvents
  #open = 0

  constructor(backend: ReadBackend & Pick<Backend, 'metrics'>, closing: AbortSignal) {
    this.#backend = backend
    this.#closing = closing
    this.#live = new LiveEvents(backend.db, backend.wakeups)
  }

  async history(request: EventsRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { after = 0, limit } = request.query
    const { book } = request.params
    const head = await this.#head(request, reply)
    const upTo = limit === undefined ? head : Math.min(head, after + limit)
    const events = streamEvents(this.#backend.db, { book, after, upTo })
    return this.#send(reply, 'application/x-ndjson; charset=utf-8', lines(events))
  }

  async live(request: EventsRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { book } = request.params
    const after = lastEventId(request) ?? request.query.after ?? 0
    await this.#head(request, reply)
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    const signal = AbortSignal.any([this.#closing, gone.signal])
    // Proxies that buffer would hold back what is live.
    reply.header('x-accel-buffering', 'no')
    return this.#send(reply, 'text/event-stream; charset=utf-8', this.#live.follow({ book, after, signal }))
  }

  async #head(request: EventsRequest, reply: FastifyReply): Promise<number> {
    const { book } = request.params
    await caughtUp(this.#backend, request)
    const head = await readHead(this.#backend.db, book)
    if (head === undefined) throw new ProblemError(unknownBook(book))
    reply.header('daybook-position', String(head.position))
    return head.position
  }

  /** Sends a stream no faster than it is read; when the client goes, the generator is ended. */
  #send(reply: FastifyReply, contentType: string, texts: AsyncGenerator<string>): FastifyReply {
    const { config, metrics } = this.#backend
    if (this.#open >= config.streams) {
      throw new ProblemError({
        code: 'unavailable',
        detail: `All ${config.streams} event streams are in use.`,
        retryAfterSeconds: 5,
      })
    }
    const stream = Readable.from(texts, { objectMode: false })
    this.#open += 1
    metrics.streamOpened()
    stream.once('close', () => {
      this.#open -= 1
      metrics.streamClosed()
    })
    return reply.header('content-type', contentType).send(stream)
  }
}

async function* lines(batches: AsyncGenerator<string[]>): AsyncGenerator<string, void, undefined> {
  for await (const texts of batches) yield `${texts.join('\n')}\n`
}

function lastEventId({ headers }: FastifyRequest): number | undefined {
  const header = headers['last-event-id']
  if (header === undefined || header === '') return undefined
  const id = typeof header === 'string' && /^[0-9]{1,16}$/.test(header) ? Number(header) : Number.NaN
  if (Number.isSafeInteger(id)) return id
  const message = 'must be the position of an event'
  throw new ProblemError(invalidRequest([{ in: 'header', pointer: '/Last-Event-ID', message }]))
}
