import { parseJson } from '../../json/parse-json.ts'

/** A JWT before anybody has looked at its signature. */
export interface UnverifiedToken {
  readonly keyId: string
  readonly algorithm: string
  readonly type: string | undefined
  readonly claims: Readonly<Record<string, unknown>>
}

/** More than login servers send, and half of what all headers of a request may have. */
const MOST_CHARACTERS = 8_192
const MOST_KEY_ID = 255

/** Whether a text says that it is a JWT: it begins as `{"` does in base64url. */
export function isTokenText(text: string): boolean {
  return text.startsWith('eyJ') && text.includes('.')
}

const FORM = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/** They name a key, or change what is signed. Keys come from the login server of the configuration and from nowhere else. */
const REFUSED = ['jku', 'jwk', 'x5u', 'crit', 'b64']

/** @throws Error where it is no JWT of the form that is taken */
export function readToken(text: string): UnverifiedToken {
  if (text.length > MOST_CHARACTERS) throw new Error('too long')
  if (!FORM.test(text)) throw new Error('not three parts in base64url')
  const [head, body] = text.split('.')
  const header = objectOf(head!)
  const refused = REFUSED.find((name) => Object.hasOwn(header, name))
  if (refused !== undefined) throw new Error(`its header has ${refused}`)
  const { kid, alg, typ } = header
  if (typeof kid !== 'string' || kid.length > MOST_KEY_ID) throw new Error('its header names no key')
  if (typeof alg !== 'string') throw new Error('its header names no algorithm')
  if (typ !== undefined && typeof typ !== 'string') throw new Error('its header names no type')
  return { keyId: kid, algorithm: alg, type: typ?.toLowerCase().replace(/^application\//, ''), claims: objectOf(body!) }
}

/** Of a name that stands twice one reader takes the first and another the last: then it is none. */
function objectOf(part: string): Readonly<Record<string, unknown>> {
  const { value, fault } = parseJson(Buffer.from(part, 'base64url'))
  if (fault !== undefined || typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('a part of it is no JSON object that reads in one way')
  }
  return value as Readonly<Record<string, unknown>>
}
