import type { Pool } from 'pg'
import type { Ledger } from '../ledger/ledger.ts'

/** What working on runs takes. */
export interface Working {
  /** Of the service's role, to the database that commands go to. */
  readonly db: Pool
  readonly ledger: Pick<Ledger, 'submit'>
  /** Ends the work between two batches; whoever comes next takes up what is left. */
  readonly signal: AbortSignal
  /** Told what became of each batch. */
  readonly batch?: (report: RunBatchReport) => void
}

/** What one batch came to. */
export interface RunBatchReport {
  readonly accounts: number
  /** Events that were recorded. */
  readonly recorded: number
  /** Accounts that could not be worked out. */
  readonly problems: number
}
