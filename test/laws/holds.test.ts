import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { holdIdFor, placeHold, releaseHold, takeHold } from '../../src/commands/about-hold.ts'
import { letHoldsLapse } from '../../src/commands/let-holds-lapse.ts'
import type { RecordCommand } from '../../src/ledger/command.ts'
import { listHolds } from '../../src/ledger/read/holds.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { playTime } from '../../src/world-clock.ts'
import { exportOf, importLines } from '../importing/importing.ts'
import { accrual, caller, consumption, day, EVERYBODY, policy } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile, refusalIn } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'

/*
 * Holds at random, several commands at a time, while the time is played: each comes to what a naive model of a shop says, which
 * knows only what is in stock, who holds how much of it and until when. What is recorded verifies, and what is imported of it
 * elsewhere is the same book.
 */

const here = ledgerOfFile()
const there = ledgerOfFile()
afterEach(() => playTime(undefined))

const ITEMS = ['item-1', 'item-2'] as const
const ON = day('2099-01-01')
const START = Date.parse('2099-01-01T00:00:00Z')
/** So long passes between two moments; ends lie in the middle, so that it does not matter how fast the machine is. */
const MOMENT_SECONDS = 1_000

interface Step {
  readonly what: 'consume' | 'earn' | 'place' | 'release' | 'take' | 'take-part'
  readonly item: (typeof ITEMS)[number]
  readonly amount: number
  /** Moments. */
  readonly lasts: number
  /** Which of the holds. */
  readonly which: number
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom<Step['what'][]>('place', 'place', 'place', 'take', 'take-part', 'release', 'consume', 'earn'),
  item: fc.constantFrom(...ITEMS),
  amount: fc.integer({ min: 1, max: 4 }),
  lasts: fc.integer({ min: 1, max: 4 }),
  which: fc.nat(11),
})

/** What is sent at the same time, and how many moments pass after it. */
const moment = fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 5 }), passing: fc.nat(3) })

interface Held {
  readonly id: string
  readonly lines: readonly { readonly item: string; readonly amount: number }[]
  readonly ends: number
  status: 'held' | 'lapsed' | 'released' | 'taken'
}

/** A shop as anybody would think of it. */
class Model {
  readonly stock = new Map<string, number>(ITEMS.map((item) => [item, 0]))
  readonly holds: Held[] = []
  now = 0

  pass(moments: number): void {
    this.now += moments
    for (const hold of this.holds) if (hold.status === 'held' && hold.ends < this.now) hold.status = 'lapsed'
  }

  heldOf(item: string): number {
    return this.holds
      .filter(({ status }) => status === 'held')
      .flatMap(({ lines }) => lines)
      .reduce((sum, line) => sum + (line.item === item ? line.amount : 0), 0)
  }

  free(item: string): number {
    return this.stock.get(item)! - this.heldOf(item)
  }

  move(item: string, by: number): void {
    this.stock.set(item, this.stock.get(item)! + by)
  }
}

interface Sent {
  readonly command: RecordCommand
  readonly expected: string
}

/** The command of a step, and what is to come of it; moves the model on. */
function sent(book: BookHandle, model: Model, { what, item, amount, lasts, which }: Step): Sent {
  const by = caller(book.id)
  const line = { entity: item, policy: 'stock', amount: String(amount), effectiveOn: ON }
  switch (what) {
    case 'earn':
      model.move(item, amount)
      return { command: book.command(accrual(line.amount, line)), expected: 'recorded' }
    case 'consume': {
      const fits = model.free(item) >= amount
      if (fits) model.move(item, -amount)
      return {
        command: book.command(consumption(line.amount, line)),
        expected: fits ? 'recorded' : 'insufficient-balance',
      }
    }
    case 'place': {
      const other = ITEMS.find((one) => one !== item)!
      const lines = [line, { ...line, entity: other, amount: '1' }]
      const command = placeHold(by, { lines, seconds: lasts * MOMENT_SECONDS - MOMENT_SECONDS / 2 })
      const fits = model.free(item) >= amount && model.free(other) >= 1
      if (fits) {
        const held = [
          { item, amount },
          { item: other, amount: 1 },
        ]
        const id = holdIdFor(by.idempotencyKey)
        model.holds.push({ id, lines: held, ends: model.now + lasts - 1, status: 'held' })
      }
      return { command, expected: fits ? 'recorded' : 'insufficient-balance' }
    }
    case 'release':
    case 'take':
    case 'take-part': {
      const hold = model.holds[which % Math.max(1, model.holds.length)]
      if (hold === undefined) return { command: releaseHold(by, 'none', {}), expected: 'unknown-hold' }
      const { entity, policy: stock, effectiveOn } = { ...line, entity: hold.lines[0]!.item }
      const lines = [{ entity, policy: stock, effectiveOn, amount: '1' }]
      const body = what === 'take-part' ? { lines } : {}
      const command = what === 'release' ? releaseHold(by, hold.id, {}) : takeHold(by, hold.id, body)
      if (hold.status !== 'held') return { command, expected: `hold-ended ${hold.status}` }
      hold.status = what === 'release' ? 'released' : 'taken'
      if (what === 'take') for (const one of hold.lines) model.move(one.item, -one.amount)
      if (what === 'take-part') model.move(hold.lines[0]!.item, -1)
      return { command, expected: 'recorded' }
    }
  }
}

test('I20 law: holds come to what a naive model of a shop says, whoever comes when', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(moment, { minLength: 4, maxLength: 10 }), async (moments) => {
      playTime({ from: new Date(START) })
      const book = await here.book({
        stock: policy({ resource: 'stock', unit: 'piece', scale: 0, dayExclusive: false }),
      })
      const model = new Model()
      for (const { steps, passing } of moments) {
        const all = steps.map((one) => sent(book, model, one))
        const verdicts = await Promise.all(all.map(({ command }) => here.process.ledger.submit(command)))
        expect(verdicts.map(outcomeIn)).toEqual(all.map(({ expected }) => expected))
        model.pass(passing)
        playTime({ from: new Date(START + model.now * MOMENT_SECONDS * 1_000) })
      }
      await here.process.ledger.submit(letHoldsLapse(book.id))
      await expectAs(book.id, model)
      expect(await verifyBook(here.admin, book.id)).toMatchObject({ ok: true })
      expect(faultsIn(await readRecord(here.admin, book.id))).toEqual([])
      const lines = await exportOf(here.admin, book.id)
      await importLines(there.url, book.id, lines, 7)
      expect(await exportOf(there.admin, book.id)).toEqual(lines)
      expect(await verifyBook(there.admin, book.id)).toMatchObject({ ok: true })
    }),
    { numRuns: 25 },
  )
})

function outcomeIn(verdict: Parameters<typeof refusalIn>[0]): string {
  const refusal = refusalIn(verdict)
  if (typeof refusal === 'string') return refusal
  return refusal.code === 'hold-ended' ? `${refusal.code} ${refusal.currentStatus}` : refusal.code
}

async function expectAs(book: string, model: Model): Promise<void> {
  const found = (await listHolds(here.admin, { book, reader: EVERYBODY, limit: 1_000 }))!
  expect(found.items.map(({ id, status }) => ({ id, status }))).toEqual(
    model.holds.map(({ id, status }) => ({ id, status })),
  )
  for (const item of ITEMS) {
    const { rows } = await here.admin.query<{ available: string; pending: string }>(
      `select coalesce(sum(amount), 0)::text as available,
              coalesce(-sum(amount) filter (where component = 'pending'), 0)::text as pending
         from ledger.transactions
        where book_id = $1 and entity_id = $2`,
      [book, item],
    )
    expect(rows).toEqual([{ available: String(model.free(item)), pending: String(model.heldOf(item)) }])
  }
}
