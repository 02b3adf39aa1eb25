import type { RecordedEvent } from '../../src/domain/event.ts'
import { decisionText } from '../../src/ledger/rows/decision-text.ts'
import { fingerprint } from '../../src/ledger/writing/seal.ts'
import { addedRows } from './added-rows.ts'
import { EVENT_OF_KEY, type Writing } from './writing.ts'

/** Positions come from a sequence: unique, with gaps, in no order that means anything. Nothing is chained. */
export const unordered: Writing = {
  hash: `''`,

  async start(tx, { book, idempotencyKey }) {
    const { rows } = await tx.query<{
      next: number
      now: Date
      position: number | null
      fingerprint: string
    }>({
      name: 'start',
      text: `
        select nextval('ledger.positions') as next,
               date_trunc('milliseconds', now()) as now,
               known.position,
               encode(known.fingerprint, 'hex') as fingerprint
          from (select 1) as one
          left join lateral (${EVENT_OF_KEY}) as known on true`,
      values: [book, idempotencyKey],
    })
    const { next, now, position, fingerprint } = rows[0]!
    return {
      known: position === null ? undefined : { position, fingerprint, salt: '' },
      place: { position: next, previousHash: '', recordedAt: now.toISOString() },
    }
  },

  place() {
    throw new Error('unreachable: the place is known from the start')
  },

  async write(tx, command, place, decided) {
    const { book, type, idempotencyKey, actor, dataText } = command
    const event: RecordedEvent = {
      book,
      type,
      idempotencyKey,
      actor,
      dataText,
      ...place,
      transactions: decided.transactions,
      decisionText: decisionText(decided.transactions, decided.decision),
      erasableText: JSON.stringify({ client: command.client, ...command.erasable }),
      erasableDigest: '',
      hash: '',
    }
    const added = addedRows(decided, 11)
    await tx.query({
      name: `write-${added.shape}`,
      text: `
        with ${added.text}
        insert into ledger.events (
                 book_id, position, type, idempotency_key, fingerprint, actor_type, actor_id, data, decision, erasable,
                 recorded_at)
        values ($1, $2, $3, $4, decode($5, 'hex'), $6, $7, $8, $9, $10, $11)`,
      values: [
        book,
        place.position,
        type,
        idempotencyKey,
        fingerprint('', command.canonical),
        actor.type,
        actor.id,
        dataText,
        event.decisionText,
        event.erasableText,
        place.recordedAt,
        ...added.values,
      ],
    })
    return event
  },
}
