import canonicalize from 'canonicalize'

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }

/**
 * A body, or data, as the JSON that it is: its type is an interface, which the compiler takes for no JSON, since somebody
 * could declare more members of it elsewhere.
 */
export function asJson(members: object): { readonly [member: string]: Json } {
  return members as { readonly [member: string]: Json }
}

/**
 * Canonical JSON (RFC 8785).
 * @throws Error on what JSON cannot hold: an infinite number, a lone surrogate; requests are checked for both at the edge
 */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('a value that is not JSON')
  return text
}
