import { printTransactionId, type TransactionAt, WHOLE_COMMAND } from '../transaction.ts'
import type { Target } from './book-state.ts'

/** Lines that one event may get: what reversals of whole commands come to together. */
export const MOST_RECORDED_LINES = 1_000

/** Finds a transaction by its printed id. */
type Found = (id: string) => Target | undefined

/** The transactions that a reversal names, in their order: one, or all lines of a command; none where there are none. */
export function targetsNamed({ position, line }: TransactionAt, found: Found): readonly Target[] {
  const targets: Target[] = []
  // The lines of an event are numbered from 1 without a gap.
  for (let next = line === WHOLE_COMMAND ? 1 : line; ; next++) {
    const target = found(printTransactionId({ position, line: next }))
    if (target === undefined) return targets
    targets.push(target)
    if (line !== WHOLE_COMMAND) return targets
  }
}

/**
 * The order in which a whole command is undone: first what it took, then what it gave. So no balance is too low on the way
 * that is high enough in the end.
 */
export function takenFirst(targets: readonly Target[]): readonly Target[] {
  const took = ({ transaction }: Target): boolean => transaction.amount < 0n
  return [...targets.filter(took), ...targets.filter((target) => !took(target))]
}
