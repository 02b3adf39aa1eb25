import { type CustomTypesConfig, types } from 'pg'

type Parser = (text: string) => unknown

/**
 * How values of the database become values of the service. Every connection is opened with these; the driver's own
 * choices would turn days into local midnights, and quantities in arrays and positions into something inexact.
 *
 * - `date` stays the text `YYYY-MM-DD`; `numeric` stays text, in arrays too
 * - `int8` becomes a number: positions, lines and counts stay below 2^53, and one that does not throws
 * - `json` stays the text that was stored, byte for byte, because event documents are hashed; `jsonb` is parsed
 * - `timestamptz` becomes a `Date` (milliseconds; what the record keeps has no more), `bytea` a `Buffer`
 *
 * @throws RangeError while a row is read, when an `int8` is no safe integer
 */
export const typeParsers: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    const ours = format === 'binary' ? undefined : parsers.get(oid)
    return ours ?? (types.getTypeParser(oid, format) as Parser)
  },
}

// As a number: the list of types that the driver's declarations accept leaves out the arrays.
const textArray: number = 1009
const parseTextArray = types.getTypeParser(textArray) as (text: string) => (string | null)[]

const parsers = new Map<number, Parser>([
  [20 /* int8 */, parseInt8],
  [1016 /* int8[] */, (text) => parseTextArray(text).map((item) => (item === null ? null : parseInt8(item)))],
  [1082 /* date */, asText],
  [1182 /* date[] */, parseTextArray],
  [1231 /* numeric[] */, parseTextArray],
  [114 /* json */, asText],
  [199 /* json[] */, parseTextArray],
])

function parseInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} is beyond 2^53 - 1`)
  return value
}

function asText(text: string): string {
  return text
}
