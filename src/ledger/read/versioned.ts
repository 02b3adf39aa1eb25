import type { Pool } from 'pg'
import { cursorsOf, type Page } from './cursor.ts'
import { oneBesideHead, pageBesideHead } from './with-head.ts'

/** A row of a definition that has versions, beside the head of its book. */
interface VersionRow {
  readonly head: number
  readonly version: number
}

/** How definitions of one kind are read: policies, calendars. */
interface Versioned<Row extends VersionRow, Item> {
  /** Plural for the list, singular for the versions of one: what a cursor is bound to. */
  readonly names: { readonly all: string; readonly versions: string }
  /** The column that has the id. */
  readonly key: keyof Row & string
  readonly item: (row: Row) => Item
  /** The newest version of each, by id. */
  readonly newest: (db: Pool, asked: { book: string; after: string | undefined; limit: number }) => Promise<Row[]>
  readonly one: (db: Pool, asked: { book: string; id: string }) => Promise<Row[]>
  /** Those of one, oldest first. */
  readonly versions: (
    db: Pool,
    asked: { book: string; id: string; after: number | undefined; limit: number },
  ) => Promise<Row[]>
}

interface Listed {
  readonly book: string
  readonly cursor: string | undefined
  readonly limit: number
}

/** Reads of definitions of one kind. Each answers undefined where the book does not exist. */
export interface VersionedReads<Item> {
  /**
   * The newest version of each, by id.
   * @throws BadCursor
   */
  list(db: Pool, asked: Listed): Promise<({ head: number } & Page<Item>) | undefined>
  /** The newest version of one; no item where it does not exist. */
  read(
    db: Pool,
    asked: { readonly book: string; readonly id: string },
  ): Promise<{ head: number; item: Item | undefined } | undefined>
  /**
   * All versions of one, oldest first; none where it does not exist.
   * @throws BadCursor
   */
  listVersions(db: Pool, asked: Listed & { readonly id: string }): Promise<({ head: number } & Page<Item>) | undefined>
}

/** The three reads that definitions with versions share. */
export function versionedReads<Row extends VersionRow, Item>(of: Versioned<Row, Item>): VersionedReads<Item> {
  const { names, key, item } = of
  return {
    async list(db, { book, cursor, limit }) {
      const cursors = cursorsOf(names.all, [book], ['id'])
      const after = cursors.parse(cursor)?.[0]
      const rows = await of.newest(db, { book, after, limit: limit + 1 })
      return pageBesideHead(rows, limit, { key, item, cursor: (row) => cursors.after([String(row[key])]) })
    },
    async read(db, asked) {
      return oneBesideHead(await of.one(db, asked), { key, item })
    },
    async listVersions(db, { book, id, cursor, limit }) {
      const cursors = cursorsOf(names.versions, [book, id], ['number'])
      const after = cursors.parse(cursor)?.[0]
      const rows = await of.versions(db, { book, id, after, limit: limit + 1 })
      return pageBesideHead(rows, limit, { key, item, cursor: (row) => cursors.after([row.version]) })
    },
  }
}
