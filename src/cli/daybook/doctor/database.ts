import { statfs } from 'node:fs/promises'
import type { Pool } from 'pg'
import type { Config } from '../../../config.ts'
import { pendingMigrations } from '../../../db/migrate.ts'
import { counted } from '../book-option.ts'
import { duration } from '../output.ts'
import { type Finding, ok, warning, wrong } from './finding.ts'

const OLDEST_VERSION = 15

/** Whether it answers, and what it is. @returns undefined where there is no use in asking for more */
export async function examineServer(pool: Pool): Promise<{ findings: Finding[]; answers: boolean }> {
  const about = 'database'
  try {
    const { rows } = await pool.query<{ version: string; number: number; standby: boolean }>(
      `select current_setting('server_version') as version,
              current_setting('server_version_num')::integer / 10000 as number,
              pg_is_in_recovery() as standby`,
    )
    const { version, number, standby } = rows[0]!
    const findings = [
      number >= OLDEST_VERSION
        ? ok(about, `PostgreSQL ${version} answers`)
        : wrong(about, `it is PostgreSQL ${version}, older than ${OLDEST_VERSION}`, 'Upgrade it, or use another.'),
    ]
    if (standby) {
      findings.push(wrong(about, 'it is a standby, and cannot be written to', 'Point DATABASE_URL at the primary.'))
    }
    return { findings, answers: true }
  } catch (error) {
    return { findings: [away(error)], answers: false }
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

export async function examineMigrations(pool: Pool): Promise<{ finding: Finding; isMigrated: boolean }> {
  const about = 'migrations'
  try {
    const pending = await pendingMigrations(pool)
    if (pending.length === 0) return { finding: ok(about, 'the schema is that of this release'), isMigrated: true }
    const says = `${counted(pending.length, 'migration')} did not run yet: ${pending.join(', ')}`
    return { finding: wrong(about, says, 'Run: daybook migrate'), isMigrated: false }
  } catch (error) {
    const advice = 'This release does not fit the database: start the one that migrated it.'
    return { finding: wrong(about, (error as Error).message, advice), isMigrated: false }
  }
}

/** What was answered must survive a crash of the machine. */
export async function examineDurability(pool: Pool): Promise<Finding[]> {
  const about = 'durability'
  const { rows } = await pool.query<{ name: string }>(
    `select name
       from pg_settings
      where name in ('fsync', 'full_page_writes')
        and setting = 'off'
      order by name`,
  )
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

/** Connections that a process opens beside its pools: live events, the runner of read models. */
const BESIDE_THE_POOLS = 4

export async function examineConnections(pool: Pool, { readPool, writePool }: Config): Promise<Finding[]> {
  const about = 'connections'
  const { rows } = await pool.query<{ most: number; used: number; services: number }>(
    `select current_setting('max_connections')::integer
              - current_setting('superuser_reserved_connections')::integer as most,
            count(*) filter (where backend_type = 'client backend')::integer as used,
            count(distinct client_addr::text || application_name) filter (where application_name like 'daybook write')::integer as services
       from pg_stat_activity`,
  )
  const { most, used } = rows[0]!
  const wanted = readPool + writePool + BESIDE_THE_POOLS
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
  const { rows } = await pool.query<{ now: number }>('select extract(epoch from clock_timestamp()) * 1000 as now')
  const answered = Date.now()
  const skew = Math.max(0, Math.abs(Number(rows[0]!.now) - (asked + answered) / 2) - (answered - asked) / 2)
  if (skew <= MOST_SKEW_MS) return [ok(about, 'the database and this machine agree')]
  const says = `the database and this machine are ${duration(skew)} apart`
  return [warning(about, says, 'Have both follow the same time servers.')]
}

const LONG_SECONDS = 300
const WAITING_SECONDS = 5

/** Old transactions keep dead rows from being cleared away, and locks keep a book from being written to. */
export async function examineSessions(pool: Pool): Promise<Finding[]> {
  const { rows } = await pool.query<{ pid: number; name: string; seconds: number; waits: boolean }>(
    `select pid,
            coalesce(nullif(application_name, ''), 'unnamed') as name,
            extract(epoch from clock_timestamp() - case when waits then query_start else xact_start end)::float8 as seconds,
            waits
       from (select *, wait_event_type = 'Lock' as waits from pg_stat_activity where datname = current_database()) as a
      where pid <> pg_backend_pid()
        and (xact_start < clock_timestamp() - make_interval(secs => ${LONG_SECONDS})
             or waits and query_start < clock_timestamp() - make_interval(secs => ${WAITING_SECONDS}))
      order by seconds desc
      limit 10`,
  )
  if (rows.length === 0) return [ok('sessions', 'no old transactions, and nobody waits for a lock')]
  return rows.map(({ pid, name, seconds, waits }) =>
    warning(
      'sessions',
      `${name} (pid ${pid}) ${waits ? 'waits for a lock' : 'has a transaction open'} for ${duration(seconds * 1_000)}`,
      waits
        ? `See who holds it: select pg_blocking_pids(${pid})`
        : `It keeps dead rows from being cleared away, and writing gets slower. End it: select pg_terminate_backend(${pid})`,
    ),
  )
}

const LEAST_FREE_BYTES = 1_073_741_824

/** Of the embedded database alone: of another, only its own machine knows. */
export async function examineDisk(pool: Pool, { databaseUrl, dataDir }: Config): Promise<Finding[]> {
  const { rows } = await pool.query<{ size: string }>(
    'select pg_size_pretty(pg_database_size(current_database())) as size',
  )
  const size = `the database has ${rows[0]!.size}`
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
