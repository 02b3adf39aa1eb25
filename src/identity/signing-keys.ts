import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { Pool } from 'pg'
import { query, type RowOf, run } from '../db/statement.ts'
import type { Seals } from '../secrets/seals.ts'
import { DELETE_SIGNING_KEYS, INSERT_SIGNING_KEY, READ_SIGNING_KEYS } from './signing-keys.sql.ts'

/** Ed25519, RFC 8037. */
export const ALGORITHM = 'EdDSA'

const DAY_SECONDS = 86_400

/** So long a key signs; then another one is made. */
const SIGNS_SECONDS = 30 * DAY_SECONDS

/** So long what it signed is taken: sessions last half a day at most. */
const VERIFIES_SECONDS = SIGNS_SECONDS + DAY_SECONDS

export interface Signer {
  readonly keyId: string
  readonly key: CryptoKey
}

interface Signing extends Signer {
  readonly createdAt: number
}

/**
 * The keys that tokens of sessions are signed with. Their public halves are in the database, so that every process takes what
 * any other one signed. Their private halves are there encrypted; where nothing is there to encrypt with, each process has its own
 * in memory, and makes another one when it starts.
 */
export class SigningKeys {
  readonly #db: Pool
  readonly #seals: Seals | undefined
  #signing: Promise<Signing> | undefined
  #verifying: ReadonlyMap<string, CryptoKey> = new Map()
  #reading: Promise<void> = Promise.resolve()
  #nextReading: Promise<void> | undefined

  /** @param db may write, each statement a commit @param seals undefined: private keys are kept nowhere */
  constructor(db: Pool, seals: Seals | undefined) {
    this.#db = db
    this.#seals = seals
  }

  /** What is to be signed with now. */
  async signer(): Promise<Signer> {
    const known = await this.#signing?.catch(() => undefined)
    if (known !== undefined && Date.now() - known.createdAt < SIGNS_SECONDS * 1_000) return known
    this.#signing = this.#findOrMake()
    return this.#signing
  }

  /**
   * What holds a signature against the key that it names. One that nobody here knows may have been made elsewhere just now.
   * @returns undefined where there is no such key
   */
  async verifier(keyId: string): Promise<CryptoKey | undefined> {
    if (!this.#verifying.has(keyId)) await this.#readAgain()
    return this.#verifying.get(keyId)
  }

  /** What others need to check signatures: a JSON Web Key Set's keys. */
  async published(): Promise<readonly JWK[]> {
    const rows = await this.#rows()
    return rows.map(({ public_key }) => JSON.parse(public_key) as JWK)
  }

  #rows(): Promise<RowOf<typeof READ_SIGNING_KEYS>[]> {
    return query(this.#db, READ_SIGNING_KEYS, [VERIFIES_SECONDS])
  }

  /** However many ask at once: one reads, and those who come meanwhile wait for the next, which sees what was made before. */
  #readAgain(): Promise<void> {
    this.#nextReading ??= this.#reading
      .catch(() => {})
      .then(() => {
        this.#nextReading = undefined
        this.#reading = this.#read()
        return this.#reading
      })
    return this.#nextReading
  }

  async #read(): Promise<void> {
    const keys = (await this.#rows()).map(async ({ key_id, public_key }) => [key_id, await keyOf(public_key)] as const)
    this.#verifying = new Map(await Promise.all(keys))
  }

  async #findOrMake(): Promise<Signing> {
    const youngest = (await this.#rows()).find((row) => this.#isUsable(row))
    if (youngest === undefined) return this.#make()
    const { key_id, created_at, sealed_private_key } = youngest
    return {
      keyId: key_id,
      key: await keyOf(this.#seals!.open(sealed_private_key!, sealedFor(key_id))),
      createdAt: created_at.getTime(),
    }
  }

  #isUsable({ key_id, created_at, sealed_private_key }: RowOf<typeof READ_SIGNING_KEYS>): boolean {
    if (this.#seals === undefined || sealed_private_key === null) return false
    if (Date.now() - created_at.getTime() >= SIGNS_SECONDS * 1_000) return false
    try {
      this.#seals.open(sealed_private_key, sealedFor(key_id))
      return true
    } catch {
      // Encrypted with a key that the configuration does not have any more.
      return false
    }
  }

  /** Two processes may make one each at the same time: both are as good. */
  async #make(): Promise<Signing> {
    const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
    const jwk = await exportJWK(publicKey)
    const keyId = await calculateJwkThumbprint(jwk)
    const published = { ...jwk, kid: keyId, alg: ALGORITHM, use: 'sig' }
    const sealed = this.#seals?.seal(JSON.stringify(await exportJWK(privateKey)), sealedFor(keyId)) ?? null
    const [made] = await query(this.#db, INSERT_SIGNING_KEY, [keyId, JSON.stringify(published), sealed])
    await run(this.#db, DELETE_SIGNING_KEYS, [VERIFIES_SECONDS])
    return { keyId, key: privateKey, createdAt: made!.created_at.getTime() }
  }
}

function sealedFor(id: string) {
  return { purpose: 'session signing key', id }
}

async function keyOf(jwk: string): Promise<CryptoKey> {
  const key = await importJWK(JSON.parse(jwk) as JWK, ALGORITHM)
  if (key instanceof Uint8Array) throw new TypeError('a signing key is symmetric')
  return key
}
