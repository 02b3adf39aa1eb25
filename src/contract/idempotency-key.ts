/** What a key is, whatever it is sent in. */
const KEY = /^[!-~](?:[ -~]{0,253}[!-~])?$/

/** A string of a structured field (RFC 9651): quotation marks and backslashes in it are escaped. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/

/**
 * Reads an idempotency key as it stands in a header or in an item of a bulk. In quotation marks, as the draft of the IETF
 * writes it, it is the key that they enclose.
 * @returns undefined where it is none: 1 to 255 printable ASCII characters, no blank at either end
 */
export function parseIdempotencyKey(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  const isQuoted = text.length > 1 && text.startsWith('"') && text.endsWith('"')
  const key = isQuoted ? QUOTED.exec(text)?.[1]?.replaceAll(/\\(.)/g, '$1') : text
  return key !== undefined && KEY.test(key) ? key : undefined
}

/** Completes "must …". */
export const KEY_MUST = 'be 1 to 255 printable ASCII characters, without a blank at either end'

/** What the service posts by itself has keys that begin with these. */
const OWN_KEYS = ['earn:', 'carry:', 'lapse:', 'correct:'] as const

/** Whether a key is one that only the service itself uses. */
export function isOwnKey(key: string): boolean {
  return OWN_KEYS.some((prefix) => key.startsWith(prefix))
}

/** Completes "must …". */
export const NOT_OWN_KEY = `not begin with ${OWN_KEYS.join(', ')}: those are keys of the service itself`
