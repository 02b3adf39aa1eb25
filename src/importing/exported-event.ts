import { type Static, Type } from 'typebox'
import { checkOf } from '../contract/compile.ts'
import { EVENT_DATA } from '../contract/events/event-schemas.ts'
import {
  day,
  hash,
  id,
  instant,
  label,
  Portion,
  position,
  RecordedKey,
  TransactionType,
  transactionId,
} from '../contract/schemas/scalars.ts'
import { POSTING_RULES } from '../domain/earning/posting.ts'
import type { EventType, RecordedEvent } from '../domain/event.ts'
import { parseTransactionId, type Transaction } from '../domain/transaction.ts'
import { canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import { eventText } from '../ledger/rows/event-text.ts'
import { transactionFromRow } from '../ledger/rows/transaction-row.ts'

/*
 * One line of an export, read back into the event that it was printed from. What the values must look like is said by
 * the schemas of the edge; that there is nothing else, and in no other spelling, is seen by printing the event again.
 */

const orNull = <const Schema extends Parameters<typeof Type.Optional>[0]>(schema: Schema) =>
  Type.Union([schema, Type.Null()])

const anything = Type.Unsafe<{ readonly [member: string]: Json }>({ type: 'object', additionalProperties: true })

const ExportedTransaction = Type.Object({
  // As it is recorded: no more decimals than any policy keeps.
  amount: Type.String({ pattern: '^-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,8})?$', 'x-must': 'be a quantity' }),
  carriedIn: Type.Optional(Type.Literal(true)),
  component: Type.Enum(['accrued', 'consumed', 'pending', 'adjusted']),
  effectiveOn: day(''),
  entity: id('', ''),
  id: transactionId(''),
  meantFor: Type.Optional(day('')),
  period: Type.Optional(Type.Object({ from: day(''), to: day('') }, { additionalProperties: false })),
  policy: id('', ''),
  portion: orNull(Portion),
  reference: orNull(label('', 255, '')),
  resource: id('', ''),
  reverses: orNull(transactionId('')),
  rule: Type.Optional(Type.Enum([...POSTING_RULES])),
  type: TransactionType,
  validUntil: Type.Optional(day('')),
})

const Exported = Type.Object({
  actor: Type.Object({
    id: id('', ''),
    type: Type.String({ pattern: '^[a-z][a-z-]{0,31}$', 'x-must': 'be a type of actor' }),
  }),
  book: id('', ''),
  data: anything,
  decision: anything,
  erasable: orNull(anything),
  erasableDigest: hash(''),
  hash: hash(''),
  idempotencyKey: RecordedKey,
  position: position(''),
  previousHash: hash(''),
  recordedAt: Type.Refine(instant(''), isInstant),
  transactions: Type.Array(ExportedTransaction),
  type: Type.Enum(Object.keys(EVENT_DATA) as EventType[], { 'x-must': 'be a type of event that this release knows' }),
})

const check = checkOf(Exported, 'body')

/**
 * Reads a line, without its line feed.
 * @returns the event, which prints as exactly this line; or what is wrong with the line, in words
 */
export function readExported(line: string): RecordedEvent | string {
  const document = parse(line)
  if (document === undefined) return 'it is not JSON'
  const checked = check(document)
  if ('faults' in checked) {
    const [fault] = checked.faults
    return `it is not an event: ${fault?.pointer || 'it'} ${fault?.message}`
  }
  const event = eventFrom(checked.value as Static<typeof Exported>)
  return eventText(event) === line
    ? event
    : 'it is not the canonical JSON of an event: members, their order or spelling'
}

function eventFrom(document: Static<typeof Exported>): RecordedEvent {
  const { transactions, data, decision, erasable, ...same } = document
  return {
    ...same,
    dataText: canonicalJson(data),
    transactions: transactions.map(transactionFrom),
    decisionText: canonicalJson(decision),
    erasableText: erasable === null ? null : canonicalJson(erasable),
  }
}

function transactionFrom(exported: Static<typeof ExportedTransaction>): Transaction {
  const { id, entity, policy, effectiveOn, meantFor = null, reverses, ...others } = exported
  const { rule = null, period, validUntil = null, carriedIn = null, ...same } = others
  const at = parseTransactionId(id)!
  const target = reverses === null ? undefined : parseTransactionId(reverses)
  return transactionFromRow({
    ...same,
    ...at,
    entity_id: entity,
    policy_id: policy,
    effective_on: effectiveOn,
    meant_for: meantFor,
    reverses_position: target?.position ?? null,
    reverses_line: target?.line ?? null,
    valid_until: validUntil,
    carried_in: carriedIn,
    rule,
    period_from: period?.from ?? null,
    period_to: period?.to ?? null,
  })
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function isInstant(text: string): boolean {
  const instant = new Date(text)
  return !Number.isNaN(instant.getTime()) && instant.toISOString() === text
}
