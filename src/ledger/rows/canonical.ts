import canonicalize from 'canonicalize'

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }

/**
 * Canonical JSON (RFC 8785).
 * @throws Error on what JSON cannot hold: an infinite number, a lone surrogate; requests are checked for both at the edge
 */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('a value that is not JSON')
  return text
}
