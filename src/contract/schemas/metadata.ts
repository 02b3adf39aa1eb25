import { Type } from 'typebox'
import type { AccrualBody } from '../../commands/bodies.ts'

type Members = NonNullable<AccrualBody['metadata']>

/** As JSON, in UTF-8. */
const MOST_BYTES = 16_384

/** Anything a caller wants to keep beside a command. Not part of the hashed record; it can be erased. */
export const Metadata = Type.Refine(
  Type.Unsafe<Members>({
    type: 'object',
    additionalProperties: true,
    description:
      `Any JSON object of at most ${MOST_BYTES} bytes. Kept beside the record, where it can be erased. Whole numbers in it ` +
      'stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a ' +
      'quotation mark, a backslash or a control character.',
    examples: [{ source: 'payroll', run: 17 }],
    'x-must': `be an object of at most ${MOST_BYTES} bytes as JSON, with whole numbers below 2^53 and no member named __proto__`,
  }),
  (value) => isPlain(value) && Buffer.byteLength(JSON.stringify(value)) <= MOST_BYTES,
)

/** Whether RFC 8785 can print it, and reading it again gives the same. Its depth is bounded where the text is parsed. */
function isPlain(value: Members[string]): boolean {
  // A longer whole number, an id say, would come back as another one.
  if (typeof value === 'number') return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  if (Object.hasOwn(value, '__proto__')) return false
  return Object.values(value).every(isPlain)
}
