import type { Refusal } from '../domain/refusal.ts'
import { conflicts } from './catalogue/conflicts.ts'
import type { CatalogueEntry } from './catalogue/entry.ts'
import { unacceptableCommands } from './catalogue/unacceptable-commands.ts'
import { unserved } from './catalogue/unserved.ts'
import { unusableRequests } from './catalogue/unusable-requests.ts'

/** Answers that come from the edge itself, and not from a decision. */
type EdgeCode =
  | 'invalid-request'
  | 'idempotency-key-missing'
  | 'unauthenticated'
  | 'sign-in-failed'
  | 'invalid-credentials'
  | 'not-found'
  | 'method-not-allowed'
  | 'request-timeout'
  | 'too-large'
  | 'unsupported-media-type'
  | 'upgrade-required'
  | 'too-many-requests'
  | 'headers-too-large'
  | 'unknown-role'
  | 'last-admin'
  | 'email-taken'
  | 'weak-password'
  | 'webhook-address-refused'
  | 'internal'
  | 'login-server-unavailable'
  | 'not-worked-out'
  | 'not-caught-up'
  | 'unavailable'

export type ProblemCode =
  | Exclude<
      Refusal['code'],
      | 'contradicting-terms'
      | 'portion-not-claimed'
      | 'unknown-entity'
      | 'unknown-hold'
      | 'unknown-request'
      | 'unknown-worked-hours'
    >
  | EdgeCode

/**
 * Every problem the service can answer with, by status. docs/reference/problems.md lists the same, and a test compares.
 */
export const catalogue = {
  ...unusableRequests,
  ...conflicts,
  ...unacceptableCommands,
  ...unserved,
} as const satisfies Record<ProblemCode, CatalogueEntry>
