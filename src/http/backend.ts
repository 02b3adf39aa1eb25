import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { BalanceReader } from '../ledger/read/balance-reader.ts'
import type { Wakeups } from '../ledger/read/wakeups.ts'
import type { Ledger } from '../ledger/writer.ts'
import type { Metrics } from './metrics.ts'

/** What stands behind the edge. Whoever opened it closes it, after the edge. */
export interface Backend {
  readonly ledger: Ledger
  /** For reading only. */
  readonly db: Pool
  readonly balances: BalanceReader
  readonly wakeups: Wakeups
  /** The migrations that the database still lacks. */
  pendingMigrations(): Promise<readonly string[]>
  readonly logger: Logger
  readonly metrics: Metrics
  readonly config: EdgeConfig
}

export type EdgeConfig = Pick<
  Config,
  'bodyLimitBytes' | 'queueLines' | 'bulkBodyLimitBytes' | 'requestTimeoutMs' | 'minPositionWaitMs' | 'streams'
>
