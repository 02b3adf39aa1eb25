import type { Daybook } from './connect.ts'
import type { components } from './document.ts'
import { isProblem, must, type Problem, Refused } from './problems.ts'

/** An event; of somebody who may not read events whole, no more than what they may see of it. */
export type LiveEvent = Pick<components['schemas']['Event'], 'position' | 'type' | 'recordedAt' | 'actor'> &
  Partial<components['schemas']['Event']>

export interface Subscription {
  readonly book: string
  /** Whom or what to hear of; `{}`: whatever the caller may see. */
  readonly subscribe: {
    readonly entities?: readonly string[]
    readonly managers?: readonly string[]
    readonly requests?: readonly string[]
  }
  /** Begin with what was recorded after this position; left out: with what is recorded from now on. */
  readonly after?: number
  /** Each event once, by position. */
  readonly onEvent: (event: LiveEvent) => void
  readonly onState?: (state: FollowingState) => void
  /** What opens a socket; `WebSocket` where it is left out. */
  readonly open?: (address: string) => WebSocket
}

export type FollowingState =
  | { readonly is: 'connecting' }
  /** Everything up to this position was heard, and whatever comes will be. */
  | { readonly is: 'live'; readonly position: number }
  | { readonly is: 'waiting'; readonly forMs: number }
  /** It does not come back by itself: signed out, or no longer allowed. No problem: `stop` was called. */
  | { readonly is: 'ended'; readonly problem?: Problem }

export interface Following {
  /** The last position that is known to be heard; undefined: not live yet. */
  readonly position: number | undefined
  stop(): void
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
/** What a browser has, and a program has not. */
const page = globalThis as {
  readonly location?: { readonly href: string }
  readonly addEventListener?: (type: 'online', heard: () => void) => void
  readonly removeEventListener?: (type: 'online', heard: () => void) => void
}

/** The service says something at every heartbeat, which are half a minute apart unless it is told otherwise. */
const SILENCE_MS = 100_000
/** Nobody is let in, whoever comes again. */
const FOR_GOOD = new Set([1003, 1007, 1008, 1009])

/**
 * Tells what concerns somebody as it happens, over a WebSocket. After a break it goes on where it was, without a gap or a
 * repeat; what commands of this client caused is left out, where `connect` was given a `clientId`.
 */
export function follow(daybook: Daybook, subscription: Subscription): Following {
  const follower = new Follower(daybook, subscription)
  follower.start()
  return follower
}

class Follower implements Following {
  readonly #daybook: Daybook
  readonly #subscription: Subscription
  #position: number | undefined
  #socket: WebSocket | undefined
  #hasEnded = false
  #problem: Problem | undefined
  #tries = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined

  constructor(daybook: Daybook, subscription: Subscription) {
    this.#daybook = daybook
    this.#subscription = subscription
    this.#position = subscription.after
  }

  get position(): number | undefined {
    return this.#position
  }

  start(): void {
    page.addEventListener?.('online', this.#connectNow)
    void this.#connect()
  }

  stop(): void {
    this.#end(undefined)
  }

  #end(problem: Problem | undefined): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    clearTimeout(this.#timer)
    clearTimeout(this.#silence)
    page.removeEventListener?.('online', this.#connectNow)
    this.#socket?.close()
    this.#tell(problem === undefined ? { is: 'ended' } : { is: 'ended', problem })
  }

  /** The network is back: there is nothing to wait for any more. */
  readonly #connectNow = (): void => {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    void this.#connect()
  }

  async #connect(): Promise<void> {
    this.#timer = undefined
    this.#tell({ is: 'connecting' })
    try {
      const address = await this.#address()
      if (!this.#hasEnded) this.#listen((this.#subscription.open ?? ((url) => new WebSocket(url)))(address))
    } catch (error) {
      if (error instanceof Refused && !isPassing(error.problem)) this.#end(error.problem)
      else this.#again()
    }
  }

  /** A browser sends no key with a WebSocket: a ticket, good for once, is asked for with it. A cookie is sent. */
  async #address(): Promise<string> {
    const { book } = this.#subscription
    const params = { path: { book } }
    const address = new URL(`${this.#daybook.url}/v1/books/${encodeURIComponent(book)}/live`, page.location?.href)
    address.protocol = address.protocol.replace('http', 'ws')
    if (this.#daybook.hasKey) {
      const { ticket } = await must(this.#daybook.POST('/v1/books/{book}/live/tickets', { params }))
      address.searchParams.set('token', ticket)
    } else {
      // A socket that is refused does not say why; a call does.
      await must(this.#daybook.GET('/v1/books/{book}', { params }))
    }
    return address.href
  }

  #listen(socket: WebSocket): void {
    this.#socket = socket
    const { subscribe } = this.#subscription
    socket.onopen = () => {
      this.#heard(socket)
      const after = this.#position
      const { clientId } = this.#daybook
      socket.send(
        JSON.stringify({
          subscribe,
          ...(after === undefined ? {} : { after }),
          ...(clientId === undefined ? {} : { clientId }),
        }),
      )
    }
    socket.onmessage = ({ data }: { readonly data: unknown }) => {
      if (this.#socket !== socket || this.#hasEnded) return
      this.#heard(socket)
      this.#take(JSON.parse(data as string) as LiveEvent | { subscribed: number } | { caughtUp: number } | Problem)
    }
    socket.onclose = ({ code }) => {
      if (this.#socket !== socket || this.#hasEnded) return
      if (FOR_GOOD.has(code)) this.#end(this.#problem)
      else this.#again()
    }
  }

  #take(message: LiveEvent | { subscribed: number } | { caughtUp: number } | Problem): void {
    if (isProblem(message)) {
      this.#problem = message
    } else if ('subscribed' in message) {
      this.#tries = 0
      this.#position ??= message.subscribed
    } else if ('caughtUp' in message) {
      this.#position = Math.max(this.#position ?? 0, message.caughtUp)
      this.#tell({ is: 'live', position: this.#position })
    } else if (this.#position === undefined || message.position > this.#position) {
      this.#position = message.position
      this.#subscription.onEvent(message)
    }
  }

  /** A connection whose other end is gone says nothing, for hours; the service would have. */
  #heard(socket: WebSocket): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => {
      if (this.#socket !== socket || this.#hasEnded) return
      this.#socket = undefined
      socket.close()
      this.#again()
    }, SILENCE_MS)
  }

  #again(): void {
    if (this.#hasEnded) return
    this.#socket = undefined
    clearTimeout(this.#silence)
    const forMs = Math.min(FIRST_WAIT_MS * 2 ** this.#tries, LONGEST_WAIT_MS) * (0.5 + Math.random() / 2)
    this.#tries += 1
    this.#timer = setTimeout(() => void this.#connect(), forMs)
    this.#tell({ is: 'waiting', forMs })
  }

  #tell(state: FollowingState): void {
    this.#subscription.onState?.(state)
  }
}

/** Problems of a moment: of the service, not of who calls. */
function isPassing({ status }: Problem): boolean {
  return status >= 500 || status === 429
}
