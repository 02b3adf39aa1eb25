import { NOTHING_POSTED } from '../domain/recording/nothing-posted.ts'
import type { RecordCommand } from '../ledger/command.ts'
import { BY_ITSELF } from '../ledger/lapse-hold.ts'

/**
 * Asks for nothing. Whatever is asked of a book, what is over in it is given back first: so this does that alone, where
 * nobody else asks for anything.
 */
export function letHoldsLapse(book: string): RecordCommand {
  return {
    ...BY_ITSELF,
    book,
    idempotencyKey: ' holds:lapse',
    dryRun: true,
    kind: 'record',
    type: 'hold-lapsed',
    lines: 1,
    needs: { accounts: [], targets: [], days: [] },
    dataText: '{}',
    erasable: {},
    canonical: '',
    decide: () => NOTHING_POSTED,
    differs: () => [],
  }
}
