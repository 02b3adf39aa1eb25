/** A key that secrets are sealed with has so many bytes: AES-256. */
const KEY_BYTES = 32

/**
 * @param text one key, or several with commas or blanks between them, each as base64url or hex
 * @returns undefined where one of them is none
 */
export function parseSecretKeys(text: string): readonly Buffer[] | undefined {
  const texts = text.split(/[\s,]+/).filter((part) => part !== '')
  const keys = texts.map(keyOf).filter((key) => key !== undefined)
  return keys.length > 0 && keys.length === texts.length ? keys : undefined
}

function keyOf(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  if (!/^[A-Za-z0-9_-]{43}=?$/.test(text)) return undefined
  const key = Buffer.from(text, 'base64url')
  return key.length === KEY_BYTES ? key : undefined
}
