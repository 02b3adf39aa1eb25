import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { CalendarReader } from '../../projections/absences/query.ts'
import type { StatsReader } from '../../projections/stats/query.ts'
import type { Auditor } from '../audit/entry.ts'
import type { Config } from '../config.ts'
import type { Forecasts } from '../earning/forecasts.ts'
import type { Leavings } from '../earning/leaving/leavings.ts'
import type { Runs } from '../earning/open-runs.ts'
import type { Feeds } from '../feeds/feeds.ts'
import type { SignIns } from '../identity/issuers/sign-in.ts'
import type { IssuerTokens } from '../identity/issuers/tokens.ts'
import type { KeyCheck } from '../identity/key-check.ts'
import type { Passwords } from '../identity/passwords.ts'
import type { Sessions } from '../identity/sessions.ts'
import type { WrongPasswords } from '../identity/wrong-passwords.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { BalanceReader } from '../ledger/read/balances.ts'
import type { Wakeups } from '../ledger/read/wakeups.ts'
import type { Lag } from '../projecting/lag.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { ConsoleFiles } from './routes/console-files.ts'

/** What stands behind the edge. Whoever opened it closes it, after the edge. */
export interface Backend {
  readonly ledger: Ledger
  /** For what queries answer: the database that commands go to, or a standby that follows it. */
  readonly db: Pool
  /** For what must not be a moment old: the database that commands go to. Reading only, too. */
  readonly primary: Pool
  readonly balances: BalanceReader
  readonly stats: StatsReader
  readonly calendar: CalendarReader
  readonly feeds: Feeds
  readonly webhooks: Webhooks
  readonly runs: Runs
  readonly leavings: Leavings
  readonly forecasts: Forecasts
  readonly identity: Identity
  /** Is told what the record does not say. */
  readonly audit: Auditor
  /** How far the read models are behind the record. */
  lag(): Promise<readonly Lag[]>
  readonly wakeups: Wakeups
  /** Names the database that commands go to, and says nothing else of it. */
  databaseIdentity(): Promise<string>
  /** The migrations that the database still lacks. */
  pendingMigrations(): Promise<readonly string[]>
  readonly logger: Logger
  readonly metrics: Metrics
  readonly config: EdgeConfig
  /** As it is built; left out where it is not. */
  readonly console?: ConsoleFiles
}

/** Who calls. */
export interface Identity {
  /** May write, each statement a commit. */
  readonly db: Pool
  readonly keys: KeyCheck
  /** Of login servers. */
  readonly tokens: Pick<IssuerTokens, 'holderOf' | 'again' | 'knows'>
  readonly sessions: Sessions
  /** At login servers. */
  readonly signIns: SignIns
  readonly passwords: Passwords
  readonly wrongPasswords: WrongPasswords
}

/** What reading a book takes: where from, and how long it may wait for a position. */
export type ReadBackend = Pick<Backend, 'db' | 'wakeups' | 'config'>

/** What a command takes: who decides it, who counts what becomes of it, and where it is known what its caller may be told. */
export type CommandBackend = Pick<Backend, 'ledger' | 'metrics' | 'primary'>

export type EdgeConfig = Pick<
  Config,
  | 'adminKey'
  | 'auditReads'
  | 'issuers'
  | 'passwords'
  | 'bodyLimitBytes'
  | 'feeds'
  | 'feedSpans'
  | 'webhooks'
  | 'publicUrl'
  | 'queueLines'
  | 'bulkBodyLimitBytes'
  | 'requestTimeoutMs'
  | 'minPositionWaitMs'
  | 'streams'
  | 'liveSockets'
  | 'liveBufferBytes'
  | 'liveHeartbeatMs'
  | 'lagBudgetMs'
  | 'trustedProxies'
  | 'corsOrigins'
  | 'metricsKey'
  | 'rateLimits'
>
