import { endOfString } from './json-string.ts'

/**
 * A JSON text with the escapes in its member names written out: `{"\u00e9":1}` becomes `{"é":1}`.
 * Node 24 may take an escaped name for another one that it parsed before (nodejs/node#63785); a plain one it never does.
 * @param text JSON, or something else, which stays what it is
 * @returns undefined where a name cannot do without an escape: a quotation mark, a backslash, a control character
 */
export function withPlainNames(text: string): string | undefined {
  // Hardly any body has a backslash at all.
  if (!text.includes('\\')) return text
  let plain = ''
  let taken = 0
  for (const { start, end } of escapedNames(text)) {
    const name = printed(text.slice(start, end))
    if (name === undefined || name.includes('\\')) return undefined
    plain += text.slice(taken, start) + name
    taken = end
  }
  return plain + text.slice(taken)
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

function printed(literal: string): string | undefined {
  try {
    // As a value, not as a name: values are read right.
    return JSON.stringify(JSON.parse(literal))
  } catch {
    return undefined
  }
}
