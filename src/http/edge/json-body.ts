import { isUtf8 } from 'node:buffer'
import { endOfString } from './json-string.ts'
import { withPlainNames } from './plain-names.ts'

/** More than any request needs, and far from what recursion could not stand. */
const DEEPEST = 64

/** A JSON text, or why it is none that the service takes: completes "The body …". */
export type ParsedJson =
  | { readonly value: unknown; readonly fault?: undefined }
  | { readonly value?: undefined; readonly fault: string }

/**
 * Parses a body strictly: UTF-8, at most 64 levels deep, and without strings that PostgreSQL could not store or RFC 8785
 * could not print. Members named `__proto__` become ordinary members, which no schema allows.
 */
export function parseJson(bytes: Buffer): ParsedJson {
  if (bytes.length === 0) return { fault: 'is empty, and has to be JSON' }
  if (!isUtf8(bytes)) return { fault: 'is not UTF-8' }
  const text = bytes.toString()
  if (isDeep(text)) return { fault: `is more than ${DEEPEST} levels deep` }
  const plain = withPlainNames(text)
  if (plain === undefined)
    return { fault: 'has a member name with a quotation mark, a backslash or a control character' }
  let value: unknown
  try {
    value = JSON.parse(plain)
  } catch (error) {
    return { fault: `is not JSON: ${(error as SyntaxError).message}` }
  }
  // In UTF-8 both can only come from an escape, and hardly any body has one.
  if (text.includes('\\u') && !isStorable(value)) return { fault: 'has a string with \\u0000 or half a surrogate pair' }
  return { value }
}

const QUOTE = 34
const OPEN_LIST = 91
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

// Looks at the text, because whatever looks at the parsed value would have to go down first.
function isDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      depth += 1
      if (depth > DEEPEST) return true
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      depth -= 1
    }
  }
  return false
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (typeof value !== 'object' || value === null) return true
  return Array.isArray(value)
    ? value.every(isStorable)
    : Object.entries(value).every(([name, member]) => isStorable(name) && isStorable(member))
}
