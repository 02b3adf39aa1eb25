import type { CalendarDate } from '../calendar-date.ts'
import { type Minor, rescale } from '../quantity.ts'
import type { RecordedLine } from './movements.ts'
import type { PostingRule } from './posting.ts'
import type { LateCorrection } from './to-post.ts'
import { withoutUndone } from './without-undone.ts'
import type { Posting } from './work-out.ts'

/** `adjustment`: by people, or a correction of what was posted before. */
export const FORESEEN_KINDS = ['accrual', 'carry-over', 'lapse', 'leave', 'hold', 'adjustment'] as const

/** What moves a balance on a day to come. */
export interface StepAhead {
  readonly on: CalendarDate
  readonly kind: (typeof FORESEEN_KINDS)[number]
  /** Signed, in minor units of the account. */
  readonly amount: Minor
  /** By which rule; null: people recorded it. */
  readonly rule: PostingRule | null
}

export interface Forecast {
  /** By day, each with the balance after it. */
  readonly items: readonly (StepAhead & { readonly balance: Minor })[]
  /** By day: what lapses, and what carry-over cuts off, unless it is taken before. Above zero. */
  readonly willLapse: readonly { readonly on: CalendarDate; readonly amount: Minor }[]
}

/**
 * How a balance goes on from what is recorded by the end of a day.
 * @param balance as recorded by then
 * @param foreseen what is not in that balance, in any order. What is about days before comes first
 */
export function forecastOf(balance: Minor, foreseen: readonly StepAhead[]): Forecast {
  let running = balance
  const items = foreseen.toSorted(asPosted).map((one) => {
    running += one.amount
    return { ...one, balance: running }
  })
  const lapsing = new Map<CalendarDate, Minor>()
  for (const { on, rule, amount } of items) {
    if (isLost(rule, amount)) lapsing.set(on, (lapsing.get(on) ?? 0n) - amount)
  }
  return { items, willLapse: Array.from(lapsing, ([on, amount]) => ({ on, amount })) }
}

/** Whether it is what lapsed, or what carry-over cut off. */
function isLost(rule: PostingRule | null, amount: Minor): boolean {
  return (rule === 'lapse' || rule === 'carry-over') && amount < 0n
}

/** Lines that are recorded; what was reversed on its own day comes to nothing, and is left out. */
export function foreseenLines(lines: readonly RecordedLine[], scale: number): readonly StepAhead[] {
  return withoutUndone(lines).map((line) => ({
    on: line.effectiveOn,
    kind: kindOfLine(line),
    amount: rescale(line.amount, line.scale, scale),
    rule: line.byRule?.rule ?? null,
  }))
}

function kindOfLine({ component, byRule }: RecordedLine): StepAhead['kind'] {
  if (component === 'consumed') return 'leave'
  if (component === 'pending') return 'hold'
  return component === 'accrued' ? 'accrual' : kindOfRule(byRule?.rule ?? null)
}

/** What a rule posts. A cap's cut belongs to what is earned. */
function kindOfRule(rule: PostingRule | null): StepAhead['kind'] {
  switch (rule) {
    case 'accrual':
    case 'cap':
      return 'accrual'
    case 'carry-over':
    case 'lapse':
      return rule
    default:
      return 'adjustment'
  }
}

/** What the rules are still to post. A carry-over that keeps everything moves nothing: it is there with an amount of zero. */
export function foreseenPostings(postings: readonly Posting[]): readonly StepAhead[] {
  return postings.flatMap(({ on, kind, lines }): readonly StepAhead[] => {
    if (lines.length === 0) return [{ on, kind, amount: 0n, rule: kind }]
    return lines.map(({ rule, amount }) => ({ on, kind: kindOfRule(rule), amount, rule }))
  })
}

/** What the next run will correct, on days up to one. */
export function foreseenCorrection(correction: LateCorrection | null, until: CalendarDate): readonly StepAhead[] {
  return (correction?.days ?? []).flatMap(({ on, amount }) =>
    on <= until ? [{ on, kind: 'adjustment', amount, rule: 'correction' } as const] : [],
  )
}

/** Of one day in the order of payroll: what lapses, what is carried, what is earned, and then leave. */
const ORDER: readonly StepAhead['kind'][] = ['lapse', 'carry-over', 'accrual', 'adjustment', 'leave', 'hold']

function asPosted(a: StepAhead, b: StepAhead): number {
  if (a.on !== b.on) return a.on < b.on ? -1 : 1
  return ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)
}
