import { hash, randomBytes } from 'node:crypto'

/** An API key as its holder sends it, `dbk_<id>_<secret>`. */
export interface KeyText {
  readonly id: string
  /** SHA-256 of the secret: all that is kept of it. */
  readonly digest: Buffer
}

const FORM = /^dbk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/

/** Whether a text says that it is a key: the bootstrap key may be any other text. */
export function isKeyText(text: string): boolean {
  return text.startsWith('dbk_')
}

/** @returns undefined where a text has not the form of a key */
export function parseKey(text: string): KeyText | undefined {
  const [, id, secret] = FORM.exec(text) ?? []
  return id === undefined || secret === undefined ? undefined : { id, digest: digestOf(secret) }
}

/** A new key. @param id of the key whose secret is to be another; a new one, unless given */
export function makeKey(id = randomBytes(8).toString('hex')): KeyText & { readonly text: string } {
  const secret = randomBytes(32).toString('base64url')
  return { id, digest: digestOf(secret), text: `dbk_${id}_${secret}` }
}

function digestOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}
