import type { EarningFacts } from '../earning/facts.ts'
import type { RecordedLine } from '../earning/movements.ts'
import { printTransactionId } from '../transaction.ts'

/**
 * An account whose policy says how much of something there may be in a leave year: what is earned, taken or paid out. Only
 * of such an account all lines are looked at while a command is decided.
 */
export interface LimitedAccount {
  readonly facts: EarningFacts
  /** All of them, in the order in which they were recorded. */
  readonly lines: readonly RecordedLine[]
  /** Something was recorded since that may change what it earns; absent: nothing. */
  readonly isOutdated?: true
}

/** Lines that stand: no reversals, and nothing that one has undone. */
export function standingLines(lines: readonly RecordedLine[]): readonly RecordedLine[] {
  const undone = new Set(lines.flatMap(({ reverses }) => (reverses === null ? [] : [printTransactionId(reverses)])))
  return lines.filter((line) => line.reverses === null && !undone.has(printTransactionId(line)))
}

/** The account with one more line. */
export function withRecorded(limited: LimitedAccount, line: RecordedLine): LimitedAccount {
  return { ...limited, lines: [...limited.lines, line] }
}
