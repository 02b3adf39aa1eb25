import type { CalendarDate } from '../calendar-date.ts'
import type { EventType } from '../event.ts'
import { type Minor, normalQuantity, printMinor, rescale } from '../quantity.ts'
import { printTransactionId } from '../transaction.ts'
import type { RecordedLine } from './movements.ts'
import type { DaySpan, Figures } from './part.ts'
import type { Carried, PostingRule } from './posting.ts'
import { sentenceOf } from './sentence.ts'
import type { Because, ToldByPeople, ToldByRule, UndoneLine } from './told-line.ts'
import { withoutUndone } from './without-undone.ts'

/** What the event of a line says of it. */
export interface Grounds {
  readonly type: EventType
  /** The version of the account's policy that it was decided by. */
  readonly policyVersion: number | null
  /** Of what a rule posted: its figures. */
  readonly figures: Figures
  /** Of a correction: because of what. */
  readonly cause: (Because & { readonly position: number }) | null
  /** What a carry-over kept. */
  readonly carried: Carried | null
  /** Of an adjustment: the balance that it was to bring about. */
  readonly to: string | null
  /** null where none was said, or once it was erased. */
  readonly reason: string | null
}

/** A line, and the grounds on which it was recorded. */
export interface GroundedLine extends RecordedLine {
  readonly grounds: Grounds
}

/** A carry-over that has no transaction, for nothing was cut off. */
export interface CarriedWhole {
  readonly position: number
  readonly rule: PostingRule
  readonly period: DaySpan
  readonly grounds: Grounds & { readonly carried: Carried }
}

/** One step of an account's history. */
export interface Explained {
  /** null: a carry-over that has none. */
  readonly transaction: string | null
  readonly on: CalendarDate
  /** Signed, at the account's scale. */
  readonly amount: string
  /** After it. */
  readonly balance: string
  /** null: people recorded it. */
  readonly rule: PostingRule | null
  readonly policyVersion: number | null
  readonly figures: Figures
  /** One sentence. */
  readonly text: string
}

/**
 * How an account came to its balance: every line, by day; on one day what lapses, what is carried, what is given and earned,
 * what is corrected and adjusted, and then leave. What was held and is decided is left out: only what became of it is told.
 * @param lines all of the account up to a day and a position, by position
 * @param account how many decimals it has, and what a quantity of 1 is
 */
export function explanationOf(
  lines: readonly GroundedLine[],
  carries: readonly CarriedWhole[],
  account: { readonly scale: number; readonly unit: string },
): readonly Explained[] {
  const originals = new Map(lines.map((line) => [printTransactionId(line), line]))
  const steps = [
    ...withoutUndone(lines, ({ type }) => type === 'pending').map((line) => stepOfLine(line, originals)),
    ...carries.map(stepOfCarry),
  ]
  let balance: Minor = 0n
  return steps.toSorted(inOrder).map(({ transaction, on, amount, rule, told, policyVersion, figures, meantFor }) => {
    const minor = rescale(amount.minor, amount.scale, account.scale)
    balance += minor
    const text = sentenceOf({ on, amount: printed(amount), unit: account.unit, meantFor, by: told })
    return {
      transaction,
      on,
      amount: printMinor(minor, account.scale),
      balance: printMinor(balance, account.scale),
      rule,
      policyVersion,
      figures,
      text,
    }
  })
}

interface Step extends Pick<Explained, 'figures' | 'on' | 'policyVersion' | 'rule' | 'transaction'> {
  readonly amount: { readonly minor: Minor; readonly scale: number }
  readonly meantFor: CalendarDate | null
  readonly told: ToldByPeople | ToldByRule
  /** Where it stands in the day, in the event, and in the record. */
  readonly rank: number
  readonly position: number
  readonly line: number
}

function stepOfLine(line: GroundedLine, originals: ReadonlyMap<string, GroundedLine>): Step {
  const { effectiveOn: on, amount: minor, scale, byRule, grounds, meantFor, position } = line
  const original = (line.reverses && originals.get(printTransactionId(line.reverses))) || null
  const step = {
    rank: rankOf(line, original),
    transaction: printTransactionId(line),
    on,
    amount: { minor, scale },
    rule: byRule?.rule ?? null,
    policyVersion: grounds.policyVersion,
    meantFor,
    position,
    line: line.line,
  }
  if (byRule !== null) return { ...step, ...ofRule(byRule, { ...grounds, figures: figuresOf(line) }) }
  return {
    ...step,
    figures: {
      ...(line.validUntil === null ? {} : { validUntil: line.validUntil }),
      ...(line.carriedIn ? { carriedIn: true } : {}),
      ...(line.reverses === null ? {} : { reverses: printTransactionId(line.reverses) }),
      ...(grounds.to === null ? {} : { to: grounds.to }),
    },
    told: {
      rule: null,
      type: line.type,
      portion: line.portion,
      isAskedFor: grounds.type.startsWith('request-'),
      isCarriedIn: line.carriedIn,
      validUntil: line.validUntil,
      to: grounds.to,
      reverses: original && undoneLine(original),
      reason: grounds.reason,
    },
  }
}

/** What settles an account says by its reference what became of it. */
function figuresOf({ byRule, grounds: { figures }, reference }: GroundedLine): Figures {
  return byRule?.rule === 'settlement' && reference !== null ? { ...figures, settle: reference } : figures
}

function stepOfCarry({ position, rule, period, grounds }: CarriedWhole): Step {
  return {
    transaction: null,
    on: grounds.carried.on,
    amount: { minor: 0n, scale: 0 },
    rule,
    policyVersion: grounds.policyVersion,
    meantFor: null,
    rank: RANKS[rule],
    position,
    line: 0,
    ...ofRule({ rule, period }, grounds),
  }
}

function ofRule(
  { rule, period }: Pick<ToldByRule, 'period' | 'rule'>,
  { figures, cause, carried }: Grounds,
): Pick<Step, 'figures' | 'told'> {
  return {
    figures: cause === null ? figures : { ...figures, cause: cause.type, about: cause.about, position: cause.position },
    told: { rule, period, figures, carried, cause },
  }
}

const RANK_OF_GIVEN = 2
const RANK_OF_ADJUSTED = 4
const RANK_OF_TAKEN = 5

/** In the order of payroll. */
const RANKS: Readonly<Record<PostingRule, number>> = {
  lapse: 0,
  'carry-over': 1,
  accrual: 3,
  cap: 3,
  correction: RANK_OF_ADJUSTED,
  encashment: RANK_OF_TAKEN,
  settlement: RANK_OF_TAKEN,
}

/**
 * What adjusts a balance, up or down, has one place, in the order in which it was recorded: one adjustment may correct
 * another. What undoes something comes after it: whatever was given or cut is adjusted by that.
 */
function rankOf({ byRule, component, type }: GroundedLine, original: GroundedLine | null): number {
  if (byRule !== null) return RANKS[byRule.rule]
  if (type === 'accrual') return RANK_OF_GIVEN
  if (component === 'consumed' || component === 'pending') return RANK_OF_TAKEN
  return original === null ? RANK_OF_ADJUSTED : Math.max(RANK_OF_ADJUSTED, rankOf(original, null))
}

function undoneLine({ type, byRule, carriedIn, effectiveOn }: GroundedLine): UndoneLine {
  return { type, rule: byRule?.rule ?? null, isCarriedIn: carriedIn, on: effectiveOn }
}

function inOrder(a: Step, b: Step): number {
  if (a.on !== b.on) return a.on < b.on ? -1 : 1
  return a.rank - b.rank || a.position - b.position || a.line - b.line
}

function printed({ minor, scale }: Step['amount']): string {
  return normalQuantity(printMinor(minor, scale))
}
