import { type CalendarDate, dayBefore } from '../calendar-date.ts'
import { type Minor, rescale, toMinor } from '../quantity.ts'
import { dayMeant } from '../transaction.ts'
import { versionInForce } from '../version-in-force.ts'
import { carryOverTermsOn } from './carry-over-terms.ts'
import type { EarningFacts } from './facts.ts'
import { isByRules, type RecordedLine } from './movements.ts'
import type { DaySpan } from './part.ts'
import { withoutUndone } from './without-undone.ts'
import type { Posting, PostingLine } from './work-out.ts'

/** What somebody has of one leave year, in minor units of the account. */
export interface YearEntitlement {
  /** What the rules post for the year, to its end, and what people gave; null: leave without limit. */
  readonly entitlement: Minor | null
  /** How much of it is posted. */
  readonly earned: Minor
  /** What is kept when it is carried into the year, posted or not, and what people carried in; never below zero. */
  readonly carriedIn: Minor
  /** Booked ahead as well. */
  readonly taken: Minor
  /** What lapsed, and what carry-over or a cap cut off, of the days of the year. */
  readonly lapsed: Minor
  /** What is left of all that, without what is held. */
  readonly remaining: Minor | null
}

/** An account, and one of its leave years. */
export interface OfYear {
  readonly facts: EarningFacts
  /** All that was recorded. */
  readonly lines: readonly RecordedLine[]
  /** All that the rules come to, through the year's last posting. */
  readonly postings: readonly Posting[]
  /** Those of them that are not recorded yet. */
  readonly due: ReadonlySet<Posting>
  readonly year: DaySpan
  readonly scale: number
}

/**
 * What somebody has of one leave year. What the rules post counts in the year that it is about: what is earned in that of the
 * part's first day, whenever it is posted, and what lapses in that of the last day on which it could be taken.
 *
 * What comes from before is worked out as if the rules had been run up to the year: what they are still to earn, to cut and to
 * let lapse by then is counted. Within the year only what is posted has lapsed: the rest may still be taken.
 */
export function entitlementOf(of: OfYear): YearEntitlement {
  const { facts, postings, due, year } = of
  const posted = postings.filter((posting) => !due.has(posting))
  const before = (day: CalendarDate) => day < year.from
  const within = (day: CalendarDate) => year.from <= day && day <= year.to
  const byPeople = withoutUndone(of.lines).filter((line) => !isByRules(line))
  const ofPeople = (isMeant: (line: RecordedLine) => boolean) =>
    sum(byPeople.filter((line) => within(dayMeant(line)) && isMeant(line)).map((line) => atScale(line, of.scale)))

  const given = ofPeople((line) => isAccrual(line) && !line.carriedIn)
  const carriedByHand = ofPeople((line) => isAccrual(line) && line.carriedIn)
  const consumed = ofPeople(({ component }) => component === 'consumed')
  const others = ofPeople(({ component }) => component === 'pending' || component === 'adjusted')
  const entitled = given + amountIn(postings, within, isEarned)
  const earned = given + amountIn(posted, within, isEarned)
  const lost = amountIn(posted, within, (line) => !isEarned(line) && line.amount < 0n)
  const opening =
    amountIn(postings, before, () => true) +
    sum(byPeople.filter((line) => before(dayMeant(line))).map((line) => atScale(line, of.scale)))
  const isUnlimited = hasNoLimit(facts, year.to)
  return {
    entitlement: isUnlimited ? null : entitled,
    earned,
    carriedIn: carriedByHand + carriedInto(of, opening),
    taken: -consumed,
    lapsed: -lost,
    remaining: isUnlimited ? null : opening + carriedByHand + entitled + consumed + others + lost,
  }
}

/** What carry-over keeps on days of the year. Where there is no carry-over, all that was left goes on. */
function carriedInto({ facts, postings, year, scale }: OfYear, opening: Minor): Minor {
  if (carryOverTermsOn(facts, year.from).terms === undefined) return opening > 0n ? opening : 0n
  const kept = postings.flatMap((posting) => {
    const { carried, on, figures } = posting
    const isMeant = carried !== null && figures['noticeOf'] === undefined && year.from <= on && on <= year.to
    return isMeant ? [minorOf(carried.kept, scale)] : []
  })
  return sum(kept)
}

function amountIn(
  postings: readonly Posting[],
  isMeant: (day: CalendarDate) => boolean,
  counts: (line: PostingLine) => boolean,
): Minor {
  return sum(
    postings
      .filter((posting) => isMeant(dayAbout(posting)))
      .flatMap(({ lines }) => lines.filter(counts).map(({ amount }) => amount)),
  )
}

/** The day whose leave year a posting counts in. */
function dayAbout({ kind, on, period }: Posting): CalendarDate {
  return kind === 'accrual' ? period.from : dayBefore(on)
}

function isEarned({ rule }: PostingLine): boolean {
  return rule === 'accrual'
}

/** An accrual by people, or the reversal of one. */
function isAccrual({ component }: RecordedLine): boolean {
  return component === 'accrued'
}

/** Whether a policy has no limit and earns nothing, by itself or by what an assignment says. */
function hasNoLimit({ policy, assignments }: EarningFacts, day: CalendarDate): boolean {
  const { overdraftLimit, earning } = versionInForce(policy, day)
  if (overdraftLimit !== null || earning !== undefined) return false
  return assignments.every((history) => versionInForce(history, day).terms?.earning === undefined)
}

function atScale({ amount, scale }: RecordedLine, account: number): Minor {
  return rescale(amount, scale, account)
}

function minorOf(text: string, scale: number): Minor {
  const minor = toMinor(text, scale)
  if (minor === 'scale-exceeded') throw new Error(`${text} was kept, which is finer than the account`)
  return minor
}

function sum(amounts: readonly Minor[]): Minor {
  return amounts.reduce((all, one) => all + one, 0n)
}
