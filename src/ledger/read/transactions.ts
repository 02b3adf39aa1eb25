import { sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, isOneOf, present, read } from '../../db/compiled.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { amongThese, type LeftOut, leftOut, type ReadFor } from '../../domain/reach.ts'
import type { TransactionAt, TransactionType } from '../../domain/transaction.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'
import { isKnown } from './kinds.ts'
import { COMPUTED, lines, shownLines, type TransactionItem, transactionItems } from './transaction-items.ts'
import { foundIn } from './with-head.ts'

export interface TransactionsAsked extends ReadFor {
  readonly book: string
  readonly entity?: string | undefined
  readonly policy?: string | undefined
  readonly resource?: string | undefined
  readonly type?: TransactionType | undefined
  /** First effective day. */
  readonly from?: CalendarDate | undefined
  /** Last effective day. */
  readonly to?: CalendarDate | undefined
  readonly reference?: string | undefined
  readonly afterPosition?: number | undefined
  /** Names and values that its metadata has, as JSON. */
  readonly metadata?: string | undefined
  readonly showsMetadata?: boolean
  readonly cursor?: string | undefined
  readonly limit: number
}

interface TransactionFilters
  extends LeftOut,
    Pick<TransactionsAsked, 'book' | 'entity' | 'policy' | 'resource' | 'type'> {
  readonly from: CalendarDate | undefined
  readonly to: CalendarDate | undefined
  readonly reference: string | undefined
  readonly afterPosition: number | undefined
  readonly metadata: string | undefined
  readonly position: number | undefined
  readonly line: number | undefined
  readonly reach: readonly string[] | undefined
  readonly limit: number
}

const CONDITIONS = [
  'entity',
  'policy',
  'resource',
  'type',
  'from',
  'to',
  'reference',
  'afterPosition',
  'metadata',
  'position',
  'line',
  'reach',
  'hidden',
] as const

// Several indexes may serve it, by what is asked, so no plan is kept.
export const TRANSACTIONS = compiled({
  optional: CONDITIONS,
  computed: COMPUTED,
  query: (asked: TransactionFilters) => {
    const { book, entity, policy, resource, type, from, to, reference, afterPosition, position, line, reach } = asked
    const { metadata } = asked
    const found = lines(book)
      .where((eb) =>
        eb.and({ book_id: book, ...present({ entity_id: entity, policy_id: policy, resource, type, reference }) }),
      )
      .$if(from !== undefined, (rows) => rows.where('effective_on', '>=', from!))
      .$if(to !== undefined, (rows) => rows.where('effective_on', '<=', to!))
      .$if(afterPosition !== undefined, (rows) => rows.where('position', '>', afterPosition!))
      .$if(metadata !== undefined, (rows) => rows.where(hasMetadata(book, metadata!)))
      .$if(position !== undefined, (rows) =>
        rows.where((eb) => eb(eb.refTuple('position', 'line'), '>', eb.tuple(position!, line!))),
      )
      .$if(reach !== undefined, (rows) => rows.where(isOneOf('entity_id', reach!)))
      .$if(asked.hidden !== undefined, (rows) => rows.where(isKnown({ own: asked.own!, hidden: asked.hidden! })))
      .orderBy('position')
      .orderBy('line')
      .limit(asked.limit)
    return shownLines(book, found, ['position', 'line'])
  },
})

/**
 * Whether a line has what is asked for: its own metadata, else that of its command. The first and the third condition are
 * those of the index `events_with_metadata`.
 */
function hasMetadata(book: string, asked: string) {
  return sql<boolean>`exists (
    select
      from ledger.events m
     where m.book_id = ${book}
       and m.position = ledger.transactions.position
       and m.erasable::text like '%"metadata":%'
       and not exists (
             select
               from json_each_text(${asked}::json) as a(name, said)
              where coalesce(m.erasable -> 'lines' -> ledger.transactions.line::text -> 'metadata', m.erasable -> 'metadata')
                    ->> a.name is distinct from a.said))`
}

interface OneAsked extends TransactionAt, LeftOut {
  readonly book: string
  readonly reach: readonly string[] | undefined
}

export const TRANSACTION_AT = compiled({
  name: 'read-transaction',
  optional: ['reach', 'hidden'],
  computed: COMPUTED,
  query: ({ book, position, line, reach, hidden, own }: OneAsked) => {
    const found = lines(book)
      .where('position', '=', position)
      .where('line', '=', line)
      .$if(reach !== undefined, (rows) => rows.where(isOneOf('entity_id', reach!)))
      .$if(hidden !== undefined, (rows) => rows.where(isKnown({ own: own!, hidden: hidden! })))
      .limit(sql.lit(1))
    return shownLines(book, found, ['position', 'line'])
  },
})

/**
 * Transactions in recorded order. Those recorded while the list is walked come at its end.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listTransactions(
  db: Pool,
  asked: TransactionsAsked,
): Promise<({ head: number } & Page<TransactionItem>) | undefined> {
  const { book, entity, policy, resource, type, from, to, reference, metadata, limit } = asked
  const filters = [book, entity, policy, resource, type, from, to, reference, asked.afterPosition]
  // Cursors that were given before metadata could be asked for stay good.
  const cursors = cursorsOf(
    'transactions',
    [...filters, ...(metadata === undefined ? [] : [metadata])],
    ['number', 'number'],
  )
  const [position, line] = cursors.parse(asked.cursor) ?? []
  // The cursor is never before it.
  const afterPosition = position === undefined ? asked.afterPosition : undefined
  const reach = amongThese(asked.reach, entity)
  const where = {
    book,
    entity,
    policy,
    resource,
    type,
    from,
    to,
    reference,
    afterPosition,
    metadata,
    position,
    line,
    reach,
  }
  const found = foundIn(await read(db, TRANSACTIONS, { ...where, ...leftOut(asked, entity), limit: limit + 1 }), 'line')
  if (found === undefined) return undefined
  const { items, nextCursor } = pageOf(found.rows, limit, {
    item: (row) => row,
    cursor: ({ position, line }) => cursors.after([position, line]),
  })
  return { head: found.head, items: transactionItems(items, asked.showsMetadata), nextCursor }
}

/** @returns undefined where the book does not exist, no item where the transaction does not or is out of reach */
export async function readTransaction(
  db: Pool,
  asked: ReadFor & { readonly book: string; readonly at: TransactionAt; readonly showsMetadata?: boolean },
): Promise<{ head: number; item: TransactionItem | undefined } | undefined> {
  const { book, at, reach, showsMetadata } = asked
  const found = foundIn(
    await read(db, TRANSACTION_AT, { book, ...at, reach: amongThese(reach), ...leftOut(asked) }),
    'line',
  )
  return found && { head: found.head, item: transactionItems(found.rows, showsMetadata)[0] }
}
