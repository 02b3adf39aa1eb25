import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import { type Carried, carriedName } from '../../../src/domain/earning/posting.ts'
import { type Recorded, type ToPost, toPost } from '../../../src/domain/earning/to-post.ts'
import { nameOf, type Posting, workedOut } from '../../../src/domain/earning/work-out.ts'
import type { Minor } from '../../../src/domain/quantity.ts'
import { type Example, factsOf, movementsFrom } from './worked.ts'

/** A record of one account, and runs over it: what a database would keep, and no more. */
export class BookOfRuns {
  readonly posted: Posting[] = []
  readonly corrections: NonNullable<ToPost['correction']>[] = []
  readonly #byDay = new Map<CalendarDate, Minor>()
  readonly #carried = new Map<string, Carried>()
  readonly #through = new Map<string, CalendarDate>()

  /** @returns how much it posted: postings, and a correction */
  run(example: Example, through: string): number {
    const last = [through as CalendarDate, ...this.#through.values()].reduce((a, b) => (a > b ? a : b))
    const facts = factsOf(example)
    const movements = movementsFrom(example.recorded ?? [], example.scale ?? 2)
    const expected = workedOut({ facts, movements, postedAt: () => undefined }, last)
    const { postings, correction } = toPost(expected, this.#recorded())
    for (const posting of postings) this.#post(posting)
    if (correction !== null) {
      this.corrections.push(correction)
      for (const { on, amount } of correction.days) this.#add(on, amount)
      for (const carried of correction.carried) this.#carried.set(carriedName(carried), carried)
    }
    for (const id of ['', ...facts.assignments.map(([{ assignment }]) => assignment)]) this.#through.set(id, last)
    return postings.length + (correction === null ? 0 : 1)
  }

  /** The balance of what the rules have posted, by day. */
  balances(): ReadonlyMap<CalendarDate, Minor> {
    return new Map([...this.#byDay].filter(([, amount]) => amount !== 0n).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }

  #recorded(): Recorded {
    const names = new Set(this.posted.map(nameOf))
    return {
      has: (name) => names.has(name),
      byDay: this.#byDay,
      carried: this.#carried,
      through: this.#through,
    }
  }

  #post(posting: Posting): void {
    this.posted.push(posting)
    for (const { amount } of posting.lines) this.#add(posting.on, amount)
    if (posting.carried !== null) this.#carried.set(carriedName(posting.carried), posting.carried)
  }

  #add(on: CalendarDate, amount: Minor): void {
    this.#byDay.set(on, (this.#byDay.get(on) ?? 0n) + amount)
  }
}
