import fc from 'fast-check'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import type { RecordedLine } from '../../../src/domain/earning/movements.ts'
import type { PostingRule } from '../../../src/domain/earning/posting.ts'
import type { AccountHistory, RecordedCarryOver } from '../../../src/domain/lots/lots-of.ts'
import type { Component, Transaction, TransactionType } from '../../../src/domain/transaction.ts'
import { day, dayAfter } from '../../support/builders.ts'

/*
 * Histories of one account, written as they are spoken of: `earned(5, '2026-01-01', 'until 2026-03-31')`. One event a line.
 */

interface Said {
  readonly type: TransactionType
  readonly component: Component
  readonly amount: bigint
  readonly on: CalendarDate
  readonly until?: CalendarDate
  readonly rule?: PostingRule
  /** The day that it is about, where it counts later. */
  readonly meant?: CalendarDate
  /** Which of the ones before it undoes, from 1. */
  readonly undoes?: number
}

interface SaidCarried {
  readonly carried: {
    readonly on: CalendarDate
    readonly earnedBefore: CalendarDate
    readonly until: CalendarDate | null
    readonly kept: bigint
    readonly never: bigint
  }
}

export function earned(amount: number, on: string, until?: string): Said {
  const line = { type: 'accrual', component: 'accrued', amount: BigInt(amount), on: day(on) } as const
  return until === undefined ? line : { ...line, until: day(until) }
}

export function taken(amount: number, on: string): Said {
  return { type: 'consumption', component: 'consumed', amount: -BigInt(amount), on: day(on) }
}

export function held(amount: number, on: string): Said {
  return { type: 'pending', component: 'pending', amount: -BigInt(amount), on: day(on) }
}

export function adjusted(amount: number, on: string, rule?: PostingRule, meant?: string): Said {
  const line = { type: 'adjustment', component: 'adjusted', amount: BigInt(amount), on: day(on) } as const
  return { ...line, ...(rule === undefined ? {} : { rule }), ...(meant === undefined ? {} : { meant: day(meant) }) }
}

/** Undoes the `of`-th line, on its day or a later one. */
export function undone(of: number, on?: string): { readonly of: number; readonly on?: CalendarDate } {
  return on === undefined ? { of } : { of, on: day(on) }
}

export function carried(
  on: string,
  said: { until?: string; kept?: number; never?: number; earnedBefore?: string } = {},
): SaidCarried {
  const { until, kept = 0, never = 0, earnedBefore = on } = said
  const last = until === undefined ? null : day(until)
  const amounts = { kept: BigInt(kept), never: BigInt(never) }
  return { carried: { on: day(on), earnedBefore: day(earnedBefore), until: last, ...amounts } }
}

export type Step = Said | SaidCarried | ReturnType<typeof undone>

/** The history that has these, in the order in which they are recorded. Amounts are whole. */
export function historyOf(...steps: readonly Step[]): AccountHistory {
  const lines: RecordedLine[] = []
  const carryOvers: RecordedCarryOver[] = []
  for (const [index, step] of steps.entries()) {
    const position = index + 1
    if ('carried' in step) carryOvers.push({ position, carried: carriedFrom(step) })
    else lines.push({ position, ...('of' in step ? reversal(lines, step) : transactionFrom(step)) })
  }
  return { lines, carryOvers, scale: 0 }
}

function carriedFrom({ carried: said }: SaidCarried): RecordedCarryOver['carried'] {
  const { on, earnedBefore, kept, until, never } = said
  return { on, earnedBefore, kept: String(kept), validUntil: until, neverLapses: String(never) }
}

const account = { entity: 'e1', policy: 'annual', resource: 'leave', scale: 0, reference: null, portion: null } as const
const nothing = { validUntil: null, carriedIn: false, byRule: null, meantFor: null, reverses: null, line: 1 } as const

function transactionFrom({ type, component, amount, on, until, rule, meant }: Said): Transaction {
  return {
    ...account,
    ...nothing,
    type,
    component,
    amount,
    effectiveOn: on,
    validUntil: until ?? null,
    meantFor: meant ?? null,
    byRule: rule === undefined ? null : { rule, period: { from: on, to: on } },
  }
}

function reversal(lines: readonly RecordedLine[], { of, on }: ReturnType<typeof undone>): Transaction {
  const { position, component, amount, effectiveOn } = lines.find((line) => line.position === of)!
  return {
    ...account,
    ...nothing,
    type: 'reversal',
    component,
    amount: -amount,
    effectiveOn: on ?? effectiveOn,
    reverses: { position, line: 1 },
  }
}

const FIRST = '2026-01-01'
const DAYS = 40

/** Any history of a few weeks, with all that may be in one; carry-overs only where they are asked for. */
export const anyHistory: fc.Arbitrary<AccountHistory> = fc
  .array(
    fc.record({
      kind: fc.nat(11),
      amount: fc.integer({ min: 1, max: 6 }),
      on: fc.nat(DAYS - 1),
      lasts: fc.nat(12),
      of: fc.nat(30),
      never: fc.nat(3),
    }),
    { maxLength: 30 },
  )
  .map((specs) => {
    const steps: Step[] = []
    for (const { kind, amount, on, lasts, of, never } of specs) {
      const at = dayAfter(FIRST, on)
      const later = dayAfter(at, lasts)
      const earlier = dayAfter(at, -lasts)
      const target = undoable(steps)[of % Math.max(1, undoable(steps).length)]
      steps.push(
        [
          earned(amount, at),
          earned(amount, at, later),
          earned(amount, at, later),
          taken(amount, at),
          taken(amount, at),
          adjusted(of % 2 === 0 ? amount : -amount, at),
          adjusted(of % 3 === 0 ? amount : -amount, at, 'lapse'),
          adjusted(of % 3 === 0 ? amount : -amount, at, 'carry-over', of % 5 === 0 && lasts > 0 ? earlier : undefined),
          adjusted(
            of % 3 === 0 ? -amount : amount,
            at,
            'correction',
            of % 2 === 0 || lasts === 0 ? undefined : earlier,
          ),
          adjusted(-amount, at, 'cap'),
          carried(at, { until: later, never, kept: of, earnedBefore: of % 4 === 0 ? earlier : at }),
          target === undefined
            ? held(amount, at)
            : undone(target.at, laterOf(target.on, of % 3 === 0 ? target.on : at)),
        ][kind]!,
      )
    }
    return historyOf(...steps)
  })

/** Those that are lines and not undone yet. */
function undoable(steps: readonly Step[]): { readonly at: number; readonly on: CalendarDate }[] {
  const gone = new Set(steps.flatMap((step) => ('of' in step ? [step.of] : [])))
  return steps.flatMap((step, index) =>
    'type' in step && !gone.has(index + 1) ? [{ at: index + 1, on: step.on }] : [],
  )
}

function laterOf(a: CalendarDate, b: CalendarDate): CalendarDate {
  return a < b ? b : a
}

export const anyAsOf: fc.Arbitrary<CalendarDate> = fc.nat(DAYS + 20).map((number) => dayAfter(FIRST, number))
