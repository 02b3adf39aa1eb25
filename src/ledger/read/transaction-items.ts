import { type Compilable, sql } from 'kysely'
import { tables } from '../../db/compiled.ts'
import { namesOf } from '../../db/statement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { DaySpan } from '../../domain/earning/part.ts'
import type { PostingRule } from '../../domain/earning/posting.ts'
import { type Portion, printTransactionId, type TransactionType } from '../../domain/transaction.ts'
import type { Json } from '../rows/canonical.ts'
import { TRANSACTION } from '../rows/transaction-row.ts'
import { printQuantity } from './print-quantity.ts'
import { besideHead } from './with-head.ts'

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
  /** These only where they say something. */
  readonly validUntil?: CalendarDate
  readonly carriedIn?: true
  readonly rule?: PostingRule
  readonly period?: DaySpan
  readonly portion: Portion | null
  readonly reverses: string | null
  readonly reversedBy: string | null
  readonly reference: string | null
  /** The line's own, else its command's; null once that was erased. */
  readonly reason: string | null
  /** As `reason`; only where it is asked for. */
  readonly metadata?: Json
  readonly position: number
  readonly recordedAt: string
}

/** The orders that transactions are listed in; each is one of the keys of a transaction. */
type TransactionOrder = readonly ['position', 'line'] | readonly ['effective_on', 'position', 'line']

/** Transactions of a book, as their rows are. */
export function lines(book: string) {
  return tables.selectFrom('ledger.transactions').select(namesOf(TRANSACTION)).where('book_id', '=', book)
}

/** What `shownLines` computes. */
export const COMPUTED = { erasable: 'json?' } as const

/** With what is shown of them besides their rows: beside the head, in an order that they have already. */
export function shownLines(book: string, found: ReturnType<typeof lines>, order: TransactionOrder) {
  const event = tables
    .selectFrom('ledger.events')
    .select(['recorded_at', 'erasable'])
    .where('book_id', '=', book)
    .where('position', '=', sql.ref<number>('t.position'))
    .limit(sql.lit(1))
  const newestPolicy = tables
    .selectFrom('ledger.policy_versions')
    .select('scale')
    .where('book_id', '=', book)
    .where('policy_id', '=', sql.ref<string>('t.policy_id'))
    .orderBy('version', 'desc')
    .limit(sql.lit(1))
  const reversal = tables
    .selectFrom('ledger.transactions')
    .select(['position', 'line'])
    .where('book_id', '=', book)
    .where('reverses_position', '=', sql.ref<number>('t.position'))
    .where('reverses_line', '=', sql.ref<number>('t.line'))
    .limit(sql.lit(1))
  const by = sql.join(order.map((column) => sql.ref(`t.${column}`)))
  // Of the first row of each event only: an event of many lines has one, and it may be long.
  const erasable = sql<string | null>`case when lag(t.position) over (order by ${by}) is distinct from t.position
                                           then e.erasable end`
  const shown = tables
    .selectFrom(found.as('t'))
    .crossJoinLateral(event.as('e'))
    .crossJoinLateral(newestPolicy.as('p'))
    .leftJoinLateral(reversal.as('r'), (join) => join.onTrue())
    .selectAll('t')
    .select(['e.recorded_at', 'p.scale', 'r.position as reversal_position', 'r.line as reversal_line'])
    .select(erasable.as('erasable'))
  return besideHead(book, shown, order)
}

type ShownLine = ReturnType<typeof shownLines> extends Compilable<infer Row> ? Row : never

/** @param rows in the order they were read in */
export function transactionItems(rows: readonly ShownLine[], showsMetadata = false): TransactionItem[] {
  const erasables = new Map<number, Said & { readonly lines?: Readonly<Record<string, Said>> }>()
  return rows.map((row) => {
    const { position, line } = row
    if (!erasables.has(position))
      erasables.set(position, row.erasable === null ? {} : (JSON.parse(row.erasable) as Said))
    const { reason, metadata, lines } = erasables.get(position)!
    const own = lines?.[line]
    return {
      id: printTransactionId(row),
      type: row.type,
      entity: row.entity_id,
      policy: row.policy_id,
      resource: row.resource,
      amount: printQuantity(row.amount, row.scale),
      effectiveOn: row.effective_on,
      ...(row.meant_for === null ? {} : { meantFor: row.meant_for }),
      ...(row.valid_until === null ? {} : { validUntil: row.valid_until }),
      ...(row.carried_in === null ? {} : { carriedIn: true }),
      ...(row.rule === null ? {} : { rule: row.rule, period: { from: row.period_from!, to: row.period_to! } }),
      portion: row.portion,
      reverses: idOrNull(row.reverses_position, row.reverses_line),
      reversedBy: idOrNull(row.reversal_position, row.reversal_line),
      reference: row.reference,
      reason: own?.reason ?? reason ?? null,
      ...(showsMetadata ? { metadata: own?.metadata ?? metadata ?? null } : {}),
      position,
      recordedAt: row.recorded_at.toISOString(),
    }
  })
}

interface Said {
  readonly reason?: string
  readonly metadata?: Json
}

function idOrNull(position: number | null, line: number | null): string | null {
  return position === null || line === null ? null : printTransactionId({ position, line })
}
