import { Decimal } from 'decimal.js'
import { workingDaysIn } from '../../../src/domain/calendar/working-days.ts'
import { type CalendarDate, dayAfter } from '../../../src/domain/calendar-date.ts'
import { carryOverDays } from '../../../src/domain/earning/carry-over-days.ts'
import { earnedParts } from '../../../src/domain/earning/earned-parts.ts'
import type { EarningFacts } from '../../../src/domain/earning/facts.ts'
import { dayAfterLength } from '../../../src/domain/earning/length-of-time.ts'
import type { Movement } from '../../../src/domain/earning/movement.ts'

/*
 * A second opinion on what the rules post: day by day, one lot after the other, all days the same, nothing kept in order and
 * nothing skipped. It shares with the engine what is earned in a period, of which there is another opinion, and no more.
 */

const Exact = Decimal.clone({ precision: 60 })

interface Lot {
  readonly earnedOn: string
  until: string | null
  left: Decimal
  waitsFor: number | null
}

/** Lines such as `2026-01-31 accrual 2.5`, in the order in which they are posted. */
export function naively(
  { facts, movements }: { readonly facts: EarningFacts; readonly movements: readonly Movement[] },
  through: string,
): readonly string[] {
  const scale = facts.policy.at(-1)!.scale
  const unit = new Exact(10).pow(-scale)
  const quantity = (movement: Movement): Decimal => new Exact(movement.amount.toString()).times(unit)
  const parts = earnedParts(facts, through as CalendarDate)
  const days = [...movements.map(({ on }) => on), ...parts.map(({ postedOn }) => postedOn)].sort()
  const first = days[0]
  if (first === undefined) return []
  const carries = carryOverDays(facts, through as CalendarDate, { from: first })
  // A notice may be given before there is anything to lapse.
  const begin = [first, ...facts.notices.map(({ givenOn }) => givenOn)].sort()[0]!
  const posted: string[] = []
  let lots: Lot[] = []
  let debt = new Exact(0)
  const notices: { year: number; on: string; unused: Decimal }[] = []
  const waiting = new Map<number, { last: string; never: Decimal }>()
  let exactSoFar = new Exact(0)
  let postedSoFar = new Exact(0)
  const years = new Map<string, { exact: Decimal; posted: Decimal }>()

  const say = (on: string, rule: string, amount: Decimal): void =>
    void posted.push(`${on} ${rule} ${amount.toString()}`)
  const balance = (): Decimal => lots.reduce((sum, { left }) => sum.plus(left), new Exact(0)).minus(debt)
  const isFree = ({ until, waitsFor }: Lot): boolean => until === null && waitsFor === null
  const free = (): Decimal => lots.filter(isFree).reduce((sum, { left }) => sum.plus(left), new Exact(0))
  const give = (amount: Decimal, earnedOn: string, until: string | null): void => {
    const repaid = Decimal.min(debt, amount)
    debt = debt.minus(repaid)
    if (amount.gt(repaid)) lots.push({ earnedOn, until, left: amount.minus(repaid), waitsFor: null })
  }
  // One smallest unit after the other would be the most naive; one lot after the other is near enough.
  const take = (amount: Decimal, from: (lot: Lot) => boolean): void => {
    let rest = amount
    while (rest.gt(0)) {
      const open = lots.filter((lot) => from(lot) && lot.left.gt(0))
      const next = open.sort(
        (a, b) => (a.until ?? '9999').localeCompare(b.until ?? '9999') || a.earnedOn.localeCompare(b.earnedOn),
      )[0]
      if (next === undefined) {
        debt = debt.plus(rest)
        return
      }
      const part = Decimal.min(next.left, rest)
      next.left = next.left.minus(part)
      rest = rest.minus(part)
    }
  }
  /** The youngest stay without a last day, as far as `never` goes. */
  const limit = (which: readonly Lot[], until: string, never: Decimal): void => {
    let free = never
    for (const lot of which.toSorted((a, b) => b.earnedOn.localeCompare(a.earnedOn))) {
      const stays = Decimal.min(free, lot.left)
      free = free.minus(stays)
      if (stays.gt(0)) lots.push({ ...lot, left: stays, waitsFor: null })
      Object.assign(lot, { left: lot.left.minus(stays), until, waitsFor: null })
    }
  }
  const isInTime = (notice: { on: string; unused: Decimal }, last: string): boolean => {
    if (notice.on > last) return false
    let left = new Exact(0)
    for (let day = dayAfter(notice.on as CalendarDate); day <= last; day = dayAfter(day)) {
      const [worked] = workingDaysIn(facts.time, { from: day, to: day, fromPortion: 'full', toPortion: 'full' })
      if (worked !== undefined) left = left.plus(worked.days)
    }
    return left.gte(notice.unused)
  }
  const isNoticed = (year: number, last: string): boolean =>
    notices.some((notice) => notice.year === year && isInTime(notice, last))

  for (let day = begin; day <= through; day = dayAfter(day)) {
    // What could be taken until yesterday.
    for (const until of new Set(lots.filter((lot) => lot.until !== null && lot.until < day).map((lot) => lot.until))) {
      const gone = lots.filter((lot) => lot.until === until && lot.left.gt(0))
      const amount = gone.reduce((sum, { left }) => sum.plus(left), new Exact(0))
      if (amount.gt(0)) say(day, 'lapse', amount.negated())
      lots = lots.filter((lot) => lot.until !== until)
    }
    for (const { year, givenOn } of facts.notices) {
      if (givenOn !== day) continue
      const kept = waiting.get(year)
      const last = kept?.last
      const held = lots.filter(({ waitsFor }) => waitsFor === year)
      const unused = last === undefined ? free() : held.reduce((sum, { left }) => sum.plus(left), new Exact(0))
      const notice = { year, on: day, unused }
      notices.push(notice)
      if (last === undefined || unused.isZero()) continue
      const horizon = `${Number(day.slice(0, 4)) + 2}-12-31` as CalendarDate
      const next = carryOverDays(facts, horizon, { from: day }).find(({ on }) => on > day)
      const until = isInTime(notice, last) ? last : next === undefined ? undefined : dateBefore(next.on)
      if (until === undefined) continue
      waiting.delete(year)
      limit(held, until, Decimal.min(kept!.never, unused))
      posted.push(`${day} carry-over keeps ${unused.toString()}`)
    }
    for (const { on, terms, ended } of carries) {
      if (on !== day || free().lte(0)) continue
      const year = Number(ended.from.slice(0, 4))
      const yesterday = dateBefore(day)
      const last = lastDay(day, terms)
      const cutFree = terms.needsNotice === true && !isNoticed(year, yesterday)
      const waits = cutFree || (terms.needsNotice === true && last !== null && !isNoticed(year, last))
      let kept = free()
      if (!cutFree) {
        if (terms.keep === 'none') kept = new Exact(0)
        else if (typeof terms.keep === 'object') kept = Decimal.min(kept, truncated(terms.keep.upTo, scale))
        if (terms.rounding !== undefined) kept = inSteps(kept, terms.rounding.step, terms.rounding.mode, scale)
      }
      const difference = kept.minus(free())
      if (difference.lt(0)) take(difference.negated(), isFree)
      if (difference.gt(0)) lots.push({ earnedOn: yesterday, until: null, left: difference, waitsFor: null })
      if (difference.isZero()) posted.push(`${day} carry-over keeps ${kept.toString()}`)
      else say(day, 'carry-over', difference)
      const never = Decimal.min(truncated(terms.neverLapses ?? '0', scale), kept)
      if (waits) {
        waiting.set(year, { last: last ?? yesterday, never })
        for (const lot of lots.filter(isFree)) lot.waitsFor = year
      } else if (last !== null) {
        limit(lots.filter(isFree), last, never)
      }
    }
    const today = movements.filter(({ on }) => on === day)
    for (const movement of today) {
      if (movement.way === 'gives') give(quantity(movement), day, movement.validUntil)
    }
    for (const part of parts) {
      if (part.postedOn !== day) continue
      const { from, to } = part.leaveYear
      const year = years.get(from) ?? { exact: new Exact(0), posted: new Exact(0) }
      years.set(from, year)
      const byHand = movements
        .filter((one) => one.way === 'gives' && one.by === 'accrual' && !one.isCarriedIn)
        .filter((one) => one.on <= day && from <= one.on && one.on <= to)
        .reduce((sum, one) => sum.plus(quantity(one)), new Exact(0))
      const most = part.yearMax === null ? null : fraction(part.yearMax).minus(byHand)
      let exact = fraction(part.amount)
      if (most !== null) exact = Decimal.max(0, Decimal.min(exact, most.minus(year.exact)))
      year.exact = year.exact.plus(exact)
      const of = part.rounding?.of ?? 'running-total'
      if (of === 'running-total') exactSoFar = exactSoFar.plus(exact)
      const steps = (amount: Decimal): Decimal =>
        part.rounding === null ? atScale(amount, scale) : inSteps(amount, part.rounding.step, part.rounding.mode, scale)
      let amount =
        of === 'posting'
          ? steps(exact)
          : of === 'year'
            ? (part.isLastOfYear ? steps(year.exact) : atScale(year.exact, scale)).minus(year.posted)
            : steps(exactSoFar).minus(postedSoFar)
      amount = Decimal.max(0, amount)
      if (most !== null)
        amount = Decimal.max(0, Decimal.min(amount, most.toDecimalPlaces(scale, Decimal.ROUND_DOWN).minus(year.posted)))
      year.posted = year.posted.plus(amount)
      if (of === 'running-total') postedSoFar = postedSoFar.plus(amount)
      if (amount.isZero()) continue
      say(day, 'accrual', amount)
      const cap = part.balanceCap === null ? null : fraction(part.balanceCap).toDecimalPlaces(scale, Decimal.ROUND_DOWN)
      const room = cap === null ? amount : Decimal.max(0, cap.minus(balance()))
      give(amount, day, null)
      if (room.lt(amount)) {
        say(day, 'cap', room.minus(amount))
        take(amount.minus(room), () => true)
      }
    }
    for (const movement of today) if (movement.way === 'takes') take(quantity(movement), () => true)
  }
  return posted
}

function lastDay(
  on: CalendarDate,
  { validFor, validUntil }: { validFor?: { days: number } | { months: number }; validUntil?: string },
): string | null {
  if (validFor !== undefined) return dateBefore(dayAfterLength(on, validFor))
  if (validUntil === undefined) return null
  let day: CalendarDate = on
  while (day.slice(5) !== validUntil && !(validUntil === '02-29' && day.slice(5) === '02-28' && !isLeap(day))) {
    day = dayAfter(day)
  }
  return day
}

function isLeap(day: string): boolean {
  return new Date(`${day.slice(0, 4)}-02-29T00:00:00Z`).getUTCMonth() === 1
}

function dateBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
}

function fraction({ numerator, denominator }: { numerator: bigint; denominator: bigint }): Decimal {
  return new Exact(numerator.toString()).div(denominator.toString())
}

function truncated(text: string, scale: number): Decimal {
  return new Exact(text).toDecimalPlaces(scale, Decimal.ROUND_DOWN)
}

function atScale(amount: Decimal, scale: number): Decimal {
  // A third, three times, is one: what fifty digits cannot say is no half.
  return amount.toDecimalPlaces(40).toDecimalPlaces(scale, Decimal.ROUND_HALF_EVEN)
}

const MODES = {
  up: Decimal.ROUND_UP,
  down: Decimal.ROUND_DOWN,
  nearest: Decimal.ROUND_HALF_UP,
  'half-even': Decimal.ROUND_HALF_EVEN,
} as const

function inSteps(amount: Decimal, step: string, mode: keyof typeof MODES | 'up-from-half', scale: number): Decimal {
  const steps = amount.div(step).toDecimalPlaces(40)
  if (mode !== 'up-from-half') return steps.toDecimalPlaces(0, MODES[mode]).times(step)
  const fractionOfStep = steps.minus(steps.floor())
  return fractionOfStep.gte(0.5) ? steps.ceil().times(step) : atScale(amount, scale)
}
