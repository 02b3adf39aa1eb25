import type { Actor } from '../domain/event.ts'
import type { Client } from '../ledger/command.ts'

/** What a command brings along apart from its body. */
export interface Caller {
  readonly book: string
  readonly idempotencyKey: string
  readonly actor: Actor
  readonly client: Client
  readonly dryRun: boolean
}
