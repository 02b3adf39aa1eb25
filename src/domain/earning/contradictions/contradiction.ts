import type { PolicyTerms } from '../../policy/policy.ts'

/** Something that cannot be said together with something else. */
export interface Contradiction {
  /** RFC 6901, from where the terms are said. */
  readonly pointer: string
  /** What to write instead: a sentence whose subject is the pointer. */
  readonly message: string
}

/** What of a policy its terms of earning are held against. */
export type AboutPolicy = Pick<PolicyTerms, 'leaveYear' | 'overdraftLimit' | 'scale'>
