import type { CalendarDate } from '../calendar-date.ts'
import { type Minor, rescale } from '../quantity.ts'
import { dayMeant, printTransactionId, type Transaction } from '../transaction.ts'
import type { Movement } from './movement.ts'
import type { PostingRule } from './posting.ts'
import { nameOf } from './work-out.ts'

/** A line of an account, and which event recorded it. */
export interface RecordedLine extends Transaction {
  readonly position: number
}

/** What the rules post again and again; what is paid out or settled is asked for by people. */
const EARNING_RULES: readonly PostingRule[] = ['accrual', 'carry-over', 'lapse', 'cap', 'correction']

/** Whether the rules posted a line by themselves, and would post another one in its place. */
export function isByRules({ byRule }: Pick<Transaction, 'byRule'>): boolean {
  return byRule !== null && EARNING_RULES.includes(byRule.rule)
}

/**
 * What people recorded on an account, by day. A reversal on the day of its original undoes it; a later one gives or takes on
 * its own day.
 * @param lines all of the account, by position
 * @param scale of the account
 */
export function movementsOf(lines: readonly RecordedLine[], scale: number): readonly Movement[] {
  const originals = new Map(lines.map((line) => [printTransactionId(line), line]))
  const undone = new Set<string>()
  const left: RecordedLine[] = []
  for (const line of lines) {
    if (isByRules(line)) continue
    const original = line.reverses && originals.get(printTransactionId(line.reverses))
    if (original && !isByRules(original) && original.effectiveOn === line.effectiveOn) {
      undone.add(printTransactionId(original))
    } else {
      left.push(line)
    }
  }
  return left
    .filter((line) => !undone.has(printTransactionId(line)))
    .map((line) => movementOf(line, scale))
    .toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : a.position - b.position))
}

function movementOf(line: RecordedLine, scale: number): Movement {
  const amount = rescale(line.amount, line.scale, scale)
  const isTaken = amount < 0n
  return {
    // Leave in a closed month is recorded later, and was taken on its day all the same.
    on: isTaken ? dayMeant(line) : line.effectiveOn,
    amount: isTaken ? -amount : amount,
    way: isTaken ? 'takes' : 'gives',
    by: line.type === 'accrual' ? 'accrual' : line.component === 'adjusted' ? 'adjustment' : 'leave',
    validUntil: line.validUntil,
    isCarriedIn: line.carriedIn,
    position: line.position,
  }
}

/** What all lines by rules come to, by the day that they are about. */
export function postedByDay(lines: readonly RecordedLine[], scale: number): ReadonlyMap<CalendarDate, Minor> {
  const days = new Map<CalendarDate, Minor>()
  for (const line of lines) {
    if (!isByRules(line)) continue
    const on = dayMeant(line)
    days.set(on, (days.get(on) ?? 0n) + rescale(line.amount, line.scale, scale))
  }
  return days
}

/** The names of postings that lines are of, each with the position at which it was recorded first. */
export function namesPosted(lines: readonly RecordedLine[]): ReadonlyMap<string, number> {
  const names = new Map<string, number>()
  for (const line of lines) {
    const name = nameOfLine(line)
    if (name !== undefined && !names.has(name)) names.set(name, line.position)
  }
  return names
}

function nameOfLine(line: RecordedLine): string | undefined {
  const { byRule } = line
  switch (byRule?.rule) {
    case 'accrual':
      return nameOf({ kind: 'accrual', first: byRule.period.from })
    case 'lapse':
      return nameOf({ kind: 'lapse', first: byRule.period.to })
    case 'carry-over':
      return nameOf({ kind: 'carry-over', first: dayMeant(line) })
    default:
      return undefined
  }
}
