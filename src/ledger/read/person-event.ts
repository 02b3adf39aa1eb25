import type { RecordedEvent } from '../../domain/event.ts'
import { printMinor } from '../../domain/quantity.ts'
import { printTransactionId } from '../../domain/transaction.ts'

/** An event as one person may see it who may not read the history. */
export interface PersonEvent {
  readonly book: string
  readonly position: number
  readonly type: string
  readonly recordedAt: string
  readonly actor: { readonly type: string; readonly id: string }
  /** null: it is about others, and the person only acted. */
  readonly data: object | null
  readonly transactions: readonly object[]
}

/**
 * What an event says of one person: their own lines, and what the command said of those or of them. Never on what grounds it
 * was decided, what may be forgotten of it, its hashes or its key: those may be about others.
 * @param isAbout whether it is about the person at all: a stream of theirs, or a line
 */
export function personEvent(event: RecordedEvent, entity: string, isAbout: boolean): PersonEvent {
  const { book, position, type, recordedAt, actor } = event
  const own = event.transactions.filter((line) => line.entity === entity)
  const envelope = { book, position, type, recordedAt, actor: { type: actor.type, id: actor.id } }
  if (!isAbout) return { ...envelope, data: null, transactions: [] }
  const isShared = own.length > 0 && own.length < event.transactions.length
  return {
    ...envelope,
    data: isShared ? dataOfLines(event.dataText, new Set(own.map(({ line }) => String(line)))) : parsed(event.dataText),
    transactions: own.map((line) => ({
      id: printTransactionId({ position, line: line.line }),
      type: line.type,
      entity,
      policy: line.policy,
      resource: line.resource,
      component: line.component,
      amount: printMinor(line.amount, line.scale),
      effectiveOn: line.effectiveOn,
      ...(line.meantFor === null ? {} : { meantFor: line.meantFor }),
      ...(line.validUntil === null ? {} : { validUntil: line.validUntil }),
      ...(line.carriedIn ? { carriedIn: true } : {}),
      ...(line.byRule === null ? {} : { rule: line.byRule.rule, period: line.byRule.period }),
      portion: line.portion,
      reference: line.reference,
      reverses: line.reverses === null ? null : printTransactionId(line.reverses),
    })),
  }
}

/** What a command said of some of its lines: `lines` of its data, and nothing that is said of all. */
function dataOfLines(dataText: string, lines: ReadonlySet<string>): object {
  const { lines: said } = parsed(dataText) as { readonly lines?: Readonly<Record<string, unknown>> }
  return said === undefined
    ? {}
    : { lines: Object.fromEntries(Object.entries(said).filter(([line]) => lines.has(line))) }
}

function parsed(text: string): object {
  return JSON.parse(text) as object
}
