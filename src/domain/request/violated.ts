import type { Refused } from '../refusal.ts'

/** A rule that is not kept. */
export function violated(rule: string, limit: string): Refused {
  return { refusal: { code: 'rule-violated', rule, limit } }
}
