import type { Actor } from '../domain/event.ts'

/** Whose leave a feed shows, as the entities are defined when it is read: one of the three is not null. */
export interface FeedOf {
  readonly entity: string | null
  readonly manager: string | null
  readonly department: string | null
}

/** A caller of the service. */
export interface FeedMaker {
  readonly kind: 'admin' | 'client' | 'user'
  readonly id: string
}

/** An address at which a calendar program reads who is away, without its secret. */
export interface Feed extends FeedOf {
  readonly id: string
  readonly createdBy: Actor
  /** Whoever made it: it shows what they may see when it is read. */
  readonly maker: FeedMaker
  /** RFC 3339, UTC, milliseconds. */
  readonly createdAt: string
  /** null: it can be read. */
  readonly revokedAt: string | null
}
