import type { Socket } from 'node:net'
import type { WebSocket } from '@fastify/websocket'
import type { Pool } from 'pg'
import type { Sight } from '../../access/held.ts'
import type { Principal } from '../../access/principal.ts'
import { RIGHTS } from '../../access/rights.ts'
import { commandCheckOf } from '../../contract/compile.ts'
import { invalidRequest, type Problem, problemText } from '../../contract/problem.ts'
import type { ProblemCode } from '../../contract/problem-catalogue.ts'
import { LiveSubscription, type LiveSubscriptionBody } from '../../contract/schemas/live.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { parseJson } from '../../json/parse-json.ts'
import { readHead } from '../../ledger/read/head.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { problemOfError } from '../edge/errors.ts'
import { reached } from '../edge/reading.ts'
import type { Watch, Watched } from '../edge/watch.ts'
import { AGAINST_RULES, FAILED, GOING_AWAY, NOT_JSON, NOT_TEXT, TRY_AGAIN_LATER } from './closing-codes.ts'
import type { EndOfHistory } from './end-of-history.ts'
import type { EventBatch } from './event-batch.ts'
import { Outbox } from './outbox.ts'
import { keepPulse } from './pulse.ts'
import { type Subscription, subscriptionFrom, wantedOf } from './subscription.ts'

export interface LiveOptions {
  readonly backend: ReadBackend & Pick<Backend, 'logger' | 'metrics'>
  readonly end: EndOfHistory
  /** The batch that a list of the history’s end is; the same for all who read it together. */
  readonly batchOf: (book: string, texts: readonly string[]) => EventBatch
  /** Aborted when the service stops. */
  readonly closing: AbortSignal
  readonly watch: Watch
}

/** One WebSocket: whom it belongs to, and over what it goes. */
export interface LiveClient {
  readonly socket: WebSocket
  readonly connection: Socket
  readonly principal: Principal
  /** By which they were let in. */
  readonly today: CalendarDate
  readonly book: string
  /** Of the request that opened it, for problems and the log. */
  readonly instance: string
}

const isSubscription = commandCheckOf(LiveSubscription)

/**
 * Serves a client until it goes, does what it may not, or the service stops: takes its subscriptions, and sends the events
 * that they are to, in order, no faster than they are taken.
 */
export class LiveSession {
  readonly #options: LiveOptions
  readonly #client: LiveClient
  readonly #outbox: Outbox
  readonly #ended = new AbortController()
  #stopPulse: () => void = () => {}
  #watched: Watched | undefined
  /** The one that is served; aborted when another takes its place. */
  #served = new AbortController()
  /** The one that is to be served next: of several that come meanwhile, the last. */
  #wanted: Subscription | undefined
  #isServing = false

  constructor(options: LiveOptions, client: LiveClient) {
    this.#options = options
    this.#client = client
    this.#outbox = new Outbox(client.socket, options.backend.config.liveBufferBytes)
  }

  start(): void {
    const { backend, closing, watch } = this.#options
    const { socket, connection, principal, book, today } = this.#client
    const { liveHeartbeatMs, requestTimeoutMs } = backend.config
    const stop = (): void => this.#end(GOING_AWAY, 'the service is stopping')
    const firstDue = setTimeout(() => {
      if (!this.#isServing) this.#end(AGAINST_RULES, 'no subscription came')
    }, requestTimeoutMs)
    this.#stopPulse = keepPulse(socket, connection, {
      everyMs: liveHeartbeatMs,
      onSilent: () => this.#end(TRY_AGAIN_LATER, 'nothing was taken any more: come back with the last position'),
    })
    this.#watched = watch.add({
      principal,
      book,
      today,
      needed: RIGHTS.openLive,
      onEnd: (problem) => this.#refuse(AGAINST_RULES, problem),
    })
    socket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary))
    socket.on('ping', (data) => this.#outbox.pong(data))
    socket.on('close', () => {
      clearTimeout(firstDue)
      closing.removeEventListener('abort', stop)
      this.#forget()
    })
    closing.addEventListener('abort', stop)
    if (closing.aborted) stop()
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#ended.signal.aborted) return
    if (isBinary) {
      this.#end(NOT_TEXT, 'messages are text')
      return
    }
    const { value, fault } = parseJson(data)
    if (fault !== undefined) {
      this.#refuse(NOT_JSON, invalidRequest([{ in: 'body', ...fault }]))
      return
    }
    const checked = isSubscription(value)
    if ('faults' in checked) {
      this.#refuse(AGAINST_RULES, invalidRequest(checked.faults))
      return
    }
    // A cast: the schema says so.
    this.#wanted = subscriptionFrom(checked.value as LiveSubscriptionBody)
    this.#served.abort()
    if (!this.#isServing) void this.#serve()
  }

  async #serve(): Promise<void> {
    this.#isServing = true
    try {
      for (let next = this.#wanted; next !== undefined && !this.#ended.signal.aborted; next = this.#wanted) {
        this.#wanted = undefined
        this.#served = new AbortController()
        await this.#follow(next, AbortSignal.any([this.#served.signal, this.#ended.signal]))
      }
    } catch (error) {
      const problem = problemOfError(error, this.#options.backend.logger, this.#client.instance)
      this.#refuse(LATER.includes(problem.code) ? TRY_AGAIN_LATER : FAILED, problem)
    } finally {
      this.#isServing = false
    }
  }

  /** History, then live, until `signal`. Positions have no gaps, so nothing is missed and nothing comes twice. */
  async #follow(subscription: Subscription, signal: AbortSignal): Promise<void> {
    const { backend, batchOf, end } = this.#options
    const { book } = this.#client
    const { liveHeartbeatMs } = backend.config
    await this.#isThere(subscription.after)
    let position = subscription.after ?? (await endOf(backend.db, book))
    let toldAt: number | undefined
    await this.#outbox.send(`{"subscribed":${position}}`)
    while (!signal.aborted) {
      const texts = await end.next(book, position)
      if (texts.length > 0) {
        const wanted = await wantedOf(subscription, batchOf(book, texts), this.#sight())
        for (const text of wanted) {
          if (signal.aborted) return
          await this.#outbox.send(text)
        }
        position += texts.length
      }
      // Told at its own rhythm, whatever happens that the client does not see.
      const now = performance.now()
      const isDue = toldAt === undefined ? texts.length === 0 : now - toldAt >= liveHeartbeatMs
      if (isDue && !signal.aborted) {
        toldAt = now
        await this.#outbox.send(`{"caughtUp":${position}}`)
      }
      if (texts.length > 0) continue
      const untilDueMs = liveHeartbeatMs - (performance.now() - (toldAt ?? now))
      if (untilDueMs > 0) await backend.wakeups.next(book, position, signal, untilDueMs)
    }
  }

  /** A replica may be behind what its client has seen elsewhere. @throws ProblemError where the book does not come so far */
  async #isThere(position: number | undefined): Promise<void> {
    if (position === undefined) return
    await reached(this.#options.backend, this.#client.book, position)
  }

  /** As of less than a second ago. */
  #sight(): Sight {
    return this.#watched!.sight
  }

  #refuse(closingCode: number, problem: Problem): void {
    if (this.#ended.signal.aborted) return
    this.#client.socket.send(problemText(problem, this.#client.instance))
    this.#end(closingCode, problem.code)
  }

  #end(closingCode: number, reason: string): void {
    this.#forget()
    this.#client.socket.close(closingCode, reason)
  }

  /** Nothing more is read or sent. */
  #forget(): void {
    this.#stopPulse()
    this.#watched?.leave()
    this.#ended.abort()
  }
}

const LATER: readonly ProblemCode[] = ['unavailable', 'not-caught-up']

async function endOf(db: Pool, book: string): Promise<number> {
  return (await readHead(db, book))?.position ?? 0
}
