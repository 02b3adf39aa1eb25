import type { CalendarDate } from '../calendar-date.ts'

/** Days on which nobody may be away. */
export interface Blackout {
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly name: string
}

/** What a policy says about requests. Dated as everything of a policy is: by its versions. */
export interface RequestTerms {
  /** Of the policies of one resource the one with the lowest number is drawn on first. */
  readonly priority: number
  /** No day after this one is drawn from it; of two with the same priority the one that expires earlier goes first. */
  readonly expiresOn: CalendarDate | null
  /** Who has to agree, one after the other; none: granted at once; null: anybody but whoever asks. */
  readonly approval: readonly string[] | null
  /** The entities that have a role. `manager` is nobody's here: it is whom the entity's definition names. */
  readonly roles: Readonly<Record<string, readonly string[]>>
  /** A request of at most this much is granted at once. In its normal spelling. */
  readonly automaticUpTo: string | null
  /** Whether what was approved is cancelled by whoever it is for, or only asked for. */
  readonly cancellation: 'ask' | 'free'
  readonly maxDaysAhead: number | null
  readonly maxConsecutiveDays: number | null
  readonly minNoticeDays: number | null
  /** From the first day of employment on. */
  readonly waitingDays: number | null
  readonly blackouts: readonly Blackout[]
}

/** Of a policy that says nothing about requests; and of each member that one leaves out. */
export const USUAL_TERMS: RequestTerms = {
  priority: 100,
  expiresOn: null,
  approval: null,
  roles: {},
  automaticUpTo: null,
  cancellation: 'free',
  maxDaysAhead: 365,
  maxConsecutiveDays: 30,
  minNoticeDays: null,
  waitingDays: null,
  blackouts: [],
}

/** No request spans more days than this, whatever its policies say: each of its days may be a line or two. */
export const MOST_DAYS = 366

export function sameRequestTerms(a: RequestTerms | null, b: RequestTerms | null): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b))
}

/** The same terms, members by name: whoever made them. */
function inOrder(terms: RequestTerms | null): unknown {
  if (terms === null) return null
  const { roles, blackouts, ...others } = terms
  return [
    Object.entries(others).toSorted(byName),
    Object.entries(roles).toSorted(byName),
    blackouts.map(({ from, to, name }) => [from, to, name]),
  ]
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
