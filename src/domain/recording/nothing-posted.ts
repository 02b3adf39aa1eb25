import type { Accepted } from './accepted.ts'
import { NO_DECISION } from './decision.ts'

/** What comes of a command that records what it says, and posts nothing. */
export const NOTHING_POSTED: Accepted = {
  transactions: [],
  askedBy: [],
  decision: NO_DECISION,
  claims: [],
  releases: [],
  changes: { accounts: new Map(), targets: new Map(), days: new Map() },
}
