import { type CalendarDate, dayAfter } from '../calendar-date.ts'
import type { Minor } from '../quantity.ts'

/** What was earned or given at once, and how much of it is left. */
export interface PooledLot {
  readonly earnedOn: CalendarDate
  /** Its last valid day; null: it has none. */
  readonly validUntil: CalendarDate | null
  readonly left: Minor
  /** The leave year whose notice it waits for: it has no last day until that is given. null: for none. */
  readonly waitsFor: number | null
}

/** What lapses on a day. */
export interface Lapsed {
  readonly amount: Minor
  /** The last day on which it could be taken. */
  readonly validUntil: CalendarDate
  /** The first day on which any of it was earned. */
  readonly earnedOn: CalendarDate
}

/**
 * The lots of one account while its days are walked through. Whoever takes, takes from the lot that lapses first, from those
 * that never lapse last, from the older before the younger. What is taken beyond them is a debt, which later lots repay.
 */
export class Pool {
  /** In the order in which they are drawn on; none is empty. */
  #lots: PooledLot[] = []
  #debt: Minor = 0n

  get balance(): Minor {
    return this.#lots.reduce((sum, { left }) => sum + left, -this.#debt)
  }

  /** What carry-over decides about: lots without a last day that wait for nothing. */
  get undated(): Minor {
    return this.#lots.reduce((sum, lot) => (isUndated(lot) ? sum + lot.left : sum), 0n)
  }

  /** The first day on which something lapses if nobody takes it. */
  get nextLapse(): CalendarDate | undefined {
    const first = this.#lots[0]?.validUntil ?? null
    return first === null ? undefined : dayAfter(first)
  }

  give(amount: Minor, lot: { readonly earnedOn: CalendarDate; readonly validUntil: CalendarDate | null }): void {
    const repaid = amount < this.#debt ? amount : this.#debt
    this.#debt -= repaid
    if (amount > repaid) this.#add({ ...lot, left: amount - repaid, waitsFor: null })
  }

  take(amount: Minor): void {
    this.#debt += this.#draw(amount, () => true)
  }

  /** Takes away what could be taken until the day before at the latest; by last day. */
  lapse(on: CalendarDate): readonly Lapsed[] {
    const gone = this.#lots.filter(({ validUntil }) => validUntil !== null && validUntil < on)
    if (gone.length === 0) return []
    this.#lots = this.#lots.slice(gone.length)
    const byDay = Map.groupBy(gone, ({ validUntil }) => validUntil!)
    return Array.from(byDay, ([validUntil, lots]) => ({
      validUntil,
      amount: lots.reduce((sum, { left }) => sum + left, 0n),
      earnedOn: lots.reduce((first, { earnedOn }) => (earnedOn < first ? earnedOn : first), lots[0]!.earnedOn),
    }))
  }

  /** Takes away so much of what has no last day. @throws Error where there is less */
  cut(amount: Minor): void {
    if (this.#draw(amount, isUndated) > 0n) throw new Error('more is cut than there is')
  }

  /** Gives what has no last day one, all but `never`, which the youngest keep. */
  bind(validUntil: CalendarDate, never: Minor): void {
    this.#rebind(isUndated, validUntil, never)
  }

  /** What has no last day waits for the notice of a leave year, and gets one then. */
  hold(waitsFor: number): void {
    this.#lots = this.#lots.map((lot) => (isUndated(lot) ? { ...lot, waitsFor } : lot))
  }

  /** What waits for the notice of a leave year. */
  waitingFor(year: number): Minor {
    return this.#lots.reduce((sum, lot) => (lot.waitsFor === year ? sum + lot.left : sum), 0n)
  }

  /** The notice was given: what waited for it has a last day now, all but `never`. */
  noticed(year: number, validUntil: CalendarDate, never: Minor): void {
    this.#rebind(({ waitsFor }) => waitsFor === year, validUntil, never)
  }

  #rebind(isBound: (lot: PooledLot) => boolean, validUntil: CalendarDate, never: Minor): void {
    const bound = this.#lots.filter(isBound)
    this.#lots = this.#lots.filter((lot) => !isBound(lot))
    let free = never
    for (const lot of bound.toReversed()) {
      const stays = lot.left < free ? lot.left : free
      free -= stays
      if (stays > 0n) this.#add({ ...lot, left: stays, waitsFor: null })
      if (lot.left > stays) this.#add({ ...lot, left: lot.left - stays, validUntil, waitsFor: null })
    }
  }

  #add(lot: PooledLot): void {
    let at = this.#lots.length
    while (at > 0 && isBefore(lot, this.#lots[at - 1]!)) at--
    this.#lots.splice(at, 0, lot)
  }

  /** @returns what could not be drawn */
  #draw(amount: Minor, isDrawn: (lot: PooledLot) => boolean): Minor {
    let rest = amount
    const left: PooledLot[] = []
    for (const lot of this.#lots) {
      const part = !isDrawn(lot) || rest === 0n ? 0n : lot.left < rest ? lot.left : rest
      rest -= part
      if (lot.left > part) left.push(part === 0n ? lot : { ...lot, left: lot.left - part })
    }
    this.#lots = left
    return rest
  }
}

function isUndated({ validUntil, waitsFor }: PooledLot): boolean {
  return validUntil === null && waitsFor === null
}

function isBefore(one: PooledLot, other: PooledLot): boolean {
  if (one.validUntil !== other.validUntil) {
    return one.validUntil !== null && (other.validUntil === null || one.validUntil < other.validUntil)
  }
  return one.earnedOn < other.earnedOn
}
