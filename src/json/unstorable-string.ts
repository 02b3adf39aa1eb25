import { stepTo } from '../contract/json-pointer.ts'
import type { JsonFault } from './json-fault.ts'

/** The first string in a parsed value that PostgreSQL cannot store or RFC 8785 cannot print. Names are looked at before. */
export function unstorableString(value: unknown, at = ''): JsonFault | undefined {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) return { pointer: at, message: 'has half a surrogate pair, which is no character' }
    return value.includes('\0') ? { pointer: at, message: 'has \\u0000, which cannot be stored' } : undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  // Of a list the indexes.
  for (const [name, member] of Object.entries(value)) {
    const fault = unstorableString(member, at + stepTo(name))
    if (fault !== undefined) return fault
  }
  return undefined
}
