import { Decimal } from 'decimal.js'

/*
 * What a balance may come down to, day by day, as simply as it can be said: every day is looked at on which anything is
 * recorded or a version begins. It shares no code with the service.
 */

const Exact = Decimal.clone({ precision: 60 })

/** A version of a policy, as far as it is about overdrafts. Lists of them are oldest first. */
export interface Limit {
  readonly effectiveFrom: string
  /** null: unlimited. */
  readonly overdraftLimit: string | null
}

/** Signed, in the order of recording. */
export interface Amount {
  readonly amount: string
  readonly effectiveOn: string
}

/** A day with what it has and what it has to have; both as of its end. */
export interface LimitedDay {
  readonly on: string
  readonly balance: Decimal
  readonly floor: Decimal
}

/** The version with the latest beginning by the day, the newer of two; before all of them, the earliest. */
export function versionOn<Version extends Limit>(versions: readonly Version[], day: string): Version {
  const byBeginning = versions.toSorted((a, b) =>
    a.effectiveFrom < b.effectiveFrom ? -1 : a.effectiveFrom > b.effectiveFrom ? 1 : 0,
  )
  const earliest = byBeginning.filter(({ effectiveFrom }) => effectiveFrom === byBeginning[0]!.effectiveFrom)
  return byBeginning.findLast(({ effectiveFrom }) => effectiveFrom <= day) ?? earliest.at(-1)!
}

/** Of `from` and every later day that matters, those with a limit. */
export function limitedDays(
  amounts: readonly Amount[],
  versions: readonly Limit[],
  from: string,
): readonly LimitedDay[] {
  const later = [
    ...amounts.map(({ effectiveOn }) => effectiveOn),
    ...versions.map(({ effectiveFrom }) => effectiveFrom),
  ]
  const days = [from, ...new Set(later.filter((on) => on > from).toSorted())]
  return days.flatMap((on) => {
    const { overdraftLimit } = versionOn(versions, on)
    return overdraftLimit === null
      ? []
      : [{ on, balance: balanceOn(amounts, on), floor: new Exact(overdraftLimit).neg() }]
  })
}

/** The most that may be taken on a day; null: without limit. */
export function mostOn(amounts: readonly Amount[], versions: readonly Limit[], day: string): Decimal | null {
  const above = limitedDays(amounts, versions, day).map(({ balance, floor }) => balance.minus(floor))
  return above.length === 0 ? null : Exact.min(...above)
}

export function balanceOn(amounts: readonly Amount[], day: string): Decimal {
  return amounts
    .filter(({ effectiveOn }) => effectiveOn <= day)
    .reduce((sum, { amount }) => sum.plus(amount), new Exact(0))
}
