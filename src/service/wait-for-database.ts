import { setTimeout as sleep } from 'node:timers/promises'
import { Unfit } from '../db/fit.ts'
import { failureKind, sqlState } from '../ledger/failure.ts'

interface Waiting {
  /** Of the database, with its password: no word of that is said. */
  readonly url: string
  /** How long it is waited for; 0: it is tried once. */
  readonly waitMs: number
  /** Ends the wait. */
  readonly signal: AbortSignal
  /** Told why it is waited for, in one line: at first, and when the reason is another one. */
  readonly say: (words: string) => void
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

/**
 * Tries until the database answers: started together with it, the service is often the faster one. What waiting does not
 * mend is not waited for: a password that is not accepted, a database that is not there.
 * @param work with the database, that may be tried again
 * @throws Error in one line that names DATABASE_URL and says what to do
 */
export async function waitForDatabase<T>(work: () => Promise<T>, waiting: Waiting): Promise<T> {
  const { url, waitMs, signal, say } = waiting
  const giveUpAt = performance.now() + waitMs
  let said = ''
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await unlessAborted(work(), signal)
    } catch (error) {
      signal.throwIfAborted()
      const failure = wordsFor(error, url)
      if (failure === undefined) throw error
      const { words, mends } = failure
      if (!mends) throw new Error(words, { cause: error })
      if (performance.now() + pause > giveUpAt) throw new Error(`${words} ${gaveUp(waitMs)}`, { cause: error })
      if (words !== said) say(`${words} It is tried for ${seconds(waitMs)} s.`)
      said = words
    }
    await sleep(pause, undefined, { signal })
  }
}

function gaveUp(waitMs: number): string {
  return waitMs === 0
    ? 'It was tried once (DAYBOOK_DATABASE_WAIT_MS).'
    : `It was tried for ${seconds(waitMs)} s (DAYBOOK_DATABASE_WAIT_MS).`
}

function seconds(ms: number): string {
  return String(Math.round(ms / 100) / 10)
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** @returns undefined where the error is not about reaching the database: then its own words say more */
function wordsFor(error: unknown, url: string): { words: string; mends: boolean } | undefined {
  const { place, role, database } = partsOf(url)
  const message = messageOf(error)
  const state = stateOf(error, message)
  const wrong = (words: string, mends = false) => ({ words: `DATABASE_URL: ${words}`, mends })
  if (error instanceof Unfit) return wrong(`the PostgreSQL at ${place} cannot be used: ${message}`, error.mends)
  if (state === '28P01') {
    return wrong(`the password for the role ${role} is not accepted by the PostgreSQL at ${place}. Correct it.`)
  }
  if (state === '28000') return wrong(`the PostgreSQL at ${place} does not let the role ${role} in: ${message}.`)
  if (state === '3D000') {
    return wrong(`the PostgreSQL at ${place} has no database ${database}. Create it, or name one that is there.`)
  }
  if (/^SASL: .*password/.test(message)) {
    return wrong(`the PostgreSQL at ${place} asks for a password, and there is none. Put one into the URL.`)
  }
  if (/does not support SSL|self-signed|certificate/i.test(message)) {
    return wrong(`no safe connection to the PostgreSQL at ${place}: ${message}. See its sslmode.`)
  }
  if (failureKind(error) !== 'away') return undefined
  const words = `DATABASE_URL: the PostgreSQL at ${place} cannot be reached (${message}). Start it, or correct the URL.`
  return { words, mends: true }
}

/** The SQLSTATE of what a server said. PgBouncer calls all that it refuses a violation of the protocol, and says more. */
function stateOf(error: unknown, message: string): string | undefined {
  const state = sqlState(error)
  if (state !== '08P01') return state
  if (/^(SASL|password) authentication failed|^no such user/.test(message)) return '28P01'
  return /^no such database|^database .* does not exist/.test(message) ? '3D000' : state
}

/** One line, and of several addresses that were tried the first. */
function messageOf(error: unknown): string {
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error]
  const text = first instanceof Error ? first.message || String((first as NodeJS.ErrnoException).code) : String(first)
  return text.replaceAll(/\s+/g, ' ')
}

/** Host and port of a URL. */
export function placeOf(url: string): string {
  return partsOf(url).place
}

/** What may be shown of a URL: everything but its password and parameters. */
function partsOf(url: string): { place: string; role: string; database: string } {
  const parsed = URL.parse(url)
  if (parsed === null) return { place: 'its address', role: 'it names', database: 'of that name' }
  const { hostname, port, username, pathname, searchParams } = parsed
  const host = hostname === '' ? (searchParams.get('host') ?? 'localhost') : decoded(hostname)
  return {
    place: `${host}:${port || 5432}`,
    role: decoded(username) || 'of this account',
    database: decoded(pathname.slice(1)) || 'of that name',
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
