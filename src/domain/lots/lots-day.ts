import type { CalendarDate } from '../calendar-date.ts'
import type { Minor } from '../quantity.ts'
import type { Kind, LotsMovement } from './lots-movement.ts'

/** What a carry-over says of the lots without a last day that were earned before a day. */
export interface CarriedLots {
  readonly earnedBefore: CalendarDate
  /** How much of them there should be. */
  readonly kept: Minor
  /** Their last day from now on; null: they have none. */
  readonly until: CalendarDate | null
  /** How much of what is left of them keeps having none. */
  readonly neverLapses: Minor
}

/** What reversals of a day undo of an earlier one. */
export interface Undone {
  readonly of: CalendarDate
  readonly kind: Kind
  readonly until: CalendarDate | null
  /** Signed effect on the balance. */
  readonly amount: Minor
}

/** All that takes effect on one day, by what it is to lots: signed sums, a reversal on the same day with its original. */
export interface LotsDay {
  /** By last day, ascending, those without one at the end; none of them zero. */
  readonly earned: readonly { readonly until: CalendarDate | null; readonly amount: Minor }[]
  readonly drawn: Minor
  readonly lapse: Minor
  readonly cut: Minor
  readonly cap: Minor
  /** By the day that it is about, ascending; none of them zero. */
  readonly corrected: readonly { readonly meant: CalendarDate; readonly amount: Minor }[]
  /** The one that was recorded last. */
  readonly carried: CarriedLots | null
  /** What is given back before what is taken back, earlier days first. */
  readonly undone: readonly Undone[]
}

export const EMPTY_DAY: LotsDay = {
  earned: [],
  drawn: 0n,
  lapse: 0n,
  cut: 0n,
  cap: 0n,
  corrected: [],
  carried: null,
  undone: [],
}

/** The day with one more movement. */
export function withMovement(day: LotsDay, movement: LotsMovement): LotsDay {
  const { kind, amount, undoes, until, meant } = movement
  if (undoes !== null) return { ...day, undone: withUndone(day.undone, { of: undoes, kind, until, amount }) }
  switch (kind) {
    case 'earned':
      return { ...day, earned: withEarned(day.earned, until, amount) }
    case 'corrected':
      return { ...day, corrected: withCorrected(day.corrected, meant, amount) }
    default:
      return { ...day, [kind]: day[kind] + amount }
  }
}

export function withCarried(day: LotsDay, carried: CarriedLots): LotsDay {
  return { ...day, carried }
}

function withEarned(earned: LotsDay['earned'], until: CalendarDate | null, amount: Minor): LotsDay['earned'] {
  const others = earned.filter((one) => one.until !== until)
  const sum = amount + (earned.find((one) => one.until === until)?.amount ?? 0n)
  return sum === 0n ? others : [...others, { until, amount: sum }].toSorted(byUntil)
}

function withCorrected(corrected: LotsDay['corrected'], meant: CalendarDate, amount: Minor): LotsDay['corrected'] {
  const others = corrected.filter((one) => one.meant !== meant)
  const sum = amount + (corrected.find((one) => one.meant === meant)?.amount ?? 0n)
  if (sum === 0n) return others
  return [...others, { meant, amount: sum }].toSorted((a, b) => (a.meant < b.meant ? -1 : 1))
}

function withUndone(undone: readonly Undone[], one: Undone): readonly Undone[] {
  const isSame = ({ of, kind, until }: Undone): boolean => of === one.of && kind === one.kind && until === one.until
  const sum = one.amount + (undone.find(isSame)?.amount ?? 0n)
  const others = undone.filter((other) => !isSame(other))
  return sum === 0n ? others : [...others, { ...one, amount: sum }].toSorted(inOrder)
}

function inOrder(a: Undone, b: Undone): number {
  if (a.amount > 0n !== b.amount > 0n) return a.amount > 0n ? -1 : 1
  if (a.of !== b.of) return a.of < b.of ? -1 : 1
  return a.kind === b.kind ? byUntil(a, b) : a.kind < b.kind ? -1 : 1
}

/** The order in which lots lapse. */
export function byUntil(
  a: { readonly until: CalendarDate | null },
  b: { readonly until: CalendarDate | null },
): number {
  if (a.until === b.until) return 0
  return a.until !== null && (b.until === null || a.until < b.until) ? -1 : 1
}
