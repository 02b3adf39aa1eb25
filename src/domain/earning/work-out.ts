import { workingDaysIn } from '../calendar/working-days.ts'
import { type CalendarDate, dayAfter, dayBefore, yearOf } from '../calendar-date.ts'
import { dayAt, dayNumber } from '../day-number.ts'
import { type Fraction, fractionOf, isZero, minus, plus, roundedAt, ZERO } from '../fraction.ts'
import { newestVersion } from '../policy/policy.ts'
import { type Minor, printMinor, rescale } from '../quantity.ts'
import { versionInForce } from '../version-in-force.ts'
import { carryOverDays } from './carry-over-days.ts'
import { beginningOn, dayOfYear } from './days-of-year.ts'
import { earnedParts } from './earned-parts.ts'
import type { EarningFacts, Notice } from './facts.ts'
import { printFigure } from './figures.ts'
import { dayAfterLength } from './length-of-time.ts'
import { fractionOfMinor, inWholeUnits, isAbove } from './minor-amounts.ts'
import type { Movement } from './movement.ts'
import type { CarryOverDay, DaySpan, EarnedPart, Figures } from './part.ts'
import { stepsInWords } from './plain-words/rounding-in-words.ts'
import { type Lapsed, Pool } from './pool.ts'
import { type Carried, carriedName, type PostingRule } from './posting.ts'
import { rounded } from './rounding.ts'
import type { MonthDay, Rounding } from './terms.ts'

/** One line that the rules post. */
export interface PostingLine {
  readonly type: 'accrual' | 'adjustment'
  readonly rule: PostingRule
  /** Signed effect, in minor units of the account. */
  readonly amount: Minor
}

/** What the rules post at once: what was earned with what a cap cuts of it, what is carried, what lapses. */
export interface Posting {
  readonly kind: 'accrual' | 'carry-over' | 'lapse'
  readonly on: CalendarDate
  /** null: an account that earns nothing by an assignment. */
  readonly assignment: string | null
  /** With the kind and the assignment it names the posting: the first day of what it is about. */
  readonly first: CalendarDate
  readonly period: DaySpan
  /** Empty where all is carried. */
  readonly lines: readonly PostingLine[]
  readonly carried: Carried | null
  readonly policyVersion: number | null
  readonly assignmentVersion: number | null
  readonly figures: Figures
}

/** An account as people left it, and when its postings were decided first. */
export interface WorkedOn {
  readonly facts: EarningFacts
  /** By day. */
  readonly movements: readonly Movement[]
  /** The position of the event that recorded a posting first, by its name; undefined: nothing did. */
  readonly postedAt: (name: string) => number | undefined
}

/**
 * What names a posting on its account, whatever it comes to. Assignments to one policy share no day, so that which of them it
 * is need not be said.
 */
export function nameOf({ kind, first, carried }: Pick<Posting, 'first' | 'kind'> & Partial<Posting>): string {
  return `${kind} ${carried === undefined || carried === null ? first : carriedName(carried)}`
}

/**
 * All that the rules post on an account from its beginning up to a day, by day; on one day in the order of payroll: what
 * lapses, what is carried, what is earned, and then leave.
 * @throws Error where a calendar says too little to count by
 */
export function workedOut(account: WorkedOn, through: CalendarDate): readonly Posting[] {
  return new Walk(account, through).postings()
}

class Walk {
  readonly #facts: EarningFacts
  readonly #movements: readonly Movement[]
  readonly #postedAt: WorkedOn['postedAt']
  readonly #through: CalendarDate
  readonly #parts: readonly EarnedPart[]
  readonly #carries: readonly CarryOverDay[]
  readonly #notices: readonly Notice[]
  readonly #pool = new Pool()
  readonly #postings: Posting[] = []
  readonly #scale: number
  readonly #unit: string
  /** Notices given so far, with what had no last day then. */
  readonly #heard: Heard[] = []
  /** Of leave years whose notice is waited for: when they were carried, and what the last day would have been. */
  readonly #waiting = new Map<number, Waiting>()
  /** What people accrued, but for what they carried in. */
  readonly #byHand: { readonly on: CalendarDate; readonly amount: Minor }[] = []
  /** Of the account: what was earned exactly and what was posted of it, before caps. */
  #exact: Fraction = ZERO
  #posted: Minor = 0n
  /** By the first day of a leave year. */
  readonly #years = new Map<CalendarDate, YearEarned>()
  #movement = 0
  #part = 0
  #carry = 0
  #notice = 0

  constructor({ facts, movements, postedAt }: WorkedOn, through: CalendarDate) {
    this.#facts = facts
    this.#movements = movements
    this.#postedAt = postedAt
    this.#through = through
    const { scale, unit } = newestVersion(facts.policy)
    this.#scale = scale
    this.#unit = unit
    this.#parts = earnedParts(facts, through)
    const begin = [movements[0]?.on, this.#parts[0]?.postedOn].filter((day) => day !== undefined).toSorted()[0]
    this.#carries = begin === undefined ? [] : carryOverDays(facts, through, { from: begin })
    this.#notices = facts.notices.toSorted((a, b) => (a.givenOn < b.givenOn ? -1 : 1))
  }

  postings(): readonly Posting[] {
    for (let day = this.#nextDay(); day !== undefined && day <= this.#through; day = this.#nextDay()) this.#walk(day)
    return this.#postings
  }

  #nextDay(): CalendarDate | undefined {
    let next = this.#pool.nextLapse
    for (const day of [
      this.#movements[this.#movement]?.on,
      this.#parts[this.#part]?.postedOn,
      this.#carries[this.#carry]?.on,
      this.#notices[this.#notice]?.givenOn,
    ]) {
      if (day !== undefined && (next === undefined || day < next)) next = day
    }
    return next
  }

  #walk(day: CalendarDate): void {
    for (const lapsed of this.#pool.lapse(day)) this.#lapse(day, lapsed)
    while (this.#notices[this.#notice]?.givenOn === day) this.#hear(this.#notices[this.#notice++]!)
    while (this.#carries[this.#carry]?.on === day) this.#carryOver(this.#carries[this.#carry++]!)
    const first = this.#movement
    // What people gave on the day is there when the rules post: so no cap is exceeded by what comes after it.
    while (this.#movements[this.#movement]?.on === day) this.#give(this.#movements[this.#movement++]!)
    while (this.#parts[this.#part]?.postedOn === day) this.#earn(this.#parts[this.#part++]!)
    for (const movement of this.#movements.slice(first, this.#movement)) {
      if (movement.way === 'takes') this.#pool.take(movement.amount)
    }
  }

  #give({ way, on: earnedOn, amount, validUntil, by, isCarriedIn }: Movement): void {
    if (way !== 'gives') return
    this.#pool.give(amount, { earnedOn, validUntil })
    if (by === 'accrual' && !isCarriedIn) this.#byHand.push({ on: earnedOn, amount })
  }

  #lapse(on: CalendarDate, { amount, validUntil, earnedOn }: Lapsed): void {
    this.#postings.push({
      kind: 'lapse',
      on,
      assignment: null,
      first: validUntil,
      period: { from: earnedOn < validUntil ? earnedOn : validUntil, to: validUntil },
      lines: [{ type: 'adjustment', rule: 'lapse', amount: -amount }],
      carried: null,
      policyVersion: versionInForce(this.#facts.policy, on).version,
      assignmentVersion: null,
      figures: { lapsed: this.#print(amount), validUntil },
    })
  }

  #carryOver(day: CarryOverDay): void {
    const { on, terms, ended } = day
    const late = this.#takenLate(nameOf({ kind: 'carry-over', first: on }), on)
    const undated = this.#pool.undated
    const seen = undated + late
    if (seen <= 0n) return
    const year = yearOf(ended.from)
    const lastDay = lastDayOf(day)
    // Without a notice in time nothing of the year is cut, and what is carried has no last day yet.
    const isCutFree = terms.needsNotice === true && !this.#isNoticed(year, dayBefore(on))
    const waits = isCutFree || (terms.needsNotice === true && lastDay !== null && !this.#isNoticed(year, lastDay))
    const asked = isCutFree ? seen : this.#keptOf(day, seen)
    const kept = asked > late ? asked - late : 0n
    if (kept < undated) this.#pool.cut(undated - kept)
    else this.#pool.give(kept - undated, { earnedOn: dayBefore(on), validUntil: null })
    const never = terms.neverLapses === undefined ? 0n : least(this.#minorOf(terms.neverLapses), kept)
    if (waits) {
      this.#waiting.set(year, { carriedOn: on, lastDay: lastDay ?? dayBefore(on), never })
      this.#pool.hold(year)
    } else if (lastDay !== null) {
      this.#pool.bind(lastDay, never)
    }
    this.#postings.push({
      kind: 'carry-over',
      on,
      assignment: day.assignment,
      first: on,
      period: ended,
      lines: kept === undated ? [] : [{ type: 'adjustment', rule: 'carry-over', amount: kept - undated }],
      carried: {
        on,
        earnedBefore: on,
        kept: this.#print(kept),
        validUntil: waits ? null : lastDay,
        neverLapses: this.#print(waits || lastDay === null ? kept : never),
      },
      policyVersion: day.policyVersion,
      assignmentVersion: null,
      figures: {
        balance: this.#print(undated),
        kept: this.#print(kept),
        ...(lastDay === null ? {} : { validUntil: lastDay }),
        ...(waits ? { needsNoticeOf: year } : {}),
      },
    })
  }

  #keptOf({ terms: { keep = 'all', rounding }, on }: CarryOverDay, balance: Minor): Minor {
    const upTo = keep === 'all' ? balance : keep === 'none' ? 0n : least(balance, this.#minorOf(keep.upTo))
    if (rounding === undefined) return upTo
    return this.#rounded(fractionOfMinor(upTo, this.#scale), on, rounding)
  }

  /** Whether a notice was given while there was time enough to take what was unused then. */
  #isNoticed(year: number, lastDay: CalendarDate): boolean {
    return this.#heard.some((heard) => heard.year === year && this.#isInTime(heard, lastDay))
  }

  #isInTime({ givenOn, unused }: Heard, lastDay: CalendarDate): boolean {
    if (givenOn > lastDay) return false
    const { time, policy } = this.#facts
    const isInHours = newestVersion(policy).unit === 'hour'
    const days = workingDaysIn(time, {
      from: dayAfter(givenOn),
      to: lastDay,
      fromPortion: 'full',
      toPortion: 'full',
    })
    const left = days.reduce((sum, { days, hours }) => plus(sum, fractionOf(isInHours ? hours : days)), ZERO)
    return !isAbove(fractionOfMinor(unused, this.#scale), left)
  }

  /** A notice counts from the beginning of its day. What waited for it gets a last day. */
  #hear({ year, givenOn }: Notice): void {
    const waiting = this.#waiting.get(year)
    const unused = waiting === undefined ? this.#pool.undated : this.#pool.waitingFor(year)
    const heard = { year, givenOn, unused }
    this.#heard.push(heard)
    if (waiting === undefined || unused === 0n) return
    const validUntil = this.#isInTime(heard, waiting.lastDay) ? waiting.lastDay : this.#endOfYearAfter(givenOn)
    if (validUntil === undefined) return
    this.#waiting.delete(year)
    const never = least(waiting.never, unused)
    this.#pool.noticed(year, validUntil, never)
    this.#postings.push({
      kind: 'carry-over',
      on: givenOn,
      assignment: null,
      first: givenOn,
      period: { from: waiting.carriedOn, to: validUntil },
      lines: [],
      carried: {
        on: givenOn,
        earnedBefore: waiting.carriedOn,
        kept: this.#print(unused),
        validUntil,
        neverLapses: this.#print(never),
      },
      policyVersion: versionInForce(this.#facts.policy, givenOn).version,
      assignmentVersion: null,
      figures: { noticeOf: year, kept: this.#print(unused), validUntil },
    })
  }

  /** The day before the next carry-over day. */
  #endOfYearAfter(day: CalendarDate): CalendarDate | undefined {
    const until = dayAt(dayNumber(day) + FURTHEST_CARRY_OVER_DAYS)
    const next = carryOverDays(this.#facts, until, { from: day }).find(({ on }) => on > day)
    return next && dayBefore(next.on)
  }

  /** Everything that is posted about one part: what is earned, and what a cap cuts of it. */
  #earn(part: EarnedPart): void {
    const { assignment, postedOn: on, part: days } = part
    const earned = this.#earnedOf(part)
    if (earned.amount <= 0n) return
    const late = this.#takenLate(nameOf({ kind: 'accrual', first: days.from }), on)
    const cut = part.balanceCap === null ? 0n : this.#cutBy(part.balanceCap, earned.amount, late)
    this.#pool.give(earned.amount, { earnedOn: on, validUntil: null })
    if (cut > 0n) this.#pool.take(cut)
    const accrual: PostingLine = { type: 'accrual', rule: 'accrual', amount: earned.amount }
    this.#postings.push({
      kind: 'accrual',
      on,
      assignment,
      first: days.from,
      period: days,
      lines: cut > 0n ? [accrual, { type: 'adjustment', rule: 'cap', amount: -cut }] : [accrual],
      carried: null,
      policyVersion: part.policyVersion,
      assignmentVersion: part.assignmentVersion,
      figures: {
        ...part.figures,
        exact: printFigure(earned.exact),
        earned: this.#print(earned.amount),
        remainder: printFigure(earned.remainder),
        ...(isZero(earned.before) ? {} : { broughtForward: printFigure(earned.before) }),
        ...(part.rounding === null ? {} : { rounding: stepsInWords(part.rounding, this.#unit) }),
        ...(earned.isAtMost ? { yearMax: printFigure(part.yearMax!), atMost: true } : {}),
        ...(cut > 0n ? { cap: printFigure(part.balanceCap!), cut: this.#print(cut) } : {}),
      },
    })
  }

  #cutBy(cap: Fraction, amount: Minor, late: Minor): Minor {
    const room = inWholeUnits(cap, this.#scale) - (this.#pool.balance + late)
    const cut = amount - (room > 0n ? room : 0n)
    return cut > 0n ? cut : 0n
  }

  /** What a part comes to once it is bounded by its year and rounded; moves the totals. */
  #earnedOf(part: EarnedPart): EarnedAmount {
    const { rounding, postedOn, yearMax, leaveYear, isLastOfYear } = part
    const year = this.#yearOf(leaveYear)
    const before = this.#leftOver(rounding, year)
    const room = yearMax === null ? null : minus(yearMax, plus(year.exact, this.#byHandIn(leaveYear)))
    const isAtMost = room !== null && isAbove(part.amount, room)
    const exact = !isAtMost ? part.amount : isAbove(room, ZERO) ? room : ZERO
    year.exact = plus(year.exact, exact)
    let amount: Minor
    if (rounding?.of === 'posting') {
      amount = this.#rounded(exact, postedOn, rounding)
    } else if (rounding?.of === 'year') {
      const total = isLastOfYear ? this.#rounded(year.exact, postedOn, rounding) : this.#atScale(year.exact, postedOn)
      amount = total - year.posted
    } else {
      const total = plus(this.#exact, exact)
      const rounded = rounding === null ? this.#atScale(total, postedOn) : this.#rounded(total, postedOn, rounding)
      amount = rounded - this.#posted
    }
    // A posting never takes: what was posted too much stays in the remainder.
    if (amount < 0n) amount = 0n
    if (yearMax !== null) {
      const most = inWholeUnits(minus(yearMax, this.#byHandIn(leaveYear)), this.#scale) - year.posted
      if (amount > most) amount = most > 0n ? most : 0n
    }
    year.posted += amount
    if (rounding === null || rounding.of === 'running-total') {
      this.#exact = plus(this.#exact, exact)
      this.#posted += amount
    }
    return { amount, exact, isAtMost, before, remainder: this.#leftOver(rounding, year) }
  }

  /** What rounding has left over so far: of the year, or of all. */
  #leftOver(rounding: Rounding | null, year: YearEarned): Fraction {
    if (rounding?.of === 'posting') return ZERO
    const [all, posted] = rounding?.of === 'year' ? [year.exact, year.posted] : [this.#exact, this.#posted]
    return minus(all, fractionOfMinor(posted, this.#scale))
  }

  #yearOf({ from }: DaySpan): YearEarned {
    let year = this.#years.get(from)
    if (year === undefined) this.#years.set(from, (year = { exact: ZERO, posted: 0n }))
    return year
  }

  /** What people accrued in a leave year, but for what was carried in. */
  #byHandIn({ from, to }: DaySpan): Fraction {
    const sum = this.#byHand.reduce((sum, { on, amount }) => (from <= on && on <= to ? sum + amount : sum), 0n)
    return sum === 0n ? ZERO : fractionOfMinor(sum, this.#scale)
  }

  /**
   * Leave of days before that was recorded after a posting, where the policy posts as things were then: the posting does not
   * see it.
   */
  #takenLate(name: string, on: CalendarDate): Minor {
    if (versionInForce(this.#facts.policy, on).lateLeave !== 'as-posted') return 0n
    const position = this.#postedAt(name)
    if (position === undefined) return 0n
    return this.#movements.reduce(
      (sum, movement) =>
        movement.way === 'takes' && movement.by === 'leave' && movement.on < on && movement.position > position
          ? sum + movement.amount
          : sum,
      0n,
    )
  }

  /** @param on the day whose policy version says how many decimals there are */
  #rounded(amount: Fraction, on: CalendarDate, rounding: Pick<Rounding, 'mode' | 'step'>): Minor {
    const { scale } = versionInForce(this.#facts.policy, on)
    return rescale(roundedAt(rounded(amount, rounding), scale), scale, this.#scale)
  }

  #atScale(amount: Fraction, on: CalendarDate): Minor {
    const { scale } = versionInForce(this.#facts.policy, on)
    return rescale(roundedAt(amount, scale), scale, this.#scale)
  }

  /** A quantity of the terms, which may be finer than the account: what is beyond is left off. */
  #minorOf(text: string): Minor {
    return inWholeUnits(fractionOf(text), this.#scale)
  }

  #print(amount: Minor): string {
    return printMinor(amount, this.#scale)
  }
}

/** What a part comes to. */
interface EarnedAmount {
  readonly amount: Minor
  /** Before it is rounded. */
  readonly exact: Fraction
  /** The most that a year may earn cuts it. */
  readonly isAtMost: boolean
  /** What rounding had left over before it, and leaves over after it. */
  readonly before: Fraction
  readonly remainder: Fraction
}

/** What was earned in one leave year, exactly and as it was posted. */
interface YearEarned {
  exact: Fraction
  posted: Minor
}

/** What was carried without the notice that its lapse needs. */
interface Waiting {
  readonly carriedOn: CalendarDate
  /** What its last day would have been. */
  readonly lastDay: CalendarDate
  /** How much of it never lapses. */
  readonly never: Minor
}

interface Heard {
  readonly year: number
  readonly givenOn: CalendarDate
  /** What had no last day then. */
  readonly unused: Minor
}

/** Carry-over days are at most so far apart. */
const FURTHEST_CARRY_OVER_DAYS = 800

/** The last day on which what is carried may be taken; null: there is none. */
function lastDayOf({ on, terms: { validFor, validUntil } }: CarryOverDay): CalendarDate | null {
  if (validFor !== undefined) return dayBefore(dayAfterLength(on, validFor))
  return validUntil === undefined ? null : firstOnOrAfter(on, validUntil)
}

function firstOnOrAfter(day: CalendarDate, date: MonthDay): CalendarDate {
  const year = beginningOn([dayOfYear(date)])(day)
  return year.from === day ? day : dayAfter(year.to)
}

function least(a: Minor, b: Minor): Minor {
  return a < b ? a : b
}
