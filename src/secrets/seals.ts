import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto'

/** What a sealed secret is for: it opens as nothing else. */
export interface SealedFor {
  readonly purpose: string
  readonly id: string
}

/** Keeps secrets that have to be read again in a form that a copy of the database does not give away. */
export interface Seals {
  /** The first key seals. @returns text without blanks: version, key, and the secret, encrypted */
  seal(secret: string, of: SealedFor): string
  /**
   * Any of the keys opens.
   * @throws UnknownSecretKey where none of them sealed it, Error where it is not what was sealed for this
   */
  open(sealed: string, of: SealedFor): string
}

/** A secret was sealed with a key that is not among those of the configuration any more. */
export class UnknownSecretKey extends Error {
  constructor(keyId: string) {
    super(
      `a secret is encrypted with the key ${keyId}, which is not among those of DAYBOOK_SECRET_KEY: add it behind the others`,
    )
    this.name = 'UnknownSecretKey'
  }
}

const VERSION = 'v1'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Seals by AES-256-GCM.
 * @param keys of 32 bytes, one at least; the first seals, all of them open
 */
export function openSeals(keys: readonly Buffer[]): Seals {
  const [first] = keys
  if (first === undefined) throw new TypeError('there is no key to seal with')
  const byId = new Map(keys.map((key) => [keyIdOf(key), key]))
  const firstId = keyIdOf(first)
  return {
    seal(secret, of) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', first, nonce).setAAD(aboutOf(of))
      const hidden = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return [VERSION, firstId, hidden.toString('base64url')].join('.')
    },
    open(sealed, of) {
      const [version, keyId = '', hiddenText = ''] = sealed.split('.')
      if (version !== VERSION) throw new Error('a secret is sealed in a way that this release does not know')
      const key = byId.get(keyId)
      if (key === undefined) throw new UnknownSecretKey(keyId)
      const hidden = Buffer.from(hiddenText, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key, hidden.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(aboutOf(of)).setAuthTag(hidden.subarray(-TAG_BYTES))
      const plain = decipher.update(hidden.subarray(NONCE_BYTES, -TAG_BYTES))
      return Buffer.concat([plain, decipher.final()]).toString('utf8')
    },
  }
}

/** Names a key without telling anything of it. */
function keyIdOf(key: Buffer): string {
  return hash('sha256', Buffer.concat([Buffer.from('daybook secret key id\0'), key]), 'hex').slice(0, 8)
}

function aboutOf({ purpose, id }: SealedFor): Buffer {
  return Buffer.from(JSON.stringify([purpose, id]))
}
