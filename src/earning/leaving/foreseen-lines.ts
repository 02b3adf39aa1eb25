import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { RecordedLine } from '../../domain/earning/movements.ts'
import type { ByRule, Carried } from '../../domain/earning/posting.ts'
import { type Closing, type Placed, place } from '../../domain/period/period.ts'
import { newestVersion } from '../../domain/policy/policy.ts'
import type { Minor } from '../../domain/quantity.ts'
import type { EarningAccount } from '../account.ts'
import { earningAccountOf } from '../load-accounts.ts'
import type { Due } from '../post-account.ts'

/** Where a line about a day takes effect. Where its period takes no line at all, on the day itself: then it is refused. */
export type Placing = (day: CalendarDate) => Placed

export function placingIn(closing: Closing | null): Placing {
  return (day) => {
    const placed = closing === null ? undefined : place(closing, { day, postToday: true })
    return placed === undefined || typeof placed === 'string' ? { on: day, meantFor: null } : placed
  }
}

/** Positions behind the head, of lines that are not recorded yet: each is an event of its own, so that ids differ. */
export class Positions {
  #last: number

  constructor(head: number) {
    this.#last = head
  }

  next(): number {
    this.#last += 1
    return this.#last
  }
}

interface RuledLine {
  readonly type: 'accrual' | 'adjustment'
  /** The day that it is about. */
  readonly on: CalendarDate
  /** In minor units of the account. */
  readonly amount: Minor
  readonly byRule: ByRule
}

/** A line as it will be recorded. */
export function ruledLine(
  { entity, facts }: EarningAccount,
  { type, on, amount, byRule }: RuledLine,
  { placing, positions }: { readonly placing: Placing; readonly positions: Positions },
): RecordedLine {
  const { policy, resource, scale } = newestVersion(facts.policy)
  const { on: effectiveOn, meantFor } = placing(on)
  return {
    position: positions.next(),
    line: 1,
    type,
    component: type === 'accrual' ? 'accrued' : 'adjusted',
    entity,
    policy,
    resource,
    amount,
    scale,
    effectiveOn,
    meantFor,
    portion: null,
    reverses: null,
    reference: null,
    validUntil: null,
    carriedIn: false,
    byRule,
  }
}

/** The reversal of a line, as it will be recorded. */
export function reversalOf(
  original: RecordedLine,
  { placing, positions }: { readonly placing: Placing; readonly positions: Positions },
): RecordedLine {
  const { on: effectiveOn, meantFor } = placing(original.effectiveOn)
  return {
    ...original,
    position: positions.next(),
    line: 1,
    type: 'reversal',
    amount: -original.amount,
    effectiveOn,
    meantFor,
    reverses: { position: original.position, line: original.line },
    reference: null,
    validUntil: null,
    carriedIn: false,
    byRule: null,
  }
}

/** An account with what is due on it posted. */
export function withPosted(
  account: EarningAccount,
  { postings, correction }: Pick<Due, 'correction' | 'postings'>,
  where: { readonly placing: Placing; readonly positions: Positions },
): EarningAccount {
  const corrected = (correction?.days ?? []).map(({ on, amount }) =>
    ruledLine(account, { type: 'adjustment', on, amount, byRule: correctionOf(on) }, where),
  )
  const posted = postings.flatMap(({ on, period, lines }) =>
    lines.map(({ type, rule, amount }) => ruledLine(account, { type, on, amount, byRule: { rule, period } }, where)),
  )
  const carried = [...(correction?.carried ?? []), ...postings.flatMap(({ carried }) => carried ?? [])]
  return withLines(account, [...corrected, ...posted], carried, where.positions)
}

export function correctionOf(on: CalendarDate): ByRule {
  return { rule: 'correction', period: { from: on, to: on } }
}

/** An account with more lines, and with more that was carried over. What was posted before was posted where it was. */
export function withLines(
  account: EarningAccount,
  lines: readonly RecordedLine[],
  carried: readonly Carried[] = [],
  positions = new Positions(0),
): EarningAccount {
  if (lines.length + carried.length === 0) return account
  const known = [...account.carried.values(), ...carried].map((one) => ({ ...one, position: positions.next() }))
  const more = earningAccountOf(account.facts, { lines: [...account.lines, ...lines], carried: known })
  return { ...more, names: new Map([...more.names, ...account.names]) }
}
