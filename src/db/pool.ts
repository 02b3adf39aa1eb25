import { Pool } from 'pg'
import { typeParsers } from './parsers.ts'

/**
 * How the server prints values, whatever the role or the database has set: statements print days into what is hashed,
 * and parsers read what comes.
 */
const PRINTING = {
  DateStyle: 'ISO,YMD',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: 1,
  standard_conforming_strings: 'on',
}

export interface PoolOptions {
  url: string
  /** Connections at most. */
  max: number
  /** Shown in `pg_stat_activity`. */
  applicationName: string
  /** The role every connection acts in from its first statement; the role of `url` must be a member of it. */
  role?: string
  /** Settings every connection starts with, such as `{ plan_cache_mode: 'force_generic_plan' }`. */
  settings?: Record<string, string | number>
  /**
   * Statements are written without waiting for the answer to the one before; answers come in order. After an error
   * inside a transaction the statements behind it fail too, and COMMIT *resolves* with the command `ROLLBACK`.
   */
  pipeline?: boolean
  /** How long a caller waits for a connection, free or new, before it gets an error. */
  connectTimeoutMs?: number
  /** Told about connections that broke, in use or idle. Whoever was using one gets the error as well. */
  onError?: (error: Error) => void
}

/**
 * A pool whose connections all start in the same role and with the same settings and type parsers. Role and settings
 * travel in the connection's start-up message: no statement is spent on them, and none can run before them.
 * A pooler between here and the database must let the start-up parameter `options` through.
 */
export function openPool(options: PoolOptions): Pool {
  const { url, max, applicationName, role, settings, pipeline = false, connectTimeoutMs = 10_000 } = options
  const report = options.onError ?? forgetError
  const pool = new Pool({
    connectionString: withStartupOptions(url, { ...PRINTING, ...(role === undefined ? {} : { role }), ...settings }),
    max,
    application_name: applicationName,
    types: typeParsers,
    pipeline,
    keepAlive: true,
    connectionTimeoutMillis: connectTimeoutMs,
    // Idle connections are kept: their prepared statements are what makes the next call cheap.
    idleTimeoutMillis: 0,
  })
  pool.on('error', report)
  // The pool listens to idle connections only; one that breaks while it is lent out would end the process.
  pool.on('connect', (client) => client.on('error', report))
  return pool
}

/** The broken connection is already out of the pool, and the call that was using it has failed with this error. */
function forgetError(): void {}

/**
 * A URL whose connections start with settings, of which `role` is one. Appended to the URL's own `options`, which would
 * otherwise win over ours.
 */
export function withStartupOptions(url: string, settings: Record<string, string | number>): string {
  const names = Object.keys(settings)
  if (names.length === 0) return url
  const [base = '', query = ''] = url.split('?', 2)
  const parameters = new URLSearchParams(query)
  const ours = names.map((name) => `-c ${name}=${escapeOption(String(settings[name]))}`)
  parameters.set('options', [parameters.get('options') ?? '', ...ours].join(' ').trim())
  return `${base}?${parameters.toString()}`
}

function escapeOption(value: string): string {
  return value.replaceAll(/[\\\s]/g, '\\$&')
}
