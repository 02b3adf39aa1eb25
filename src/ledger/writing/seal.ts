import type { EventType, RecordedEvent } from '../../domain/event.ts'
import { type Decision, NO_DECISION } from '../../domain/recording/decision.ts'
import type { Transaction } from '../../domain/transaction.ts'
import type { AnyCommand, Client, Erasable } from '../command.ts'
import { canonicalJson } from '../rows/canonical.ts'
import { decisionText } from '../rows/decision-text.ts'
import { hashedText } from '../rows/event-text.ts'
import { sha256 } from '../rows/hash.ts'
import type { EventRow } from './addition.ts'
import { newSalt } from './salt.ts'

/** What a decision adds to the command to make an event of it. */
export interface Content {
  readonly type: EventType
  readonly dataText: string
  readonly erasable: Erasable
  readonly transactions: readonly Transaction[]
  readonly decision: Decision
  readonly stream: EventRow['stream']
}

export const NOTHING_ERASABLE: Erasable = {}
export const NO_TRANSACTIONS: Pick<Content, 'transactions' | 'decision'> = { transactions: [], decision: NO_DECISION }

/** Makes the next event of a book out of an accepted command: salts what may be forgotten, and chains the hash. */
export function seal(
  asked: AnyCommand,
  content: Content,
  after: { readonly position: number; readonly hash: string; readonly now: string },
): EventRow {
  const salt = newSalt()
  const erasableText = printErasable(asked.client, content.erasable, salt)
  const unhashed: Omit<RecordedEvent, 'hash'> = {
    book: asked.book,
    position: after.position + 1,
    type: content.type,
    recordedAt: after.now,
    idempotencyKey: asked.idempotencyKey,
    actor: asked.actor,
    dataText: content.dataText,
    transactions: content.transactions,
    decisionText: decisionText(content.transactions, content.decision, { via: asked.via }),
    erasableText,
    erasableDigest: sha256(erasableText),
    previousHash: after.hash,
  }
  return {
    event: { ...unhashed, hash: sha256(hashedText(unhashed)) },
    fingerprint: fingerprint(salt, asked.canonical),
    stream: content.stream,
  }
}

/**
 * In place of a fingerprint where the command's own text is not known: of an imported definition, whose command may have
 * said more than its event. What the record says is compared instead. No text has this SHA-256 that anybody knows of.
 */
export const NO_FINGERPRINT = '0'.repeat(64)

/**
 * What tells a replay from a reused key. Salted, so that once the salt is erased nobody can find out a forgotten reason
 * by guessing it.
 */
export function fingerprint(salt: string, canonical: string): string {
  return sha256(`${salt}\n${canonical}`)
}

/** What may be erased of an event, as its digest covers it: canonical JSON, members by name. */
export function printErasable(client: Client, { lines, metadata, reason }: Erasable, salt: string): string {
  const { ip, session, userAgent } = client
  return (
    `{"client":{"ip":${JSON.stringify(ip)},"session":${JSON.stringify(session)},"userAgent":${JSON.stringify(userAgent)}},` +
    (lines === undefined ? '' : `"lines":${canonicalJson(lines)},`) +
    (metadata === undefined ? '' : `"metadata":${canonicalJson(metadata)},`) +
    (reason === undefined ? '' : `"reason":${JSON.stringify(reason)},`) +
    `"salt":"${salt}"}`
  )
}
