import { type CalendarDate, dayBefore } from '../calendar-date.ts'
import type { Minor } from '../quantity.ts'
import { byUntil, type CarriedLots, type LotsDay, type Undone } from './lots-day.ts'

/** What is left of lots before the first day that is looked at. */
export interface LotsBefore {
  /** By last day; null: for ever. */
  readonly left: readonly { readonly until: CalendarDate | null; readonly amount: Minor }[]
  /** What was taken without a lot to take it from. Then nothing is left. */
  readonly debt: Minor
  /** How much more was posted as lapsed than lapsed; negative: less. */
  readonly excess: Minor
  /** What the last carry-over kept and was not there; null: all of it was, or what it kept has no last day. */
  readonly short: Short | null
}

/** What is still to come to what was carried over on a day: by corrections. It gets the same last day. */
export interface Short {
  readonly on: CalendarDate
  readonly until: CalendarDate
  readonly amount: Minor
}

export const NO_LOTS: LotsBefore = { left: [], debt: 0n, excess: 0n, short: null }

/** One lot, or a part of one that has another last day than the rest: `amount` is the sum of the three. */
export interface LotPart {
  /** Lots that are told apart by nothing are one: those that were earned on a day and had the same last day. */
  readonly group: string
  until: CalendarDate | null
  readonly age: CalendarDate
  readonly number: number
  left: Minor
  used: Minor
  lapsed: Minor
}

/** Whether what is taken of a lot was used, or is gone like what lapses. */
type Taken = 'used' | 'lapsed'

/** What was taken of a lot; of none: it made a debt. */
interface Allocation {
  readonly part: LotPart | null
  readonly amount: Minor
}

const BEFORE_ALL = '0000-00-00' as CalendarDate

/**
 * The lots of an account, moved on day by day. On each day, in this order:
 * - what is left of lots whose last day is over lapses, posted or not;
 * - a carry-over cuts lots without a last day, and gives those that are left one;
 * - lots are earned and corrected; they repay a debt first;
 * - what reversals give back returns to the lot that it was taken from, and lapses at once where that is over;
 * - caps and leave draw: the lot that lapses first, those that never lapse last, older before younger.
 *
 * At any time the balance that was recorded is `balance - excess`.
 */
export class OpenLots {
  readonly groups = new Map<string, LotPart[]>()
  /** With something left, in the order in which they are drawn. */
  readonly #open: LotPart[] = []
  /** By day and whether it was a cut: what its draws took, in order; kept where reversals may ask for it. */
  readonly #allocations: Map<string, Allocation[]> | undefined
  /** What later lots repaid of debts. */
  readonly #repaid: Allocation[] = []
  /** What corrections have given back of what was posted as lapsed or cut, and was not. */
  #returned = 0n
  #parts = 0
  #left = 0n
  #debt: Minor
  #excess: Minor
  #short: Short | null

  /** @param remembers whether reversals may undo what was taken on an earlier day */
  constructor({ left, debt, excess, short }: LotsBefore, { remembers }: { readonly remembers: boolean }) {
    this.#debt = debt
    this.#excess = excess
    this.#short = short
    this.#allocations = remembers ? new Map() : undefined
    for (const { until, amount } of left) this.#earn(groupOf(BEFORE_ALL, until), { until, age: BEFORE_ALL, amount })
  }

  /** What may be taken, less the debt. */
  get balance(): Minor {
    return this.#left - this.#debt
  }

  get returned(): Minor {
    return this.#returned
  }

  /** What is left, as `LotsBefore` says it. */
  get now(): LotsBefore {
    const left: { until: CalendarDate | null; amount: Minor }[] = []
    for (const { until, left: amount } of this.#open) {
      const last = left.at(-1)
      if (last !== undefined && last.until === until) last.amount += amount
      else left.push({ until, amount })
    }
    return { left, debt: this.#debt, excess: this.#excess, short: this.#short }
  }

  /** Lets lapse what is over on a day. */
  lapse(on: CalendarDate): void {
    for (;;) {
      const [first] = this.#open
      if (first === undefined || first.until === null || first.until >= on) return
      this.#excess -= first.left
      this.#take(first, first.left, 'lapsed')
    }
  }

  take(on: CalendarDate, day: LotsDay): void {
    this.lapse(on)
    this.#excess -= day.lapse
    this.#carryOver(on, day)
    for (const { until, amount } of day.earned) this.#earn(groupOf(on, until), { until, age: on, amount })
    const drawn = day.corrected.reduce((sum, { meant, amount }) => sum + this.#correct(on, meant, amount), 0n)
    this.lapse(on)
    this.#settle()
    for (const undone of day.undone) this.#undo(on, undone, day)
    this.#settle()
    this.#draw(-day.cap, 'lapsed', this.#allocationsOf(on, 'cap'))
    this.#draw(drawn - day.drawn, 'used', this.#allocationsOf(on, 'drawn'))
  }

  #carryOver(on: CalendarDate, { carried, corrected, cut }: LotsDay): void {
    // What is added to what is carried over is the youngest of it.
    const age = cut > 0n ? dayBefore(carried?.earnedBefore ?? on) : on
    if (cut > 0n) this.#earn(groupOf(on, null, 'cut'), { age, until: null, amount: cut })
    const back = corrected.reduce((sum, { meant, amount }) => (meant <= on ? sum + most(amount, 0n) : sum), 0n)
    this.#cut(on, most(-cut, 0n), { carried, back })
    if (carried !== null) this.#carry(on, carried)
  }

  #earn(group: string, { until, age, amount }: { until: CalendarDate | null; age: CalendarDate; amount: Minor }): void {
    if (amount === 0n) return
    let parts = this.groups.get(group)
    if (parts === undefined) this.groups.set(group, (parts = []))
    const same = parts.find((part) => part.until === until)
    const part = same ?? { group, until, age, number: ++this.#parts, left: 0n, used: 0n, lapsed: 0n }
    if (same === undefined) parts.push(part)
    this.#put(part, amount)
  }

  /**
   * A correction settles first what was posted as lapsed beyond what lapsed, or short of it; what is about a carry-over, or a
   * day before, makes up for what that is short of.
   * @returns what it draws
   */
  #correct(on: CalendarDate, meant: CalendarDate, amount: Minor): Minor {
    const settled = amount > 0n ? least(amount, most(this.#excess, 0n)) : -least(-amount, most(-this.#excess, 0n))
    this.#excess -= settled
    this.#returned += most(settled, 0n)
    let rest = amount - settled
    if (rest < 0n) return -rest
    const short = this.#short
    if (short !== null && meant <= short.on) {
      const made = least(rest, short.amount)
      this.#earn(groupOf(on, null, 'corrected'), { age: short.on, until: short.until, amount: made })
      this.#short = made < short.amount ? { ...short, amount: short.amount - made } : null
      rest -= made
    }
    this.#earn(groupOf(on, null, 'corrected'), { age: on, until: null, amount: rest })
    return 0n
  }

  /**
   * Takes from lots without a last day, older ones first. What they do not have was used by leave that was entered later: as
   * far as corrections of the day give it `back`, it was posted beyond what was there to cut; the rest is taken from any lot.
   */
  #cut(
    on: CalendarDate,
    amount: Minor,
    { carried, back }: { readonly carried: CarriedLots | null; readonly back: Minor },
  ): void {
    if (amount === 0n) return
    const earnedBefore = carried?.earnedBefore ?? on
    const allocations = this.#allocationsOf(on, 'cut')
    let rest = amount
    for (const part of this.#open.filter(({ until, age }) => until === null && age < earnedBefore)) {
      if (rest === 0n) return
      const taken = least(part.left, rest)
      this.#take(part, taken, 'lapsed')
      allocations?.push({ part, amount: taken })
      rest -= taken
    }
    const beyond = least(rest, back)
    this.#excess += beyond
    this.#draw(rest - beyond, 'lapsed', allocations)
  }

  /** Gives the lots that are carried over their last day; so much of what is left of the youngest keeps having none. */
  #carry(on: CalendarDate, { earnedBefore, kept, until, neverLapses }: CarriedLots): void {
    this.#short = null
    if (until === null) return
    const concerned = Array.from(this.groups.values()).flatMap((parts) =>
      parts.filter((part) => part.until === null && part.age < earnedBefore),
    )
    const there = concerned.reduce((sum, { left }) => sum + left, 0n)
    if (there < kept) this.#short = { on, until, amount: kept - there }
    let free = neverLapses
    for (const part of concerned.toSorted(byAge).toReversed()) {
      const stays = least(part.left, free)
      free -= stays
      if (stays > 0n && stays === part.left) continue
      this.#put(part, -stays)
      this.#move(part, until)
      if (stays > 0n) this.#earn(part.group, { until: null, age: part.age, amount: stays })
    }
  }

  #move(part: LotPart, until: CalendarDate): void {
    const at = this.#open.indexOf(part)
    if (at >= 0) this.#open.splice(at, 1)
    part.until = until
    if (part.left > 0n) this.#insert(part)
  }

  #undo(on: CalendarDate, { of, kind, until, amount }: Undone, { carried }: LotsDay): void {
    if (amount > 0n) this.#giveBack(on, amount, kind === 'drawn' ? 'used' : 'lapsed', this.#allocationsOf(of, kind))
    else if (kind === 'cut') this.#cut(on, this.#takeBack(groupOf(of, null, 'cut'), -amount), { carried, back: 0n })
    else this.#owe(this.#takeBack(groupOf(of, until), -amount))
  }

  /**
   * Takes a lot back: what is left of it, then what lapsed of it, which then never did; what was used of it is drawn from
   * others.
   * @returns what there was not of it
   */
  #takeBack(group: string, amount: Minor): Minor {
    const parts = (this.groups.get(group) ?? []).toSorted(byUntil)
    let rest = amount
    for (const part of parts) {
      const taken = least(part.left, rest)
      this.#put(part, -taken)
      rest -= taken
    }
    for (const part of parts) {
      const taken = least(part.lapsed, rest)
      part.lapsed -= taken
      this.#excess += taken
      rest -= taken
    }
    for (const part of parts) {
      const taken = least(part.used, rest)
      part.used -= taken
      this.#debt += taken
      rest -= taken
    }
    return rest
  }

  /**
   * Returns what was taken to the lots that it was taken from, the last of them first. What made a debt lowers it, or
   * returns to the lots that have repaid it since.
   */
  #giveBack(on: CalendarDate, amount: Minor, as: Taken, allocations: Allocation[] = []): void {
    let rest = amount
    while (rest > 0n) {
      const last = popped(allocations, rest)
      if (last === undefined) break
      const { part, amount: taken } = last
      const owed = part === null ? taken : taken - this.#refill(on, part, taken, as)
      rest -= taken - this.#unowe(on, owed)
    }
    // Nobody knows any more where it came from.
    if (rest > 0n) this.#earn(groupOf(on, null, 'back'), { until: null, age: on, amount: rest })
  }

  #owe(amount: Minor): void {
    this.#debt += amount
  }

  /** @returns what nobody owes */
  #unowe(on: CalendarDate, amount: Minor): Minor {
    const lowered = least(amount, this.#debt)
    this.#debt -= lowered
    let rest = amount - lowered
    while (rest > 0n) {
      const last = popped(this.#repaid, rest)
      if (last === undefined) break
      rest -= this.#refill(on, last.part!, last.amount, 'used')
    }
    return rest
  }

  /** @returns how much of it the lot has given, and not taken back otherwise */
  #refill(on: CalendarDate, part: LotPart, amount: Minor, as: Taken): Minor {
    const given = least(amount, part[as])
    part[as] -= given
    this.#put(part, given)
    this.lapse(on)
    return given
  }

  #settle(): void {
    while (this.#debt > 0n) {
      const [first] = this.#open
      if (first === undefined) return
      const taken = least(first.left, this.#debt)
      this.#take(first, taken, 'used')
      this.#debt -= taken
      if (this.#allocations !== undefined) this.#repaid.push({ part: first, amount: taken })
    }
  }

  #draw(amount: Minor, as: Taken, allocations: Allocation[] | undefined): void {
    let rest = amount
    while (rest > 0n) {
      const [first] = this.#open
      if (first === undefined) break
      const taken = least(first.left, rest)
      this.#take(first, taken, as)
      allocations?.push({ part: first, amount: taken })
      rest -= taken
    }
    if (rest === 0n) return
    this.#debt += rest
    allocations?.push({ part: null, amount: rest })
  }

  #take(part: LotPart, amount: Minor, as: Taken): void {
    part[as] += amount
    this.#put(part, -amount)
  }

  /** Changes what is left of a lot. */
  #put(part: LotPart, amount: Minor): void {
    const wasOpen = part.left > 0n
    part.left += amount
    this.#left += amount
    if (part.left > 0n && !wasOpen) this.#insert(part)
    if (part.left === 0n && wasOpen) this.#open.splice(this.#open.indexOf(part), 1)
  }

  #insert(part: LotPart): void {
    let at = this.#open.length
    while (at > 0 && inOrder(part, this.#open[at - 1]!) < 0) at--
    this.#open.splice(at, 0, part)
  }

  #allocationsOf(on: CalendarDate, kind: string): Allocation[] | undefined {
    if (this.#allocations === undefined) return undefined
    const key = `${on} ${kind}`
    let allocations = this.#allocations.get(key)
    if (allocations === undefined) this.#allocations.set(key, (allocations = []))
    return allocations
  }
}

/** Which lots are one, see `LotPart`. */
export function groupOf(
  on: CalendarDate,
  until: CalendarDate | null,
  from: 'cut' | 'back' | 'corrected' | '' = '',
): string {
  return `${on} ${until ?? ''} ${from}`
}

/** Takes the last allocation out, or as much of it as is asked for. */
function popped(allocations: Allocation[], most: Minor): Allocation | undefined {
  const last = allocations.pop()
  if (last === undefined || last.amount <= most) return last
  allocations.push({ ...last, amount: last.amount - most })
  return { ...last, amount: most }
}

function inOrder(a: LotPart, b: LotPart): number {
  return byUntil(a, b) || byAge(a, b)
}

function byAge(a: LotPart, b: LotPart): number {
  if (a.age !== b.age) return a.age < b.age ? -1 : 1
  return a.number - b.number
}

function least(a: Minor, b: Minor): Minor {
  return a < b ? a : b
}

function most(a: Minor, b: Minor): Minor {
  return a > b ? a : b
}
