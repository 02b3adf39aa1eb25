import type { CalendarDate } from '../domain/calendar-date.ts'
import type { Right, Role } from './rights.ts'

/** Stands for every book there is or will be. */
export const EVERY_BOOK = '*'

/** What somebody may do on one book, or on every one. */
export type Granted = {
  readonly book: string
  /** Who of the book its holder is; ids of entities are those of one book. */
  readonly entity: string | null
  /** The last day on which it holds; null: without end. */
  readonly until: CalendarDate | null
} & ({ readonly role: Role } | { readonly right: Right })

/** Who calls. */
export interface Principal {
  /** `admin`: the bootstrap key; `client`: an API key; `user`: a person. */
  readonly kind: 'admin' | 'client' | 'user'
  readonly id: string
  /**
   * What lets them in, to be asked about again while a stream is open: `root`, `key:<id>:<which secret>`,
   * `session:<id>`, `token:…`. No secret itself.
   */
  readonly credential: string
  readonly grants: readonly Granted[]
  /** Instant from which the credential is not taken any more; null: none. */
  readonly expiresAt: string | null
  /** Of a person: the session that they call in. */
  readonly session?: string
}
