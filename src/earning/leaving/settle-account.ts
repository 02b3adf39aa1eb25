import type { Settling } from '../../commands/bodies.ts'
import type { SettlementLine } from '../../commands/record-settlement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { dayAfter } from '../../domain/calendar-date.ts'
import { isByRules, type RecordedLine } from '../../domain/earning/movements.ts'
import { toPost } from '../../domain/earning/to-post.ts'
import type { Posting } from '../../domain/earning/work-out.ts'
import { standingLines } from '../../domain/limits/limited-account.ts'
import { newestVersion } from '../../domain/policy/policy.ts'
import { type Minor, printMinor, rescale } from '../../domain/quantity.ts'
import { dayMeant } from '../../domain/transaction.ts'
import { versionInForce } from '../../domain/version-in-force.ts'
import { type EarningAccount, postingsOf } from '../account.ts'
import type { Mark } from '../marks.ts'
import { correctionOf, type Placing, type Positions, reversalOf, ruledLine, withLines } from './foreseen-lines.ts'

/** How somebody leaves, as far as their accounts ask. */
export interface AccountLeaving {
  readonly on: CalendarDate
  /** The last day before the next employment. */
  readonly until: CalendarDate
  /** As it was asked for. */
  readonly settle: Settling
  /** `named`: also what has no limit, and so nothing to settle. */
  readonly settles: 'named' | 'usual' | 'no'
  readonly placing: Placing
  readonly positions: Positions
  readonly mark: Mark | undefined
}

/** What settles an account on which all is posted that is due by the last day. */
export interface AccountSettled {
  readonly lines: readonly SettlementLine[]
  /** The same, as they will be recorded. */
  readonly recorded: readonly RecordedLine[]
  /** What the rules still post for the last period on the day after it; it goes before the settlement. */
  readonly last: readonly Posting[]
}

/** One settlement changes what the rules come to afterwards, and that what is to be settled: after two rounds it is the same. */
const MOST_ROUNDS = 10

/**
 * Settles an account: leave after the last day is given back, what is accrued for later is taken back, and whatever is left
 * at the end of the last day, and of each later one, is brought to 0. What the rules had posted for later days on what was
 * there then is corrected in the same event.
 * @throws Error where a calendar says too little to count by
 */
export function settleAccount(account: EarningAccount, leaving: AccountLeaving): AccountSettled {
  const reversed = toReverse(account, leaving).map((original) => ({
    original,
    reversal: reversalOf(original, leaving),
  }))
  const reversals = reversed.map(({ reversal }) => reversal)
  let settled: readonly RecordedLine[] = []
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { last, corrected } = afterRules(withLines(account, [...reversals, ...settled]), leaving)
    const posted = last.flatMap(({ on, period, lines }) =>
      lines.map(({ type, rule, amount }) =>
        ruledLine(account, { type, on, amount, byRule: { rule, period } }, leaving),
      ),
    )
    const rests = restsOf(account, [...account.lines, ...reversals, ...corrected, ...posted], leaving)
    const next = rests.map(({ on, amount }) => settlementLine(account, { on, amount: -amount }, leaving))
    if (isSame(settled, next)) {
      return {
        last,
        recorded: [...reversals, ...corrected, ...settled],
        lines: [
          ...reversed.map(({ original }) => reversalAsked(original)),
          ...[...corrected, ...settled].map((line) => adjustmentAsked(account, line)),
        ],
      }
    }
    settled = next
  }
  throw new Error('what is left never comes to the same twice')
}

/** Lines of people for days after the last one that are not to stand: leave, and where all is settled what is accrued. */
function toReverse(account: EarningAccount, { on, until, settles }: AccountLeaving): readonly RecordedLine[] {
  const { unit } = newestVersion(account.facts.policy)
  const countsLeave = unit === 'day' || unit === 'hour'
  return standingLines(account.lines).filter((line) => {
    const day = dayMeant(line)
    if (day <= on || until < day || isByRules(line)) return false
    if (line.type === 'accrual') return settles !== 'no'
    return line.type === 'consumption' && countsLeave
  })
}

/** What the rules come to with everything that is recorded then: what is new after the last day, and what was otherwise. */
function afterRules(
  account: EarningAccount,
  leaving: AccountLeaving,
): { readonly last: readonly Posting[]; readonly corrected: readonly RecordedLine[] } {
  const { on, mark } = leaving
  const through = mark === undefined || mark.through < on ? on : mark.through
  const days = [dayAfter(on), through, ...account.byDay.keys()]
  const horizon = days.reduce((a, b) => (a > b ? a : b))
  const assignments = account.facts.assignments.map(([{ assignment }]) => assignment)
  const { postings, correction } = toPost(postingsOf(account, horizon), {
    has: (name) => account.names.has(name),
    byDay: account.byDay,
    carried: account.carried,
    through: new Map(['', ...assignments].map((id) => [id, through])),
  })
  return {
    last: postings.filter(({ kind }) => kind === 'accrual'),
    corrected: (correction?.days ?? []).map(({ on, amount }) =>
      ruledLine(account, { type: 'adjustment', on, amount, byRule: correctionOf(on) }, leaving),
    ),
  }
}

interface Rest {
  readonly on: CalendarDate
  readonly amount: Minor
}

/**
 * What is left at the end of the last day, and what comes on each day after it, by the day that it is meant for. None of them
 * is zero.
 */
function restsOf(account: EarningAccount, lines: readonly RecordedLine[], leaving: AccountLeaving): readonly Rest[] {
  const { on, until, settles } = leaving
  if (settles === 'no') return []
  const { policy } = account.facts
  const { scale } = newestVersion(policy)
  const sums = new Map<CalendarDate, Minor>([[on, 0n]])
  for (const line of lines) {
    const meant = dayMeant(line)
    if (meant > until) continue
    const day = meant < on ? on : meant
    sums.set(day, (sums.get(day) ?? 0n) + rescale(line.amount, line.scale, scale))
  }
  const { overdraftLimit, earning } = versionInForce(policy, on)
  const isUnlimited = overdraftLimit === null && earning === undefined && account.facts.assignments.length === 0
  return Array.from(sums, ([day, amount]) => ({ on: day, amount }))
    .filter(({ amount }) => amount !== 0n && (amount > 0n || settles === 'named' || !isUnlimited))
    .toSorted((a, b) => (a.on < b.on ? -1 : 1))
}

function settlementLine(account: EarningAccount, { on, amount }: Rest, leaving: AccountLeaving): RecordedLine {
  const byRule = { rule: 'settlement', period: { from: on, to: on } } as const
  return { ...ruledLine(account, { type: 'adjustment', on, amount, byRule }, leaving), reference: leaving.settle }
}

function isSame(a: readonly RecordedLine[], b: readonly RecordedLine[]): boolean {
  const textOf = (lines: readonly RecordedLine[]) => lines.map((line) => `${dayMeant(line)} ${line.amount}`).join()
  return textOf(a) === textOf(b)
}

function reversalAsked({ position, line }: RecordedLine): SettlementLine {
  return {
    type: 'reversal',
    target: { position, line },
    effectiveOn: null,
    allowNegative: true,
    reference: null,
    expectedVersion: null,
    postToday: true,
  }
}

function adjustmentAsked(
  account: EarningAccount,
  { amount, scale, byRule, reference, ...line }: RecordedLine,
): SettlementLine {
  return {
    type: 'adjustment',
    entity: account.entity,
    policy: account.policy,
    amount: printMinor(amount, scale),
    effectiveOn: dayMeant(line),
    reference,
    expectedVersion: null,
    postToday: true,
    allowNegative: true,
    byRule: byRule!,
  }
}
