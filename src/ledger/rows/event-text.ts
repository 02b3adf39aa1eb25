import type { RecordedEvent } from '../../domain/event.ts'
import { printMinor } from '../../domain/quantity.ts'
import { printTransactionId, type Transaction } from '../../domain/transaction.ts'

/*
 * Canonical JSON (RFC 8785) of an event, written for its shape: members in the order of their names, each printed as
 * `JSON.stringify` prints it. A law compares it with a library's, byte by byte. Ids, days, quantities and instants
 * cannot hold a character that JSON escapes, so they are not looked at again.
 */

/** What an event's `hash` is the SHA-256 of: the event without `erasable` and `hash`. */
export function hashedText(event: Omit<RecordedEvent, 'hash'>): string {
  return document(event, '', '')
}

/** The event as it is shown and exported. */
export function eventText(event: RecordedEvent): string {
  return document(event, `"erasable":${event.erasableText ?? 'null'},`, `"hash":"${event.hash}",`)
}

/** The same without what may have to be forgotten: for whoever is not to have it. */
export function eventTextWithoutErasable(event: RecordedEvent): string {
  return document(event, '', `"hash":"${event.hash}",`)
}

function document(event: Omit<RecordedEvent, 'hash'>, erasable: string, hash: string): string {
  const { actor, book, dataText, position, previousHash, recordedAt, transactions, type } = event
  return (
    `{"actor":{"id":"${actor.id}","type":"${actor.type}"},"book":"${book}","data":${dataText},` +
    `"decision":${event.decisionText},${erasable}"erasableDigest":"${event.erasableDigest}",${hash}` +
    `"idempotencyKey":${JSON.stringify(event.idempotencyKey)},"position":${position},` +
    `"previousHash":"${previousHash}","recordedAt":"${recordedAt}",` +
    `"transactions":[${transactions.map((transaction) => transactionText(position, transaction)).join(',')}],"type":"${type}"}`
  )
}

function transactionText(position: number, transaction: Transaction): string {
  const { amount, component, effectiveOn, entity, line, meantFor, policy, portion, reference } = transaction
  const { resource, reverses, scale, type, validUntil, carriedIn, byRule } = transaction
  // Members that most lines do not have are left out of them: what was recorded before there were any hashes as it did.
  return (
    `{"amount":"${printMinor(amount, scale)}",${carriedIn ? '"carriedIn":true,' : ''}` +
    `"component":"${component}","effectiveOn":"${effectiveOn}","entity":"${entity}","id":"${position}.${line}",` +
    `${meantFor === null ? '' : `"meantFor":"${meantFor}",`}` +
    `${byRule === null ? '' : `"period":{"from":"${byRule.period.from}","to":"${byRule.period.to}"},`}` +
    `"policy":"${policy}","portion":${portion === null ? 'null' : `"${portion}"`},` +
    `"reference":${reference === null ? 'null' : JSON.stringify(reference)},"resource":"${resource}",` +
    `"reverses":${reverses === null ? 'null' : `"${printTransactionId(reverses)}"`},` +
    `${byRule === null ? '' : `"rule":"${byRule.rule}",`}"type":"${type}"` +
    `${validUntil === null ? '' : `,"validUntil":"${validUntil}"`}}`
  )
}
