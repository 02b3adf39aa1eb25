import { type CustomTypesConfig, Pool } from 'pg'
import { typeParsers } from './parsers.ts'
import { beginSession, type Session } from './session.ts'

/** Role and settings are those that every connection starts with. */
export interface PoolOptions extends Session {
  url: string
  /** Connections at most. */
  max: number
  /** Shown in `pg_stat_activity`. */
  applicationName: string
  /**
   * Statements are written without waiting for the answer to the one before; answers come in order. After an error
   * inside a transaction the statements behind it fail too, and COMMIT *resolves* with the command `ROLLBACK`.
   */
  pipeline?: boolean
  /** How long a caller waits for a connection, free or new, before it gets an error. */
  connectTimeoutMs?: number
  /** What values of the database become; `typeParsers`, unless given. */
  types?: CustomTypesConfig
  /** Told about connections that broke, in use or idle. Whoever was using one gets the error as well. */
  onError?: (error: Error) => void
}

/**
 * A pool whose connections all start in the same role and with the same settings and type parsers: nobody is given one
 * that does not have them.
 */
export function openPool(options: PoolOptions): Pool {
  const { url, max, applicationName, pipeline = false, connectTimeoutMs = 10_000 } = options
  const report = options.onError ?? forgetError
  const pool = new Pool({
    connectionString: url,
    max,
    application_name: applicationName,
    types: options.types ?? typeParsers,
    pipeline,
    keepAlive: true,
    connectionTimeoutMillis: connectTimeoutMs,
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool waits for what this returns; its types do not say so
    onConnect: (client) => beginSession(client, options, connectTimeoutMs),
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
