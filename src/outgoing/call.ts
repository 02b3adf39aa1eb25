import type { LookupFunction } from 'node:net'
import { Client, type Dispatcher } from 'undici'
import { type Resolve, resolveName } from './resolve.ts'
import { hostOf, type OutgoingRules, targetOf, whyNotCalled } from './target.ts'

export interface OutgoingCall {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Of the answer's body so many bytes are kept; the rest is not read. */
  readonly keepBytes?: number
  /** Ends the call: whoever wanted it does not any more. */
  readonly signal?: AbortSignal
}

/** What became of a call. */
export type CallOutcome =
  | {
      readonly outcome: 'answered'
      readonly status: number
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string | string[] | undefined>>
      readonly body: Buffer
      /** Whether `body` is all of it. */
      readonly isWhole: boolean
    }
  /** Nobody was called. */
  | { readonly outcome: 'forbidden'; readonly why: string }
  | { readonly outcome: 'failed'; readonly why: string }

/** Calls what others name. */
export type CallOut = (call: OutgoingCall) => Promise<CallOutcome>

export interface CallOptions extends OutgoingRules {
  /** A whole call: asking for the address, connecting, sending, and reading what is kept of the answer. */
  readonly timeoutMs?: number
  readonly resolve?: Resolve
  /** A certificate that is trusted beside those of the system. */
  readonly ca?: string
}

const TIMEOUT_MS = 10_000
const KEEP_BYTES = 1_024

/**
 * Calls to addresses that others name, for whoever has to make them. Each call asks for the addresses of the host anew, and
 * connects to one of those that were looked at and to no other; none is kept open for the next call. Redirects are answers
 * like others, and no proxy of the environment is used.
 * @returns never rejects: a call that does not come to an answer says why
 */
export function openCalls(options: CallOptions): CallOut {
  return async (call) => {
    const { url, why } = targetOf(call.url, options)
    if (url === undefined) return { outcome: 'forbidden', why }
    const tooLate = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
    const signal = call.signal === undefined ? tooLate : AbortSignal.any([tooLate, call.signal])
    try {
      const addresses = await untilAborted((options.resolve ?? resolveName)(hostOf(url), signal), signal)
      const refusals = addresses.map((address) => whyNotCalled(url, address, options))
      const checked = addresses.filter((_address, index) => refusals[index] === undefined)
      if (checked.length === 0) return { outcome: 'forbidden', why: refusals[0] ?? 'its name has no address' }
      return await callAt(url, checked, call, { signal, ca: options.ca })
    } catch (error) {
      return { outcome: 'failed', why: tooLate.aborted ? 'it took too long' : reasonOf(error) }
    }
  }
}

interface Connecting {
  readonly signal: AbortSignal
  readonly ca: string | undefined
}

/** A connection of its own, for one call. */
async function callAt(
  url: URL,
  checked: readonly string[],
  { method, headers, body, keepBytes = KEEP_BYTES }: OutgoingCall,
  { signal, ca }: Connecting,
): Promise<CallOutcome> {
  const client = new Client(url.origin, {
    connect: { lookup: onlyTo(checked), timeout: 0, ...(ca === undefined ? {} : { ca }) },
    // The signal ends it.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  try {
    const answer = await client.request({
      path: `${url.pathname}${url.search}`,
      method,
      headers,
      body: body ?? null,
      signal,
    })
    const kept = await beginningOf(answer.body, keepBytes)
    return { outcome: 'answered', status: answer.statusCode, headers: answer.headers, ...kept }
  } finally {
    // Also where the answer has no end.
    await client.destroy()
  }
}

/** Stands in for asking the name server: it was asked, and may answer otherwise by now. */
function onlyTo(checked: readonly string[]): LookupFunction {
  const found = checked.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  return (_host, { all, family }, done) => {
    const fitting = found.filter((one) => family === undefined || family === 0 || family === one.family)
    if (all === true) done(null, fitting)
    else done(null, fitting[0]!.address, fitting[0]!.family)
  }
}

/** Where the body breaks off, or does not end in time, what came of it is kept: the status is there. */
async function beginningOf(
  body: Dispatcher.ResponseData['body'],
  keepBytes: number,
): Promise<{ body: Buffer; isWhole: boolean }> {
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      parts.push(part)
      bytes += part.length
      if (bytes > keepBytes) return { body: Buffer.concat(parts).subarray(0, keepBytes), isWhole: false }
    }
  } catch {
    return { body: Buffer.concat(parts), isWhole: false }
  }
  return { body: Buffer.concat(parts), isWhole: true }
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** What went wrong, without addresses: whoever reads it may not know them. */
function reasonOf(error: unknown): string {
  const { code, name, message } = error as NodeJS.ErrnoException
  // An abort has a number for a code.
  if (typeof code === 'string') return WORDS[code] ?? code
  return name === 'AggregateError' ? 'it could not be reached' : name === 'AbortError' ? 'it was given up' : message
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  UND_ERR_SOCKET: 'the connection was ended without an answer',
  ENOTFOUND: 'its name is not known',
  ENODATA: 'its name has no address',
}
