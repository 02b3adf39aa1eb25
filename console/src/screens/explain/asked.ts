import { textsIn } from '../../parts/address.ts'

/** What somebody asks about an account, as it stands in the address. */
export interface Asked {
  readonly entity?: string
  readonly policy?: string
  readonly asOf?: string
  /** As it was known then: a day, a time where the reader is, or a position; left out: now. */
  readonly known?: string
}

/** How a moment is said at which something was known. */
export type KnownBy = 'now' | 'day' | 'instant' | 'position'

export function askedOf(search: Readonly<Record<string, unknown>>): Asked {
  return textsIn(search, 'entity', 'policy', 'asOf', 'known')
}

export function knownBy(known: string | undefined): KnownBy {
  if (known === undefined) return 'now'
  if (/^\d{4}-\d{2}-\d{2}$/.test(known)) return 'day'
  return /^\d{4,}-/.test(known) ? 'instant' : 'position'
}

/** For `knownAt`: a day is over at its end, and times are those where the reader is. */
export function knownAtOf(known: string): string {
  if (knownBy(known) === 'position') return known
  const at = new Date(knownBy(known) === 'day' ? `${known}T23:59:59.999` : known)
  // What is no time is refused by the service, in its words.
  return Number.isNaN(at.getTime()) ? known : at.toISOString()
}
