import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { expect, test } from 'vitest'
import { eventText } from '../../src/ledger/rows/event-text.ts'
import { accrual, consumption, policy, reversalOf } from '../support/builders.ts'
import { idIn, ledgerOfFile, recorded } from '../support/ledger.ts'
import { faultsIn, hashedDocument, readRecord } from '../support/ledger-record.ts'

// I7: positions are dense, `recordedAt` never falls, and each hash covers the one before.

const daybook = ledgerOfFile()

test('I7 every event names the hash of the one before, whoever wrote that', async () => {
  const book = await daybook.book()
  const other = book.through(daybook.another())
  const verdicts = [
    await book.record(accrual('10')),
    await other.record(consumption('1')),
    recorded(await other.definePolicy('annual', policy({ overdraftLimit: '1' }))),
    await book.record({
      transactions: [accrual('1', { reason: 'why' }), accrual('2', { entity: 'e2' })],
      reference: 'r',
    }),
  ]
  verdicts.push(await book.record(reversalOf(idIn(verdicts[1]!))))
  const record = await readRecord(daybook.admin, book.id)
  expect(faultsIn(record)).toEqual([])
  expect(record.events[0]).toMatchObject({ position: 1, type: 'book-defined' })
  for (const { event } of verdicts) {
    expect(event.previousHash).toBe(record.events[event.position - 2]!.hash)
    expect(record.events[event.position - 1]!.hash).toBe(event.hash)
  }
})

test('I7 an auditor gets the same hash from what is shown, with any JSON library and SHA-256', async () => {
  const book = await daybook.book()
  const { event } = await book.record(accrual('1.50', { reason: 'ill', metadata: { doctor: 'x' } }))
  const { erasable, hash, ...hashed } = JSON.parse(eventText(event)) as Record<string, unknown>
  const sha256 = (value: unknown): string => createHash('sha256').update(canonicalize(value)!).digest('hex')
  expect(hash).toBe(sha256(hashed))
  expect(hashed['erasableDigest']).toBe(sha256(erasable))
  const record = await readRecord(daybook.admin, book.id)
  expect(hashed).toEqual(hashedDocument(record, event.position - 1))
})

test('I7 two events that say the same have different digests of what may be forgotten: a forgotten reason cannot be guessed', async () => {
  const book = await daybook.book()
  const events = [
    await book.record(accrual('1', { reason: 'ill' })),
    await book.record(accrual('1', { reason: 'ill' })),
  ]
  const [one, other] = events.map(({ event }) => event)
  expect(one!.erasableDigest).not.toBe(other!.erasableDigest)
  const salts = events.map(({ event }) => (JSON.parse(event.erasableText!) as { salt: string }).salt)
  for (const salt of salts) expect(salt).toMatch(/^[0-9a-f]{32}$/)
  expect(new Set(salts).size).toBe(2)
})

test('I7 a clock that is set back does not set the record back', async () => {
  const book = await daybook.book()
  await book.record(accrual('1'))
  // As if the last event had been written by a clock that was ahead.
  const { rows } = await daybook.admin.query<{ ahead: Date }>(
    `update ledger.heads set recorded_at = date_trunc('milliseconds', recorded_at + interval '1 hour')
      where book_id = $1 returning recorded_at as ahead`,
    [book.id],
  )
  const ahead = rows[0]!.ahead.toISOString()
  const verdicts = await Promise.all(Array.from({ length: 40 }, () => book.record(accrual('1'))))
  expect(verdicts.map(({ event }) => event.recordedAt)).toEqual(verdicts.map(() => ahead))
  expect(recorded(await book.definePolicy('annual', policy({ overdraftLimit: '1' }))).event.recordedAt).toBe(ahead)
  expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
})
