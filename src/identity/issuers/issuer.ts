import type { Role } from '../../access/rights.ts'
import type { AddressRange } from '../../outgoing/ranges.ts'

/** Those that a login server may sign with. Each has a public key: nobody who checks a signature can make one. */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const

export type Algorithm = (typeof ALGORITHMS)[number]

/** The names that lead to a claim, from the outermost on. */
export type ClaimPath = readonly string[]

/** What a value of the claim of roles gives. */
export interface MappedRole {
  readonly role: Role
  readonly books: readonly string[]
}

/** A login server whose tokens are taken, as the configuration has it. */
export interface Issuer {
  /** What `iss` says, character for character. */
  readonly issuer: string
  /** One of them has to be in `aud`. */
  readonly audiences: readonly string[]
  /** Outside of them its tokens give nothing. */
  readonly books: readonly string[]
  /** null: discovery says it. */
  readonly jwksUri: string | null
  readonly entityClaim: ClaimPath
  /** null: there are no roles but those for everybody. */
  readonly rolesClaim: ClaimPath | null
  /** By value of the claim; `EVERYBODY`: of whoever has a token. */
  readonly roleMap: ReadonlyMap<string, readonly MappedRole[]>
  /** Texts that claims have to have. */
  readonly requiredClaims: ReadonlyMap<string, string>
  readonly algorithms: readonly Algorithm[]
  /** Addresses that it is called at although they are not of the internet. */
  readonly privateAddresses: readonly AddressRange[]
  /** null: nobody signs in there for the console. */
  readonly client: LoginClient | null
}

/** What this service is at a login server, for people who sign in there for the console. */
export interface LoginClient {
  readonly id: string
  /** A function, so that nothing that prints a configuration prints it. null: it has none, and PKCE stands alone. */
  readonly secret: (() => string) | null
  /** What is asked for besides `openid`. */
  readonly scopes: readonly string[]
}

/** In `roleMap`: whoever has a token of the login server. */
export const EVERYBODY = '*'
