import { hash } from 'node:crypto'
import type { Pool } from 'pg'
import type { Actor } from '../domain/event.ts'
import { conditions, when } from '../ledger/read/conditions.ts'
import { cursorsOf, type Page, pageOf } from '../ledger/read/cursor.ts'
import { foundIn } from '../ledger/read/with-head.ts'
import type { Feed, FeedOf } from './feed.ts'
import { digestOf, type FeedToken, newToken } from './token.ts'

export interface FeedAsked {
  readonly book: string
  readonly of: FeedOf
  readonly by: Actor
  readonly idempotencyKey: string
}

export type Created =
  /** Only now is its token known. */
  | { readonly outcome: 'created'; readonly feed: Feed; readonly token: FeedToken }
  /** By the same call before. */
  | { readonly outcome: 'known'; readonly feed: Feed }
  /** By another call with this key. */
  | { readonly outcome: 'key-reused'; readonly differs: readonly string[] }
  | { readonly outcome: 'too-many' }
  | { readonly outcome: 'unknown-book' }

/** The calendar feeds of all books. Whatever it says holds at once: it asks the database that commands go to. */
export interface Feeds {
  create(asked: FeedAsked): Promise<Created>
  /**
   * Feeds that can be read, by id.
   * @returns undefined where the book does not exist
   * @throws BadCursor
   */
  list(asked: FeedsAsked): Promise<({ readonly head: number } & Page<Feed>) | undefined>
  /** Revokes one that is not revoked yet. @returns undefined where there is none with this id */
  revoke(asked: { readonly book: string; readonly feed: string }): Promise<Feed | 'unknown-book' | undefined>
  /** The feed that a token opens. */
  find(token: FeedToken): Promise<Feed | undefined>
}

export interface FeedsAsked {
  readonly book: string
  readonly cursor?: string | undefined
  readonly limit: number
}

export interface FeedsOptions {
  /** May write, each statement a commit. */
  readonly write: Pool
  /** The same database; may only read. */
  readonly read: Pool
  /** Of one book that can be read; calls at the same moment may go beyond it by their number. */
  readonly most: number
}

export function openFeeds({ write, read, most }: FeedsOptions): Feeds {
  return {
    async create(asked) {
      const { book, of } = asked
      const feed = feedIdOf(asked)
      const token = newToken(book)
      const made = await insert(write, asked, { feed, token, most })
      if (made !== undefined) return { outcome: 'created', feed: made, token }
      const known = await readFeed(write, { book, feed })
      if (known === 'unknown-book') return { outcome: known }
      if (known === undefined) return { outcome: 'too-many' }
      const differs = OF_MEMBERS.filter((member) => known[member] !== of[member]).map((member) => `/${member}`)
      return differs.length === 0 ? { outcome: 'known', feed: known } : { outcome: 'key-reused', differs }
    },
    list: (asked) => listFeeds(read, asked),
    revoke: (asked) => revoke(write, asked),
    find: (token) => findFeed(read, token),
  }
}

const OF_MEMBERS = ['entity', 'manager', 'department'] as const

/** Of 128 bits, as no two keys of a book share by chance. */
function feedIdOf({ book, idempotencyKey }: FeedAsked): string {
  return hash('sha256', JSON.stringify(['calendar-feed', book, idempotencyKey]), 'hex').slice(0, 32)
}

interface FeedRow {
  readonly feed_id: string
  readonly entity_id: string | null
  readonly manager: string | null
  readonly department: string | null
  readonly actor_type: string
  readonly actor_id: string
  readonly created_at: Date
  readonly revoked_at: Date | null
}

const FEED_COLUMNS = 'feed_id, entity_id, manager, department, actor_type, actor_id, created_at, revoked_at'

/** @returns undefined where it exists, the book does not, or there are too many */
async function insert(
  db: Pool,
  { book, of: { entity, manager, department }, by }: FeedAsked,
  { feed, token, most }: { readonly feed: string; readonly token: FeedToken; readonly most: number },
): Promise<Feed | undefined> {
  const { rows } = await db.query<FeedRow>({
    name: 'insert-calendar-feed',
    text: `
      insert into ledger.calendar_feeds
             (book_id, feed_id, entity_id, manager, department, actor_type, actor_id, created_at, token_digest)
      select h.book_id, $2, $3, $4, $5, $6, $7, date_trunc('milliseconds', now()), $8
        from ledger.heads h
       where h.book_id = $1
         and (select count(*) from ledger.calendar_feeds where book_id = $1 and token_digest is not null) < $9
          on conflict (book_id, feed_id) do nothing
      returning ${FEED_COLUMNS}`,
    values: [book, feed, entity, manager, department, by.type, by.id, digestOf(token), most],
  })
  return rows.map(feedFrom)[0]
}

async function readFeed(
  db: Pool,
  { book, feed }: { readonly book: string; readonly feed: string },
): Promise<Feed | 'unknown-book' | undefined> {
  const { rows } = await db.query<FeedRow | { readonly feed_id: null }>({
    name: 'read-calendar-feed',
    text: `
      select f.*
        from ledger.heads h
        left join lateral (
               select ${FEED_COLUMNS}
                 from ledger.calendar_feeds
                where book_id = $1
                  and feed_id = $2
                limit 1) as f on true
       where h.book_id = $1`,
    values: [book, feed],
  })
  const [row] = rows
  if (row === undefined) return 'unknown-book'
  return row.feed_id === null ? undefined : feedFrom(row)
}

async function listFeeds(
  db: Pool,
  { book, cursor, limit }: FeedsAsked,
): Promise<({ head: number } & Page<Feed>) | undefined> {
  const cursors = cursorsOf('calendar-feeds', [book], ['id'])
  const after = cursors.parse(cursor)
  const where = conditions(book, { after: when(after?.[0], 'feed_id > ?') })
  const { rows } = await db.query<{ head: number } & FeedRow>({
    name: `list-calendar-feeds-${where.set}`,
    text: `
      select h.position as head, f.*
        from ledger.heads h
        left join lateral (
               select ${FEED_COLUMNS}
                 from ledger.calendar_feeds
                where ${where.sql}
                  and token_digest is not null
                order by feed_id
                limit $${where.values.length + 1}) as f on true
       where h.book_id = $1
       order by f.feed_id`,
    values: [...where.values, limit + 1],
  })
  const found = foundIn(rows, 'feed_id')
  return (
    found && {
      head: found.head,
      ...pageOf(found.rows, limit, { item: feedFrom, cursor: ({ feed_id: id }) => cursors.after([id]) }),
    }
  )
}

async function revoke(
  db: Pool,
  { book, feed }: { readonly book: string; readonly feed: string },
): Promise<Feed | 'unknown-book' | undefined> {
  await db.query({
    name: 'revoke-calendar-feed',
    text: `
      update ledger.calendar_feeds
         set token_digest = null, revoked_at = date_trunc('milliseconds', now())
       where book_id = $1
         and feed_id = $2
         and token_digest is not null`,
    values: [book, feed],
  })
  return readFeed(db, { book, feed })
}

async function findFeed(db: Pool, token: FeedToken): Promise<Feed | undefined> {
  const { rows } = await db.query<FeedRow>({
    name: 'find-calendar-feed',
    text: `
      select ${FEED_COLUMNS}
        from ledger.calendar_feeds
       where book_id = $1
         and token_digest = $2`,
    values: [token.book, digestOf(token)],
  })
  return rows.map(feedFrom)[0]
}

function feedFrom(row: FeedRow): Feed {
  return {
    id: row.feed_id,
    entity: row.entity_id,
    manager: row.manager,
    department: row.department,
    createdBy: { type: row.actor_type, id: row.actor_id },
    createdAt: row.created_at.toISOString(),
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }
}
