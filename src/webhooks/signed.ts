import { randomBytes } from 'node:crypto'
import { Webhook as Signer } from 'standardwebhooks'
import type { RecordedEvent } from '../domain/event.ts'
import { eventText, eventTextWithoutErasable } from '../ledger/rows/event-text.ts'
import type { SealedFor, Seals } from '../secrets/seals.ts'

/** What is sent: the same bytes, and the same id, at every attempt. */
export interface Sent {
  readonly id: string
  readonly body: string
}

/** An event, as a webhook is sent it. */
export function eventSent(event: RecordedEvent, { includesErasable }: { readonly includesErasable: boolean }): Sent {
  const { book, position, type, recordedAt } = event
  const data = includesErasable ? eventText(event) : eventTextWithoutErasable(event)
  return {
    id: `${book}.${position}`,
    body: `{"type":"${type}","timestamp":"${recordedAt}","data":${data}}`,
  }
}

/** Says nothing but that it can be sent. @param at when that was asked for */
export function testSent(book: string, webhook: string, at: Date): Sent {
  return {
    id: `${book}.test-${randomBytes(8).toString('hex')}`,
    body: JSON.stringify({ type: 'webhook-test', timestamp: at.toISOString(), data: { book, webhook } }),
  }
}

/** As the Standard Webhooks specification has it. @param secrets one signature of each @param at of this attempt */
export function headersOf({ id, body }: Sent, secrets: readonly string[], at: Date): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Daybook-Webhooks',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Signer(secret).sign(id, at, body)).join(' '),
  }
}

/** 256 random bits. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/** What the secrets of a webhook are sealed for. */
export function secretOf(book: string, webhook: string): SealedFor {
  return { purpose: 'webhook', id: `${book}/${webhook}` }
}

/** Secrets as a row has them. */
export interface SealedSecrets {
  readonly secret: string
  readonly former_secret: string | null
  readonly former_until: Date | null
}

/** The secrets that sign at an instant: the one that holds, and the one before it for as long as both do. */
export function openSecrets(
  seals: Seals,
  of: SealedFor,
  { secret, former_secret: former, former_until: until }: SealedSecrets,
  at: Date,
): readonly string[] {
  const sealed = former !== null && until !== null && at < until ? [secret, former] : [secret]
  return sealed.map((text) => seals.open(text, of))
}
