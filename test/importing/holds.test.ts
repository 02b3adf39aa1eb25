import { afterEach, expect, test } from 'vitest'
import { holdIdFor, placeHold, releaseHold, takeHold } from '../../src/commands/about-hold.ts'
import type { Caller } from '../../src/commands/context.ts'
import type { Json } from '../../src/ledger/rows/canonical.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { playTime } from '../../src/world-clock.ts'
import { accrual, caller, consumption, day, policy } from '../support/builders.ts'
import { BookHandle, ledgerOfFile, recorded } from '../support/ledger.ts'
import { exportOf, importLines, rehashed } from './importing.ts'

// A book with holds that are held, taken, released and over, read back elsewhere; and histories that nobody recorded so.

const here = ledgerOfFile()
const there = ledgerOfFile()
afterEach(() => playTime(undefined))

const ITEM = { entity: 'item', policy: 'stock', effectiveOn: day('2099-03-31') }
const ROOM = { entity: 'room', policy: 'rooms', amount: '0.5', effectiveOn: ITEM.effectiveOn, portion: 'am' } as const
const STOCK = policy({ resource: 'stock', unit: 'piece', scale: 0, dayExclusive: false })

/** Events 4 and on: what is earned, and then holds. The last is held until 18:00, while something is recorded at 10:00. */
async function sample() {
  playTime({ from: new Date('2099-03-31T08:00:00Z') })
  const book = await here.book({ stock: STOCK, rooms: policy({ resource: 'room', overdraftLimit: null }) })
  await book.record(accrual('10', ITEM))
  const { ledger } = here.process
  const by = (): Caller => caller(book.id)
  const [first, second, third, last, take] = [by(), by(), by(), by(), by()]
  const placing = { lines: [{ ...ITEM, amount: '3.0' }, ROOM], seconds: 3_600, reference: 'cart-1', metadata: { a: 1 } }
  const taking = {
    expectedVersion: 1,
    lines: [{ ...ITEM, amount: '2.00' }],
    more: [{ ...ROOM, type: 'consumption', entity: 'other-room', amount: '0.50', portion: 'pm' } as const],
  }
  recorded(await ledger.submit(placeHold(first, placing)))
  recorded(await ledger.submit(takeHold(take, holdIdFor(first.idempotencyKey), taking)))
  recorded(await ledger.submit(placeHold(second, { lines: [{ ...ITEM, amount: '1' }], seconds: 60 })))
  recorded(await ledger.submit(releaseHold(by(), holdIdFor(second.idempotencyKey), {})))
  recorded(await ledger.submit(placeHold(third, { lines: [{ ...ITEM, amount: '1' }], seconds: 60 })))
  const end = { expiresAt: '2099-03-31T19:00:00+01:00' }
  recorded(await ledger.submit(placeHold(last, { lines: [{ ...ITEM, amount: '1' }], ...end })))
  playTime({ from: new Date('2099-03-31T10:00:00Z') })
  await book.record(accrual('1', ITEM))
  return { book, lines: await exportOf(here.admin, book.id), sent: { first, placing, take, taking } }
}

function at(lines: readonly string[], type: string): number {
  return lines.findLastIndex((line) => line.includes(`"type":"${type}"}`))
}

type Members = { [member: string]: Json }

function withEnd(expiresAt: string): (event: Members) => Members {
  return (event) => ({ ...event, data: { ...(event['data'] as Members), expiresAt } })
}

test('I20 a book with holds is the same book elsewhere, and goes on as it would have', async () => {
  const { book, lines, sent } = await sample()
  await importLines(there.url, book.id, lines, 3)
  expect(await exportOf(there.admin, book.id)).toEqual(lines)
  expect(await verifyBook(there.admin, book.id)).toMatchObject({ ok: true })
  const { ledger } = there.process
  // Whoever sends a command again is told what became of it.
  expect(await ledger.submit(placeHold(sent.first, sent.placing))).toMatchObject({
    outcome: 'recorded',
    replayed: true,
  })
  const taken = takeHold(sent.take, holdIdFor(sent.first.idempotencyKey), sent.taking)
  expect(await ledger.submit(taken)).toMatchObject({ outcome: 'recorded', replayed: true })
  // What is still held ends there, too.
  playTime({ from: new Date('2099-03-31T18:00:00Z') })
  await new BookHandle(book.id, ledger).record(consumption('9', ITEM))
  const after = await exportOf(there.admin, book.id)
  expect(at(after, 'hold-lapsed')).toBe(lines.length)
  expect(await verifyBook(there.admin, book.id)).toMatchObject({ ok: true, events: lines.length + 2 })
})

test.each([
  [
    'a hold that lapses before its end',
    'hold-lapsed',
    (event: Members): Members => ({ ...event, recordedAt: '2099-03-31T08:00:30.000Z' }),
    /hold-ends-later/,
  ],
  [
    'something that was recorded while a hold was over, and held on',
    'hold-placed',
    withEnd('2099-03-31T09:30:00.000Z'),
    /was over at 2099-03-31T09:30:00.000Z, and has not ended before it/,
  ],
  ['a hold for longer than thirty days', 'hold-placed', withEnd('2099-05-31T09:30:00.000Z'), /longest-hold/],
])('I20 %s is not imported', async (_name, type, change, message) => {
  const { book, lines } = await sample()
  const index = at(lines, type)
  const forged = rehashed(lines, index, change(JSON.parse(lines[index]!) as Members))
  await expect(importLines(there.url, book.id, forged, 5)).rejects.toThrow(message)
})
