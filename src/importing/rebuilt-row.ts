import type { RecordedEvent } from '../domain/event.ts'
import type { Decision } from '../domain/recording/decision.ts'
import type { Command } from '../ledger/command.ts'
import { decisionText, rulesOf, viaOf } from '../ledger/rows/decision-text.ts'
import { eventText } from '../ledger/rows/event-text.ts'
import type { EventRow } from '../ledger/writing/addition.ts'
import { type Content, fingerprint, NO_FINGERPRINT, NOTHING_ERASABLE, printErasable } from '../ledger/writing/seal.ts'
import type { EventErasable } from './event-erasable.ts'

/** An event of an export, with the command that it was recorded for. */
export interface Exported {
  /** From 1. */
  readonly line: number
  readonly event: RecordedEvent
  readonly erasable: EventErasable | null
  readonly command: Command
}

/**
 * The row of an event that was decided again.
 * @param content what deciding its command again gave
 * @returns the row; or in words, where what was recorded is something else
 */
export function rebuiltRow(
  { event, erasable, command }: Exported,
  content: Pick<Content, 'type' | 'dataText' | 'transactions' | 'decision' | 'stream'> &
    Partial<Pick<Content, 'erasable'>>,
): EventRow | string {
  const said = content.erasable ?? command.erasable ?? NOTHING_ERASABLE
  const rebuilt: RecordedEvent = {
    ...event,
    type: content.type,
    dataText: content.dataText,
    transactions: content.transactions,
    decisionText: sameDecision(event, content)
      ? event.decisionText
      : decisionText(content.transactions, content.decision, madeAs(event)),
    erasableText: erasable === null ? null : printErasable(erasable.client, said, erasable.salt),
  }
  if (eventText(rebuilt) !== eventText(event)) return difference(event, rebuilt)
  return { event, fingerprint: fingerprintOf(command, erasable), stream: content.stream }
}

/** The row of an event that is kept as it was recorded; or in words, why its `erasable` is not what its command said. */
export function keptRow({ event, erasable, command }: Exported, stream: Content['stream']): EventRow | string {
  const said = command.erasable ?? NOTHING_ERASABLE
  const erasableText = erasable === null ? null : printErasable(erasable.client, said, erasable.salt)
  if (erasableText !== event.erasableText) return difference(event, { ...event, erasableText })
  return { event, fingerprint: fingerprintOf(command, erasable), stream, isKept: true }
}

/** An earlier release may have looked at fewer rules; what it did look at must be among today's. */
function sameDecision(
  event: RecordedEvent,
  { transactions, decision }: { transactions: Content['transactions']; decision: Decision },
): boolean {
  const { checks } = JSON.parse(event.decisionText) as { checks?: unknown }
  if (!Array.isArray(checks)) return false
  const looked = decision.checks.filter((check) => checks.includes(check))
  return decisionText(transactions, { ...decision, checks: looked }, madeAs(event)) === event.decisionText
}

/** By which rules, and for whom: what deciding again cannot find out. */
function madeAs({ decisionText: text }: RecordedEvent): Parameters<typeof decisionText>[2] {
  return { rules: rulesOf(text), via: viaOf(text) }
}

function difference(event: RecordedEvent, rebuilt: RecordedEvent): string {
  const otherLines = eventText({ ...event, transactions: rebuilt.transactions }) !== eventText(event)
  const what =
    event.dataText !== rebuilt.dataText
      ? `its data would be ${rebuilt.dataText}`
      : otherLines
        ? 'its transactions would be others'
        : event.decisionText !== rebuilt.decisionText
          ? `its decision would be ${rebuilt.decisionText}`
          : `its erasable would be ${rebuilt.erasableText}`
  return `deciding it again gives something else: ${what}`
}

// What most definitions said beyond their event (a profile, a default spelt out) is not in the history; of those with an
// erasable part all is. Without the salt a fingerprint is never looked at.
function fingerprintOf(command: Command, erasable: EventErasable | null): string {
  const isWhole = command.kind === 'record' || command.erasable !== undefined
  return isWhole && erasable !== null ? fingerprint(erasable.salt, command.canonical) : NO_FINGERPRINT
}
