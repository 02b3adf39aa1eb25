import { Client } from 'pg'
import { run, statement } from '../../db/statement.ts'

/** Tells that a book has moved on, sooner than asking again would. Never relied on: whoever waits also looks. */
export interface Wakeups {
  /** A group of this process has been committed: wakes whoever waits here, and tells the other processes. */
  announce(book: string, position: number): void
  /** Resolves once the book is known to have moved past `after`, or on `signal`, or after `timeoutMs`. Never rejects. */
  next(book: string, after: number, signal: AbortSignal | undefined, timeoutMs: number): Promise<void>
  /** Resolves everybody who waits, and ends the connection. */
  close(): Promise<void>
}

export interface WakeupsOptions {
  readonly url: string
  /** Told when the connection breaks or cannot be made; it is tried again. */
  readonly onError?: (error: Error) => void
}

/** Carries `<book> <position>`: so far has a book come. */
export const WAKEUP_CHANNEL = 'daybook'

/**
 * Other processes are told at most so often, and then of the newest position of each book. Inside every group's
 * transaction a notification would hold up its commit, and wake every process that often.
 */
const TELL_EVERY_MS = 10

/** Hears and tells the groups of all processes on one connection; those of this process are known directly. */
export function openWakeups({ url, onError = () => {} }: WakeupsOptions): Wakeups {
  const waiting = new Waiting()
  const listening = listen(url, {
    onError,
    onNotification(payload) {
      const [book, position] = payload.split(' ')
      if (book !== undefined && position !== undefined) waiting.reached(book, Number(position))
    },
    // Whatever happened while nobody listened was missed.
    onConnected: () => waiting.wakeAll(),
  })
  const news = new News((payloads) => listening.tell(payloads))
  return {
    announce(book, position) {
      waiting.reached(book, position)
      news.add(book, position)
    },
    next: (book, after, signal, timeoutMs) => waiting.until(book, after, signal, timeoutMs),
    async close() {
      news.end()
      await listening.close()
      waiting.wakeAll()
    },
  }
}

// A book that is forgotten costs whoever waits for it one look more.
const MOST_BOOKS = 10_000

// What was heard is for those who looked just before and come to wait just after. Kept for longer, a position that the
// book never reached (it was restored from a backup, say) would wake whoever waits for it for ever.
const NEWS_MS = 1_000

class Waiting {
  readonly #reached = new Map<string, { readonly position: number; readonly heardAt: number }>()
  readonly #waiters = new Map<string, Set<(position: number) => void>>()

  reached(book: string, position: number): void {
    if (!(position > this.#known(book))) return
    this.#reached.delete(book)
    this.#reached.set(book, { position, heardAt: performance.now() })
    if (this.#reached.size > MOST_BOOKS) this.#reached.delete(this.#reached.keys().next().value!)
    for (const tell of this.#waiters.get(book) ?? []) tell(position)
  }

  wakeAll(): void {
    for (const waiters of this.#waiters.values()) {
      for (const tell of waiters) tell(Number.POSITIVE_INFINITY)
    }
  }

  until(book: string, after: number, signal: AbortSignal | undefined, timeoutMs: number): Promise<void> {
    if (signal?.aborted || this.#known(book) > after) return Promise.resolve()
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(book) ?? new Set()
      this.#waiters.set(book, waiters)
      const done = (): void => {
        waiters.delete(tell)
        if (waiters.size === 0 && this.#waiters.get(book) === waiters) this.#waiters.delete(book)
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const tell = (position: number): void => {
        if (position > after) done()
      }
      const timer = setTimeout(done, timeoutMs)
      waiters.add(tell)
      signal?.addEventListener('abort', done)
    })
  }

  #known(book: string): number {
    const reached = this.#reached.get(book)
    return reached !== undefined && performance.now() - reached.heardAt < NEWS_MS ? reached.position : 0
  }
}

/** What the other processes are to be told: at once where they were told nothing just before, else a little later. */
class News {
  readonly #tell: (payloads: readonly string[]) => void
  readonly #positions = new Map<string, number>()
  #pause: NodeJS.Timeout | undefined

  constructor(tell: (payloads: readonly string[]) => void) {
    this.#tell = tell
  }

  add(book: string, position: number): void {
    this.#positions.set(book, position)
    if (this.#pause === undefined) this.#send()
  }

  end(): void {
    clearTimeout(this.#pause)
  }

  #send(): void {
    this.#tell(Array.from(this.#positions, ([book, position]) => `${book} ${position}`))
    this.#positions.clear()
    this.#pause = setTimeout(() => {
      this.#pause = undefined
      if (this.#positions.size > 0) this.#send()
    }, TELL_EVERY_MS)
    this.#pause.unref()
  }
}

const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 5_000

interface Listener {
  onConnected(): void
  onNotification(payload: string): void
  onError(error: Error): void
}

interface Listening {
  /** Sends what can be sent; whoever is not reached looks for himself. */
  tell(payloads: readonly string[]): void
  close(): Promise<void>
}

export const TELL = statement({
  name: 'tell',
  params: ['text', 'text[]'],
  text: 'select from unnest($2::text[]) as news(payload), pg_notify($1, payload)',
})

/** Keeps one listening connection, and makes a new one when it breaks. */
function listen(url: string, listener: Listener): Listening {
  let client: Client | undefined
  let connected = false
  let retry: NodeJS.Timeout | undefined
  let retryMs = FIRST_RETRY_MS
  let closed = false

  const connect = async (): Promise<void> => {
    const attempt = new Client({ connectionString: url, application_name: 'daybook wakeups', keepAlive: true })
    client = attempt
    let broken = false
    const onBroken = (error: Error): void => {
      if (broken || closed) return
      broken = true
      connected = false
      listener.onError(error)
      attempt.end().catch(() => {})
      retry = setTimeout(() => void connect(), retryMs)
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)
    }
    attempt.on('error', onBroken)
    attempt.on('end', () => onBroken(new Error('the connection ended')))
    attempt.on('notification', ({ payload }) => listener.onNotification(payload ?? ''))
    try {
      await attempt.connect()
      await attempt.query(`listen ${WAKEUP_CHANNEL}`)
      retryMs = FIRST_RETRY_MS
      connected = true
      listener.onConnected()
    } catch (error) {
      onBroken(error as Error)
    }
  }
  void connect()

  return {
    tell(payloads) {
      if (!connected) return
      if (client === undefined) return
      run(client, TELL, [WAKEUP_CHANNEL, payloads]).catch((error: unknown) => {
        if (!closed) listener.onError(error as Error)
      })
    },
    async close() {
      closed = true
      clearTimeout(retry)
      await client?.end().catch(() => {})
    },
  }
}
