import { isUtf8 } from 'node:buffer'
import type { JsonFault } from './json-fault.ts'
import { endOfString } from './json-string.ts'
import { withPlainNames } from './plain-names.ts'
import { repeatedNames } from './repeated-names.ts'
import { unstorableString } from './unstorable-string.ts'

/** More than any request needs, and far from what recursion could not stand. */
const DEEPEST = 64

export type ParsedJson =
  | { readonly value: unknown; readonly fault?: undefined }
  | { readonly value?: undefined; readonly fault: JsonFault }

/**
 * Parses a body strictly: UTF-8 without a mark before it, at most 64 levels deep, no name twice in one object, and no
 * strings that PostgreSQL could not store or RFC 8785 could not print. Members named `__proto__` become ordinary members,
 * which no schema allows.
 */
export function parseJson(bytes: Buffer): ParsedJson {
  const read = readJson(bytes)
  if ('fault' in read) return read
  const fault = faultIn(read)
  return fault === undefined ? { value: read.value } : { fault }
}

/**
 * Parses a list of which every item stands for itself: what is wrong within one is its own fault.
 * @returns the fault of the whole, pointers from there; or the items, with pointers from each
 */
export function parseJsonList(
  bytes: Buffer,
): { readonly items: readonly ParsedJson[] } | { readonly fault: JsonFault } {
  const read = readJson(bytes)
  if ('fault' in read) return read
  const { value, text } = read
  if (!Array.isArray(value)) return { fault: faultIn(read) ?? { pointer: '', message: 'must be a list of commands' } }
  const repeated = hasRepeatedName(read) ? firstInItems(text) : NONE
  const mayBeUnstorable = hasEscapes(text)
  return {
    items: value.map((item: unknown, index): ParsedJson => {
      const pointer = repeated.get(index)
      const fault =
        pointer === undefined ? (mayBeUnstorable ? unstorableString(item) : undefined) : standsTwice(pointer)
      return fault === undefined ? { value: item } : { fault }
    }),
  }
}

/** What the parser took, and what it may have passed over. */
interface Read {
  /** With plain names. */
  readonly text: string
  readonly value: unknown
  /** All that the text names; a name that stands twice counts twice. */
  readonly members: number
}

function readJson(bytes: Buffer): Read | { readonly fault: JsonFault } {
  if (bytes.length === 0) return whole('is empty, and has to be JSON')
  if (!isUtf8(bytes)) return whole('is not UTF-8')
  const said = bytes.toString()
  if (said.startsWith('\ufeff')) return whole('begins with a byte order mark, which is no part of JSON')
  const members = membersSaid(said)
  if (members === undefined) return whole(`is more than ${DEEPEST} levels deep`)
  const { text, unplain } = withPlainNames(said)
  if (unplain !== undefined) return whole(`has a member name with ${unplain}`)
  try {
    return { text, value: JSON.parse(text), members }
  } catch (error) {
    return whole(`is not JSON: ${(error as SyntaxError).message}`)
  }
}

function whole(message: string): { readonly fault: JsonFault } {
  return { fault: { pointer: '', message } }
}

function faultIn(read: Read): JsonFault | undefined {
  if (hasRepeatedName(read)) {
    const [pointer = ''] = repeatedNames(read.text)
    return standsTwice(pointer)
  }
  return hasEscapes(read.text) ? unstorableString(read.value) : undefined
}

/** Of a name that stands twice the parser keeps one: then the text names more than there is. */
function hasRepeatedName({ value, members }: Read): boolean {
  return members !== membersIn(value)
}

function standsTwice(pointer: string): JsonFault {
  return { pointer, message: 'stands twice: every name stands once in an object' }
}

const NONE: ReadonlyMap<number, string> = new Map()

/** Of each item of a list that has one: the first name that stands twice, as a pointer from the item. */
function firstInItems(text: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>()
  for (const pointer of repeatedNames(text)) {
    const end = pointer.indexOf('/', 1)
    found.set(Number(pointer.slice(1, end)), pointer.slice(end))
  }
  return found
}

/** In UTF-8 what cannot be stored can only come from an escape, and hardly any body has one. */
function hasEscapes(text: string): boolean {
  return text.includes('\\u')
}

const QUOTE = 34
const COLON = 58
const OPEN_LIST = 91
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/**
 * How many members the objects of a text have together. Looks at the text, because whatever looks at the parsed value would
 * have to go down first.
 * @returns undefined where it is too deep
 */
function membersSaid(text: string): number | undefined {
  let depth = 0
  let members = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
    } else if (code === COLON) {
      members += 1
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      depth += 1
      if (depth > DEEPEST) return undefined
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      depth -= 1
    }
  }
  return members
}

function membersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value) members += membersIn(item)
    return members
  }
  for (const member of Object.values(value)) members += 1 + membersIn(member)
  return members
}
