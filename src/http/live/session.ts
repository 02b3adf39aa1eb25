import type { Socket } from 'node:net'
import type { WebSocket } from '@fastify/websocket'
import type { Pool } from 'pg'
import { checkOf } from '../../contract/compile.ts'
import { invalidRequest, type Problem, problemText } from '../../contract/problem.ts'
import type { ProblemCode } from '../../contract/problem-catalogue.ts'
import { LiveSubscription, type LiveSubscriptionBody } from '../../contract/schemas/live.ts'
import { readHead, waitForPosition } from '../../ledger/read/head.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { problemOfError } from '../edge/errors.ts'
import { notCaughtUp } from '../edge/reading.ts'
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
}

/** One WebSocket: whom it belongs to, and over what it goes. */
export interface LiveClient {
  readonly socket: WebSocket
  readonly connection: Socket
  readonly book: string
  /** Of the request that opened it, for problems and the log. */
  readonly instance: string
}

const isSubscription = checkOf(LiveSubscription, 'body')

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
    const { backend, closing } = this.#options
    const { socket, connection } = this.#client
    const { liveHeartbeatMs, requestTimeoutMs } = backend.config
    const stop = (): void => this.#end(GOING_AWAY, 'the service is stopping')
    const firstDue = setTimeout(() => {
      if (!this.#isServing) this.#end(AGAINST_RULES, 'no subscription came')
    }, requestTimeoutMs)
    this.#stopPulse = keepPulse(socket, connection, {
      everyMs: liveHeartbeatMs,
      onSilent: () => this.#end(TRY_AGAIN_LATER, 'nothing was taken any more: come back with the last position'),
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
    const value = parse(data.toString())
    if (value === undefined) {
      this.#refuse(NOT_JSON, invalidRequest([{ in: 'body', pointer: '', message: 'is not JSON' }]))
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
    let toldAt = Number.NEGATIVE_INFINITY
    await this.#outbox.send(`{"subscribed":${position}}`)
    while (!signal.aborted) {
      const texts = await end.next(book, position)
      if (texts.length > 0) {
        const wanted = await wantedOf(subscription, batchOf(book, texts))
        for (const text of wanted) {
          if (signal.aborted) return
          await this.#outbox.send(text)
        }
        position += texts.length
        continue
      }
      if (performance.now() - toldAt >= liveHeartbeatMs && !signal.aborted) {
        toldAt = performance.now()
        await this.#outbox.send(`{"caughtUp":${position}}`)
      }
      await backend.wakeups.next(book, position, signal, liveHeartbeatMs)
    }
  }

  /** A replica may be behind what its client has seen elsewhere. @throws ProblemError where the book does not come so far */
  async #isThere(position: number | undefined): Promise<void> {
    if (position === undefined) return
    const { db, config, wakeups } = this.#options.backend
    const { book } = this.#client
    if (await waitForPosition(db, book, position, config.minPositionWaitMs, wakeups)) return
    throw notCaughtUp(`The book ${book} has not reached position ${position}.`)
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
    this.#ended.abort()
  }
}

const LATER: readonly ProblemCode[] = ['unavailable', 'not-caught-up']

async function endOf(db: Pool, book: string): Promise<number> {
  return (await readHead(db, book))?.position ?? 0
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
