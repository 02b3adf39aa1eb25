import type { CalendarDate } from '../calendar-date.ts'
import type { ByRule } from '../earning/posting.ts'
import type { Portion, TransactionAt } from '../transaction.ts'

interface AnyLine {
  readonly reference: string | null
  /** The account's version that the caller saw. */
  readonly expectedVersion: number | null
  /** Whether a line for a closed period is recorded today instead of being refused. */
  readonly postToday: boolean
}

interface AccountLine extends AnyLine {
  readonly entity: string
  readonly policy: string
  readonly effectiveOn: CalendarDate
  /** Absent or null: no rule posts it, somebody asks for it. */
  readonly byRule?: ByRule | null
}

interface AmountLine extends AccountLine {
  /** As asked, in its normal spelling; its scale is checked when the policy is known. */
  readonly amount: string
}

/** Takes from an account, and claims a part of a day. `unclaimed`: another line of the same request claims that day. */
interface DayLine extends AmountLine {
  readonly portion: Portion | 'unclaimed' | null
  /** Of a day that became known too late, or of what is left of a day: it counts even if too little is left. */
  readonly allowNegative?: true
}

/** What a command asks to be recorded, one line for each transaction. */
export type AskedLine =
  | (AmountLine & {
      readonly type: 'accrual'
      /** The last day on which it may be taken; absent or null: it does not lapse by itself. */
      readonly validUntil?: CalendarDate | null
      /** Whether it counts as carried into its leave year. */
      readonly carriedIn?: boolean
    })
  | (DayLine & { readonly type: 'consumption' })
  /** Leave of a resource: taken from as many of the entity's accounts as it takes, one transaction each. */
  | (Omit<AmountLine, 'byRule' | 'policy'> & {
      readonly type: 'drawing'
      readonly resource: string
      readonly portion: Portion | null
    })
  /** Held for a request that is not decided yet, or by a hold. */
  | (DayLine & { readonly type: 'pending' })
  | (AmountLine & { readonly type: 'adjustment'; readonly to?: never; readonly allowNegative: boolean })
  /** Whatever brings the balance at the end of `effectiveOn` to this, as asked, in its normal spelling. */
  | (AccountLine & { readonly type: 'adjustment'; readonly to: string; readonly allowNegative: boolean })
  | (AnyLine & {
      readonly type: 'reversal'
      /** One transaction, or with `WHOLE_COMMAND` as its line all that one command recorded. */
      readonly target: TransactionAt
      /** null: on the day of its target. */
      readonly effectiveOn: CalendarDate | null
      readonly allowNegative: boolean
    })
