import type { CalendarDate } from '../domain/calendar-date.ts'
import type { RecordedEvent } from '../domain/event.ts'
import type { AskedLine } from '../domain/recording/asked-line.ts'
import { decideLines } from '../domain/recording/decide-lines.ts'
import type { RequestStatus } from '../domain/request/request.ts'
import type { RecordCommand } from '../ledger/command.ts'
import { asJson, canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import type { LeavingBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { differences } from './differences.ts'

/** What the steps before the settlement came to, as its answer and every replay of that tell it. Quantities as printed. */
export interface LeavingTold {
  readonly requests: readonly RequestGivenBack[]
  /** What the rules posted because of it. */
  readonly postings: readonly RulePosted[]
  /** By policy; all accounts of the entity. */
  readonly accounts: readonly AccountLeft[]
}

/** A request that gave back days after the last one. */
export interface RequestGivenBack {
  readonly request: string
  /** After that. */
  readonly status: RequestStatus
  readonly days: readonly { readonly date: CalendarDate; readonly policy: string; readonly amount: string }[]
}

export interface RulePosted {
  readonly policy: string
  readonly rule: string
  /** The day that it is about. */
  readonly on: CalendarDate
  readonly amount: string
}

/** What became of an account: `before` + `givenBack` + `posted` − `settled` is `after`. */
export interface AccountLeft {
  readonly policy: string
  readonly before: string
  readonly givenBack: string
  readonly posted: string
  /** Positive: paid out, or forfeited; negative: a debt that ended. */
  readonly settled: string
  readonly after: string
}

/** Who leaves, on which day, and what becomes of what is left. */
export interface WhoLeaves {
  readonly entity: string
  readonly body: LeavingBody
}

/** What settles the accounts of somebody who leaves. */
export interface Settlement {
  readonly told: LeavingTold
  readonly lines: readonly SettlementLine[]
}

export type SettlementLine =
  | Extract<AskedLine, { readonly type: 'reversal' }>
  | (Extract<AskedLine, { readonly type: 'adjustment'; readonly to?: never }> & { readonly byRule: object })

/**
 * Records what is left to do once leave after the last day is given back and the rules have posted everything: settles the
 * accounts. Of all steps of a call it has the key of that; so it is the last one, and what a replay finds.
 */
export function recordSettlement(
  caller: Caller,
  { entity, body }: WhoLeaves,
  { told, lines }: Settlement,
): RecordCommand {
  const said = normalBody(body)
  return {
    ...caller,
    kind: 'record',
    type: 'settlement-recorded',
    lines: Math.max(1, lines.length),
    needs: {
      accounts: lines.flatMap((line) =>
        line.type === 'reversal' ? [] : [{ entity, policy: line.policy, from: line.effectiveOn, lots: true }],
      ),
      targets: lines.flatMap((line) => (line.type === 'reversal' ? [{ at: line.target, from: null }] : [])),
      days: [],
    },
    dataText: canonicalJson({ ...said, entity, ...asJson(told) }),
    erasable: {},
    canonical: `POST /v1/books/${caller.book}/entities/${entity}/leaving ${canonicalJson(said)}`,
    decide: (state, position) => {
      if (caller.authority?.selves.includes(entity) === true) return { refusal: { code: 'own-account', entity } }
      return decideLines(state, position, lines)
    },
    differs: (original) => {
      const before = originalLeaving(original)
      return before === undefined ? ['/type'] : differences(before, { ...said, entity })
    },
  }
}

/** What the event of a settlement says. */
export function leavingOf({
  dataText,
}: Pick<RecordedEvent, 'dataText'>): LeavingBody & LeavingTold & { entity: string } {
  return JSON.parse(dataText) as LeavingBody & LeavingTold & { entity: string }
}

/** The body that a settlement was made from, and whose it is. @returns undefined for another event */
function originalLeaving(event: RecordedEvent): { readonly [member: string]: Json } | undefined {
  if (event.type !== 'settlement-recorded') return undefined
  const { requests: _requests, postings: _postings, accounts: _accounts, ...said } = leavingOf(event)
  return asJson(said)
}

/** Which policies are named says something; in which order, or how often, does not. */
function normalBody({ on, policies, settle }: LeavingBody): { readonly [member: string]: Json } {
  return { on, settle, ...(policies === undefined ? {} : { policies: [...new Set(policies)].toSorted() }) }
}
