import type { CalendarDate } from './calendar-date.ts'

/**
 * The version that decides about `day`: of those in effect by then the one with the latest `effectiveFrom`, and of two with
 * the same one the newer. So what is defined from today on leaves what is scheduled for later in force from its day on. A
 * day before all of them has the earliest, since a balance may be brought in from before its policy was written down.
 * @param history oldest first
 */
export function versionInForce<Version extends { readonly effectiveFrom: CalendarDate }>(
  history: readonly [Version, ...Version[]],
  day: CalendarDate,
): Version {
  let inForce: Version | undefined
  let earliest = history[0]
  for (const version of history) {
    const { effectiveFrom } = version
    if (effectiveFrom <= day && (inForce === undefined || inForce.effectiveFrom <= effectiveFrom)) inForce = version
    if (effectiveFrom <= earliest.effectiveFrom) earliest = version
  }
  return inForce ?? earliest
}
