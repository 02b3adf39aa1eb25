import type { CalendarDate } from '../calendar-date.ts'
import type { Portion, TransactionAt } from '../transaction.ts'

interface AnyLine {
  readonly reference: string | null
  /** The account's version that the caller saw. */
  readonly expectedVersion: number | null
  /** Whether a line for a closed period is recorded today instead of being refused. */
  readonly postToday: boolean
}

interface AmountLine extends AnyLine {
  readonly entity: string
  readonly policy: string
  /** As asked, in its normal spelling; its scale is checked when the policy is known. */
  readonly amount: string
  readonly effectiveOn: CalendarDate
}

/** Takes from an account, and claims a part of a day. `unclaimed`: another line of the same request claims that day. */
interface DayLine extends AmountLine {
  readonly portion: Portion | 'unclaimed' | null
  /** Of a day that became known too late, or of what is left of a day: it counts even if too little is left. */
  readonly allowNegative?: true
}

/** What a command asks to be recorded, one line for each transaction. */
export type AskedLine =
  | (AmountLine & { readonly type: 'accrual' })
  | (DayLine & { readonly type: 'consumption' })
  /** Held for a request that is not decided yet. */
  | (DayLine & { readonly type: 'pending' })
  | (AmountLine & { readonly type: 'adjustment'; readonly allowNegative: boolean })
  | (AnyLine & {
      readonly type: 'reversal'
      /** One transaction, or with `WHOLE_COMMAND` as its line all that one command recorded. */
      readonly target: TransactionAt
      /** null: on the day of its target. */
      readonly effectiveOn: CalendarDate | null
      readonly allowNegative: boolean
    })
