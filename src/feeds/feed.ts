import type { Actor } from '../domain/event.ts'

/** Whose leave a feed shows, as the entities are defined when it is read: one of the three is not null. */
export interface FeedOf {
  readonly entity: string | null
  readonly manager: string | null
  readonly department: string | null
}

/** An address at which a calendar program reads who is away, without its secret. */
export interface Feed extends FeedOf {
  readonly id: string
  readonly createdBy: Actor
  /** RFC 3339, UTC, milliseconds. */
  readonly createdAt: string
  /** null: it can be read. */
  readonly revokedAt: string | null
}
