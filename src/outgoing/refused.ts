import { type Resolve, resolveName } from './resolve.ts'
import { hostOf, type OutgoingRules, targetOf, whyNotCalled } from './target.ts'

export interface RefusedOptions extends OutgoingRules {
  readonly resolve?: Resolve
}

/** Nobody waits for a slow name server to keep an address that is asked for anew at each call. */
const TIMEOUT_MS = 3_000

/**
 * Why a URL that somebody names would not be called now, in words that end a sentence. A name that nobody knows an address
 * of is not refused: it may have one when it is called.
 * @returns undefined where it would be called
 */
export async function whyRefused(text: string, options: RefusedOptions): Promise<string | undefined> {
  const { url, why } = targetOf(text, options)
  if (url === undefined) return why
  const resolve = options.resolve ?? resolveName
  const addresses = await resolve(hostOf(url), AbortSignal.timeout(TIMEOUT_MS)).catch(() => [])
  const refusals = addresses.map((address) => whyNotCalled(url, address, options))
  return refusals.includes(undefined) ? undefined : refusals[0]
}
