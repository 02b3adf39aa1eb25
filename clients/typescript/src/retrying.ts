import { NoAnswer } from './problems.ts'

export type Fetch = (request: Request) => Promise<Response>

export interface Patience {
  /** How often a request is sent at most. */
  readonly attempts: number
  /** How long one attempt may take until the answer begins; of JSON, until it is whole. */
  readonly attemptMs: number
  /** After the first attempt; doubled after each, and shortened by up to a half so that many clients do not come at once. */
  readonly firstWaitMs: number
  /** No wait is longer; whoever asks for more with `Retry-After` is taken at their word and not waited for. */
  readonly longestWaitMs: number
  /** Ends early, and throws, where the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

export const DEFAULT_PATIENCE: Patience = {
  attempts: 6,
  attemptMs: 30_000,
  firstWaitMs: 200,
  longestWaitMs: 30_000,
  sleep,
}

/** Statuses that say "later": nothing was done, or the key tells what was. */
const LATER = new Set([408, 429, 502, 503, 504])

/**
 * A `fetch` that sends again what may be sent again: reads, and commands, whose key makes the second attempt find the
 * outcome of the first. Everything else is sent once.
 */
export function retrying(send: Fetch, patience: Patience): Fetch {
  return async (request) => {
    const attempts = isRepeatable(request) ? patience.attempts : 1
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await attemptOf(send, request.clone(), patience.attemptMs)
      if (request.signal.aborted) throw request.signal.reason
      const waitMs = attempt < attempts ? waitAfter(outcome, attempt, patience) : undefined
      if (waitMs === undefined) return settled(outcome)
      await patience.sleep(waitMs, request.signal)
    }
  }
}

type Outcome = { readonly response: Response } | { readonly error: unknown }

async function attemptOf(send: Fetch, request: Request, attemptMs: number): Promise<Outcome> {
  const tooLate = new AbortController()
  const timer = setTimeout(() => tooLate.abort(new DOMException('no answer came in time', 'TimeoutError')), attemptMs)
  try {
    const signal = AbortSignal.any([request.signal, tooLate.signal])
    return { response: await whole(await send(new Request(request, { signal }))) }
  } catch (error) {
    return { error }
  } finally {
    clearTimeout(timer)
  }
}

/** An answer that breaks off is as good as none. A stream may go on for as long as it likes. */
async function whole(response: Response): Promise<Response> {
  const type = response.headers.get('content-type') ?? ''
  if (!/^application\/(problem\+)?json\b/.test(type) || response.body === null) return response
  const body = await response.arrayBuffer()
  const { status, statusText, headers } = response
  return new Response(body, { status, statusText, headers })
}

function isRepeatable({ method, headers, url }: Request): boolean {
  return method === 'GET' || method === 'DELETE' || headers.has('idempotency-key') || /[?&]dryRun=true\b/.test(url)
}

/** @returns undefined: sending again would not help */
function waitAfter(outcome: Outcome, attempt: number, { firstWaitMs, longestWaitMs }: Patience): number | undefined {
  if ('response' in outcome && !LATER.has(outcome.response.status)) return undefined
  const own = Math.min(firstWaitMs * 2 ** (attempt - 1), longestWaitMs) * (0.5 + Math.random() / 2)
  const asked = 'response' in outcome ? retryAfterMs(outcome.response) : 0
  return asked > longestWaitMs ? undefined : Math.max(own, asked)
}

function retryAfterMs({ headers }: Response): number {
  const text = headers.get('retry-after')
  if (text === null) return 0
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? 0 : Math.max(0, ms)
}

/** @throws NoAnswer where none came, or one that is not of the service */
function settled(outcome: Outcome): Response {
  if ('error' in outcome) throw new NoAnswer('The service did not answer.', { cause: outcome.error })
  const { response } = outcome
  const isForeign = response.status >= 400 && !/\bjson\b/.test(response.headers.get('content-type') ?? '')
  if (isForeign)
    throw new NoAnswer(`Something before the service answered ${response.status}.`, { status: response.status })
  return response
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      // Whatever was given as a reason is thrown, as fetch does.
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end)
      resolve()
    }, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}
