/** What is sent, and where: as whoever defines it says. */
export interface WebhookTerms {
  readonly url: string
  /** Types; null: all, also those that a later release knows. */
  readonly events: readonly string[] | null
  /** Only what is about one of these; null: all. */
  readonly entities: readonly string[] | null
  /** Whether what may have to be forgotten is sent as well. */
  readonly includesErasable: boolean
  readonly enabled: boolean
}

/** An address that events of a book are sent to, without its secret. */
export interface Webhook extends WebhookTerms {
  readonly id: string
  readonly version: number
  readonly createdAt: string
  /** `<kind>:<id>` */
  readonly createdBy: string
  /** Until when the secret before the last rotation signs too. */
  readonly formerSecretUntil: string | null
  /** The checkpoint: everything up to there was taken, or is not wanted. */
  readonly position: number
  /** Attempts in a row that failed. */
  readonly failures: number
  readonly failingSince: string | null
  readonly nextAttemptAt: string | null
  /** When the service disabled it itself. */
  readonly disabledAt: string | null
  readonly disabledBecause: Disabled | null
}

/** Why the service sends nothing any more: it failed for days, or the receiver said that it is gone. */
export type Disabled = 'failing' | 'gone'
