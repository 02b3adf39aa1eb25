import type { Pool } from 'pg'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { TransactionAt, TransactionType } from '../../domain/transaction.ts'
import { conditions, when } from './conditions.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'
import { readTransactionRows, type TransactionItem, transactionItems } from './transaction-items.ts'

export interface TransactionsAsked {
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
  readonly cursor?: string | undefined
  readonly limit: number
}

/**
 * Transactions in recorded order. Those recorded while the list is walked come at its end.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listTransactions(
  db: Pool,
  asked: TransactionsAsked,
): Promise<({ head: number } & Page<TransactionItem>) | undefined> {
  const { book, entity, policy, resource, type, from, to, reference, afterPosition, limit } = asked
  const filters = [book, entity, policy, resource, type, from, to, reference, afterPosition]
  const cursors = cursorsOf('transactions', filters, ['number', 'number'])
  const after = cursors.parse(asked.cursor)
  const where = conditions(book, {
    entity: when(entity, 'entity_id = ?'),
    policy: when(policy, 'policy_id = ?'),
    resource: when(resource, 'resource = ?'),
    type: when(type, 'type = ?'),
    from: when(from, 'effective_on >= ?'),
    to: when(to, 'effective_on <= ?'),
    reference: when(reference, 'reference = ?'),
    // The cursor is never before it.
    afterPosition: after === undefined ? when(afterPosition, 'position > ?') : undefined,
    after: after && ['(position, line) > (?, ?)', ...after],
  })
  const found = await readTransactionRows(db, { where, order: 'position, line', limit: limit + 1 })
  if (found === undefined) return undefined
  const { items, nextCursor } = pageOf(found.rows, limit, {
    item: (row) => row,
    cursor: ({ position, line }) => cursors.after([position, line]),
  })
  return { head: found.head, items: transactionItems(items), nextCursor }
}

/** @returns undefined where the book does not exist, no item where the transaction does not */
export async function readTransaction(
  db: Pool,
  { book, at }: { readonly book: string; readonly at: TransactionAt },
): Promise<{ head: number; item: TransactionItem | undefined } | undefined> {
  const where = conditions(book, { at: ['position = ? and line = ?', at.position, at.line] })
  const found = await readTransactionRows(db, { name: 'read-transaction', where, order: 'position, line', limit: 1 })
  return found && { head: found.head, item: transactionItems(found.rows)[0] }
}
