import type { CalendarDate } from '../calendar-date.ts'
import { type DrawingTerms, USUAL_DRAWING } from '../drawing/terms.ts'

/** Days on which nobody may be away. */
export interface Blackout {
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly name: string
}

/** What a policy says about requests. The terms of its version in force on the first day decide. */
export interface RequestTerms extends DrawingTerms {
  /**
   * Roles that have to agree, one after the other.
   * - none: the request is granted at once;
   * - null: anybody agrees but whoever it is for.
   */
  readonly approval: readonly string[] | null
  /** Entities by role. `manager` is not among them: an entity's manager is the one that its definition names. */
  readonly roles: Readonly<Record<string, readonly string[]>>
  /** A request that costs at most this much is granted at once; null: none is. In its normal spelling. */
  readonly automaticUpTo: string | null
  /**
   * How an approved request is cancelled.
   * - `free`: by whoever asks for it;
   * - `ask`: by whoever may decide about it; others can only ask for that.
   */
  readonly cancellation: 'ask' | 'free'
  /** How many days after today leave begins at the latest. */
  readonly maxDaysAhead: number | null
  /** How many days of the calendar it spans at most. */
  readonly maxConsecutiveDays: number | null
  /** How many days after today it begins at the earliest. */
  readonly minNoticeDays: number | null
  /** How many days after the first day of employment leave begins at the earliest. */
  readonly waitingDays: number | null
  readonly blackouts: readonly Blackout[]
  /** Every day of a request counts, worked or not; absent: working days alone. */
  readonly countCalendarDays?: boolean
  /** Approved leave of these resources is given back on the days that a request takes; absent: none is. */
  readonly displaces?: readonly string[]
}

/** Defaults: for a policy without request terms, and for each term that is left out. */
export const USUAL_TERMS: RequestTerms = {
  ...USUAL_DRAWING,
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

/** No request spans more days than this, whatever its policies say: each of its days is a line or two. */
export const MOST_DAYS = 366

/** Whether two terms say the same, whatever the order of their members. */
export function sameRequestTerms(a: RequestTerms | null, b: RequestTerms | null): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b))
}

function inOrder(terms: RequestTerms | null): unknown {
  if (terms === null) return null
  const { roles, blackouts, ...others } = terms
  return [byName(others), byName(roles), blackouts.map(({ from, to, name }) => [from, to, name])]
}

/** Members by name, so that terms are the same whatever order they were said in. */
function byName(members: Readonly<Record<string, unknown>>): unknown {
  return Object.keys(members)
    .toSorted()
    .map((name) => [name, members[name]])
}
