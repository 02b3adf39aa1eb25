import { narrowed, type RowOf, type Statement } from '../../db/statement.ts'
import type { PostingRule } from '../../domain/earning/posting.ts'
import { toMinor } from '../../domain/quantity.ts'
import type { Component, Portion, Transaction, TransactionType } from '../../domain/transaction.ts'

/** What a transaction is made of, in statements: columns of `ledger.transactions`. */
export const TRANSACTION = {
  position: 'int8',
  line: 'int4',
  type: narrowed<TransactionType>('text'),
  component: narrowed<Component>('text'),
  entity_id: 'text',
  policy_id: 'text',
  resource: 'text',
  amount: 'numeric',
  effective_on: 'date',
  meant_for: 'date?',
  portion: narrowed<Portion | null>('text?'),
  reverses_position: 'int8?',
  reverses_line: 'int4?',
  reference: 'text?',
  valid_until: 'date?',
  carried_in: 'bool?',
  rule: narrowed<PostingRule | null>('text?'),
  period_from: 'date?',
  period_to: 'date?',
} as const

/** Their names, as they stand in a `select`. */
export const TRANSACTION_COLUMNS = Object.keys(TRANSACTION).join(', ')

/** A row of them. */
export type TransactionRow = RowOf<Statement<typeof TRANSACTION>>

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
    validUntil: row.valid_until,
    carriedIn: row.carried_in === true,
    byRule: row.rule === null ? null : { rule: row.rule, period: { from: row.period_from!, to: row.period_to! } },
  }
}
