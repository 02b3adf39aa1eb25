import { randomUUID } from 'node:crypto'
import { query, run } from '../db/statement.ts'
import { type BookFollowed, type Follower, type FollowOptions, follow, type Taken } from '../following/follow.ts'
import { LeaseLost } from '../following/follow-books.ts'
import { whileLeased } from '../following/lease.ts'
import { FIND_BEHIND, FORGET_DELIVERIES, GIVE_BACK_WEBHOOK, LEASE_WEBHOOK, RENEW_WEBHOOK } from './following.sql.ts'
import { type Sending, type SendingWatcher, Turn, type WebhookOfBook } from './turn.ts'

export interface WebhooksWatcher extends SendingWatcher {
  trouble(message: string, error: unknown): void
}

export interface FollowWebhooksOptions extends Sending, Pick<FollowOptions<BookFollowed>, 'wakeups'> {
  readonly limits: {
    /** Webhooks that are sent to at the same time. */
    readonly workers: number
    /** For how many days attempts are kept. */
    readonly deliveryDays: number
    /** How long an attempt under way may go on once following ends. */
    readonly drainMs: number
    /** How often webhooks are looked for that this process was not told of. */
    readonly pollMs?: number
    /** Whoever dies keeps a webhook for so long. */
    readonly leaseMs?: number
  }
  readonly watcher: WebhooksWatcher
}

export interface FollowedWebhooks {
  /** It was made or defined, or is to be replayed: it is looked at soon. */
  look(one: WebhookOfBook): void
  /** Starts no attempt any more, and waits for those under way. */
  close(): Promise<void>
}

/** What is recorded in this time is sent in one turn. */
const GATHER_MS = 100

/** Where a book is busy with what is not wanted. */
const BUSY_GATHER_MS = 1_000

/** What another process has let go of, and what is to be tried again, is found so soon. */
const POLL_MS = 1_000

/** Events of one turn. */
const MOST_EVENTS = 100

/** Longer than an attempt takes at most would keep the others waiting for whoever died; it is renewed meanwhile. */
const LEASE_MS = 10_000

/** How often old attempts are looked for. */
const FORGET_MS = 3_600_000

interface OneWebhook extends BookFollowed, WebhookOfBook {}

/** Sends to all webhooks of all books what is behind their checkpoints, as it comes. Any number of processes may do so at once. */
export function followWebhooks(options: FollowWebhooksOptions): FollowedWebhooks {
  const { db, limits, wakeups, now, watcher } = options
  const abandoning = new AbortController()
  const following = follow<OneWebhook>({
    follower: {
      find: ({ afterBook, books }) => findBehind(options, afterBook, books),
      take: (one, most, closing) => takeTurn(options, one, { most, closing, abandoned: abandoning.signal }),
    },
    limits: {
      workers: limits.workers,
      most: MOST_EVENTS,
      gatherMs: GATHER_MS,
      busyGatherMs: BUSY_GATHER_MS,
      pollMs: limits.pollMs ?? POLL_MS,
    },
    ...(wakeups === undefined ? {} : { wakeups }),
    trouble: {
      find: (error) => watcher.trouble('webhooks that are behind could not be looked for', error),
      take: ({ book, webhook }, error) =>
        watcher.trouble(`the webhook ${webhook} of ${book} could not be sent to`, error),
    },
  })
  const forget = (): void => {
    const before = new Date(now().getTime() - limits.deliveryDays * 86_400_000)
    run(db, FORGET_DELIVERIES, [before]).catch((error: unknown) =>
      watcher.trouble('old deliveries could not be forgotten', error),
    )
  }
  const forgetting = setInterval(forget, FORGET_MS).unref()
  return {
    look: (one) => following.look(oneOf(one)),
    async close() {
      clearInterval(forgetting)
      const late = setTimeout(() => abandoning.abort(), limits.drainMs)
      await following.close()
      clearTimeout(late)
    },
  }
}

function oneOf({ book, webhook }: WebhookOfBook): OneWebhook {
  // No id has a blank in it.
  return { book, webhook, key: `${book} ${webhook}` }
}

async function findBehind(
  { db, now }: FollowWebhooksOptions,
  afterBook: string,
  books: number,
): ReturnType<Follower<OneWebhook>['find']> {
  const rows = await query(db, FIND_BEHIND, [afterBook, books, now()])
  const behind = rows.flatMap(({ book, webhook }) => (book === null ? [] : [oneOf({ book, webhook: webhook! })]))
  const [first] = rows
  return { behind, upToBook: first!.books < books ? undefined : (first!.last_book ?? undefined) }
}

interface Bounds {
  readonly most: number
  readonly closing: AbortSignal
  readonly abandoned: AbortSignal
}

async function takeTurn(
  options: FollowWebhooksOptions,
  { book, webhook }: OneWebhook,
  { most, closing, abandoned }: Bounds,
): Promise<Taken> {
  const { db, now, limits } = options
  const lease = randomUUID()
  const leaseMs = limits.leaseMs ?? LEASE_MS
  const [leased] = await query(db, LEASE_WEBHOOK, [book, webhook, lease, leaseMs / 1_000, now()])
  if (leased === undefined) return { outcome: 'gone' }
  const holding = {
    renew: async () => (await run(db, RENEW_WEBHOOK, [book, webhook, lease, leaseMs / 1_000])) === 1,
    giveBack: () => run(db, GIVE_BACK_WEBHOOK, [book, webhook, lease]),
  }
  const lost = new LeaseLost(`${webhook} of ${book}`)
  return whileLeased(holding, { signal: abandoned, lost, renewMs: leaseMs / 3 }, (signal) =>
    new Turn({ book, webhook }, leased, { ...options, lease }).take({ most, closing, signal }),
  )
}
