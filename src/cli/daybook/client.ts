import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseConfig } from '../../config.ts'
import { type Context, type Environment, Failure } from './command.ts'
import { httpUrlOf, serviceUrl } from './service-url.ts'

/** A service, spoken to over HTTP as anybody would. */
export interface Client {
  /** @throws Refused where the service says no; Failure where it cannot be asked */
  get(path: string, accept?: string): Promise<Response>
  /** @throws Refused where the service says no; Failure where it cannot be asked, or nobody knows what it did */
  post(path: string, body: object, idempotencyKey: string): Promise<Response>
}

/** The service answered with a problem (RFC 9457). */
export class Refused extends Error {
  readonly problem: { readonly code?: string; readonly title?: string; readonly detail?: string }
  readonly status: number

  constructor(status: number, problem: Refused['problem']) {
    const { code, title, detail } = problem
    super(
      `The service refuses (${status}${code === undefined ? '' : ` ${code}`}): ${detail ?? title ?? 'it does not say why'}`,
    )
    this.name = 'Refused'
    this.status = status
    this.problem = problem
  }
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
  const send = async (path: string, init: RequestInit, unknown: string): Promise<Response> => {
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(new Error('no answer in time')), PATIENCE_MS)
    const request = { ...init, signal: AbortSignal.any([signal, patience.signal]), redirect: 'error' } as const
    const response = await fetch(new URL(path, base), request)
      .catch((error: unknown) => {
        if (signal.aborted) throw error
        const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string }
        throw new Failure(`${base} does not answer (${cause?.code ?? cause?.message ?? message}).${unknown}`, {
          cause: error,
        })
      })
      .finally(() => clearTimeout(timer))
    if (response.ok) return response
    throw new Refused(response.status, await problemIn(response))
  }
  return {
    get: (path, accept = 'application/json') => send(path, { headers: { accept, authorization } }, ''),
    post: (path, body, idempotencyKey) =>
      send(
        path,
        {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
          body: JSON.stringify(body),
        },
        ` Nobody knows whether it was recorded: the same command with --idempotency-key ${idempotencyKey} records it once.`,
      ),
  }
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

async function problemIn(response: Response): Promise<Refused['problem']> {
  const text = await response.text()
  try {
    return JSON.parse(text) as Refused['problem']
  } catch {
    return { detail: text.slice(0, 500) || response.statusText }
  }
}
