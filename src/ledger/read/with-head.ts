import { type AliasableExpression, type Compilable, type RawBuilder, sql } from 'kysely'
import { tables } from '../../db/compiled.ts'
import { type Page, pageOf } from './cursor.ts'

/** What a query found, and the book's head in the same snapshot. */
export interface Found<Row> {
  readonly head: number
  readonly rows: Row[]
}

export type Headed<Row> = { readonly head: number } & Row

/**
 * Rows of a book beside its head, so that no row is no book, and a book without a match is one row of nulls: see
 * `foundIn`, which tells them apart.
 * @param rows of the book
 * @param order columns of theirs
 * @param collation in which texts are ordered; that of the database, unless given
 */
export function besideHead<Row extends object>(
  book: string,
  rows: AliasableExpression<Row>,
  order: readonly (keyof Row & string)[],
  collation?: 'C',
): Compilable<Headed<Row>> {
  let query = tables
    .selectFrom('ledger.heads as h')
    .leftJoinLateral(rows.as('r'), (join) => join.onTrue())
    .select('h.position as head')
    .selectAll('r')
    .where('h.book_id', '=', book)
  for (const column of order) {
    const by = sql.ref(`r.${column}`)
    query = query.orderBy(collation === undefined ? by : sql`${by} collate ${sql.id(collation)}`)
  }
  // As the row of nulls is never one of `foundIn`, the columns are what they are in `rows`.
  return query
}

/** What is known of a row by the event that made it. */
interface OfEvent {
  readonly recorded_at: Date
  readonly hash: string
  readonly actor_type: string
  readonly actor_id: string
  /** null where none was said, or once it was erased. */
  readonly reason: string | null
}

/**
 * Rows with the event at their position.
 * @param more of the event, besides when it was recorded and its hash
 */
export function withEvent<Row extends { readonly position: number }, More extends keyof OfEvent = never>(
  book: string,
  rows: AliasableExpression<Row>,
  more: readonly More[] = [],
): AliasableExpression<Row & Pick<OfEvent, 'recorded_at' | 'hash' | More>> {
  const known = { actor_type: sql.ref('actor_type'), actor_id: sql.ref('actor_id'), reason: sql`erasable ->> 'reason'` }
  const event = tables
    .selectFrom('ledger.events')
    .select(['recorded_at', hex('hash').as('hash')])
    .select(more.map((column) => (known as Record<string, RawBuilder<unknown>>)[column]!.as(column)))
    .where('book_id', '=', book)
    .where('position', '=', sql.ref<number>('v.position'))
    .limit(sql.lit(1))
  const query = tables.selectFrom(rows.as('v')).crossJoinLateral(event.as('e')).selectAll(['v', 'e'])
  // A cast: which columns there are depends on `Row`, which is open here, and the compiler does not see that they are these.
  return query as unknown as ReturnType<typeof withEvent<Row, More>>
}

/** A digest as it is shown: lower-case hex. */
export function hex(column: string): RawBuilder<string> {
  return sql<string>`encode(${sql.ref(column)}, 'hex')`
}

/** @param key a column that no match has null */
export function foundIn<Row extends { readonly head: number }>(rows: Row[], key: keyof Row): Found<Row> | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  return { head: first.head, rows: first[key] === null ? [] : rows }
}

/**
 * A page of what was found beside the head.
 * @param rows one more than `limit` were asked for
 * @returns undefined where the book does not exist
 */
export function pageBesideHead<Row extends { readonly head: number }, Item>(
  rows: Row[],
  limit: number,
  { key, ...shown }: { key: keyof Row; item: (row: Row) => Item; cursor: (row: Row) => string },
): ({ head: number } & Page<Item>) | undefined {
  const found = foundIn(rows, key)
  return found && { head: found.head, ...pageOf(found.rows, limit, shown) }
}

/**
 * The only row that was found beside the head.
 * @returns undefined where the book does not exist, no item where there is no match
 */
export function oneBesideHead<Row extends { readonly head: number }, Item>(
  rows: Row[],
  { key, item }: { key: keyof Row; item: (row: Row) => Item },
): { head: number; item: Item | undefined } | undefined {
  const found = foundIn(rows, key)
  return found && { head: found.head, item: found.rows.map(item)[0] }
}
