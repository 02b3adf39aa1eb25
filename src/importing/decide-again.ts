import { dayIn } from '../domain/calendar-date.ts'
import type { RecordedEvent } from '../domain/event.ts'
import type { AsItIs } from '../domain/recording/as-it-is.ts'
import { RULES } from '../domain/recording/decision.ts'
import type { Refused } from '../domain/refusal.ts'
import type { AcceptedCommand, DefineCommand, RecordCommand } from '../ledger/command.ts'
import { type Defined, type Defining, type Definition, NOBODY } from '../ledger/definition.ts'
import { closingAt } from '../ledger/policies.ts'
import { canonicalJson } from '../ledger/rows/canonical.ts'
import { FIRST_RULES, rulesOf } from '../ledger/rows/decision-text.ts'
import type { EventRow } from '../ledger/writing/addition.ts'
import { recordedAs } from '../ledger/writing/decide-all.ts'
import type { Gathering } from '../ledger/writing/gathering.ts'
import type { Opened } from '../ledger/writing/opened.ts'
import { NO_TRANSACTIONS } from '../ledger/writing/seal.ts'
import { BadLine } from './bad-line.ts'
import { keptDefinition, keptLines } from './keep-recorded.ts'
import { type Exported, keptRow, rebuiltRow } from './rebuilt-row.ts'

/** What an event of a group defines besides what its row says. */
export interface PendingDefinition {
  readonly row: EventRow
  readonly definition: Definition
  /** Where today's rules would decide otherwise than those that it was recorded under. */
  readonly otherwise?: DecidedOtherwise
}

/** What the definition of a book is decided on: there is nothing yet. */
export const NOTHING_DEFINED: Defined = {
  today: '1900-01-01' as Defined['today'],
  book: { name: null, timeZone: 'UTC' },
  bookPosition: 0,
  policies: new Map(),
  entity: undefined,
  calendar: undefined,
  patterns: undefined,
  period: undefined,
  pending: [],
  closedThrough: null,
  delegation: undefined,
  assignments: undefined,
  workedHours: undefined,
  profile: undefined,
  owners: NOBODY,
  claiming: undefined,
  erasure: undefined,
  last: undefined,
  reasons: undefined,
}

/** A line that today's rules would decide otherwise; it is kept as it was recorded. */
export interface DecidedOtherwise {
  /** From 1. */
  readonly line: number
  readonly position: number
  /** What would come of it today, in words. */
  readonly today: string
}

/**
 * Decides a command that records transactions again.
 * @returns what is otherwise by today's rules, where it was recorded under earlier ones; undefined: nothing is
 * @throws BadLine where something else comes of it, and it was recorded under today's rules
 */
export function decideAgain(
  next: Exported,
  command: RecordCommand,
  { opened: { state, periods }, gathering }: { opened: Opened; gathering: Gathering },
): DecidedOtherwise | undefined {
  // "Today" is the day on which the line was recorded.
  const { recordedAt } = next.event
  const closing = closingAt(periods, recordedAt)
  const requests = state.requests && { ...state.requests, today: dayIn(periods.timeZone, new Date(recordedAt)) }
  const decided = command.decide({ ...state, now: recordedAt, closing, requests }, gathering.head.position + 1)
  const row = 'changes' in decided ? acceptedRow(next, command, decided) : notRecordedInWords(decided)
  if (typeof row !== 'string' && 'changes' in decided) {
    gathering.add(row, decided)
    return undefined
  }
  const otherwise = mustBeEarlier(next, row as string)
  const { accepted, stream } = keptLines({ ...state, requests }, next.event)
  gathering.add(mustFit(next, keptRow(next, stream)), accepted)
  return otherwise
}

/**
 * Decides a definition again.
 * @param entities what definitions of the group are decided on, by the entity they are about; brought up to date
 * @throws BadLine where something else comes of it, and it was recorded under today's rules
 */
export function defineAgain(
  next: Exported,
  command: DefineCommand,
  { gathering, entities }: { gathering: Gathering; entities: Map<string, Defined> },
): PendingDefinition {
  const about = command.reads.entity ?? ''
  const defined = entities.get(about)!
  const pending = redefine(next, command, { defined, position: gathering.head.position + 1 })
  if (pending.definition.kind === 'entity') entities.set(about, { ...defined, entity: pending.definition.facts })
  return pending
}

/** The same of one that is decided on `defined`. */
export function redefine(
  next: Exported,
  command: DefineCommand,
  { defined, position }: { defined: Defined; position: number },
): PendingDefinition {
  const defining = command.decide(defined, position)
  const row = definedRow(next, defining)
  if (typeof row !== 'string' && 'definition' in defining) {
    return { row, definition: asItWasThen(next.event, defining.definition) }
  }
  const otherwise = mustBeEarlier(next, row as string)
  const kept = keptDefinition(next.event)
  if (kept === undefined) throw new BadLine(next.line, row as string)
  return { row: mustFit(next, keptRow(next, kept.stream)), definition: kept.definition, otherwise }
}

/** Under the first rules a month was closed by itself. */
function asItWasThen({ decisionText }: RecordedEvent, definition: Definition): Definition {
  if (definition.kind !== 'period' || rulesOf(decisionText) > FIRST_RULES) return definition
  return { ...definition, closedThrough: 'by-itself' }
}

function acceptedRow(next: Exported, command: RecordCommand, accepted: AcceptedCommand): EventRow | string {
  const { transactions, decision, erasable } = accepted
  const content = { ...recordedAs(command, accepted), transactions, decision }
  return rebuiltRow(next, erasable === undefined ? content : { ...content, erasable })
}

function notRecordedInWords(decided: AsItIs | Refused): string {
  return 'refusal' in decided
    ? refusedInWords(decided)
    : `it asks for what position ${decided.asItIs.position} made so already`
}

/** The row of a definition that was decided again; or in words, what else came of it. */
function definedRow(next: Exported, defining: Defining): EventRow | string {
  if ('refusal' in defining) return refusedInWords(defining)
  if (defining.outcome === 'unchanged') return `it defines what position ${defining.position} defined already`
  const { type, stream, streamVersion, data } = defining
  return rebuiltRow(next, {
    type,
    dataText: canonicalJson(data),
    ...NO_TRANSACTIONS,
    stream: { name: stream, version: streamVersion },
  })
}

/** @throws BadLine where the line was recorded under today's rules */
function mustBeEarlier({ line, event }: Exported, today: string): DecidedOtherwise {
  if (rulesOf(event.decisionText) >= RULES) throw new BadLine(line, today)
  return { line, position: event.position, today }
}

function refusedInWords({ refusal }: Refused): string {
  return `its command would have been refused: ${inWords(refusal)}`
}

function mustFit({ line }: Exported, row: EventRow | string): EventRow {
  if (typeof row === 'string') throw new BadLine(line, row)
  return row
}

function inWords(refusal: { readonly code: string }): string {
  const { code, ...data } = refusal
  return `${code} ${JSON.stringify(data)}`
}
