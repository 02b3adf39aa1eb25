import type { CalendarDate } from '../../domain/calendar-date.ts'
import { toMinor } from '../../domain/quantity.ts'
import type { Component, Portion, Transaction, TransactionType } from '../../domain/transaction.ts'

/** A row of `ledger.transactions`, as the driver returns it (numeric and date as text). */
export interface TransactionRow {
  readonly position: number
  readonly line: number
  readonly type: TransactionType
  readonly component: Component
  readonly entity_id: string
  readonly policy_id: string
  readonly resource: string
  readonly amount: string
  readonly effective_on: CalendarDate
  readonly meant_for: CalendarDate | null
  readonly portion: Portion | null
  readonly reverses_position: number | null
  readonly reverses_line: number | null
  readonly reference: string | null
}

export const TRANSACTION_COLUMNS =
  'position, line, type, component, entity_id, policy_id, resource, amount, effective_on, meant_for, portion, reverses_position, reverses_line, reference'

/** The scale of a recorded amount is the number of decimals it was recorded with, which `numeric` keeps. */
export function transactionFromRow(row: TransactionRow): Transaction {
  const dot = row.amount.indexOf('.')
  const scale = dot === -1 ? 0 : row.amount.length - dot - 1
  const amount = toMinor(row.amount, scale)
  if (amount === 'scale-exceeded') throw new Error('unreachable: the scale is the amount’s own')
  return {
    line: row.line,
    type: row.type,
    component: row.component,
    entity: row.entity_id,
    policy: row.policy_id,
    resource: row.resource,
    amount,
    scale,
    effectiveOn: row.effective_on,
    meantFor: row.meant_for,
    portion: row.portion,
    reverses: row.reverses_position === null ? null : { position: row.reverses_position, line: row.reverses_line! },
    reference: row.reference,
  }
}
