import { openCalendarReader } from '../../projections/absences/query.ts'
import { openBalanceReader } from '../../projections/balances/query.ts'
import { openStatsReader } from '../../projections/stats/query.ts'
import type { Entry } from '../audit/entry.ts'
import { openTrail } from '../audit/trail.ts'
import type { Config } from '../config.ts'
import { databaseIdentity } from '../db/identity.ts'
import { pendingMigrations } from '../db/migrate.ts'
import { openForecasts } from '../earning/forecasts.ts'
import { openLeavings } from '../earning/leaving/leavings.ts'
import { openRuns } from '../earning/open-runs.ts'
import { openFeeds } from '../feeds/feeds.ts'
import { type AppOptions, buildApp } from '../http/app.ts'
import { hashKey } from '../http/edge/auth.ts'
import { openLogger } from '../http/edge/logger.ts'
import { type Metrics, openMetrics } from '../http/metrics/metrics.ts'
import { openLedger } from '../ledger/open-ledger.ts'
import { openWakeups } from '../ledger/read/wakeups.ts'
import type { Seals } from '../secrets/seals.ts'
import { adminKey } from './admin-key.ts'
import { banner } from './banner.ts'
import { readConsole } from './console-files.ts'
import { openDatabase } from './database.ts'
import type { Door } from './door.ts'
import { openIdentity } from './identity.ts'
import { openServiceJobs } from './jobs.ts'
import { ensureMainBook } from './main-book.ts'
import { openAuditPool, openWritePool } from './pools.ts'
import { startReadModels } from './read-models.ts'
import { openReading } from './reading.ts'
import { sealsOf } from './seals.ts'
import type { Stopping } from './stopping.ts'
import { openServiceWebhooks } from './webhooks.ts'

type Logger = ReturnType<typeof openLogger>

interface Starting {
  readonly config: Config
  readonly door: Door
  readonly stopping: Stopping
  readonly logger: Logger
}

/**
 * Everything that the service is made of, put together; taken apart in the opposite order: no new requests, those in
 * flight finished, the ledger drained, connections closed, the embedded database last.
 * @param door where clients come in, and are told by `/livez` and `/readyz` how far it is until it leads here
 * @throws Error with a message for the person who started it
 */
export async function serve(config: Config, door: Door, stopping: Stopping): Promise<void> {
  const logger = openLogger({ level: config.logLevel })
  stopping.tell((message, error) => logger.error({ err: error }, message))
  try {
    await open({ config, door, stopping, logger })
  } catch (error) {
    logger.debug({ err: error }, 'the start failed')
    throw error
  }
}

async function open({ config, door, stopping, logger }: Starting): Promise<void> {
  const database = await openDatabase(config, { logger, signal: stopping.signal })
  stopping.add('leaving the database', () => database.stop())
  stopping.signal.throwIfAborted()
  const key = await adminKey({ given: config.adminKey, dataDir: config.dataDir })
  const metrics = openMetrics()
  const seals = await sealsOf({ given: config.secretKeys, dataDir: database.embedded ? config.dataDir : undefined })
  const backend = await openBackend({ url: database.url, config, seals, metrics, logger, stopping })
  const built = readConsole()
  const app = await buildApp({
    ...backend,
    adminKeyHash: hashKey(key.key),
    ...(built === undefined ? {} : { console: built }),
  })
  stopping.add('closing the edge', async () => {
    await door.close()
    await app.close()
  })
  await app.ready()
  stopping.signal.throwIfAborted()
  await door.leadTo(app.server)
  const dataDir = database.embedded ? config.dataDir : undefined
  process.stdout.write(`${banner({ url: door.url, dataDir, key, migrated: database.migrated.length })}\n`)
}

interface Opening {
  /** Of the database that commands go to. */
  readonly url: string
  readonly config: Config
  /** undefined: no secret can be kept. */
  readonly seals: Seals | undefined
  readonly metrics: Metrics
  readonly logger: Logger
  readonly stopping: Stopping
}

/** What stands behind the edge: connections, the ledger, read models and jobs. */
async function openBackend(opening: Opening): Promise<Omit<AppOptions, 'adminKeyHash'>> {
  const { url, config, seals, metrics, logger, stopping } = opening
  const brokenConnection = (error: Error): void => logger.warn({ err: error }, 'a database connection broke')
  const write = openWritePool(url, config, brokenConnection)
  stopping.add('closing the connections for writing', () => write.end())
  const wakeups = openWakeups({ url, onError: brokenConnection })
  stopping.add('ending the wake-ups', () => wakeups.close())
  const read = openReading({ url, config, wakeups, onError: brokenConnection })
  stopping.add('closing the connections for reading', () => read.close())
  const audit = await openAudit(opening, brokenConnection)
  const jobs = openServiceJobs({ url, config, metrics, logger })
  const ledger = openLedger({
    pool: write,
    limits: { groupLines: config.groupLines, queueLines: config.queueLines },
    watcher: {
      group: (report) => metrics.group(report),
      recorded: (book, position) => wakeups.announce(book, position),
      defined: (book, type) => jobs.defined(book, type),
      trouble(message, error) {
        metrics.trouble()
        logger.error({ err: error }, message)
      },
    },
  })
  stopping.add('draining the ledger', () => ledger.close())
  metrics.watch({ ledger, pools: { read: read.db, write } })
  await ensureMainBook(ledger)
  const readModels = await startReadModels({ url, config, metrics: metrics.projecting, logger })
  stopping.add('ending the projecting', () => readModels.close())
  stopping.add('ending the jobs', () => jobs.close())
  await jobs.start(ledger)
  const webhooks = openServiceWebhooks({ ...opening, write, read: read.primary, wakeups })
  stopping.add('ending the webhooks', () => webhooks.close())
  return {
    ledger,
    db: read.db,
    primary: read.primary,
    balances: openBalanceReader(read.db),
    stats: openStatsReader(read.db),
    calendar: openCalendarReader(read.db),
    feeds: openFeeds({ write, read: read.primary, most: config.feeds }),
    webhooks,
    forecasts: openForecasts(read.db),
    leavings: openLeavings({ db: write, ledger }),
    runs: openRuns({ write, started: (run) => jobs.startedRun(run) }),
    identity: openIdentity(config, { write, seals, primary: read.primary, logger, onError: brokenConnection }),
    audit,
    lag: () => readModels.lag(),
    wakeups: read.wakeups,
    databaseIdentity: () => databaseIdentity(read.primary),
    pendingMigrations: () => pendingMigrations(read.primary),
    logger,
    metrics,
    config,
  }
}

async function openAudit(
  { url, config, metrics, logger, stopping }: Opening,
  onError: (error: Error) => void,
): Promise<ReturnType<typeof openTrail>> {
  const auditing = openAuditPool(url, onError)
  stopping.add('closing the connection of the audit trail', () => auditing.end())
  const audit = openTrail({
    db: auditing,
    onTrouble(message, error) {
      metrics.trouble()
      logger.error({ err: error }, message)
    },
    ...(config.auditLog === 'stdout' ? { written: toStdout } : {}),
  })
  stopping.add('writing the audit trail', () => audit.close())
  await audit.warm()
  return audit
}

function toStdout(entries: readonly Entry[]): void {
  process.stdout.write(entries.map((entry) => `${JSON.stringify({ audit: entry })}\n`).join(''))
}
