import { errors, jwtVerify, SignJWT } from 'jose'
import { verifyingKey } from '../session-token.ts'
import { ALGORITHM, type SigningKeys } from '../signing-keys.ts'

/*
 * What a browser carries to a login server and back, so that nothing has to be kept here for somebody who may never return: signed
 * by this service, and read on whichever process it comes back to.
 */

/** What has to come back, or is needed to go on with what comes back. */
export interface RoundTrip {
  /** The login server, as the configuration names it. */
  readonly issuer: string
  /** What the login server hands back unchanged: shows that this browser began. */
  readonly state: string
  /** What the token has to say: shows that it was made for this round trip. */
  readonly nonce: string
  /** Shows that the code was asked for here (RFC 7636). */
  readonly verifier: string
  /** Where the login server sends the browser back to. */
  readonly redirectUri: string
}

/** So long somebody may take at the login server. */
export const ROUND_TRIP_SECONDS = 600

/** No session's token is one of these, nor the other way round (RFC 8725, 3.11). */
const TYPE = 'sign-in+jwt'
const ISSUER = 'urn:daybook'
const AUDIENCE = 'urn:daybook:sign-in'

export async function signRoundTrip(keys: SigningKeys, roundTrip: RoundTrip): Promise<string> {
  const { keyId, key } = await keys.signer()
  return new SignJWT({ ...roundTrip })
    .setProtectedHeader({ alg: ALGORITHM, kid: keyId, typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setExpirationTime(`${ROUND_TRIP_SECONDS}s`)
    .sign(key)
}

/** @returns undefined where it is not one that this service signed, or it took too long */
export async function readRoundTrip(keys: SigningKeys, text: string): Promise<RoundTrip | undefined> {
  try {
    const { payload } = await jwtVerify<RoundTrip>(text, (header) => verifyingKey(keys, header.kid), {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: TYPE,
      requiredClaims: ['exp'],
    })
    return payload
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}
