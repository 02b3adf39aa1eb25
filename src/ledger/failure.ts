/**
 * What a failed statement means for the commands behind it.
 * - `away`: the connection, the server or its patience ended; the same may work in a moment
 * - `refused`: the server understood and said no, which after a decision means a bug or somebody else's write
 */
export function failureKind(error: unknown): 'away' | 'refused' {
  const state = sqlState(error)
  // Without a state the driver speaks of the connection, not the server of a statement.
  if (state === undefined) return isDriverError(error) ? 'away' : 'refused'
  return AWAY.some((prefix) => state.startsWith(prefix)) ? 'away' : 'refused'
}

/** The SQLSTATE of a PostgreSQL error, if it is one. */
export function sqlState(error: unknown): string | undefined {
  // Errors of the operating system have codes as well, and EPIPE looks like a state.
  if (!(error instanceof Error) || !('code' in error) || 'syscall' in error) return undefined
  const { code } = error
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/*
 * 08 connection, 53 resources, 57P shutdown and start-up, 57014 statement timeout, 55P03 lock timeout, 25P03 and 25P04
 * idle too long, 25006 read-only while failing over, 40 serialization and deadlock, 58 system errors such as a full disk.
 */
const AWAY = ['08', '53', '57P', '57014', '55P03', '25P03', '25P04', '25006', '40', '58']

const DRIVER_MESSAGES = [
  /connection/i,
  /timeout/i,
  /terminat/i,
  /not queryable/i,
  /client was closed/i,
  /socket/i,
  /cannot use a pool after/i,
]

function isDriverError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // Errors of the operating system: ECONNREFUSED, ENOENT of a socket file, EPIPE …
  if ('syscall' in error) return true
  if (error instanceof AggregateError) return error.errors.some(isDriverError)
  return DRIVER_MESSAGES.some((message) => message.test(error.message))
}
