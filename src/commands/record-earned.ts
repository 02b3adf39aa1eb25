import type { CalendarDate } from '../domain/calendar-date.ts'
import type { Carried, PostingRule } from '../domain/earning/posting.ts'
import type { AskedLine } from '../domain/recording/asked-line.ts'
import { decideLines } from '../domain/recording/decide-lines.ts'
import type { RecordCommand } from '../ledger/command.ts'
import type { AccountNeed } from '../ledger/needs.ts'
import { asJson, canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import type { Caller } from './context.ts'

/** What a rule of a policy posts to one account. */
export interface Earned {
  readonly entity: string
  readonly policy: string
  /** By which rule: that of its lines, if there are any. */
  readonly kind: PostingRule
  /** On this account alone; none where a carry-over keeps everything. */
  readonly lines: readonly AmountAsked[]
  /** What a carry-over kept; null: it is none. */
  readonly carried: Carried | null
  /** On what figures: members of the recorded decision besides those that every decision has. */
  readonly decision: { readonly [member: string]: Json }
}

type AmountAsked = Exclude<AskedLine, { readonly type: 'reversal' }>

/**
 * Records what a rule of a policy posts, as one event. Its key says what it is about: with the same key nothing is posted
 * twice, whatever the figures have become meanwhile; the second time answers with the first event.
 * @param caller its key is of the service's own, see `isOwnKey`
 */
export function recordEarned(caller: Caller, earned: Earned): RecordCommand {
  const { entity, policy, kind, lines, carried, decision: figures } = earned
  const about = { entity, policy, rule: kind }
  return {
    ...caller,
    kind: 'record',
    type: 'earned',
    lines: Math.max(1, lines.length),
    needs: { accounts: [accountOf(earned)], targets: [], days: [] },
    dataText: canonicalJson({ ...about, ...(carried === null ? {} : { carried: asJson(carried) }) }),
    erasable: {},
    canonical: `POST /v1/books/${caller.book}/earned ${canonicalJson(about)}`,
    decide: (state, position) => {
      if (!state.policies.has(policy)) return { refusal: { code: 'unknown-policy', policy } }
      const decided = decideLines(state, position, lines)
      if ('refusal' in decided) return decided
      return {
        ...decided,
        decision: { ...decided.decision, figures },
        ...(carried === null ? {} : { carriedOver: { entity, policy, carried } }),
      }
    },
    differs: (original) => (original.type === 'earned' ? [] : ['/type']),
  }
}

/** Only what earns, and has no last day, leaves open whether the lots of its account matter. */
function accountOf({ entity, policy, kind, lines, carried }: Earned): AccountNeed {
  const account = { entity, policy, from: earliestDay(lines, carried) }
  return kind === 'accrual' && lines.length === 1 ? account : { ...account, lots: true }
}

/** The earliest day that is decided about. */
function earliestDay(lines: readonly AmountAsked[], carried: Carried | null): CalendarDate {
  const days = lines.map(({ effectiveOn }) => effectiveOn)
  if (carried !== null) days.push(carried.on)
  const [first] = days.toSorted()
  if (first === undefined) throw new TypeError('nothing is posted: neither a line nor what was carried over')
  return first
}
