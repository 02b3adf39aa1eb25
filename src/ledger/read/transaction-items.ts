import type { Pool } from 'pg'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { type Portion, printTransactionId, type TransactionType } from '../../domain/transaction.ts'
import { TRANSACTION_COLUMNS, type TransactionRow } from '../rows/transaction-row.ts'
import type { Conditions } from './conditions.ts'
import { printQuantity } from './print-quantity.ts'
import { type Found, foundIn } from './with-head.ts'

/** A transaction as it is shown, with what is known of it besides its own row. */
export interface TransactionItem {
  readonly id: string
  readonly type: TransactionType
  readonly entity: string
  readonly policy: string
  readonly resource: string
  /** Signed effect on what is available, at the policy's present scale. */
  readonly amount: string
  readonly effectiveOn: CalendarDate
  /** Only where it was recorded later than the day in a closed period that it is about. */
  readonly meantFor?: CalendarDate
  readonly portion: Portion | null
  readonly reverses: string | null
  readonly reversedBy: string | null
  readonly reference: string | null
  /** The line's own, else its command's; null once that was erased. */
  readonly reason: string | null
  readonly position: number
  readonly recordedAt: string
}

export interface ShownTransactionRow extends TransactionRow {
  readonly recorded_at: Date
  readonly scale: number
  readonly reversal_position: number | null
  readonly reversal_line: number | null
  /** Of the first row of each event only: an event of many lines has one, and it may be long. */
  readonly erasable: string | null
}

/** The orders that transactions are listed in; each is one of the keys of a transaction. */
export type TransactionOrder = 'position, line' | 'effective_on, position, line'

/**
 * @param name to prepare the statement under, where only one index serves it
 * @returns undefined where the book does not exist
 */
export async function readTransactionRows(
  db: Pool,
  { name, where, order, limit }: { name?: string; where: Conditions; order: TransactionOrder; limit: number },
): Promise<Found<ShownTransactionRow> | undefined> {
  const { rows } = await db.query<{ head: number } & ShownTransactionRow>({
    ...(name === undefined ? {} : { name }),
    text: `
      select h.position as head, i.*
        from ledger.heads h
        left join lateral (
               select t.*,
                      e.recorded_at,
                      p.scale,
                      r.position as reversal_position,
                      r.line as reversal_line,
                      case when lag(t.position) over (order by ${ofTable('t', order)}) is distinct from t.position then e.erasable
                      end as erasable
                 from (
                        select ${TRANSACTION_COLUMNS}
                          from ledger.transactions
                         where ${where.sql}
                         order by ${order}
                         limit $${where.values.length + 1}
                      ) as t
                cross join lateral (
                        select recorded_at, erasable
                          from ledger.events
                         where book_id = $1
                           and position = t.position
                         limit 1) as e
                cross join lateral (
                        select scale
                          from ledger.policy_versions
                         where book_id = $1
                           and policy_id = t.policy_id
                         order by version desc
                         limit 1) as p
                 left join lateral (
                        select position, line
                          from ledger.transactions
                         where book_id = $1
                           and reverses_position = t.position
                           and reverses_line = t.line
                         limit 1) as r on true
             ) as i on true
       where h.book_id = $1
       order by ${ofTable('i', order)}`,
    values: [...where.values, limit],
  })
  return foundIn(rows, 'line')
}

function ofTable(table: string, order: TransactionOrder): string {
  return order.replaceAll(/\w+/g, `${table}.$&`)
}

/** @param rows in the order they were read in */
export function transactionItems(rows: readonly ShownTransactionRow[]): TransactionItem[] {
  const reasons = new Map<number, Reasons>()
  return rows.map((row) => {
    const { position, line } = row
    if (!reasons.has(position)) reasons.set(position, reasonsIn(row.erasable))
    const { reason, lines } = reasons.get(position)!
    return {
      id: printTransactionId(row),
      type: row.type,
      entity: row.entity_id,
      policy: row.policy_id,
      resource: row.resource,
      amount: printQuantity(row.amount, row.scale),
      effectiveOn: row.effective_on,
      ...(row.meant_for === null ? {} : { meantFor: row.meant_for }),
      portion: row.portion,
      reverses: idOrNull(row.reverses_position, row.reverses_line),
      reversedBy: idOrNull(row.reversal_position, row.reversal_line),
      reference: row.reference,
      reason: lines?.[line]?.reason ?? reason ?? null,
      position,
      recordedAt: row.recorded_at.toISOString(),
    }
  })
}

interface Reasons {
  readonly reason?: string
  readonly lines?: Readonly<Record<string, { readonly reason?: string }>>
}

function reasonsIn(erasable: string | null): Reasons {
  return erasable === null ? {} : (JSON.parse(erasable) as Reasons)
}

function idOrNull(position: number | null, line: number | null): string | null {
  return position === null || line === null ? null : printTransactionId({ position, line })
}
