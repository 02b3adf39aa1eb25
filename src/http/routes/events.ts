import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import { AS_STREAM, type Needed, RIGHTS } from '../../access/rights.ts'
import { invalidRequest, type Problem, ProblemError } from '../../contract/problem.ts'
import { BookPath, DEFAULT_LIMIT, EventsHeaders, EventsQuery } from '../../contract/schemas/parameters.ts'
import { Events } from '../../contract/schemas/replies.ts'
import { type EventPage, readEventPage, streamEvents } from '../../ledger/read/events.ts'
import { readHead } from '../../ledger/read/head.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { operation } from '../document/operation.ts'
import { EVENT_MEDIA_TYPES, preferred } from '../edge/media-type.ts'
import { caughtUp, READ_PROBLEMS, reached, readOf, unknownBook } from '../edge/reading.ts'
import { sendJson } from '../edge/send-json.ts'
import { instanceOf } from '../edge/send-problem.ts'
import type { Watch, Watched } from '../edge/watch.ts'
import type { App } from '../route.ts'
import { LiveEvents } from './event-stream.ts'

type EventsRequest = FastifyRequest<{ Params: { book: string }; Querystring: { after?: number; limit?: number } }>

interface Ends {
  /** Ends the streams that never end by themselves. */
  readonly closing: AbortSignal
  /** Ends those whose callers may not follow any more. */
  readonly watch: Watch
}

export function eventRoutes(app: App, backend: ReadBackend & Pick<Backend, 'metrics'>, ends: Ends): void {
  const streams = new EventStreams(backend, ends)
  app.get('/books/:book/events', { config: { streams: true }, schema: READ_EVENTS }, async (request, reply) => {
    // A stream without a body would be read to its end for nothing.
    switch (request.method === 'HEAD' ? 'application/json' : preferred(request.headers.accept, EVENT_MEDIA_TYPES)) {
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
      'and `Last-Event-ID` goes on behind one. Where its caller may not follow any more, its last message is of type `problem`. The history needs `events:read`. To follow it, `live:read` is enough: whoever does not read ' +
      'events whole is shown, of each, only what is about entities whose data they may read, and nothing of others. Behind a position that the book has not reached: 503 `not-caught-up`. An export can be checked with any JSON library and SHA-256.',
    answers: {
      200: {
        description:
          'Events in the order of their positions. In the streams each is a document like an item of the page.',
        schema: Events,
        mediaTypes: EVENT_MEDIA_TYPES,
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
    const page = await readAfter(backend, { book, after }, () => readPage(backend.db, { book, after, limit }))
    return page && { ...page, bookHead: page.head }
  })
  // Each event is canonical JSON already.
  const text = `{"items":[${items.join(',')}],"nextPosition":${nextPosition},"head":${bookHead}}`
  return sendJson(reply, text)
}

/**
 * What is read behind a position that somebody has seen. Where the book ends before it, nothing must seem to be all there is.
 * @throws ProblemError where it does not get there in time
 */
async function readAfter<Found extends { readonly head: number }>(
  backend: ReadBackend,
  { book, after }: { readonly book: string; readonly after: number },
  read: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  const found = await read()
  if (found === undefined || found.head >= after) return found
  await reached(backend, book, after)
  return read()
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

/** What is said at the end may take so long to be taken. */
const LAST_WORDS_MS = 300

class EventStreams {
  readonly #backend: ReadBackend & Pick<Backend, 'metrics'>
  readonly #ends: Ends
  readonly #live: LiveEvents
  #open = 0

  constructor(backend: ReadBackend & Pick<Backend, 'metrics'>, ends: Ends) {
    this.#backend = backend
    this.#ends = ends
    this.#live = new LiveEvents(backend.db, backend.wakeups)
  }

  async history(request: EventsRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { after = 0, limit } = request.query
    const { book } = request.params
    const head = await this.#head(request, reply, after)
    const upTo = limit === undefined ? head : Math.min(head, after + limit)
    const events = streamEvents(this.#backend.db, { book, after, upTo })
    const stream = this.#send(reply, 'application/x-ndjson; charset=utf-8', lines(events))
    const watched = this.#watch(request, RIGHTS.readEvents, () => stream.destroy())
    stream.once('close', () => watched.leave())
    return reply
  }

  async live(request: EventsRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { book } = request.params
    const after = lastEventId(request) ?? request.query.after ?? 0
    await this.#head(request, reply, after)
    const ended = new AbortController()
    reply.raw.once('close', () => ended.abort())
    const signal = AbortSignal.any([this.#ends.closing, ended.signal])
    // Proxies that buffer would hold back what is live.
    reply.header('x-accel-buffering', 'no')
    const watched = this.#watch(request, AS_STREAM.readEvents, (problem) => {
      ended.abort(new ProblemError(problem))
      // Whoever takes nothing is not waited for.
      setTimeout(() => {
        if (!reply.raw.writableFinished) reply.raw.destroy()
      }, LAST_WORDS_MS).unref()
    })
    signal.addEventListener('abort', () => watched.leave())
    const texts = this.#live.follow({ book, after, signal, instance: instanceOf(request), sight: () => watched.sight })
    this.#send(reply, 'text/event-stream; charset=utf-8', texts)
    return reply
  }

  #watch(request: EventsRequest, needed: Needed, onEnd: (problem: Problem) => void): Watched {
    const { principal, params, today } = request
    return this.#ends.watch.add({ principal, book: params.book, needed, today, onEnd })
  }

  async #head(request: EventsRequest, reply: FastifyReply, after: number): Promise<number> {
    const { book } = request.params
    await caughtUp(this.#backend, request)
    const found = await readAfter(this.#backend, { book, after }, async () => {
      const head = await readHead(this.#backend.db, book)
      return head && { head: head.position }
    })
    if (found === undefined) throw new ProblemError(unknownBook(book))
    reply.header('daybook-position', String(found.head))
    return found.head
  }

  /** Sends a stream no faster than it is read; when the client goes, the generator is ended. */
  #send(reply: FastifyReply, contentType: string, texts: AsyncGenerator<string>): Readable {
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
    void reply.header('content-type', contentType).send(stream)
    return stream
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
