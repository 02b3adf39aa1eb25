import type { CalendarDate } from '../calendar-date.ts'
import { type Minor, normalQuantity } from '../quantity.ts'
import { type Carried, carriedName } from './posting.ts'
import { nameOf, type Posting } from './work-out.ts'

/** What the rules have posted on an account so far. */
export interface Recorded {
  /** Whether a posting of that name was posted as such, and not as a correction. */
  readonly has: (name: string) => boolean
  /** What all lines by rules come to, by the day that they are about: corrections too. */
  readonly byDay: ReadonlyMap<CalendarDate, Minor>
  /** By name, the newest of each. */
  readonly carried: ReadonlyMap<string, Carried>
  /** Up to which day the rules were run for an assignment (`''`: for the account itself); absent: never. */
  readonly through: ReadonlyMap<string, CalendarDate>
}

/** The difference between what was posted about days that are over and what should have been. */
export interface LateCorrection {
  /** Ascending, none of which is zero. */
  readonly days: readonly { readonly on: CalendarDate; readonly amount: Minor }[]
  /** What was carried otherwise. */
  readonly carried: readonly Carried[]
}

/** What is still to be posted on an account. */
export interface ToPost {
  /** By day, as they were worked out. */
  readonly postings: readonly Posting[]
  /** null: what was posted is right. */
  readonly correction: LateCorrection | null
}

/**
 * Compares what the rules come to with what they have posted. A posting of a day to which its rules have not come yet is
 * simply posted. Everything else is compared by day: what people changed about the past is one difference, whatever rules it
 * went through; so a change to and fro comes to nothing.
 */
export function toPost(expected: readonly Posting[], recorded: Recorded): ToPost {
  const postings: Posting[] = []
  const shouldBe = new Map<CalendarDate, Minor>()
  const carried: Carried[] = []
  for (const posting of expected) {
    if (isNew(posting, recorded)) {
      postings.push(posting)
      continue
    }
    const sum = posting.lines.reduce((all, { amount }) => all + amount, shouldBe.get(posting.on) ?? 0n)
    shouldBe.set(posting.on, sum)
    const known = posting.carried && recorded.carried.get(carriedName(posting.carried))
    if (posting.carried !== null && (!known || !isSame(posting.carried, known))) carried.push(posting.carried)
  }
  const days = differences(shouldBe, recorded.byDay)
  return { postings, correction: days.length + carried.length === 0 ? null : { days, carried } }
}

function isNew(posting: Posting, { has, through }: Recorded): boolean {
  if (has(nameOf(posting))) return false
  const run = through.get(posting.assignment ?? '')
  return run === undefined || posting.on > run
}

function differences(
  shouldBe: ReadonlyMap<CalendarDate, Minor>,
  is: ReadonlyMap<CalendarDate, Minor>,
): LateCorrection['days'] {
  const days = [...new Set([...shouldBe.keys(), ...is.keys()])].toSorted()
  return days
    .map((on) => ({ on, amount: (shouldBe.get(on) ?? 0n) - (is.get(on) ?? 0n) }))
    .filter(({ amount }) => amount !== 0n)
}

function isSame(one: Carried, other: Carried): boolean {
  return (
    one.validUntil === other.validUntil &&
    normalQuantity(one.kept) === normalQuantity(other.kept) &&
    normalQuantity(one.neverLapses) === normalQuantity(other.neverLapses)
  )
}
