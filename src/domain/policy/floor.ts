import { type Minor, toMinor } from '../quantity.ts'
import type { PolicyVersion } from './policy.ts'

/** The lowest balance that a policy allows: minus its overdraft limit; null: there is no limit. */
export function floorOf({ overdraftLimit }: PolicyVersion, scale: number): Minor | null {
  if (overdraftLimit === null) return null
  const limit = toMinor(overdraftLimit, scale)
  if (limit === 'scale-exceeded') throw new Error('a policy keeps an overdraft limit finer than its scale')
  return -limit
}
