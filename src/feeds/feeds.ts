import { hash } from 'node:crypto'
import { sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, present, read, tables } from '../db/compiled.ts'
import { narrowed, query, type RowOf, run, statement } from '../db/statement.ts'
import type { Actor } from '../domain/event.ts'
import { cursorsOf, type Page } from '../ledger/read/cursor.ts'
import { besideHead, pageBesideHead } from '../ledger/read/with-head.ts'
import type { Feed, FeedMaker, FeedOf } from './feed.ts'
import { digestOf, type FeedToken, newToken } from './token.ts'

export interface FeedAsked {
  readonly book: string
  readonly of: FeedOf
  readonly by: Actor
  readonly maker: FeedMaker
  /** Whether its keys are the maker's own, and not those of the book. */
  readonly ownKeys: boolean
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
  revoke(asked: FeedAt): Promise<Feed | 'unknown-book' | undefined>
  /** The feed that a token opens. */
  find(token: FeedToken): Promise<Feed | undefined>
}

export interface FeedsAsked {
  readonly book: string
  /** Only those that they made. */
  readonly maker?: FeedMaker | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

export interface FeedAt {
  readonly book: string
  readonly feed: string
  /** Only where they made it. */
  readonly maker?: FeedMaker | undefined
}

export interface FeedsOptions {
  /** May write, each statement a commit. */
  readonly write: Pool
  /** The same database; may only read. */
  readonly read: Pool
  /** Of one book that can be read; calls at the same moment may go beyond it by their number. */
  readonly most: number
}

/** Calendar feeds: addresses with a secret in them. They are made, listed, found and revoked here. */
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
function feedIdOf({ book, idempotencyKey, ownKeys, maker }: FeedAsked): string {
  const whose = ownKeys ? [maker.kind, maker.id] : []
  return hash('sha256', JSON.stringify(['calendar-feed', book, idempotencyKey, ...whose]), 'hex').slice(0, 32)
}

const FEED_TYPES = {
  feed_id: 'text',
  entity_id: 'text?',
  manager: 'text?',
  department: 'text?',
  actor_type: 'text',
  actor_id: 'text',
  maker_kind: narrowed<FeedMaker['kind'] | null>('text?'),
  maker_id: 'text?',
  created_at: 'timestamptz',
  revoked_at: 'timestamptz?',
} as const
const FEED_COLUMNS = Object.keys(FEED_TYPES).join(', ')

type FeedRow = RowOf<typeof FIND_FEED>

export const INSERT_FEED = statement({
  name: 'insert-calendar-feed',
  columns: FEED_TYPES,
  params: ['text', 'text', 'text?', 'text?', 'text?', 'text', 'text', 'bytea', 'int8', 'text', 'text'],
  text: `
      insert into ledger.calendar_feeds
             (book_id, feed_id, entity_id, manager, department, actor_type, actor_id, created_at, token_digest,
              maker_kind, maker_id)
      select h.book_id, $2, $3, $4, $5, $6, $7, date_trunc('milliseconds', now()), $8, $10, $11
        from ledger.heads h
       where h.book_id = $1
         and (select count(*) from ledger.calendar_feeds where book_id = $1 and token_digest is not null) < $9
          on conflict (book_id, feed_id) do nothing
      returning ${FEED_COLUMNS}`,
})

/** @returns undefined where it exists, the book does not, or there are too many */
async function insert(
  db: Pool,
  { book, of: { entity, manager, department }, by, maker }: FeedAsked,
  { feed, token, most }: { readonly feed: string; readonly token: FeedToken; readonly most: number },
): Promise<Feed | undefined> {
  const rows = await query(db, INSERT_FEED, [
    book,
    feed,
    entity,
    manager,
    department,
    by.type,
    by.id,
    digestOf(token),
    most,
    maker.kind,
    maker.id,
  ])
  return rows.map(feedFrom)[0]
}

export const READ_FEED = statement({
  name: 'read-calendar-feed',
  columns: FEED_TYPES,
  params: ['text', 'text'],
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
})

async function readFeed(
  db: Pool,
  { book, feed }: { readonly book: string; readonly feed: string },
): Promise<Feed | 'unknown-book' | undefined> {
  const rows: (FeedRow | { readonly feed_id: null })[] = await query(db, READ_FEED, [book, feed])
  const [row] = rows
  if (row === undefined) return 'unknown-book'
  return row.feed_id === null ? undefined : feedFrom(row)
}

interface FeedsRead {
  readonly book: string
  readonly after: string | undefined
  readonly makerKind: string | undefined
  readonly makerId: string | undefined
  readonly limit: number
}

export const FEEDS = compiled({
  name: 'list-calendar-feeds',
  optional: ['after', 'makerKind', 'makerId'],
  query: ({ book, after, makerKind, makerId, limit }: FeedsRead) =>
    besideHead(
      book,
      tables
        .selectFrom('ledger.calendar_feeds')
        .select(['feed_id', 'entity_id', 'manager', 'department', 'actor_type', 'actor_id', 'created_at', 'revoked_at'])
        .select(['maker_id', sql<FeedMaker['kind'] | null>`maker_kind`.as('maker_kind')])
        .where('book_id', '=', book)
        .$if(after !== undefined, (found) => found.where('feed_id', '>', after!))
        .where((eb) => eb.and(present({ maker_kind: makerKind, maker_id: makerId })))
        .where('token_digest', 'is not', null)
        .orderBy('feed_id')
        .limit(limit),
      ['feed_id'],
    ),
})

async function listFeeds(
  db: Pool,
  { book, maker, cursor, limit }: FeedsAsked,
): Promise<({ head: number } & Page<Feed>) | undefined> {
  const cursors = cursorsOf('calendar-feeds', [book], ['id'])
  const after = cursors.parse(cursor)?.[0]
  const asked = { book, after, makerKind: maker?.kind, makerId: maker?.id, limit: limit + 1 }
  const rows = await read(db, FEEDS, asked)
  return pageBesideHead(rows, limit, {
    key: 'feed_id',
    item: feedFrom,
    cursor: ({ feed_id: id }) => cursors.after([id]),
  })
}

export const REVOKE_FEED = statement({
  name: 'revoke-calendar-feed',
  params: ['text', 'text', 'text?', 'text?'],
  text: `
      update ledger.calendar_feeds
         set token_digest = null, revoked_at = date_trunc('milliseconds', now())
       where book_id = $1
         and feed_id = $2
         and ($3::text is null or (maker_kind = $3 and maker_id = $4))
         and token_digest is not null`,
})

async function revoke(db: Pool, { book, feed, maker }: FeedAt): Promise<Feed | 'unknown-book' | undefined> {
  await run(db, REVOKE_FEED, [book, feed, maker?.kind ?? null, maker?.id ?? null])
  const found = await readFeed(db, { book, feed })
  if (found === undefined || found === 'unknown-book' || maker === undefined) return found
  return found.maker.kind === maker.kind && found.maker.id === maker.id ? found : undefined
}

export const FIND_FEED = statement({
  name: 'find-calendar-feed',
  columns: FEED_TYPES,
  params: ['text', 'bytea'],
  text: `
      select ${FEED_COLUMNS}
        from ledger.calendar_feeds
       where book_id = $1
         and token_digest = $2`,
})

async function findFeed(db: Pool, token: FeedToken): Promise<Feed | undefined> {
  return (await query(db, FIND_FEED, [token.book, digestOf(token)])).map(feedFrom)[0]
}

/** Whoever made feeds before it was kept who did: there was one key. */
const BEFORE: FeedMaker = { kind: 'admin', id: 'root' }

function feedFrom(row: FeedRow): Feed {
  return {
    id: row.feed_id,
    entity: row.entity_id,
    manager: row.manager,
    department: row.department,
    createdBy: { type: row.actor_type, id: row.actor_id },
    maker: row.maker_kind === null || row.maker_id === null ? BEFORE : { kind: row.maker_kind, id: row.maker_id },
    createdAt: row.created_at.toISOString(),
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }
}
