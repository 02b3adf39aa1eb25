import { randomBytes } from 'node:crypto'
import { canonicalJson } from '../ledger/rows/canonical.ts'
import { sha256 } from '../ledger/rows/hash.ts'
import type { AuditActor, AuditClient, AuditOutcome, Via } from './entry.ts'

/** All of an entry that its hash covers. */
export interface Hashed {
  readonly entry: number
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string
  readonly actor: AuditActor
  readonly via: Via | null
  readonly role: string | null
  readonly action: string
  readonly isRead: boolean
  readonly book: string | null
  readonly entity: string | null
  readonly subject: string | null
  readonly outcome: AuditOutcome
  readonly problem: string | null
  readonly times: number
  /** Of what may be erased: it stays when that goes. */
  readonly clientDigest: string
  readonly previousHash: string
}

/** SHA-256 over the canonical JSON (RFC 8785) of an entry and the hash of the one before, lower-case hex. */
export function hashOf(hashed: Hashed): string {
  const { entry, at, actor, via, role, action, isRead, book, entity, subject, outcome, problem, times } = hashed
  const { clientDigest, previousHash } = hashed
  return sha256(
    canonicalJson({
      entry,
      at,
      role,
      action,
      isRead,
      book,
      entity,
      subject,
      outcome,
      problem,
      times,
      clientDigest,
      previousHash,
      actor: {
        type: actor.type,
        id: actor.id,
      },
      via:
        via === null
          ? null
          : {
              kind: via.kind,
              id: via.id,
            },
    }),
  )
}

/** @param salt keeps the digest from being guessed once the client is erased @returns canonical JSON */
export function clientText({ ip, userAgent, session }: AuditClient, salt: string): string {
  return canonicalJson({ ip, userAgent: wellFormed(userAgent), session, salt })
}

/** Headers may hold half of a pair of surrogates, which no JSON may. */
function wellFormed(text: string | null): string | null {
  return text?.toWellFormed() ?? null
}

export function clientDigestOf(clientText: string): string {
  return sha256(clientText)
}

/** 128 random bits, in lower-case hex. */
export function freshSalt(): string {
  return randomBytes(16).toString('hex')
}
