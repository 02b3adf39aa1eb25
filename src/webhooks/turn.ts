import type { Pool } from 'pg'
import { query, type RowOf, run } from '../db/statement.ts'
import type { RecordedEvent } from '../domain/event.ts'
import type { Taken } from '../following/follow.ts'
import { readEvents } from '../ledger/read/event-rows.ts'
import type { CallOut } from '../outgoing/call.ts'
import type { Seals } from '../secrets/seals.ts'
import { type Attempt, type AttemptOutcome, attempt } from './attempt.ts'
import { type LEASE_WEBHOOK, NEXT_WANTED, NOTE_DELIVERED, NOTE_FAILED, SKIP_EVENTS } from './following.sql.ts'
import { afterFailedAttempt } from './patience.ts'
import { eventSent, openSecrets, secretOf } from './signed.ts'
import type { Disabled } from './webhook.ts'

/** One webhook of one book. */
export interface WebhookOfBook {
  readonly book: string
  readonly webhook: string
}

/** What sending tells whoever watches it. */
export interface SendingWatcher {
  attempted(outcome: AttemptOutcome): void
  /** An attempt failed, so many times in a row. */
  failed(about: WebhookOfBook & Pick<Attempt, 'outcome' | 'status' | 'detail'> & { readonly failures: number }): void
  disabled(about: WebhookOfBook & { readonly because: Disabled }): void
}

export interface Sending {
  /** May write, each statement a commit. */
  readonly db: Pool
  readonly call: CallOut
  readonly seals: Seals
  readonly now: () => Date
  /** Attempts that are kept of each webhook. */
  readonly deliveries: number
  readonly watcher: SendingWatcher
}

/** What bounds a turn. */
export interface TurnLimits {
  /** Events that are sent at most. */
  readonly most: number
  /** Ends the turn between two events. */
  readonly closing: AbortSignal
  /** Ends it at once: what became of an attempt under way is not known, and it is made again. */
  readonly signal: AbortSignal
}

/** After so long another webhook has its turn, however fast this one is. */
const TURN_MS = 5_000

/** Positions that are looked through in one go for events that are wanted. */
const SPAN = 1_000

/**
 * Sends a webhook what is behind its checkpoint, one event after the other, as long as they are taken. The checkpoint moves
 * with each, so that of whoever dies only the event under way is sent again.
 */
export class Turn {
  readonly #of: WebhookOfBook
  readonly #lease: string
  readonly #leased: RowOf<typeof LEASE_WEBHOOK>
  readonly #sending: Sending
  #position: number
  #sent = 0

  constructor(
    of: WebhookOfBook,
    leased: RowOf<typeof LEASE_WEBHOOK>,
    { lease, ...sending }: Sending & { readonly lease: string },
  ) {
    this.#of = of
    this.#lease = lease
    this.#leased = leased
    this.#sending = sending
    this.#position = leased.position
  }

  /** @returns `gone` where it is not to be gone on with, for now or at all */
  async take({ most, closing, signal }: TurnLimits): Promise<Taken> {
    const { position: from, head } = this.#leased
    const until = performance.now() + TURN_MS
    const mayGoOn = (): boolean => !closing.aborted && this.#sent < most && performance.now() < until
    while (this.#position < head && mayGoOn()) {
      const upTo = Math.min(this.#position + SPAN, head)
      const wanted = await this.#wanted(upTo, most)
      for (const position of wanted) {
        if (!mayGoOn()) break
        if (!(await this.#deliver(position, signal))) return { outcome: 'gone' }
      }
      // All that was found was sent: behind it nothing up to there is wanted, unless there was more than was asked for.
      if (wanted.length < most && this.#position >= (wanted.at(-1) ?? 0) && !(await this.#skipTo(upTo))) {
        return { outcome: 'gone' }
      }
    }
    return { outcome: 'taken', from, position: this.#position, head, isLarge: this.#sent === 0 && from < head }
  }

  async #wanted(upTo: number, most: number): Promise<readonly number[]> {
    const { events, entities } = this.#leased
    const found = await query(this.#sending.db, NEXT_WANTED, [
      this.#of.book,
      this.#position,
      upTo,
      events,
      entities,
      most,
    ])
    return found.map(({ position }) => position)
  }

  /** @returns whether to go on */
  async #deliver(position: number, signal: AbortSignal): Promise<boolean> {
    const { db, call, seals, now, watcher } = this.#sending
    const [event] = await readEvents(db, this.#of.book, { after: position - 1, upTo: position })
    const sent = eventSent(event!, { includesErasable: this.#leased.includes_erasable })
    const at = now()
    const secrets = openSecrets(seals, secretOf(this.#of.book, this.#of.webhook), this.#leased, at)
    const made = await attempt(sent, { call, url: this.#leased.url, secrets, now, signal })
    signal.throwIfAborted()
    watcher.attempted(made.outcome)
    this.#sent += 1
    return made.outcome === 'delivered' ? this.#noteDelivered(event!, made, at) : this.#noteFailed(event!, made, at)
  }

  async #noteDelivered({ position, type }: RecordedEvent, made: Attempt, at: Date): Promise<boolean> {
    const { db, deliveries } = this.#sending
    const values = [...this.#key(), this.#position, position, type, at, made.durationMs] as const
    const [noted] = await query(db, NOTE_DELIVERED, [...values, made.status!, deliveries])
    if (noted === undefined) return false
    this.#position = position
    // Another definition: whoever has the next turn reads it.
    return noted.enabled && noted.version === this.#leased.version
  }

  async #noteFailed({ position, type }: RecordedEvent, made: Attempt, at: Date): Promise<false> {
    const { db, deliveries, now, watcher } = this.#sending
    const { version, failures: before, failing_since: since } = this.#leased
    // Of those in a row that were before this turn: once something was sent in it, there are none.
    const failing = this.#sent === 1 && since !== null ? { failures: before + 1, since } : { failures: 1, since: at }
    const { nextAttemptAt, disabled } = afterFailedAttempt(failing, made, now())
    const { outcome, status, detail } = made
    const [noted] = await query(db, NOTE_FAILED, [
      ...this.#key(),
      this.#position,
      position,
      type,
      at,
      made.durationMs,
      outcome,
      status,
      detail,
      version,
      failing.failures,
      failing.since,
      nextAttemptAt ?? null,
      disabled ?? null,
      deliveries,
    ])
    if (noted === undefined) return false
    watcher.failed({ ...this.#of, outcome, status, detail, failures: failing.failures })
    if (disabled !== undefined) watcher.disabled({ ...this.#of, because: disabled })
    return false
  }

  /** @returns whether to go on */
  async #skipTo(position: number): Promise<boolean> {
    if (position <= this.#position) return true
    if ((await run(this.#sending.db, SKIP_EVENTS, [...this.#key(), this.#position, position])) !== 1) return false
    this.#position = position
    return true
  }

  #key() {
    return [this.#of.book, this.#of.webhook, this.#lease] as const
  }
}
