import { hash } from 'node:crypto'

/** The `ETag` of a text: the same one for the same text, whichever process sends it. */
export function tagOf(text: string): string {
  return `"${hash('sha256', text, 'base64url')}"`
}

/**
 * Whether an `If-None-Match` names a tag. RFC 9110: a list of tags, compared weakly, or any at all.
 * @param ifNoneMatch undefined: it was not sent, and names none
 */
export function isTag(tag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch
    .split(',')
    .map((one) => one.trim().replace(/^W\//, ''))
    .some((one) => one === tag || one === '*')
}
