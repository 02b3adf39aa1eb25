import { fastifyCookie } from '@fastify/cookie'
import { ROUND_TRIP_SECONDS } from '../../identity/issuers/round-trip.ts'
import type { App } from '../route.ts'

const { parse, serialize } = fastifyCookie

/** The prefix has browsers take it from this very host alone, over TLS (RFC 6265bis, 4.1.3.2). */
const NAME = '__Host-daybook'

/** What is brought back from a login server. */
const ROUND_TRIP = '__Host-daybook-sign-in'

/** No script reads it, and no page of another site has it sent. */
const ATTRIBUTES = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const

/** @returns the token of a session in a `Cookie` header */
export function sessionInCookie(cookie: string | undefined): string | undefined {
  return cookie?.includes(NAME) === true ? parse(cookie)[NAME] || undefined : undefined
}

/** `Set-Cookie`, for a browser to keep the token of a session until that ends. */
export function cookieOf(token: string, expiresAt: string): string {
  return serialize(NAME, token, { ...ATTRIBUTES, expires: new Date(expiresAt) })
}

/** `Set-Cookie`, for a browser to forget it. */
export function noCookie(): string {
  return serialize(NAME, '', { ...ATTRIBUTES, expires: new Date(0) })
}

/** Unlike that of a session it is sent where another site leads its visitor: the login server leads them back. */
const OF_ROUND_TRIP = { ...ATTRIBUTES, sameSite: 'lax' } as const

/** @returns what a browser brings back from a login server */
export function roundTripInCookie(cookie: string | undefined): string | undefined {
  return cookie?.includes(ROUND_TRIP) === true ? parse(cookie)[ROUND_TRIP] || undefined : undefined
}

/** `Set-Cookie`, for a browser to bring back from a login server. */
export function roundTripCookie(text: string): string {
  return serialize(ROUND_TRIP, text, { ...OF_ROUND_TRIP, maxAge: ROUND_TRIP_SECONDS })
}

/** `Set-Cookie`, for a browser that is back. */
export function noRoundTrip(): string {
  return serialize(ROUND_TRIP, '', { ...OF_ROUND_TRIP, expires: new Date(0) })
}

/**
 * The library's functions work once it is registered. In a scope without routes: no answer but those with a cookie has anything
 * to do with it.
 */
export async function readyCookies(app: App): Promise<void> {
  await app.register((scope, _options, done) => {
    // Not waited for here: the scope is there once it is.
    void scope.register(fastifyCookie, { hook: false })
    done()
  })
}
