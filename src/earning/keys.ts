import { createHash } from 'node:crypto'

/** Keys of the service's own: nobody else may send one that begins so. */
const PREFIXES = { accrual: 'earn:', 'carry-over': 'carry:', lapse: 'lapse:', correction: 'correct:' } as const

/** What a key is made of. */
export interface Posted {
  readonly entity: string
  readonly policy: string
  /** null: of the account itself. */
  readonly assignment: string | null
  readonly kind: keyof typeof PREFIXES
  /** The first day of what it is about. */
  readonly first: string
  /** Of a correction: the position of what caused it. */
  readonly cause?: number
}

/** The key under which one posting is recorded, whoever works it out and however often. */
export function postingKey({ entity, policy, assignment, kind, first, cause }: Posted): string {
  const about = [entity, policy, assignment ?? '', kind, first, ...(cause === undefined ? [] : [String(cause)])]
  return PREFIXES[kind] + createHash('sha256').update(about.join('\n')).digest('hex')
}
