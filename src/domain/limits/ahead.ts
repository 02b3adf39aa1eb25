import { type CalendarDate, type DaySpan, dayAfter } from '../calendar-date.ts'
import { leaveYearOn } from '../earning/leave-year-on.ts'
import { isByRules, movementsOf, type RecordedLine } from '../earning/movements.ts'
import type { PostingRule } from '../earning/posting.ts'
import { type Posting, workedOut } from '../earning/work-out.ts'
import { type Floors, floorOn, floorsOf } from '../policy/floor.ts'
import { newestVersion } from '../policy/policy.ts'
import { type Minor, rescale } from '../quantity.ts'
import { dayMeant } from '../transaction.ts'
import { versionInForce } from '../version-in-force.ts'
import type { LimitedAccount } from './limited-account.ts'
import { upToDate } from './outdated.ts'

/** What a leave year still brings. */
export interface StillBrought {
  /** Its last day. */
  readonly until: CalendarDate
  /** Zero or more, in minor units of the account. */
  readonly amount: Minor
}

/** How low leave of a day may bring an account that is spent ahead of what is posted on it. */
export interface FloorsAhead {
  /** From that day on. */
  readonly floors: Floors
  /** Of the leave year of that day, after it. */
  readonly ahead: StillBrought
}

/** Leave that is booked for later is looked at in so many leave years, that of the day included. Beyond them nothing more is brought. */
const MOST_YEARS = 3

/**
 * The floors from a day on for leave of that day, where its policy lets a leave year be spent ahead: on each day lower by what
 * the rules still bring after it until its leave year ends, posted or not.
 *
 * What comes before the leave counts as it is: with what a cap cuts of it, what is carried over less, and what lapses of that.
 * What comes after the leave counts in full, and is cut by nothing: that only takes what the leave has left.
 * @returns undefined: on that day the policy lets nothing be spent ahead
 * @throws Outdated
 */
export function floorsAhead(limited: LimitedAccount, on: CalendarDate): FloorsAhead | undefined {
  const { policy } = limited.facts
  if (!isSpentAhead(limited, on)) return undefined
  const years = yearsFrom(limited, on)
  const unposted = stillToPost(limited, years.at(-1)!.to)
  const posted = postedAfter(limited, on)
  const broughtAfter = (day: CalendarDate): Minor => {
    const { to } = years.find((year) => day <= year.to) ?? years.at(-1)!
    const amount =
      sumOf(unposted, (one) => one.day <= on, 'amount') +
      sumOf(unposted, (one) => one.day > on && one.day <= to, 'uncut') +
      sumOf(posted, (one) => one.day > day && one.day <= to, 'amount')
    return amount > 0n ? amount : 0n
  }
  const base = floorsOf(policy)
  const floorFrom = (day: CalendarDate): Minor | null => {
    const floor = floorOn(base, day)
    return floor === null || !isSpentAhead(limited, day) ? floor : floor - broughtAfter(day)
  }
  const changes = [
    ...years.map(({ from }) => from),
    ...base.changes.map(({ from }) => from),
    ...policy.map(({ effectiveFrom }) => effectiveFrom),
    ...posted.map(({ day }) => day),
  ]
  const days = [...new Set(changes)].filter((day) => day > on).toSorted()
  return {
    floors: { first: floorFrom(on), changes: days.map((from) => ({ from, floor: floorFrom(from) })) },
    ahead: { until: years[0].to, amount: broughtAfter(on) },
  }
}

function isSpentAhead({ facts }: LimitedAccount, day: CalendarDate): boolean {
  return versionInForce(facts.policy, day).spending?.of === 'year'
}

/** The leave year of a day, and those after it in which something is recorded. */
function yearsFrom({ facts, lines }: LimitedAccount, on: CalendarDate): readonly [DaySpan, ...DaySpan[]] {
  const last = latest([on, ...lines.map(({ effectiveOn }) => effectiveOn)])
  const years: [DaySpan, ...DaySpan[]] = [leaveYearOn(facts, on)]
  while (years.at(-1)!.to < last && years.length < MOST_YEARS)
    years.push(leaveYearOn(facts, dayAfter(years.at(-1)!.to)))
  return years
}

/** What the rules bring on a day, signed and in minor units of the account: as it is, and before anything is cut of it. */
interface Brought {
  readonly day: CalendarDate
  readonly amount: Minor
  readonly uncut: Minor
}

const known = new WeakMap<LimitedAccount, { readonly through: CalendarDate; readonly brought: readonly Brought[] }>()

/** What the rules have not posted yet of what they come to up to a day: they post in the order of days. @throws Outdated */
function stillToPost(account: LimitedAccount, through: CalendarDate): readonly Brought[] {
  const limited = upToDate(account)
  const found = known.get(limited)
  if (found?.through === through) return found.brought
  const { facts, lines } = limited
  const byRules = lines.filter(isByRules).map(dayMeant)
  const posted = byRules.length === 0 ? undefined : latest(byRules)
  const movements = movementsOf(lines, newestVersion(facts.policy).scale)
  const expected = workedOut({ facts, movements, postedAt: () => undefined }, through)
  const open = expected.filter(({ on }) => posted === undefined || on > posted)
  // Lots that are recorded with a last day are not there after it, whoever says so: what lapses of them is no news.
  const bound = open.flatMap(({ carried }) => carried?.validUntil ?? [])
  const brought = open.flatMap((posting) => (isOldLapse(posting, bound) ? [] : broughtBy(posting)))
  known.set(limited, { through, brought })
  return brought
}

function isOldLapse({ kind, first }: Posting, bound: readonly CalendarDate[]): boolean {
  return kind === 'lapse' && !bound.includes(first)
}

function broughtBy({ kind, on: day, lines }: Posting): Brought {
  const amount = lines.reduce((sum, line) => sum + line.amount, 0n)
  return { day, amount, uncut: kind === 'accrual' ? lines[0]!.amount : 0n }
}

const EARNED: readonly PostingRule[] = ['accrual', 'cap', 'correction']

/** What the rules have posted already for days after one. */
function postedAfter({ facts, lines }: LimitedAccount, on: CalendarDate): readonly Brought[] {
  const { scale } = newestVersion(facts.policy)
  return lines
    .filter((line) => line.effectiveOn > on && isEarned(line))
    .map((line) => {
      const amount = rescale(line.amount, line.scale, scale)
      return { day: line.effectiveOn, amount, uncut: amount }
    })
}

function isEarned({ byRule }: RecordedLine): boolean {
  return byRule !== null && EARNED.includes(byRule.rule)
}

function sumOf(all: readonly Brought[], counts: (one: Brought) => boolean, as: 'amount' | 'uncut'): Minor {
  return all.reduce((sum, one) => (counts(one) ? sum + one[as] : sum), 0n)
}

function latest(days: readonly CalendarDate[]): CalendarDate {
  return days.reduce((last, day) => (day > last ? day : last))
}
