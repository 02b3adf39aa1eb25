import { endOfString } from './json-string.ts'

/** A JSON text, or what one of its names has that none may have. */
export type PlainNames =
  | { readonly text: string; readonly unplain?: undefined }
  | { readonly text?: undefined; readonly unplain: string }

/**
 * A JSON text with the escapes in its member names written out: `{"\u00e9":1}` becomes `{"é":1}`.
 * Node 24 may take an escaped name for another one that it parsed before (nodejs/node#63785); a plain one it never does.
 * @param text JSON, or something else, which stays what it is
 * @returns no text where a name cannot do without an escape
 */
export function withPlainNames(text: string): PlainNames {
  // Hardly any body has a backslash at all.
  if (!text.includes('\\')) return { text }
  let plain = ''
  let taken = 0
  for (const { start, end } of escapedNames(text)) {
    const name = parsed(text.slice(start, end))
    const printed = JSON.stringify(name)
    if (name === undefined || printed.includes('\\')) {
      const isHalf = name?.isWellFormed() === false
      return { unplain: isHalf ? 'half a surrogate pair' : 'a quotation mark, a backslash or a control character' }
    }
    plain += text.slice(taken, start) + printed
    taken = end
  }
  return { text: plain + text.slice(taken) }
}

const COLON = /[ \t\n\r]*:/y

function* escapedNames(text: string): Generator<{ start: number; end: number }, void, undefined> {
  for (let start = text.indexOf('"'); start !== -1; ) {
    const end = endOfString(text, start) + 1
    COLON.lastIndex = end
    if (COLON.test(text) && text.slice(start, end).includes('\\')) yield { start, end }
    start = text.indexOf('"', end)
  }
}

function parsed(literal: string): string | undefined {
  try {
    // As a value, not as a name: values are read right.
    return JSON.parse(literal) as string
  } catch {
    return undefined
  }
}
