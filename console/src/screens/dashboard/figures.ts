import { compare, minus, plus, sumOf } from '../../parts/decimals.ts'
import { daysBetween } from '../../parts/today.ts'

/** What is added up of what the service answers. */

/** The sum of a kind of leave up to the end of a day. */
interface Sum {
  readonly resource: string
  readonly unit: string
  /** null: it is not told. */
  readonly consumed: string | null
}

interface Standing {
  readonly entity: string
  readonly available: string
  readonly pending: string
}

export interface TakenOfKind {
  readonly resource: string
  readonly unit: string
  /** Twelve quantities, of January to December. */
  readonly months: readonly string[]
}

/** @param sums of a book at the end of the year before, and of each of the twelve months */
export function takenByMonth(sums: readonly (readonly Sum[])[]): readonly TakenOfKind[] {
  const kinds = new Map((sums.at(-1) ?? []).map(({ resource, unit }) => [`${resource} ${unit}`, { resource, unit }]))
  return [...kinds.values()].map(({ resource, unit }) => {
    const consumed = sums.map(
      (all) => all.find((one) => one.resource === resource && one.unit === unit)?.consumed ?? '0',
    )
    return { resource, unit, months: consumed.slice(1).map((sum, month) => minus(sum, consumed[month]!)) }
  })
}

export interface OwedIn {
  /** null: of nobody's. */
  readonly department: string | null
  /** Earned, and neither taken nor paid out: what is left and what is asked for, of accounts above zero. */
  readonly owed: string
  readonly left: string
  readonly asked: string
}

export function owedByDepartment(
  balances: readonly Standing[],
  departmentOf: (entity: string) => string | null,
): readonly OwedIn[] {
  const groups = Map.groupBy(balances, ({ entity }) => departmentOf(entity))
  return [...groups]
    .map(([department, all]) => ({
      department,
      owed: sumOf(all.map(({ available, pending }) => aboveZero(plus(available, pending)))),
      left: sumOf(all.map(({ available }) => available)),
      asked: sumOf(all.map(({ pending }) => pending)),
    }))
    .toSorted((a, b) => compare(b.owed, a.owed) || (a.department ?? '').localeCompare(b.department ?? ''))
}

function aboveZero(quantity: string): string {
  return compare(quantity, '0') > 0 ? quantity : '0'
}

/** First day of each span of waiting, in days: today, a day or two, … */
export const AGES = [0, 1, 3, 7, 14] as const

/** How many wait so long, by the spans of `AGES`. */
export function byAge(requests: readonly { readonly submittedAt: string | null }[], today: string): readonly number[] {
  const counts = AGES.map(() => 0)
  for (const { submittedAt } of requests) {
    const waited = submittedAt === null ? 0 : Math.max(0, daysBetween(submittedAt.slice(0, 10), today))
    counts[AGES.findLastIndex((first) => first <= waited)]! += 1
  }
  return counts
}

/** How much was recorded on each day. */
export function eventsOn(
  days: readonly string[],
  events: readonly { readonly day: string; readonly events: number }[],
): readonly number[] {
  const counts = new Map<string, number>()
  for (const { day, events: count } of events) counts.set(day, (counts.get(day) ?? 0) + count)
  return days.map((day) => counts.get(day) ?? 0)
}
