import type { CalendarDate } from '../calendar-date.ts'
import type { PolicyHistory, PolicyVersion } from './policy.ts'

/** Days on which nothing is accrued or taken under a policy: from the first on, before the other. */
export interface RetiredSpan {
  readonly from: CalendarDate
  /** The first day of the version that follows; null: there is none. */
  readonly until: CalendarDate | null
}

const known = new WeakMap<PolicyHistory, readonly RetiredSpan[]>()

const NEVER: readonly RetiredSpan[] = []

/**
 * The day from which a policy is retired, where it is on `day`. A version retires it from its `retiredFrom` until the
 * version after it begins: so what is scheduled for later without a `retiredFrom` brings the policy back on its day, and a
 * day before the version itself is retired too, where that is what it says.
 * @returns undefined: it is not retired then
 */
export function retiredOn(history: PolicyHistory, day: CalendarDate): CalendarDate | undefined {
  let spans = known.get(history)
  if (spans === undefined) known.set(history, (spans = retiredSpansOf(history)))
  return spans.find(({ from, until }) => from <= day && (until === null || day < until))?.from
}

/**
 * The day from which a policy is retired, where it is so on each of some days.
 * @param days `to` is null where they have no end
 * @returns undefined: on one of them at least it is not
 */
export function retiredThroughout(
  history: PolicyHistory,
  { from, to }: { readonly from: CalendarDate; readonly to: CalendarDate | null },
): CalendarDate | undefined {
  const spans = retiredSpansOf(history)
  const isWhole = (until: CalendarDate | null) => until === null || (to !== null && to < until)
  return spans.find((span) => span.from <= from && isWhole(span.until))?.from
}

/** By day. */
export function retiredSpansOf(history: PolicyHistory): readonly RetiredSpan[] {
  if (history.every(({ retiredFrom }) => retiredFrom === undefined)) return NEVER
  // The newest of those that begin on one day, as `versionInForce` has it.
  const byDay = new Map<CalendarDate, PolicyVersion>(history.map((version) => [version.effectiveFrom, version]))
  const inOrder = [...byDay.values()].toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1))
  return inOrder.flatMap(({ retiredFrom }, at) => {
    if (retiredFrom === undefined) return []
    const until = inOrder[at + 1]?.effectiveFrom ?? null
    return until === null || retiredFrom < until ? [{ from: retiredFrom, until }] : []
  })
}
