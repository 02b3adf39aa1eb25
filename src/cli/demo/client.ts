import { setTimeout as sleep } from 'node:timers/promises'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { Call } from './calls.ts'
import { Failure, innermost } from './failure.ts'

/** A service and the key to it. */
export interface Access {
  readonly url: string
  readonly key: string
}

/** What became of a call: something was recorded, or it had been before. */
export type Outcome = 'new' | 'replayed'

export interface Balance {
  readonly accrued: string
  readonly consumed: string
  readonly available: string
}

const TIMEOUT_MS = 30_000
/** A call that was answered with 503, or not at all, is made again: its key makes that safe. */
const ATTEMPTS = 5
const PAUSE_SECONDS = 1
const LONGEST_PAUSE_SECONDS = 10
/** As many as a page may have. */
const PAGE_ITEMS = '1000'

/** @throws Failure with the service's own words where it refuses */
export async function record(access: Access, call: Call): Promise<Outcome> {
  const answer = await command(access, call)
  if (!answer.ok) throw await refused(answer, access, call)
  // A definition that says what is defined already is answered with 200.
  return answer.status === 201 && answer.headers.get('idempotency-replayed') !== 'true' ? 'new' : 'replayed'
}

/** @returns what a command was answered with, 202 too @throws Failure as `record` does */
export async function commandFor<T>(access: Access, call: Call): Promise<{ outcome: Outcome; answer: T }> {
  const answer = await command(access, call)
  if (!answer.ok) throw await refused(answer, access, call)
  const outcome = answer.headers.get('idempotency-replayed') === 'true' ? 'replayed' : 'new'
  return { outcome, answer: (await answer.json()) as T }
}

/** What the service says no with. */
export interface Problem {
  readonly status: number
  readonly code?: string
  /** Which rule, where the code is `rule-violated`. */
  readonly rule?: string
}

/**
 * Makes a call that has to be refused.
 * @returns undefined where it was accepted
 */
export async function refusalOf(access: Access, call: Call): Promise<Problem | undefined> {
  const answer = await command(access, call)
  return answer.ok ? undefined : { status: answer.status, ...problemIn(await answer.text()) }
}

/** @returns what a `GET` answers with */
export async function read<T>(access: Access, path: string): Promise<T> {
  const answer = await request(access, 'GET', path, {})
  if (!answer.ok) throw await refused(answer, access, { method: 'GET', path })
  return (await answer.json()) as T
}

/** Makes a call that is no command of a book. @returns what it answers with; undefined where that is nothing @throws Failure */
export async function call<T>(access: Access, method: 'POST' | 'DELETE', path: string, body?: object): Promise<T> {
  const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await request(access, method, path, sent)
  if (!answer.ok) throw await refused(answer, access, { method, path })
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

/** @returns all items of a list, page after page */
export async function readList<T>(access: Access, path: string, query: Record<string, string> = {}): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const asked = new URLSearchParams({ ...query, limit: PAGE_ITEMS, ...(cursor === null ? {} : { cursor }) })
    const page: { items: T[]; nextCursor: string | null } = await read(access, `${path}?${asked.toString()}`)
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}

/** @returns one account at the end of a day */
export async function readBalance(
  access: Access,
  { book, entity, policy, asOf }: { book: string; entity: string; policy: string; asOf: CalendarDate },
): Promise<Balance> {
  const path = `/v1/books/${book}/balances?${new URLSearchParams({ entity, policy, asOf }).toString()}`
  const { items } = await read<{ items: Balance[] }>(access, path)
  const [balance] = items
  if (balance === undefined) throw new Failure(`${entity} has no balance under ${policy}, though leave was recorded.`)
  return balance
}

function command(access: Access, { method, path, idempotencyKey, body, actor }: Call): Promise<Response> {
  return request(access, method, path, {
    headers: {
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey,
      ...(actor === undefined ? {} : { 'daybook-actor': actor }),
    },
    body: JSON.stringify(body),
  })
}

/** @returns the answer, whatever it is; 503 only where it does not pass */
async function request(
  { url, key }: Access,
  method: string,
  path: string,
  { headers, body }: { headers?: Record<string, string>; body?: string },
): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { ...headers, authorization: `Bearer ${key}`, 'user-agent': 'daybook-demo' },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => new Failure(`${method} ${url}${path} got no answer: ${innermost(error)}.`, error))
    const passing = answer instanceof Failure || answer.status === 503
    if (passing && attempt < ATTEMPTS) {
      await sleep(1_000 * (answer instanceof Failure ? PAUSE_SECONDS : pauseSeconds(answer)))
      continue
    }
    if (answer instanceof Failure) throw answer
    return answer
  }
}

function pauseSeconds({ headers }: Response): number {
  const asked = headers.get('retry-after') ?? ''
  return /^\d+$/.test(asked) ? Math.min(Number(asked), LONGEST_PAUSE_SECONDS) : PAUSE_SECONDS
}

async function refused(
  answer: Response,
  { url }: Access,
  { method, path }: { method: string; path: string },
): Promise<Failure> {
  if (answer.status === 401) {
    return new Failure(`The service at ${url} does not accept the key. Set DAYBOOK_ADMIN_KEY to the one it was given.`)
  }
  return new Failure(`${method} ${path} was answered with ${answer.status} ${await wordsOf(answer)}`)
}

/** What a problem says, or as much of whatever else it is as helps. */
export async function wordsOf(answer: Response): Promise<string> {
  const text = await answer.text()
  const { code, detail } = problemIn(text)
  return code === undefined ? text.slice(0, 500) : `${code}${detail === undefined ? '' : `: ${detail}`}`
}

interface Told {
  readonly code?: string
  readonly detail?: string
  readonly rule?: string
}

function problemIn(text: string): Told {
  try {
    return (JSON.parse(text) ?? {}) as Told
  } catch {
    return {}
  }
}
