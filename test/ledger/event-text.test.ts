import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recordBulkItem } from '../../src/commands/record-transactions.ts'
import type { Actor } from '../../src/domain/event.ts'
import { evolve } from '../../src/domain/recording/book-state.ts'
import { eventText, hashedText } from '../../src/ledger/rows/event-text.ts'
import { sha256 } from '../../src/ledger/rows/hash.ts'
import { seal } from '../../src/ledger/writing/seal.ts'
import { caller, consumption, policy } from '../support/builders.ts'
import { anyBody, anyId, idempotencyKey, nastyText } from '../support/builders-arbitrary.ts'
import { bookState, decide } from '../support/builders-given.ts'
import { idIn, ledgerOfFile, recorded } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { meeting } from '../support/meeting.ts'

// I7: an auditor recomputes hashes with any JSON library. What the service writes by hand, because it is faster, must
// be what a library writes, byte by byte, whatever callers put into it.

const POLICIES = {
  'Zebra:1': policy({ scale: 3, dayExclusive: false, overdraftLimit: null }),
  'a.b@c': policy({ scale: 0, dayExclusive: false, overdraftLimit: '0' }),
  '10': policy({ scale: 8, dayExclusive: false, overdraftLimit: null }),
  '9': policy({ scale: 8, dayExclusive: false, overdraftLimit: '2.5' }),
}
const actor: fc.Arbitrary<Actor> = fc.record({ type: anyId, id: anyId })
const client = fc.record({
  ip: fc.option(fc.ipV6()),
  userAgent: fc.option(nastyText()),
  session: fc.option(nastyText()),
})
// An entity that nobody else names has an account of version 0.
const bodies = (...transactions: readonly string[]) =>
  anyBody({ transactions, policies: POLICIES, versions: fc.constant(0) })

test('I7 law: an event is written as a library would write it, and hashed without what may be erased', () => {
  fc.assert(
    fc.property(anyId, idempotencyKey, actor, client, bodies('1.1', '1.2'), (book, key, actor, client, body) => {
      const state = bookState(POLICIES)
      const before = decide(state, 1, { transactions: ['10', 'Zebra:1'].map((policy) => consumption('1', { policy })) })
      if ('refusal' in before) throw new Error(before.refusal.code)
      evolve(state, before.changes)
      const command = recordBulkItem(caller(book, { idempotencyKey: key, actor, client }), body)
      const decided = command.decide(state, 2)
      fc.pre('transactions' in decided)
      const { type, dataText, erasable } = command
      const { transactions, decision } = decided
      const { event } = seal(
        command,
        { type, dataText, erasable, transactions, decision, stream: null },
        { position: 1, hash: '0'.repeat(64), now: '2026-02-03T04:05:06.789Z' },
      )

      const text = eventText(event)
      const document = JSON.parse(text) as { erasable: object; erasableDigest: string; hash: string }
      expect(canonicalize(document)).toBe(text)
      const { erasable: shown, hash, ...hashed } = document
      expect(hashedText(event)).toBe(canonicalize(hashed))
      expect(hash).toBe(sha256(canonicalize(hashed)!))
      expect(document.erasableDigest).toBe(sha256(canonicalize(shown)!))
      expect(hashedText({ ...event, erasableText: null })).toBe(hashedText(event))
    }),
  )
})

describe('through the database', () => {
  const daybook = ledgerOfFile()

  test('I7 law: what was hashed is what the tables give back, however nasty the texts', async () => {
    const book = await daybook.book(POLICIES)
    const reversible = await book.record({
      transactions: Array.from({ length: 200 }, () => consumption('1', { policy: '10' })),
    })
    const targets = bodies(...reversible.event.transactions.map(({ line }) => idIn(reversible, line)))
    const submissions = fc.array(fc.tuple(idempotencyKey, actor, client, targets), { minLength: 5, maxLength: 5 })
    let sent = 0
    await meeting({ recorded: 50 }, (met) =>
      fc.assert(
        fc.asyncProperty(submissions, async (commands) => {
          const verdicts = await Promise.all(
            commands.map(([key, actor, client, body]) =>
              book.submit(body, { idempotencyKey: `${key.slice(0, 240)}#${++sent}`, actor, client }),
            ),
          )
          for (const verdict of verdicts) {
            if (verdict.outcome !== 'recorded') continue
            expect(canonicalize(JSON.parse(eventText(verdict.event)))).toBe(eventText(verdict.event))
            met.recorded += 1
          }
        }),
        { numRuns: 40 },
      ),
    )
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  })

  test('a quote, a backslash and a separator in every text that a caller may choose', async () => {
    const book = await daybook.book(POLICIES)
    const nasty = '"\\\u2028💥~/\'${x}'
    const key = ' "\\~\' '
    const name = nasty.replaceAll(/["\\]/g, '')
    const { event } = recorded(
      await book.submit(
        {
          ...consumption('1', {
            policy: '10',
            entity: 'A.b:c@d-_',
            reference: nasty,
            reason: `${nasty}\n\t\u001e\u001f`,
          }),
          metadata: { [name]: { ['__proto__']: [nasty, null, 1e21, -0.000001] } },
        },
        { idempotencyKey: key, client: { ip: null, userAgent: `${nasty}\u001f`, session: nasty } },
      ),
    )
    expect(canonicalize(JSON.parse(eventText(event)))).toBe(eventText(event))
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
    const again = recorded(
      await book.submit(
        {
          ...consumption('1', {
            policy: '10',
            entity: 'A.b:c@d-_',
            reference: nasty,
            reason: `${nasty}\n\t\u001e\u001f`,
          }),
          metadata: { [name]: { ['__proto__']: [nasty, null, 1e21, -0.000001] } },
        },
        { idempotencyKey: key },
      ),
    )
    expect(again).toMatchObject({ replayed: true, event: { hash: event.hash } })
  })
})
