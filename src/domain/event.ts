import type { Transaction } from './transaction.ts'

export type EventType =
  | 'book-defined'
  | 'policy-defined'
  | 'entity-defined'
  | 'calendar-defined'
  | 'work-pattern-defined'
  | 'period-closed'
  | 'period-reopened'
  | 'snapshot-taken'
  | 'accrual-recorded'
  | 'consumption-recorded'
  | 'adjustment-recorded'
  | 'reversal-recorded'
  | 'transactions-recorded'
  | 'delegation-defined'
  | 'assignment-defined'
  | 'worked-hours-recorded'
  | 'worked-hours-reversed'
  | 'notice-given'
  | 'entity-erased'
  | 'retention-defined'
  | 'reasons-erased'
  | 'request-submitted'
  | 'request-step-approved'
  | 'request-approved'
  | 'request-rejected'
  | 'request-cancellation-asked'
  | 'request-cancellation-refused'
  | 'request-cancelled'
  | 'request-changed'
  | 'request-recounted'
  | 'earned'
  | 'encashment-recorded'
  | 'settlement-recorded'
  | 'hold-placed'
  | 'hold-taken'
  | 'hold-released'
  | 'hold-lapsed'

/** Who did it: `employee:e1`, `system:payroll`, `admin:root`. */
export interface Actor {
  readonly type: string
  readonly id: string
}

/** Who really called, whoever acts. Ids are opaque: they tell nothing of a person. */
export interface CalledBy {
  readonly kind: (typeof CALLER_KINDS)[number]
  readonly id: string
}

/** `admin`: with the bootstrap key; `client`: with an API key; `user`: a person who has signed in. */
export const CALLER_KINDS = ['admin', 'client', 'user'] as const

/** Position 1 has nothing before it. */
export const NO_HASH = '0'.repeat(64)

/** What one accepted command recorded. Texts named `…Text` are canonical JSON (RFC 8785), kept as they were hashed. */
export interface RecordedEvent {
  readonly book: string
  readonly position: number
  readonly type: EventType
  /** RFC 3339, UTC, milliseconds. */
  readonly recordedAt: string
  readonly idempotencyKey: string
  readonly actor: Actor
  /** What the command said beyond what its transactions and `erasable` hold. */
  readonly dataText: string
  readonly transactions: readonly Transaction[]
  /** On what grounds it was accepted. */
  readonly decisionText: string
  /** null once it was erased. */
  readonly erasableText: string | null
  /** SHA-256 of `erasableText`, lower-case hex; stays when that goes. */
  readonly erasableDigest: string
  readonly previousHash: string
  readonly hash: string
}
