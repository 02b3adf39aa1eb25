import { type JWTPayload, jwtVerify } from 'jose'
import type { Issuer } from './issuer.ts'
import type { KeySet, KnownKeys } from './key-set.ts'
import type { UnverifiedToken } from './read-token.ts'

/** A login server of the configuration, and its keys as this process knows them. */
export interface LoginServer {
  readonly issuer: Issuer
  readonly keys: KeySet
}

/** How far the clocks of login servers may be off. */
export const SKEW_SECONDS = 30

/** What a token has to be besides signed by its login server, and in time. */
export interface Demands {
  /** Of the header, in lower case; undefined: it may name none. */
  readonly types: readonly (string | undefined)[]
  /** One of them has to be in `aud`. */
  readonly audiences: readonly string[]
  /** Claims that have to be there besides `exp`. */
  readonly claims: readonly string[]
  /** How long ago it may have been made at most, where that is bounded. */
  readonly mostSeconds?: number
}

export interface Verified {
  /** Those that it was verified with. */
  readonly keys: KnownKeys
  readonly claims: JWTPayload
}

/** Nothing can be verified now: the keys of a login server cannot be fetched. */
export class NoKeysKnown extends Error {
  constructor({ issuer }: Issuer) {
    super(`no keys of ${issuer} are known`)
    this.name = 'NoKeysKnown'
  }
}

/**
 * The claims of a token of a login server, whatever it is for.
 * @param text the same token as `read`
 * @throws NoKeysKnown; Error where it is not to be taken
 */
export async function verifiedClaims(
  text: string,
  { keyId, algorithm, type }: UnverifiedToken,
  { issuer, keys }: LoginServer,
  { types, audiences, claims, mostSeconds }: Demands,
): Promise<Verified> {
  if (!types.includes(type)) throw new Error('its type is not that of a token for this')
  if (!(issuer.algorithms as readonly string[]).includes(algorithm)) throw new Error('its algorithm is not taken')
  const known = await keys.with(keyId)
  if (known === undefined) throw new NoKeysKnown(issuer)
  const { payload } = await jwtVerify(text, known.find, {
    algorithms: [...issuer.algorithms],
    issuer: issuer.issuer,
    audience: [...audiences],
    clockTolerance: SKEW_SECONDS,
    requiredClaims: ['exp', ...claims],
    ...(mostSeconds === undefined ? {} : { maxTokenAge: mostSeconds }),
  })
  return { keys: known, claims: payload }
}
