import { dayIn } from '../domain/calendar-date.ts'
import type { DefineCommand, RecordCommand } from '../ledger/command.ts'
import type { Defined, Definition } from '../ledger/definition.ts'
import { closingAt } from '../ledger/policies.ts'
import { canonicalJson } from '../ledger/rows/canonical.ts'
import type { EventRow } from '../ledger/writing/addition.ts'
import { recordedAs } from '../ledger/writing/decide-all.ts'
import type { Gathering } from '../ledger/writing/gathering.ts'
import type { Opened } from '../ledger/writing/opened.ts'
import { NO_TRANSACTIONS } from '../ledger/writing/seal.ts'
import { BadLine } from './bad-line.ts'
import { type Exported, rebuiltRow } from './rebuilt-row.ts'

/** What an event of a group defines besides what its row says. */
export interface PendingDefinition {
  readonly row: EventRow
  readonly definition: Definition
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
  delegation: undefined,
  profile: undefined,
  emailOwner: undefined,
}

/** Decides a command that records transactions again. @throws BadLine where something else comes of it */
export function decideAgain(
  next: Exported,
  command: RecordCommand,
  { opened: { state, periods }, gathering }: { opened: Opened; gathering: Gathering },
): void {
  // "Today" is the day on which the line was recorded.
  const { recordedAt } = next.event
  const closing = closingAt(periods, recordedAt)
  const requests = state.requests && { ...state.requests, today: dayIn(periods.timeZone, new Date(recordedAt)) }
  const decided = command.decide({ ...state, closing, requests }, gathering.head.position + 1)
  if ('refusal' in decided) {
    throw new BadLine(next.line, `its command would have been refused: ${inWords(decided.refusal)}`)
  }
  const { transactions, decision } = decided
  gathering.add(mustFit(next, rebuiltRow(next, { ...recordedAs(command, decided), transactions, decision })), decided)
}

/**
 * Decides a definition again.
 * @param entities what definitions of the group are decided on, by the entity they are about; brought up to date
 * @throws BadLine where something else comes of it
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
  if ('refusal' in defining) {
    throw new BadLine(next.line, `its command would have been refused: ${inWords(defining.refusal)}`)
  }
  if (defining.outcome === 'unchanged') {
    throw new BadLine(next.line, `it defines what position ${defining.position} defined already`)
  }
  const { type, stream, streamVersion, data, definition } = defining
  const content = {
    type,
    dataText: canonicalJson(data),
    ...NO_TRANSACTIONS,
    stream: { name: stream, version: streamVersion },
  }
  return { row: mustFit(next, rebuiltRow(next, content)), definition }
}

function mustFit({ line }: Exported, row: EventRow | string): EventRow {
  if (typeof row === 'string') throw new BadLine(line, row)
  return row
}

function inWords(refusal: { readonly code: string }): string {
  const { code, ...data } = refusal
  return `${code} ${JSON.stringify(data)}`
}
