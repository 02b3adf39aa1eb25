import { hash } from 'node:crypto'
import type { Pool } from 'pg'
import type { Principal } from '../../access/principal.ts'
import { query } from '../../db/statement.ts'
import { grantsOfHolder, type TokenHolder, tokenHolder } from './claims.ts'
import { BOOKS_OF_ENTITY } from './entities.sql.ts'
import type { Issuer } from './issuer.ts'
import { KeySet, type KnownKeys } from './key-set.ts'
import { readToken } from './read-token.ts'
import { type LoginServer, SKEW_SECONDS, verifiedClaims } from './verified-claims.ts'

/*
 * Tokens of login servers are verified once, and remembered until they expire or the keys of their server change. What the
 * database says of who has one is as old as what it says of API keys: within a second it holds for every token.
 */

/** From then on it is looked up again, beside the call that it lets in. */
const FRESH_MS = 300

/** From then on a call waits for that. */
const STALE_MS = 800

/** What is remembered. Beyond it the oldest are forgotten, and verified again. */
const MOST_REMEMBERED = 20_000
const MOST_CHARACTERS = 33_554_432

/** Types of tokens that say who calls; others say something else, and a logout token must not let anybody in. */
const TYPES = [undefined, 'jwt', 'at+jwt']

interface Remembered {
  readonly server: LoginServer
  readonly holder: TokenHolder
  readonly keyId: string
  /** Those that it was verified with. */
  readonly keys: KnownKeys
  readonly principal: Principal
  readonly at: number
}

export interface TokensOptions {
  /** May read entities. */
  readonly db: Pool
  /** What keeps keys of a login server from being fetched. */
  readonly onTrouble: (issuer: string, why: string) => void
  /** Why a token was not taken. Never says anything of what is in it. */
  readonly onRefused: (why: string) => void
  /** Of what is done beside calls. */
  readonly onError: (error: Error) => void
  /** Milliseconds of a clock that only goes on. */
  readonly now?: () => number
}

type Found = Principal | undefined

/** Tells who has a token of one of the login servers of the configuration. */
export class IssuerTokens {
  readonly #servers: ReadonlyMap<string, LoginServer>
  readonly #options: TokensOptions
  readonly #now: () => number
  readonly #remembered = new Map<string, Remembered>()
  readonly #asked = new Map<string, Promise<Found>>()
  #characters = 0

  constructor(issuers: readonly Issuer[], options: TokensOptions) {
    const { now = () => performance.now() } = options
    this.#options = options
    this.#now = now
    this.#servers = new Map(
      issuers.map((issuer) => {
        const keys = new KeySet(issuer, { now, onTrouble: (why) => options.onTrouble(issuer.issuer, why) })
        return [issuer.issuer, { issuer, keys }]
      }),
    )
  }

  /** Those of the configuration, in its order. */
  get servers(): readonly LoginServer[] {
    return [...this.#servers.values()]
  }

  /** Whether it is remembered: then it is no session's, and need not be decoded to find out. */
  knows(text: string): boolean {
    return this.#remembered.has(text)
  }

  /**
   * Whose token it is. A promise only where it has to be verified or looked up.
   * @returns undefined where it is not one of a login server of the configuration that holds now
   */
  holderOf(text: string): Found | Promise<Found> {
    if (this.#servers.size === 0) return undefined
    const known = this.#remembered.get(text)
    if (known === undefined) return this.#once(text, () => this.#verify(text))
    if (!isInTime(known.holder.expiresAt)) {
      this.#forget(text)
      return undefined
    }
    if (known.server.keys.current() !== known.keys) return this.#once(text, () => this.#verify(text))
    if (known.holder.entity === null) return known.principal
    const age = this.#now() - known.at
    if (age >= STALE_MS) return this.#once(text, () => this.#look(text, known))
    if (age >= FRESH_MS) this.#once(text, () => this.#look(text, known)).catch(this.#options.onError)
    return known.principal
  }

  /**
   * Who some holders of tokens are now, whom this or another process has let in: what a token says stays, until it expires or
   * its key is taken back.
   * @returns by `credential`; those that nothing lets in any more are missing
   */
  async again(holders: readonly Principal[]): Promise<ReadonlyMap<string, Principal>> {
    const found = new Map<string, Principal>()
    for (const holder of holders) {
      const { issuer, keyId } = signerIn(holder.credential)
      const known = isInTime(Date.parse(holder.expiresAt!)) && (await this.#servers.get(issuer)?.keys.with(keyId))
      if (known && known.ids.has(keyId)) found.set(holder.credential, holder)
    }
    return found
  }

  #once(text: string, find: () => Promise<Found>): Promise<Found> {
    const asked = this.#asked.get(text)
    if (asked !== undefined) return asked
    const finding = find().finally(() => this.#asked.delete(text))
    this.#asked.set(text, finding)
    return finding
  }

  async #verify(text: string): Promise<Found> {
    this.#forget(text)
    let verified: Omit<Remembered, 'principal' | 'at'>
    try {
      verified = await this.#verified(text)
    } catch (error) {
      this.#options.onRefused((error as Error).message)
      return undefined
    }
    return this.#look(text, verified)
  }

  /** @throws Error where it is not to be taken */
  async #verified(text: string): Promise<Omit<Remembered, 'principal' | 'at'>> {
    const read = readToken(text)
    const { iss } = read.claims
    const server = typeof iss === 'string' ? this.#servers.get(iss) : undefined
    if (server === undefined) throw new Error('its issuer is not in the configuration')
    const { keys, claims: verified } = await verifiedClaims(text, read, server, {
      types: TYPES,
      audiences: server.issuer.audiences,
      claims: ['sub'],
    })
    return { server, keyId: read.keyId, keys, holder: tokenHolder(server.issuer, verified) }
  }

  async #look(text: string, verified: Omit<Remembered, 'principal' | 'at'>): Promise<Principal> {
    const { server, holder } = verified
    // What is found is as old as the question.
    const at = this.#now()
    const present = holder.entity === null ? [] : await this.#booksOf(server.issuer, holder.entity)
    const principal: Principal = {
      kind: 'user',
      id: holder.id,
      credential: credentialOf(text, verified),
      grants: grantsOfHolder(holder, present),
      expiresAt: new Date(holder.expiresAt).toISOString(),
    }
    this.#remember(text, { ...verified, principal, at })
    return principal
  }

  async #booksOf({ books }: Issuer, entity: string): Promise<readonly string[]> {
    const rows = await query(this.#options.db, BOOKS_OF_ENTITY, [books, entity])
    return rows.map(({ book_id }) => book_id)
  }

  #remember(text: string, remembered: Remembered): void {
    this.#forget(text)
    this.#remembered.set(text, remembered)
    this.#characters += text.length
    while (this.#remembered.size > MOST_REMEMBERED || this.#characters > MOST_CHARACTERS) {
      const [oldest] = this.#remembered.keys()
      this.#forget(oldest!)
    }
  }

  #forget(text: string): void {
    if (this.#remembered.delete(text)) this.#characters -= text.length
  }
}

function isInTime(expiresAt: number): boolean {
  return Date.now() < expiresAt + SKEW_SECONDS * 1_000
}

/** Names a token without telling it, and the key that it was signed with. */
function credentialOf(text: string, { server, keyId }: Pick<Remembered, 'server' | 'keyId'>): string {
  const names = [server.issuer.issuer, keyId].map((name) => Buffer.from(name).toString('base64url'))
  return ['token', hash('sha256', text, 'hex').slice(0, 32), ...names].join(':')
}

function signerIn(credential: string): { readonly issuer: string; readonly keyId: string } {
  const [, , issuer = '', keyId = ''] = credential.split(':')
  return { issuer: Buffer.from(issuer, 'base64url').toString(), keyId: Buffer.from(keyId, 'base64url').toString() }
}
