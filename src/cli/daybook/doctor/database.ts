import { statfs } from 'node:fs/promises'
import type { Pool } from 'pg'
import type { Config } from '../../../config.ts'
import { Unfit, unfitToWrite } from '../../../db/fit.ts'
import { pendingMigrations } from '../../../db/migrate.ts'
import { readServerFacts } from '../../../db/server-facts.ts'
import { query } from '../../../db/statement.ts'
import { counted } from '../book-option.ts'
import { duration } from '../output.ts'
import { CLOCK, CONNECTIONS, NOT_DURABLE, OLD_SESSIONS, SIZE } from './database.sql.ts'
import { type Finding, ok, warning, wrong } from './finding.ts'

/**
 * Whether it answers, what it is, and whether it is one that the service can use. Where each transaction may come to
 * another session, a connection cannot be kept to what it was set to, and nothing more is asked.
 */
export async function examineServer(url: string): Promise<{ findings: Finding[]; canBeAsked: boolean }> {
  const about = 'database'
  try {
    const facts = await readServerFacts(url)
    const unfit = unfitToWrite(facts).map(({ says, advice }) => wrong(about, says, advice))
    const behind = facts.pooling === 'session' ? ', behind a pooler that gives each connection a session' : ''
    const answers = ok(about, `PostgreSQL ${facts.version} answers${behind}`)
    return { findings: [answers, ...unfit], canBeAsked: facts.pooling !== 'transaction' }
  } catch (error) {
    return { findings: [away(error)], canBeAsked: false }
  }
}

/** In words for the SQLSTATEs and errors of connections that people meet. */
export function away(error: unknown): Finding {
  const { message, code } = error as { message?: string; code?: string }
  const advice: Record<string, string> = {
    ECONNREFUSED: 'Nothing listens there: is the server started, and are host and port of DATABASE_URL right?',
    ENOTFOUND: 'The host of DATABASE_URL is not known here.',
    ETIMEDOUT: 'No answer: a firewall, or a wrong host.',
    '28P01': 'The password of DATABASE_URL is not right.',
    '28000': 'The server does not let this role in: see its pg_hba.conf.',
    '3D000': 'Create the database, or correct its name in DATABASE_URL.',
    '53300':
      'All its connections are in use: raise max_connections, or lower the pools (DAYBOOK_READ_POOL, DAYBOOK_WRITE_POOL).',
    '57P03': 'It is starting or shutting down: wait, then look into its log.',
    '53100': 'Its disk is full: make room; what was answered is in the record.',
  }
  const says = `it cannot be asked: ${message || code}`
  return wrong('database', says, advice[code ?? ''] ?? 'See the log of the database server.')
}

/** Whether every migration of this release ran; what is asked of the schema later depends on it. */
export async function examineMigrations(pool: Pool): Promise<{ finding: Finding; isMigrated: boolean }> {
  const about = 'migrations'
  try {
    const pending = await pendingMigrations(pool)
    if (pending.length === 0) return { finding: ok(about, 'the schema is that of this release'), isMigrated: true }
    const says = `${counted(pending.length, 'migration')} did not run yet: ${pending.join(', ')}`
    return { finding: wrong(about, says, 'Run: daybook migrate'), isMigrated: false }
  } catch (error) {
    if (error instanceof Unfit) return { finding: wrong(about, error.says, error.advice), isMigrated: false }
    const advice = 'This release does not fit the database: start the one that migrated it.'
    return { finding: wrong(about, (error as Error).message, advice), isMigrated: false }
  }
}

/** What was answered must survive a crash of the machine. */
export async function examineDurability(pool: Pool): Promise<Finding[]> {
  const about = 'durability'
  const rows = await query(pool, NOT_DURABLE, [])
  if (rows.length === 0)
    return [ok(about, 'fsync and full_page_writes are on; the service asks for synchronous_commit')]
  return rows.map(({ name }) =>
    wrong(
      about,
      `${name} is off: a crash of the machine may lose or break what was answered`,
      `Set ${name} = on in postgresql.conf.`,
    ),
  )
}

/** What one process opens at most: for commands and reads, to hear of events, to see how far read models are. */
function connectionsOf({ readPool, writePool, projectingWorkers, jobWorkers }: Config): number {
  // One looks for work, and one hears of it; one finds the books of late facts, and two are for the queues.
  const projecting = projectingWorkers === 0 ? 0 : projectingWorkers + 2
  const jobs = jobWorkers === 0 ? 0 : jobWorkers + 3
  return readPool + writePool + 2 + projecting + jobs
}

export async function examineConnections(pool: Pool, config: Config): Promise<Finding[]> {
  const about = 'connections'
  const [connections] = await query(pool, CONNECTIONS, [])
  const { most, used } = connections!
  const wanted = connectionsOf(config)
  if (used >= most) {
    return [
      wrong(about, `all ${most} are in use`, 'Raise max_connections, or find out who holds them: pg_stat_activity.'),
    ]
  }
  if (wanted > most) {
    const says = `one process may open ${wanted}, and the server allows ${most}`
    return [wrong(about, says, 'Raise max_connections, or lower DAYBOOK_READ_POOL and DAYBOOK_WRITE_POOL.')]
  }
  const says = `${used} of ${most} in use; one process opens at most ${wanted}`
  return [ok(about, says)]
}

const MOST_SKEW_MS = 2_000

/** `recordedAt` is the database's clock; tokens and "today" are this machine's. */
export async function examineClock(pool: Pool): Promise<Finding[]> {
  const about = 'clock'
  const asked = Date.now()
  const [clock] = await query(pool, CLOCK, [])
  const answered = Date.now()
  const skew = Math.max(0, Math.abs(clock!.now_ms - (asked + answered) / 2) - (answered - asked) / 2)
  if (skew <= MOST_SKEW_MS) return [ok(about, 'the database and this machine agree')]
  const says = `the database and this machine are ${duration(skew)} apart`
  return [warning(about, says, 'Have both follow the same time servers.')]
}

const LONG_SECONDS = 300
const WAITING_SECONDS = 5

/** Old transactions keep dead rows from being cleared away, and locks keep a book from being written to. */
export async function examineSessions(pool: Pool): Promise<Finding[]> {
  const rows = await query(pool, OLD_SESSIONS, [LONG_SECONDS, WAITING_SECONDS])
  if (rows.length === 0) return [ok('sessions', 'no old transactions, and nobody waits for a lock')]
  return rows.map(({ pid, name, ms, waits }) =>
    warning(
      'sessions',
      `${name} (pid ${pid}) ${waits ? 'waits for a lock' : 'has a transaction open'} for ${duration(ms)}`,
      waits
        ? `See who holds it: select pg_blocking_pids(${pid})`
        : `It keeps dead rows from being cleared away, and writing gets slower. End it: select pg_terminate_backend(${pid})`,
    ),
  )
}

const LEAST_FREE_BYTES = 1_073_741_824

/** Of the embedded database alone: of another, only its own machine knows. */
export async function examineDisk(pool: Pool, { databaseUrl, dataDir }: Config): Promise<Finding[]> {
  const [database] = await query(pool, SIZE, [])
  const size = `the database has ${database!.size}`
  if (databaseUrl !== undefined) return [ok('disk', size)]
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  const says = `${size}, and ${(free / LEAST_FREE_BYTES).toFixed(1)} GiB are free`
  return [
    free >= LEAST_FREE_BYTES
      ? ok('disk', says)
      : warning('disk', says, 'Make room: when it is full, nothing is recorded any more.'),
  ]
}
