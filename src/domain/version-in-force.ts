import type { CalendarDate } from './calendar-date.ts'

/**
 * The version that decides about `day`: the newest one already in effect. A day before every `effectiveFrom` is decided
 * by the first version, since a balance may be brought in from before its policy was written down.
 * @param history oldest first
 */
export function versionInForce<Version extends { readonly effectiveFrom: CalendarDate }>(
  history: readonly [Version, ...Version[]],
  day: CalendarDate,
): Version {
  for (let index = history.length - 1; index > 0; index--) {
    const version = history[index]!
    if (version.effectiveFrom <= day) return version
  }
  return history[0]
}
