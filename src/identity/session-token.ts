import { decodeJwt, errors, jwtVerify, SignJWT } from 'jose'
import { ALGORITHM, type SigningKeys } from './signing-keys.ts'

/** What the token of a session says. */
export interface SessionToken {
  readonly session: string
  readonly subject: string
  /** Seconds since 1970. */
  readonly expiresAt: number
}

/** No other token of this service, nor of another one, is taken for one of a session (RFC 8725, 3.11). */
const TYPE = 'session+jwt'

/** Who issues it, and whom it is for: the same on every process, whatever address it is called by. */
const ISSUER = 'urn:daybook'

/** What a token is at most: ours have a tenth of it. */
const MOST_CHARACTERS = 8_192
const FORM = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/** Whether a text says that it is the token of a session of this service: which nobody has checked. */
export function isSessionToken(text: string): boolean {
  if (text.length > MOST_CHARACTERS || !FORM.test(text)) return false
  try {
    return decodeJwt(text).iss === ISSUER
  } catch {
    return false
  }
}

export async function signToken(keys: SigningKeys, { session, subject, expiresAt }: SessionToken): Promise<string> {
  const { keyId, key } = await keys.signer()
  return new SignJWT({ sid: session })
    .setProtectedHeader({ alg: ALGORITHM, kid: keyId, typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(expiresAt)
    .sign(key)
}

/** @returns undefined where it is not one that this service signed, or has expired */
export async function verifyToken(keys: SigningKeys, text: string): Promise<SessionToken | undefined> {
  try {
    const { payload } = await jwtVerify(text, (header) => verifyingKey(keys, header.kid), {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: ISSUER,
      typ: TYPE,
      requiredClaims: ['sub', 'exp', 'sid'],
    })
    const { sid, sub, exp } = payload
    if (typeof sid !== 'string' || sub === undefined || exp === undefined) return undefined
    return { session: sid, subject: sub, expiresAt: exp }
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

/** @throws JWKSNoMatchingKey where this service has no such key */
export async function verifyingKey(keys: SigningKeys, keyId: string | undefined) {
  const key = keyId === undefined ? undefined : await keys.verifier(keyId)
  if (key === undefined) throw new errors.JWKSNoMatchingKey()
  return key
}
