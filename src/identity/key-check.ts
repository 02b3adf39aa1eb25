import { timingSafeEqual } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import type { Pool } from 'pg'
import type { Granted, Principal } from '../access/principal.ts'
import { query, type RowOf } from '../db/statement.ts'
import { type KeyText, parseKey } from './key-text.ts'
import { FIND_KEY, FIND_KEYS } from './keys.sql.ts'
import { noteUse } from './keys.ts'
import { MOST_REMEMBERED, Recent } from './recent.ts'

/** Keys that are looked up at once, of those by which streams are open. */
const KEYS_AT_ONCE = 1_000

interface Known {
  /** Whoever sends its secret, and whoever sends the one before that. */
  readonly principal: Principal
  readonly former: Principal | undefined
  readonly digest: Buffer
  readonly formerDigest: Buffer | null
  readonly formerUntil: number
  readonly expiresAt: number
  isAllowedFrom(address: string | undefined): boolean
}

/** Tells who holds an API key. */
export class KeyCheck {
  readonly #db: Pool
  readonly #recent: Recent<Known>
  /** Hashing costs more than all the rest of a check. What a text hashes to never changes, whatever becomes of the key. */
  readonly #parsed = new Map<string, KeyText>()

  /** @param db may write: it notes when a key is used @param onError of what is done beside calls */
  constructor(db: Pool, onError: (error: Error) => void) {
    this.#db = db
    this.#recent = new Recent(async (id) => {
      const [row] = await query(db, FIND_KEY, [id])
      if (row !== undefined) noteUse(db, id).catch(onError)
      return row && knownOf(row)
    }, onError)
  }

  /**
   * Whose key it is. A promise only where it has to be looked up.
   * @param address from which the call comes
   * @returns undefined where the key is not known, has ended or expired, or may not be used from there
   */
  holderOf(text: string, address: string | undefined): Principal | undefined | Promise<Principal | undefined> {
    const key = this.#parse(text)
    if (key === undefined) return undefined
    const found = this.#recent.of(key.id)
    if (found instanceof Promise) return found.then((known) => holderIn(known, key.digest, address))
    return holderIn(found, key.digest, address)
  }

  /**
   * Who some holders of keys are now, looked up at once for all of them.
   * @returns by `credential`; those that no key lets in any more are missing
   */
  async again(holders: readonly Principal[]): Promise<ReadonlyMap<string, Principal>> {
    const ids = [...new Set(holders.map(({ id }) => id))]
    const found = new Map<string, Principal>()
    for (let first = 0; first < ids.length; first += KEYS_AT_ONCE) {
      for (const row of await query(this.#db, FIND_KEYS, [ids.slice(first, first + KEYS_AT_ONCE)])) {
        for (const principal of lettingIn(knownOf(row), Date.now())) found.set(principal.credential, principal)
      }
    }
    return found
  }

  /** Who holds a key now, of which only the id is known. @returns undefined where there is none, or it has ended */
  async holderOfId(id: string): Promise<Principal | undefined> {
    const [row] = await query(this.#db, FIND_KEY, [id])
    return row && lettingIn(knownOf(row), Date.now())[0]
  }

  /** Of a key that changed on this process: the next call looks it up. */
  forget(id: string): void {
    this.#recent.forget(id)
  }

  #parse(text: string): KeyText | undefined {
    const known = this.#parsed.get(text)
    if (known !== undefined) return known
    const key = parseKey(text)
    // Only what was found to be a key is worth a place.
    if (key !== undefined && this.#recent.isKnown(key.id)) {
      if (this.#parsed.size >= MOST_REMEMBERED) this.#parsed.clear()
      this.#parsed.set(text, key)
    }
    return key
  }
}

function holderIn(key: Known | undefined, digest: Buffer, address: string | undefined): Principal | undefined {
  if (key === undefined) return undefined
  const isCurrent = timingSafeEqual(key.digest, digest)
  const isFormer = key.formerDigest !== null && timingSafeEqual(key.formerDigest, digest)
  const principal = isCurrent ? key.principal : isFormer ? key.former : undefined
  if (principal === undefined || !key.isAllowedFrom(address)) return undefined
  return lettingIn(key, Date.now()).includes(principal) ? principal : undefined
}

/** Whom a key lets in: the first by the secret that it has now. */
function lettingIn({ principal, former, formerUntil, expiresAt }: Known, now: number): readonly Principal[] {
  if (now >= expiresAt) return []
  return former === undefined || now >= formerUntil ? [principal] : [principal, former]
}

function credentialOf(id: string, digest: Buffer): string {
  return `key:${id}:${digest.toString('hex', 0, 8)}`
}

function knownOf(row: RowOf<typeof FIND_KEY>): Known {
  const principal: Principal = {
    kind: 'client',
    id: row.key_id,
    credential: credentialOf(row.key_id, row.digest),
    grants: JSON.parse(row.grants) as Granted[],
    expiresAt: row.expires_at?.toISOString() ?? null,
  }
  const { former_digest: formerDigest } = row
  return {
    principal,
    former: formerDigest === null ? undefined : { ...principal, credential: credentialOf(row.key_id, formerDigest) },
    digest: row.digest,
    formerDigest,
    formerUntil: row.former_until?.getTime() ?? 0,
    expiresAt: row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY,
    isAllowedFrom: allowedFrom(row.allowed_addresses),
  }
}

function allowedFrom(ranges: readonly string[] | null): (address: string | undefined) => boolean {
  if (ranges === null) return () => true
  const parsed = ranges.map((range) => ipaddr.parseCIDR(range))
  return (address) => {
    if (address === undefined || !ipaddr.isValid(address)) return false
    // An IPv4 address may come as an IPv6 one that it is mapped to.
    const from = ipaddr.process(address)
    return parsed.some((range) => range[0].kind() === from.kind() && from.match(range))
  }
}
