import type { CalendarDate } from '../calendar-date.ts'
import { retiredOn } from '../policy/retirement.ts'
import { printMinor } from '../quantity.ts'
import type { AccountLookedAt } from '../refusal.ts'
import { versionInForce } from '../version-in-force.ts'
import { isClosedTo, type Source } from './sources.ts'
import { headroomOn } from './spendable.ts'

/**
 * What every one of several accounts has for a day that could not be had, in the order in which they are drawn on.
 * @param date the day; `on`: when a line about it takes effect
 * @returns nothing of a single account: a refusal names that anyway
 */
export function lookedAt(
  sources: readonly Source[],
  { date, on }: { readonly date: CalendarDate; readonly on: CalendarDate },
): { readonly accounts?: readonly AccountLookedAt[] } {
  if (sources.length < 2) return {}
  return { accounts: sources.map((source) => lookedAtOne(source, { date, on })) }
}

function lookedAtOne(
  source: Source,
  { date, on }: { readonly date: CalendarDate; readonly on: CalendarDate },
): AccountLookedAt {
  const { policy, scale } = source.account
  const version = versionInForce(source.history, on)
  if (isClosedTo(date, version, source)) {
    const retiredFrom = retiredOn(source.history, date)
    const expiresOn = version.requests?.expiresOn ?? null
    const why = retiredFrom === undefined ? (expiresOn === null ? {} : { expiresOn }) : { retiredFrom }
    return { policy, available: printMinor(0n, scale), ...why }
  }
  const above = headroomOn(source, on)
  return { policy, available: above === null ? null : printMinor(above, scale) }
}
