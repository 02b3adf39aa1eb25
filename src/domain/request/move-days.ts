import type { WorkingDay } from '../calendar/working-days.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { isEmployedOn } from '../definition/employment.ts'
import { wholeAt } from '../drawing/spendable.ts'
import { exactFrom } from '../exact.ts'
import { newestVersion } from '../policy/policy.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import type { BookState } from '../recording/book-state.ts'
import { printTransactionId } from '../transaction.ts'
import { costOf } from './cost.ts'
import { isCountable, partOfDay } from './displaced.ts'
import type { Displacement, TakenLine, WhyLost } from './displacement.ts'
import { accountCounting, drawAgain, isHeldElsewhere, lineAgain } from './draw-again.ts'
import { freeing } from './lines.ts'
import type { AnyOrder } from './order.ts'
import { type Part, partWithout } from './parts.ts'
import { type Person, personOf, type RequestLine, type RequestState, type RequestsKnown } from './request.ts'
import { daysOf } from './rules.ts'
import { halfOfTaken, takenOf, takingAgain } from './taken-lines.ts'

/** A day of which others take more than before, or less. */
export interface MovedDay extends Displacement {
  /** What the request has of it. */
  readonly has: Part
  /** What nobody takes of it from now on. */
  readonly left: Part
}

/** What that comes to. */
export interface MovedLines {
  readonly lines: readonly AskedLine[]
  /** Days of which nobody takes anything any more, and that the request does not get back. */
  readonly lost: readonly { readonly date: CalendarDate; readonly why: WhyLost }[]
}

interface Moving {
  readonly other: RequestState
  readonly days: readonly MovedDay[]
  readonly order: AnyOrder
}

/** Gives back what others take of the days of a request, and takes again what they take no more. */
export function moveDays(state: BookState, known: RequestsKnown, moving: Moving): MovedLines {
  return new DaysMoved(state, moving, personOf(known, moving.other.entity)).made()
}

/** The days of one request, as one event moves them. */
class DaysMoved {
  readonly #state: BookState
  readonly #moving: Moving
  readonly #person: Person
  readonly #own: ReadonlySet<string>
  readonly #lines: AskedLine[] = []
  readonly #lost: { date: CalendarDate; why: WhyLost }[] = []
  /** Days that cost something else by now than when they were given back, and what is held of them. */
  readonly #anew: { readonly day: WorkingDay; readonly held: readonly RequestLine[] }[] = []

  /** Its days as they are counted by now; found with the first that is taken again. */
  #counted: ReturnType<typeof daysOf> | undefined

  constructor(state: BookState, moving: Moving, person: Person) {
    this.#state = state
    this.#moving = moving
    this.#person = person
    this.#own = new Set(moving.other.lines.map(printTransactionId))
  }

  made(): MovedLines {
    for (const day of this.#moving.days) {
      if (partWithout(day.left, [day.has]) !== 'none') this.#takeAgain(day)
      else if (day.left !== day.has) this.#giveBack(day)
    }
    return { lines: [...this.#lines, ...this.#drawnAnew()], lost: this.#lost }
  }

  /** Of a day of which the morning is taken, the afternoon is taken anew. */
  #giveBack({ date, left }: MovedDay): void {
    const held = this.#heldOn(date)
    this.#lines.push(...freeing(this.#moving.order, held))
    if (left !== 'none') this.#take(date, left, halfOfTaken(takenOf(held)))
  }

  /**
   * What was given back was granted: it is taken again whatever is left for it by now, as a day that became known too late.
   * Not so where nobody works on the day any more, or where the entity has been given the same leave on it meanwhile.
   */
  #takeAgain({ date, of, left }: MovedDay): void {
    const { other, order } = this.#moving
    const day = this.#countedOn(date)
    const part = typeof day === 'string' ? undefined : partOfDay(day, left)
    const why = typeof day === 'string' ? day : this.#whyLost(part)
    if (why !== undefined || part === undefined) {
      if (left === of) this.#lost.push({ date, why: why ?? 'no-working-days' })
      return
    }
    const unit = accountCounting(this.#state, other)
    if ('refusal' in unit || !isCountable(part, unit)) return
    const before = other.displaced.find((displaced) => displaced.date === date)?.lines ?? []
    const lines = part.portion === of ? before : of === 'full' ? halfOfTaken(before) : []
    const held = this.#heldOn(date)
    if (!isSame(lines, costOf(unit, part))) {
      this.#anew.push({ day: part, held })
      return
    }
    this.#lines.push(...freeing(order, held))
    this.#take(date, part.portion, lines)
  }

  #take(date: CalendarDate, portion: Part, lines: readonly TakenLine[]): void {
    const { other, order } = this.#moving
    if (portion === 'none' || !lines.every((line) => this.#hasDecimalsFor(line))) return
    const type = (other.lostAs ?? other.status) === 'pending' ? ('pending' as const) : ('consumption' as const)
    this.#lines.push(...takingAgain(this.#state, order, { entity: other.entity, type, date, portion, lines }))
  }

  #drawnAnew(): readonly AskedLine[] {
    if (this.#anew.length === 0) return []
    const { other, order } = this.#moving
    const gone = this.#anew.flatMap(({ held }) => held)
    const drawn = drawAgain(this.#state, other, { gone, come: this.#anew.map(({ day }) => day), order })
    if ('refusal' in drawn) return []
    const status = other.lostAs ?? other.status
    return [...freeing(order, gone), ...drawn.map((line) => lineAgain(order, { ...other, status }, line))]
  }

  /** The day as it is counted by now; or why it is not. */
  #countedOn(date: CalendarDate): WorkingDay | WhyLost {
    if (!isEmployedOn(this.#person.employments, date)) return 'outside-employment'
    this.#counted ??= daysOf(this.#moving.other, this.#person)
    const day = 'refusal' in this.#counted ? undefined : this.#counted.find((one) => one.date === date)
    return day ?? 'no-working-days'
  }

  #whyLost(day: WorkingDay | undefined): WhyLost | undefined {
    if (day === undefined) return 'no-working-days'
    return isHeldElsewhere(this.#state, this.#moving.other, { day, own: this.#own }) ? 'day-taken' : undefined
  }

  #heldOn(date: CalendarDate): readonly RequestLine[] {
    return this.#moving.other.lines.filter((line) => line.date === date)
  }

  /** Half of a day cannot be taken under a policy that counts whole ones. */
  #hasDecimalsFor({ policy, amount }: TakenLine): boolean {
    const history = this.#state.policies.get(policy)
    const exact = exactFrom(amount)
    return history !== undefined && wholeAt(exact, newestVersion(history).scale) === exact
  }
}

function isSame(lines: readonly TakenLine[], cost: ReturnType<typeof costOf>): boolean {
  return lines.length > 0 && lines.reduce((sum, { amount }) => sum + exactFrom(amount), 0n) === cost
}
