import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { PostingRule } from '../../domain/earning/posting.ts'
import type { EventType, RecordedEvent } from '../../domain/event.ts'
import type { Component, Portion, Transaction, TransactionType } from '../../domain/transaction.ts'
import { fieldOrNull, fieldsOf, Unreadable } from '../rows/packed-rows.ts'
import { transactionFromRow } from '../rows/transaction-row.ts'
import { EVENT_FIELDS, TRANSACTION_FIELDS } from './batches.sql.ts'

/** An event put together again from its rows, and what is to be known about them besides. */
export interface RebuiltEvent {
  readonly event: RecordedEvent
  /** Whether what may be forgotten is gone, or has the digest that stays. */
  readonly erasableFits: boolean
  /** `<name> <version>`, where it belongs to one. */
  readonly stream: string | null
}

/** @throws Unreadable where the values cannot have been written by a writer of events */
export function rebuildEvent(
  row: string,
  transactions: readonly Transaction[],
  { book, previousHash }: { book: string; previousHash: string },
): RebuiltEvent {
  const fields = fieldsOf(row, EVENT_FIELDS) as EventFields
  const [position, type, at, key, actorType, actorId, data, decision, digest, hash, erasableFits, stream] = fields
  plain(`${type}${actorType}${actorId}`)
  return {
    event: {
      book,
      position: Number(position),
      type: type as EventType,
      recordedAt: instant(at),
      idempotencyKey: key,
      actor: { type: actorType, id: actorId },
      dataText: data,
      transactions,
      decisionText: decision,
      // Not needed: the server has compared it with its digest.
      erasableText: null,
      erasableDigest: digest,
      previousHash,
      hash,
    },
    erasableFits: erasableFits === 'true',
    stream: fieldOrNull(stream),
  }
}

/** @throws Unreadable where the values cannot have been written by a writer of transactions */
export function rebuildTransaction(row: string): Transaction {
  const fields = fieldsOf(row, TRANSACTION_FIELDS) as TransactionFields
  const [
    position,
    line,
    type,
    component,
    entity,
    policy,
    resource,
    amount,
    day,
    meant,
    portion,
    at,
    atLine,
    validUntil,
    carriedIn,
    rule,
    from,
    to,
    reference,
  ] = fields
  // The reference is the only value that may hold any character.
  plain(row.slice(0, row.length - reference.length))
  if ((at === '') !== (atLine === '')) throw new Unreadable('half of what it reverses is missing')
  if (carriedIn !== '' && carriedIn !== '=true') throw new Unreadable('what is not carried in says nothing of it')
  if (new Set([rule, from, to].map((field) => field === '')).size > 1)
    throw new Unreadable('a part of its rule is missing')
  return transactionFromRow({
    position: Number(position),
    line: Number(line),
    type: type as TransactionType,
    component: component as Component,
    entity_id: entity,
    policy_id: policy,
    resource,
    amount,
    effective_on: day as CalendarDate,
    meant_for: fieldOrNull(meant) as CalendarDate | null,
    portion: fieldOrNull(portion) as Portion | null,
    reverses_position: numberOrNull(at),
    reverses_line: numberOrNull(atLine),
    reference: fieldOrNull(reference),
    valid_until: fieldOrNull(validUntil) as CalendarDate | null,
    carried_in: carriedIn === '' ? null : true,
    rule: fieldOrNull(rule) as PostingRule | null,
    period_from: fieldOrNull(from) as CalendarDate | null,
    period_to: fieldOrNull(to) as CalendarDate | null,
  })
}

type TransactionFields = [
  position: string,
  line: string,
  type: string,
  component: string,
  entity: string,
  policy: string,
  resource: string,
  amount: string,
  day: string,
  meantFor: string,
  portion: string,
  reversesPosition: string,
  reversesLine: string,
  validUntil: string,
  carriedIn: string,
  rule: string,
  periodFrom: string,
  periodTo: string,
  reference: string,
]

type EventFields = [
  position: string,
  type: string,
  recordedAt: string,
  key: string,
  actorType: string,
  actorId: string,
  data: string,
  decision: string,
  digest: string,
  hash: string,
  erasableFits: string,
  stream: string,
]

// The canonical text of an event holds these values as they are. A quotation mark in one could make it read like another
// event's; none that was recorded has one.
function plain(text: string): void {
  if (text.includes('"') || text.includes('\\')) throw new Unreadable('an id or a name holds a character that none may')
}

const INSTANT = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?$/

/** `2026-02-01 08:00:00.05` as the service prints it. */
function instant(text: string): string {
  const parts = INSTANT.exec(text)
  if (parts === null) throw new Unreadable(`${text} is no instant of a day of four digits, in milliseconds`)
  return `${parts[1]}T${parts[2]}.${(parts[3] ?? '').padEnd(3, '0')}Z`
}

function numberOrNull(field: string): number | null {
  return field === '' ? null : Number(field.slice(1))
}
