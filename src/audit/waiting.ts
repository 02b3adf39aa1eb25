import { type Noted, UNKNOWN_CALLER, type Waiting } from './entry.ts'

/** Beyond it the oldest are left out, and counted. */
export const MOST_WAITING = 10_000

/** Whoever is nobody may ask as often as they like: so many entries at once, and a second from then on. */
const NOBODYS_AT_ONCE = 100
const NOBODYS_PER_SECOND = 10

const NO_CLIENT = { ip: null, userAgent: null, session: null } as const

/**
 * What waits to be written, bounded: whatever is called how often. The same call of the same caller, refused or reading, is
 * one entry that says how often.
 */
export class WaitingEntries {
  /** By what makes them the same; the oldest first. */
  readonly #waiting = new Map<string, Waiting>()
  readonly #now: () => number
  #count = 0
  #leftOut = 0
  #nobodys = NOBODYS_AT_ONCE
  #nobodysAt: number
  #nobodysLeftOut = 0
  #nobodysSaidAt = Number.NEGATIVE_INFINITY

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now
    this.#nobodysAt = now()
  }

  get size(): number {
    return this.#waiting.size + (this.#nobodysLeftOut > 0 || this.#leftOut > 0 ? 1 : 0)
  }

  add(noted: Noted): void {
    const key = keyOf(noted) ?? String(++this.#count)
    const same = this.#waiting.get(key)
    if (same !== undefined) {
      same.times += 1
      return
    }
    if (noted.actor.type === 'nobody' && !this.#hasRoomForNobody()) {
      this.#nobodysLeftOut += 1
      return
    }
    if (this.#waiting.size >= MOST_WAITING) {
      const [[oldest, { times }]] = this.#waiting as unknown as [[string, Waiting]]
      this.#waiting.delete(oldest)
      this.#leftOut += times
    }
    this.#waiting.set(key, { ...noted, at: this.#now(), times: 1 })
  }

  /** The oldest, and how many were left out: at most `most` entries and two more. @param isLast nothing comes after it */
  take(most: number, isLast = false): Waiting[] {
    const taken: Waiting[] = []
    for (const [key, entry] of this.#waiting) {
      if (taken.length >= most) break
      taken.push(entry)
      this.#waiting.delete(key)
    }
    if (this.#leftOut > 0) taken.push(this.#leftOutEntry('auditDropped', this.#leftOut))
    this.#leftOut = 0
    const now = this.#now()
    if (this.#nobodysLeftOut > 0 && (isLast || now - this.#nobodysSaidAt >= 1_000)) {
      taken.push({
        ...this.#leftOutEntry('auditSummarized', this.#nobodysLeftOut),
        actor: UNKNOWN_CALLER,
        outcome: 'refused',
      })
      this.#nobodysLeftOut = 0
      this.#nobodysSaidAt = now
    }
    return taken
  }

  #hasRoomForNobody(): boolean {
    const now = this.#now()
    const more = ((now - this.#nobodysAt) / 1_000) * NOBODYS_PER_SECOND
    this.#nobodys = Math.min(NOBODYS_AT_ONCE, this.#nobodys + Math.max(0, more))
    this.#nobodysAt = now
    if (this.#nobodys < 1) return false
    this.#nobodys -= 1
    return true
  }

  #leftOutEntry(action: string, times: number): Waiting {
    return {
      at: this.#now(),
      actor: { type: 'system', id: 'audit' },
      via: null,
      role: null,
      client: NO_CLIENT,
      action,
      isRead: false,
      book: null,
      entity: null,
      subject: null,
      outcome: 'failed',
      problem: null,
      times,
    }
  }
}

/** @returns undefined: each of these is worth an entry */
function keyOf(noted: Noted): string | undefined {
  if (noted.outcome === 'accepted' && !noted.isRead) return undefined
  const { actor, via, role, client, action, book, entity, subject, problem } = noted
  const { ip, userAgent, session } = client
  return [
    actor.type,
    actor.id,
    via?.kind,
    via?.id,
    role,
    ip,
    userAgent,
    session,
    action,
    book,
    entity,
    subject,
    problem,
  ].join('\u0000')
}
