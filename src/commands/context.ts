import type { Authority } from '../domain/authority.ts'
import type { Actor, CalledBy } from '../domain/event.ts'
import type { Client } from '../ledger/command.ts'

/** What a command brings along apart from its body. */
export interface Caller {
  readonly book: string
  readonly idempotencyKey: string
  readonly actor: Actor
  /** Absent: nobody called, the service does it by itself. */
  readonly via?: CalledBy
  /** Absent: no more than the record says of the actor. */
  readonly authority?: Authority
  readonly client: Client
  readonly dryRun: boolean
}
