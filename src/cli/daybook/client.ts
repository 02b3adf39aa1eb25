import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseConfig } from '../../config.ts'
import { type Context, type Environment, Failure } from './command.ts'
import { httpUrlOf, serviceUrl } from './service-url.ts'

/** A service, spoken to over HTTP as anybody would. */
export interface Client {
  /** @throws Refused where the service says no; Failure where it cannot be asked */
  get<T>(path: string): Promise<T>
  /** The body as it arrives. @throws as `get` */
  stream(path: string, accept: string): Promise<Response>
  /** @throws Refused where the service says no; Failure where it cannot be asked, or nobody knows what it did */
  post<T>(
    path: string,
    body: object,
    idempotencyKey: string,
  ): Promise<{ readonly body: T; readonly isReplayed: boolean }>
  /** A definition. @throws as `post` */
  put<T>(path: string, body: object, idempotencyKey: string): Promise<{ readonly body: T; readonly isNew: boolean }>
}

type Problem = { readonly code?: string; readonly title?: string; readonly detail?: string }

/** The service looked at it and said no, with a problem (RFC 9457). */
export class Refused extends Error {
  readonly problem: Problem
  readonly idempotencyKey: string | undefined

  constructor(message: string, { problem, idempotencyKey }: { problem: Problem; idempotencyKey: string | undefined }) {
    super(message)
    this.name = 'Refused'
    this.problem = problem
    this.idempotencyKey = idempotencyKey
  }
}

/** Of a command whose answer did not come. */
export function nobodyKnows(idempotencyKey: string): string {
  return `Nobody knows whether it was recorded: the same command with --idempotency-key ${idempotencyKey} records it once.`
}

/** For the head of an answer; the rest may take as long as it takes. */
const PATIENCE_MS = 120_000

/** @throws Failure where there is no key, or the URL is none */
export async function openClient(
  { environment, signal }: Context,
  { url }: { url?: string | undefined },
): Promise<Client> {
  const base = url === undefined ? serviceUrl(environment) : httpUrlOf(url)
  const authorization = `Bearer ${await keyOf(environment, { isOwn: url === undefined })}`
  const send = async (path: string, init: RequestInit, idempotencyKey?: string): Promise<Response> => {
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(new Error('no answer in time')), PATIENCE_MS)
    const request = { ...init, signal: AbortSignal.any([signal, patience.signal]), redirect: 'error' } as const
    const response = await fetch(new URL(path, base), request)
      .catch((error: unknown) => {
        if (signal.aborted) throw error
        throw unanswered(`${base} does not answer (${reasonOf(error)}).`, idempotencyKey, error)
      })
      .finally(() => clearTimeout(timer))
    if (response.ok) return response
    throw refusalOf(response.status, await problemIn(response), idempotencyKey)
  }
  const json = async <T>(response: Response, idempotencyKey?: string): Promise<T> => {
    try {
      return (await response.json()) as T
    } catch (error) {
      if (signal.aborted) throw error
      throw unanswered(`The answer of ${base} cannot be read (${reasonOf(error)}).`, idempotencyKey, error)
    }
  }
  const command = (method: 'POST' | 'PUT', path: string, body: object, idempotencyKey: string): Promise<Response> => {
    const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': idempotencyKey }
    return send(path, { method, headers, body: JSON.stringify(body) }, idempotencyKey)
  }
  return {
    get: async (path) => json(await send(path, { headers: { accept: 'application/json', authorization } })),
    stream: (path, accept) => send(path, { headers: { accept, authorization } }),
    async post(path, body, idempotencyKey) {
      const response = await command('POST', path, body, idempotencyKey)
      const isReplayed = response.headers.has('idempotency-replayed')
      return { body: await json(response, idempotencyKey), isReplayed }
    },
    async put(path, body, idempotencyKey) {
      const response = await command('PUT', path, body, idempotencyKey)
      return { body: await json(response, idempotencyKey), isNew: response.status === 201 }
    },
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string }
  return cause?.code ?? cause?.message ?? message
}

function unanswered(message: string, idempotencyKey: string | undefined, cause: unknown): Failure {
  if (idempotencyKey === undefined) return new Failure(message, { cause })
  return new Failure(`${message} ${nobodyKnows(idempotencyKey)}`, { details: { idempotencyKey }, cause })
}

/**
 * A Failure where what was asked for is not there, or the service cannot answer now: it has not looked, or did not come to
 * an end. Everything else is a no.
 */
function refusalOf(status: number, problem: Problem, idempotencyKey: string | undefined): Refused | Failure {
  const { code, title, detail } = problem
  const name = code === undefined ? `${status}` : `${status} ${code}`
  const why = detail ?? title ?? 'it does not say why'
  const isUnknown = status >= 500 || status === 408
  const withKey =
    idempotencyKey === undefined
      ? ''
      : isUnknown
        ? ` ${nobodyKnows(idempotencyKey)}`
        : ` The idempotency key was ${idempotencyKey}.`
  if (isUnknown || status === 404 || status === 429) {
    const details = { problem, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) }
    return new Failure(`The service cannot do it (${name}): ${why}${withKey}`, { details })
  }
  return new Refused(`The service refuses (${name}): ${why}${withKey}`, { problem, idempotencyKey })
}

/** Never an argument: what is typed is kept in histories, and shown to everybody who lists processes. */
async function keyOf(environment: Environment, { isOwn }: { isOwn: boolean }): Promise<string> {
  const given = environment['DAYBOOK_KEY'] || environment['DAYBOOK_ADMIN_KEY']
  if (given) return given
  const kept = isOwn ? await keptKey(environment) : undefined
  if (kept !== undefined) return kept
  throw new Failure('There is no key: set DAYBOOK_KEY (or DAYBOOK_ADMIN_KEY) in the environment.')
}

/** That of the first start, where the service of this environment keeps it. */
async function keptKey(environment: Environment): Promise<string | undefined> {
  const { config } = parseConfig(environment)
  if (config === undefined) return undefined
  const text = await readFile(join(config.dataDir, 'admin.key'), 'utf8').catch(() => '')
  return text.trim() || undefined
}

async function problemIn(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '')
  try {
    return JSON.parse(text) as Problem
  } catch {
    return { detail: text.slice(0, 500) || response.statusText }
  }
}
