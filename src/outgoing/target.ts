import { isIP } from 'node:net'
import { type AddressRange, isLoopback, whyForbidden } from './ranges.ts'

/** What may be called at addresses that others name. */
export interface OutgoingRules {
  /** Addresses that are called although they are not of the internet. */
  readonly allowed: readonly AddressRange[]
  /** Whether this machine itself may be called by http, without TLS. */
  readonly loopbackHttp: boolean
}

/** A URL as somebody named it, of which everything but its addresses has been looked at. */
export type NamedUrl =
  | { readonly url: URL; readonly why?: undefined }
  | { readonly url?: undefined; readonly why: string }

/**
 * Looks at a URL that somebody names, without asking anybody for its address.
 * @returns why it is never called, in words that end a sentence, where it is not
 */
export function targetOf(text: string, rules: OutgoingRules): NamedUrl {
  const url = URL.parse(text)
  if (url === null) return { why: 'it is no URL' }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && rules.loopbackHttp)) return { why: 'it is not https' }
  if (url.username !== '' || url.password !== '') return { why: 'it has credentials in it' }
  // What stands behind # never leaves a browser: whoever writes it means something else.
  if (url.hash !== '') return { why: 'it has a part behind #' }
  const host = hostOf(url)
  const why = isIP(host) === 0 ? undefined : whyNotCalled(url, host, rules)
  return why === undefined ? { url } : { why }
}

/** Why an address is not called under a URL; undefined: it may be. */
export function whyNotCalled(url: URL, address: string, { allowed }: OutgoingRules): string | undefined {
  // Without TLS nothing leaves the machine, whatever else is allowed.
  if (url.protocol === 'http:') return isLoopback(address) ? undefined : 'it is not https'
  const why = whyForbidden(address, allowed)
  return why === undefined ? undefined : `its address is ${why}`
}

/** The host of a URL, without the brackets of IPv6. */
export function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}
