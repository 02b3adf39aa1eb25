import type { Actor } from '../domain/event.ts'

/** Who did it, as an event names them; or whoever is not known at all. */
export type AuditActor = Actor | { readonly type: 'nobody'; readonly id: null }

export const UNKNOWN_CALLER: AuditActor = { type: 'nobody', id: null }

/** By which credential. */
export interface Via {
  readonly kind: string
  readonly id: string
}

/** What is forgotten where somebody is erased. */
export interface AuditClient {
  readonly ip: string | null
  readonly userAgent: string | null
  readonly session: string | null
}

/** `failed`: the service could not do it. */
export type AuditOutcome = 'accepted' | 'refused' | 'failed'

/** What somebody did, or tried to, as far as the record does not say so itself. */
export interface Noted {
  readonly actor: AuditActor
  readonly via: Via | null
  /** The role, or the single right, that let them in; null: none. */
  readonly role: string | null
  readonly client: AuditClient
  /** The operation id of the call. */
  readonly action: string
  /** Whether data about people were read. */
  readonly isRead: boolean
  /** null: of no book. */
  readonly book: string | null
  /** Whom it is about; null: nobody, or everybody within reach. */
  readonly entity: string | null
  /** What else it is about, such as `key:3f9c2a7e51b04d68`. */
  readonly subject: string | null
  readonly outcome: AuditOutcome
  /** The code of the problem that it was answered with. */
  readonly problem: string | null
  /** Who the user is that it is by, or who was not let in as one, as `<book>/<entity>`: not written, and forgotten with them. */
  readonly persons?: readonly string[]
}

/** What is waiting to be written. */
export interface Waiting extends Noted {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** How often the same happened since. */
  times: number
}

/** Whoever has something to tell. Never throws, and makes nobody wait. */
export interface Auditor {
  note(noted: Noted): void
}

/** An entry as it is shown, of the record or from beside it. */
export interface Entry extends Omit<Noted, 'isRead' | 'client' | 'persons'> {
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string
  /** null once it is erased. */
  readonly client: AuditClient | null
  /** Of an accepted command: where it is in the history of the book. */
  readonly position: number | null
  readonly times: number
  /** Its number in the chain; null: it is of the record. */
  readonly entry: number | null
  /** Of the entry, or of the event. */
  readonly hash: string
}
