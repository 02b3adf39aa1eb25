import type { Command } from '../ledger/command.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Verdict } from '../ledger/verdict.ts'

/*
 * A run has time, and people have not: while somebody else gives commands to the process that works on it, it rests between
 * its batches.
 */

/** So much longer than it has worked a run rests, where others give at least as many commands as it does. */
const RESTS = 4
const LONGEST_REST_MS = 2_000

/** What a run gives to a ledger, and what everybody gives to it, in numbers of commands. */
export class LedgerOfRuns implements Pick<Ledger, 'submit'> {
  readonly #ledger: Pick<Ledger, 'stats' | 'submit'>
  #own = 0

  constructor(ledger: Pick<Ledger, 'stats' | 'submit'>) {
    this.#ledger = ledger
  }

  submit(command: Command): Promise<Verdict> {
    this.#own += 1
    return this.#ledger.submit(command)
  }

  /** Commands that others have given so far. */
  get others(): number {
    return this.#ledger.stats().submitted - this.#own
  }
}

/** What became of a batch: how long it took, how many commands the run gave, and how many others did meanwhile. */
export interface BatchWorked {
  readonly ms: number
  readonly own: number
  readonly others: number
}

/** How long a run rests after a batch, in milliseconds: in proportion to what others gave, and not at all where nobody did. */
export function restAfter({ ms, own, others }: BatchWorked): number {
  const share = Math.min(others / Math.max(own, 1), 1)
  return Math.min(ms * RESTS * share, LONGEST_REST_MS)
}
