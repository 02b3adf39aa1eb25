import type { Counted } from '../../../rate-limits.ts'
import { type Allowance, type Allowances, WINDOW_SECONDS } from './allowances.ts'

/*
 * The fields of draft-ietf-httpapi-ratelimit-headers-11 (23 May 2026). Its registry has no unit for processor time: that one is
 * our own, as the draft names parameters of an implementation.
 */

const UNITS: Readonly<Record<Counted, string>> = {
  requests: '',
  bytes: ';qu="content-bytes"',
  processor: ';qu="daybook-processor-ms"',
}

/** `RateLimit-Policy`: every quota that a caller has. */
export function policyField(allowances: Allowances): string {
  return allowances.limited
    .map((counted) => `"${counted}";q=${allowances.most(counted)}${UNITS[counted]};w=${WINDOW_SECONDS[counted]}`)
    .join(', ')
}

/** `RateLimit`: what is left of the quota that is nearest to its end. */
export function limitField(allowances: Allowances, allowance: Allowance): string {
  let nearest: Counted | undefined
  let least = Number.POSITIVE_INFINITY
  for (const counted of allowances.limited) {
    const share = allowance[counted] / allowances.most(counted)
    if (share < least) {
      nearest = counted
      least = share
    }
  }
  if (nearest === undefined) return ''
  return `"${nearest}";r=${Math.max(0, Math.floor(allowance[nearest]))};t=${WINDOW_SECONDS[nearest]}`
}

/** `RateLimit` of a call that is refused: nothing is left until it may be made again. */
export function exceededField(counted: Counted, seconds: number): string {
  return `"${counted}";r=0;t=${seconds}`
}
