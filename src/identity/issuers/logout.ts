import { personId } from './claims.ts'
import type { LoginClient } from './issuer.ts'
import { readToken } from './read-token.ts'
import { type LoginServer, SKEW_SECONDS, verifiedClaims } from './verified-claims.ts'

/** Which logins have ended, as a login server says it (OpenID Connect Back-Channel Logout 1.0). */
export interface Logout {
  /** The token's own name: it is used once. */
  readonly id: string
  /** What the login server calls the login; null: every one of the person. */
  readonly sid: string | null
  /** Whose sessions, as they are called here; null: whoever's login it is. */
  readonly subject: string | null
  /** Until the token would be refused for its age. */
  readonly secondsLeft: number
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** A logout token says by its type that it is one, or says nothing: the type is younger than many login servers. */
const TYPES = ['logout+jwt', 'jwt', undefined]

/** Login servers make them for two minutes. It bounds for how long names are kept of those that were used. */
const MOST_SECONDS = 3_600

const MOST_NAME = 255

/** @throws Error where it is no logout token of this login server for this service, in time */
export async function readLogout(text: string, server: LoginServer, { id: clientId }: LoginClient): Promise<Logout> {
  const { claims } = await verifiedClaims(text, readToken(text), server, {
    types: TYPES,
    audiences: [clientId],
    claims: ['iat', 'jti', 'events'],
    mostSeconds: MOST_SECONDS,
  })
  const { events, jti, sid, sub, iat, exp } = claims
  // What has one is an ID token, or wants to be one.
  if (claims['nonce'] !== undefined) throw new Error('it has a nonce')
  if (!tellsOfLogout(events)) throw new Error('it tells of no logout')
  for (const name of [jti, sid, sub]) {
    if (name !== undefined && !isName(name)) throw new Error('its jti, sid or sub is no name')
  }
  if (sid === undefined && sub === undefined) throw new Error('it says neither whose login has ended nor which')
  // They are there, and are numbers: the library says so.
  const ends = Math.min(exp!, iat! + MOST_SECONDS)
  return {
    id: jti!,
    sid: (sid as string | undefined) ?? null,
    subject: sub === undefined ? null : personId(server.issuer.issuer, sub),
    secondsLeft: Math.ceil(ends - Date.now() / 1_000) + 2 * SKEW_SECONDS,
  }
}

function tellsOfLogout(events: unknown): boolean {
  if (typeof events !== 'object' || events === null || !Object.hasOwn(events, EVENT)) return false
  const event = (events as Readonly<Record<string, unknown>>)[EVENT]
  return typeof event === 'object' && event !== null
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= MOST_NAME
}
