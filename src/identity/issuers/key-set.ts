import { createLocalJWKSet, type JSONWebKeySet, type JWK, type LocalJWKSet } from 'jose'
import { parseJson } from '../../json/parse-json.ts'
import { type CallOut, openCalls } from '../../outgoing/call.ts'
import { describedBy, readText } from './described.ts'
import type { Issuer } from './issuer.ts'
import { callsHttp } from './setting.ts'

/*
 * The keys of a login server, fetched and kept. `createRemoteJWKSet` of jose forgets its keys when their age ends and the
 * server is away, and then asks again for every token; here known keys last a while longer, and pauses hold for failures too.
 */

/** From then on the keys are asked for again, beside the call that uses them: what is taken back there ends here. */
const FRESH_MS = 600_000

/** So long keys work that cannot be asked for again. */
const USABLE_MS = 3_600_000

/** Between two questions. Whoever sends tokens with keys that nobody knows has the server asked no more often. */
const PAUSE_MS = 60_000

/** The same while no key is known: nobody is let in. */
const FIRST_PAUSE_MS = 5_000

/** A call that comes with a key that nobody knows waits so long for each answer. */
const TIMEOUT_MS = 5_000

const MOST_KEYS = 100

/** The keys of one answer. Another answer is another object. */
export interface KnownKeys {
  readonly ids: ReadonlySet<string>
  readonly text: string
  readonly find: LocalJWKSet
}

interface Fetched {
  readonly keys: KnownKeys
  readonly at: number
}

export interface KeySetOptions {
  /** What keeps keys from being fetched. */
  readonly onTrouble: (why: string) => void
  /** Milliseconds of a clock that only goes on. */
  readonly now: () => number
}

/** The public keys with which one login server signs. */
export class KeySet {
  readonly #issuer: Issuer
  readonly #callOut: CallOut
  readonly #onTrouble: (why: string) => void
  readonly #now: () => number
  #fetched: Fetched | undefined
  #asking: Promise<void> | undefined
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(issuer: Issuer, { onTrouble, now }: KeySetOptions) {
    this.#issuer = issuer
    this.#callOut = openCalls({
      allowed: issuer.privateAddresses,
      loopbackHttp: callsHttp(issuer.issuer),
      timeoutMs: TIMEOUT_MS,
    })
    this.#onTrouble = onTrouble
    this.#now = now
  }

  /** The keys that hold now, asked for again beside the call when they are old; undefined: there are none. */
  current(): KnownKeys | undefined {
    if (this.#fetched === undefined) return undefined
    const age = this.#now() - this.#fetched.at
    if (age >= FRESH_MS) void this.#ask()
    return age < USABLE_MS ? this.#fetched.keys : undefined
  }

  /** The keys that hold now, among which one has this id if the server has it, as far as it may be asked. */
  async with(id: string): Promise<KnownKeys | undefined> {
    const known = this.current()
    if (known?.ids.has(id) === true) return known
    await this.#ask()
    return this.current()
  }

  async #ask(): Promise<void> {
    if (this.#asking !== undefined) return this.#asking
    const now = this.#now()
    if (now - this.#askedAt < (this.#fetched === undefined ? FIRST_PAUSE_MS : PAUSE_MS)) return
    this.#askedAt = now
    this.#asking = this.#fetch(now).finally(() => {
      this.#asking = undefined
    })
    await this.#asking
  }

  /** Never rejects: whoever is not known for want of keys is nobody. */
  async #fetch(at: number): Promise<void> {
    try {
      const text = await readText(this.#callOut, this.#issuer.jwksUri ?? (await this.#discovered()))
      const known = this.#fetched?.keys
      this.#fetched = { keys: known?.text === text ? known : keysOf(text), at }
    } catch (error) {
      this.#onTrouble((error as Error).message)
    }
  }

  async #discovered(): Promise<string> {
    const { jwks_uri: jwksUri } = await describedBy(this.#issuer, this.#callOut)
    if (typeof jwksUri !== 'string') throw new Error(`what ${this.#issuer.issuer} describes names no jwks_uri`)
    return jwksUri
  }
}

const PUBLIC_TYPES = ['RSA', 'EC', 'OKP']

/** @throws Error where it is no set of keys */
function keysOf(text: string): KnownKeys {
  const { value, fault } = parseJson(Buffer.from(text))
  if (fault !== undefined) throw new Error(`the set of keys ${fault.message}`)
  const { keys } = (value ?? {}) as { readonly keys?: unknown }
  if (!Array.isArray(keys) || keys.length > MOST_KEYS)
    throw new Error(`the set of keys is no list of at most ${MOST_KEYS}`)
  const set: JSONWebKeySet = { keys: keys.filter(isPublicKey) }
  return { ids: new Set(set.keys.map(({ kid }) => kid!)), text, find: createLocalJWKSet(set) }
}

/** Whether it is the public half of a key, and has an id. Others that a set may have are passed over. */
function isPublicKey(key: unknown): key is JWK {
  if (typeof key !== 'object' || key === null) return false
  const { kty, kid, d, k } = key as { kty?: unknown; kid?: unknown; d?: unknown; k?: unknown }
  return (
    typeof kty === 'string' &&
    PUBLIC_TYPES.includes(kty) &&
    typeof kid === 'string' &&
    d === undefined &&
    k === undefined
  )
}
