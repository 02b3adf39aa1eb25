import { openCalendarReader } from '../projections/absences/query.ts'
import { openBalanceReader } from '../projections/balances/query.ts'
import { openStatsReader } from '../projections/stats/query.ts'
import { readConfig } from './config.ts'
import { pendingMigrations } from './db/migrate.ts'
import { openFeeds } from './feeds/feeds.ts'
import { buildApp } from './http/app.ts'
import { hashKey } from './http/edge/auth.ts'
import { openLogger } from './http/edge/logger.ts'
import { openMetrics } from './http/metrics/metrics.ts'
import { openWakeups } from './ledger/read/wakeups.ts'
import { openLedger } from './ledger/writing/writer.ts'
import { adminKey } from './service/admin-key.ts'
import { banner } from './service/banner.ts'
import { openDatabase } from './service/database.ts'
import { openServiceJobs } from './service/jobs.ts'
import { ensureMainBook } from './service/main-book.ts'
import { openWritePool } from './service/pools.ts'
import { startReadModels } from './service/read-models.ts'
import { openReading } from './service/reading.ts'
import { stopOnSignal } from './service/stopping.ts'

/*
 * The service: environment in, HTTP out. Everything it is made of is put together here, and taken apart in the opposite
 * order: no new requests, those in flight finished, the ledger drained, connections closed, the embedded database last.
 */
/** Connections that may wait to be accepted: a crowd comes at once, and whoever is turned away here tries for seconds. */
const BACKLOG = 4_096

const config = readConfig()
const logger = openLogger({ level: config.logLevel })

const stopping = stopOnSignal({
  timeoutMs: config.shutdownTimeoutMs,
  onTrouble: (message, error) => logger.error({ err: error }, message),
})

try {
  await start()
} catch (error) {
  // A message for the person who started it; where it happened is in the log for whoever wants it.
  logger.debug({ err: error }, 'the start failed')
  process.stderr.write(`Daybook cannot start: ${error instanceof Error ? error.message : String(error)}\n`)
  await stopping.stop()
  process.exit(1)
}

async function start(): Promise<void> {
  const database = await openDatabase(config, logger)
  stopping.add('leaving the database', () => database.stop())
  const key = await adminKey({ given: config.adminKey, dataDir: config.dataDir })
  const metrics = openMetrics()

  const brokenConnection = (error: Error): void => logger.warn({ err: error }, 'a database connection broke')
  const write = openWritePool(database.url, config, brokenConnection)
  stopping.add('closing the connections for writing', () => write.end())
  const wakeups = openWakeups({ url: database.url, onError: brokenConnection })
  stopping.add('ending the wake-ups', () => wakeups.close())
  const read = openReading({ url: database.url, config, wakeups, onError: brokenConnection })
  stopping.add('closing the connections for reading', () => read.close())
  const jobs = openServiceJobs({ url: database.url, config, metrics, logger })
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
  const readModels = await startReadModels({
    url: database.url,
    config,
    metrics: metrics.projecting,
    logger,
  })
  stopping.add('ending the projecting', () => readModels.close())

  stopping.add('ending the jobs', () => jobs.close())
  await jobs.start(ledger)

  const app = await buildApp({
    adminKeyHash: hashKey(key.key),
    ledger,
    db: read.db,
    primary: read.primary,
    balances: openBalanceReader(read.db),
    stats: openStatsReader(read.db),
    calendar: openCalendarReader(read.db),
    feeds: openFeeds({ write, read: read.primary, most: config.feeds }),
    lag: () => readModels.lag(),
    wakeups: read.wakeups,
    pendingMigrations: () => pendingMigrations(read.primary),
    logger,
    metrics,
    config,
  })
  stopping.add('closing the edge', () => app.close())
  const url = await app.listen({ host: config.host, port: config.port, backlog: BACKLOG })
  const dataDir = database.embedded ? config.dataDir : undefined
  process.stdout.write(`${banner({ url, dataDir, key, migrated: database.migrated.length })}\n`)
}
