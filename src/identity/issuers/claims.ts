import { hash } from 'node:crypto'
import type { Granted } from '../../access/principal.ts'
import { isId } from '../../domain/id.ts'
import { grantsWhere } from '../granted-entities.ts'
import { type ClaimPath, EVERYBODY, type Issuer, type MappedRole } from './issuer.ts'

type Claims = Readonly<Record<string, unknown>>

/** What a token of a login server says of who has it. */
export interface TokenHolder {
  /** The same for one person of one login server, and opaque. */
  readonly id: string
  /** Who they would be in a book that has this entity. */
  readonly entity: string | null
  readonly roles: readonly MappedRole[]
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** The last instant that there is. */
const LAST_MS = 8.64e15

/**
 * @param claims whose signature, issuer, audience and times were found right
 * @throws Error where they do not say what they have to
 */
export function tokenHolder(issuer: Issuer, claims: Claims): TokenHolder {
  const { sub, exp } = claims
  if (typeof sub !== 'string' || sub === '' || sub.length > 255) throw new Error('it has no sub')
  const expiresAt = typeof exp === 'number' ? exp * 1_000 : Number.NaN
  if (!(expiresAt > 0 && expiresAt <= LAST_MS)) throw new Error('its exp is no instant')
  // Of a sender that has to prove something more: whoever stole it could not, and nobody asks for the proof here.
  if (claims['cnf'] !== undefined) throw new Error('it is bound to a key of its sender')
  if (claims['events'] !== undefined) throw new Error('it tells of an event')
  for (const [name, text] of issuer.requiredClaims) {
    if (claims[name] !== text) throw new Error(`its claim ${name} is not that of the configuration`)
  }
  return {
    id: personId(issuer.issuer, sub),
    entity: entityOf(issuer.entityClaim, claims),
    roles: rolesOf(issuer, claims),
    expiresAt,
  }
}

/** What a person has in the books of the login server. @param present those that have their entity */
export function grantsOfHolder(holder: TokenHolder, present: readonly string[]): readonly Granted[] {
  return grantsWhere(possibleGrants(holder), present)
}

/** What a person would have if every book had their entity. */
export function possibleGrants({ entity, roles }: TokenHolder): readonly Granted[] {
  return roles.flatMap(({ role, books }) => books.map((book) => ({ book, role, entity, until: null })))
}

/** `sub` is unique at its login server, and often a name or a mail address: it is not told. */
export function personId(issuer: string, sub: string): string {
  return `sso-${hash('sha256', `${issuer}\0${sub}`, 'hex').slice(0, 32)}`
}

function entityOf(path: ClaimPath, claims: Claims): string | null {
  const value = claimAt(path, claims)
  if (typeof value !== 'string' || !isId(value)) return null
  // Anybody can write somebody else's mail address into their profile: it says who they are where the server has tried it.
  const isMail = value.includes('@') || path.at(-1) === 'email'
  if (isMail && !(claims['email_verified'] === true && claims['email'] === value)) return null
  return value
}

function rolesOf({ rolesClaim, roleMap }: Issuer, claims: Claims): readonly MappedRole[] {
  const value = rolesClaim === null ? undefined : claimAt(rolesClaim, claims)
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  const named = values.filter((one) => typeof one === 'string' && one !== EVERYBODY) as string[]
  const mapped = [EVERYBODY, ...new Set(named)].flatMap((name) => roleMap.get(name) ?? [])
  const seen = new Set<string>()
  return mapped.flatMap(({ role, books }) => {
    const others = books.filter((book) => !seen.has(`${role} ${book}`))
    for (const book of others) seen.add(`${role} ${book}`)
    return others.length === 0 ? [] : [{ role, books: others }]
  })
}

function claimAt(path: ClaimPath, claims: Claims): unknown {
  let value: unknown = claims
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Claims)[name]
  }
  return value
}
