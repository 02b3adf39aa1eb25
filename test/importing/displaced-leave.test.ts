import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  approveRequest,
  cancelRequest,
  changeRequest,
  recountRequest,
  rejectRequest,
  submitRequest,
} from '../../src/commands/about-request.ts'
import { takeSnapshot } from '../../src/commands/take-snapshot.ts'
import type { RecordCommand } from '../../src/ledger/command.ts'
import { readRequest } from '../../src/ledger/read/requests.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { listWithheld } from '../../src/projecting/withheld.ts'
import { FULL_WEEK } from '../ledger/verify-sample.ts'
import { projectedOfFile } from '../projecting/projected.ts'
import { accrual, caller, day, dayAfter, EVERYBODY, policy } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile, recorded } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { meeting } from '../support/meeting.ts'
import { exportOf, importLines } from './importing.ts'

/*
 * A book in which leave takes days of other leave, at random, several commands at a time: it verifies, its read models are what
 * a fresh fold of the record gives, and what is imported of it elsewhere is the same book, which goes on as this one would.
 */

const here = ledgerOfFile()
const there = ledgerOfFile()
const projected = projectedOfFile(here)

const OTHER = { scale: 1, overdraftLimit: null, effectiveFrom: day('2000-01-01') }
const POLICIES = {
  carried: policy({ scale: 1, requests: { priority: 1 } }),
  annual: policy({ scale: 1 }),
  sick: policy({ ...OTHER, resource: 'sick', requests: { approval: [], displaces: ['leave'] } }),
  care: policy({ ...OTHER, resource: 'care', dayExclusive: false, requests: { displaces: ['leave', 'sick'] } }),
}
const FIRST = day('2026-03-09')
const LENGTH = 12
const IDS = ['leave-1', 'leave-2', 'sick-1', 'sick-2', 'care-1'] as const

type What = 'approve' | 'cancel' | 'cancel-days' | 'change' | 'feast' | 'reject' | 'submit'

interface Step {
  readonly what: What
  readonly id: (typeof IDS)[number]
  readonly from: number
  readonly length: number
  readonly half: 'am' | 'full' | 'pm'
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom<What[]>(
    'submit',
    'submit',
    'approve',
    'approve',
    'change',
    'cancel',
    'cancel-days',
    'reject',
    'feast',
  ),
  id: fc.constantFrom('leave-1', 'leave-1', ...IDS),
  from: fc.nat(LENGTH - 1),
  length: fc.nat(5),
  half: fc.constantFrom<('am' | 'full' | 'pm')[]>('full', 'full', 'full', 'am', 'pm'),
})

class Book {
  readonly #book: BookHandle
  readonly #versions = new Map<string, number>()
  #feasts = 0

  constructor(book: BookHandle) {
    this.#book = book
  }

  static async open(): Promise<Book> {
    const handle = await here.book(POLICIES)
    await handle.record(accrual('2', { policy: 'carried' }))
    await handle.record(accrual('18'))
    await handle.defineCalendar('office', { workingDays: { ...FULL_WEEK, fri: 'am' } })
    await handle.defineEntity('e1', { calendar: 'office' })
    return new Book(handle)
  }

  get id(): string {
    return this.#book.id
  }

  /** Several at once, so that they are decided in a group, or ahead of one. */
  async take(steps: readonly Step[]): Promise<void> {
    await Promise.all(steps.map((one) => this.#take(one)))
    for (const id of IDS) {
      const read = await readRequest(here.admin, { reader: EVERYBODY, book: this.id, request: id })
      if (read?.item !== undefined) this.#versions.set(id, read.item.version)
    }
  }

  async #take(step: Step): Promise<void> {
    if (step.what === 'feast') return this.#feast(step)
    const by = caller(this.id, { actor: { type: 'admin', id: 'hr' } })
    await here.process.ledger.submit(this.#command(by, step))
  }

  #command(by: ReturnType<typeof caller>, { what, id, half, ...span }: Step): RecordCommand {
    const expectedVersion = this.#versions.get(id) ?? 1
    const from = dayAfter(FIRST, span.from)
    const to = dayAfter(FIRST, Math.min(span.from + span.length, LENGTH))
    const portions = half === 'full' ? {} : { portions: { [from]: half } }
    switch (what) {
      case 'submit':
        return submitRequest(by, { id, entity: 'e1', resource: id.split('-')[0]!, from, to, ...portions })
      case 'approve':
        return approveRequest(by, id, { expectedVersion })
      case 'reject':
        return rejectRequest(by, id, { expectedVersion })
      case 'change':
        return changeRequest(by, id, { expectedVersion, from, to, ...portions })
      case 'cancel-days':
        return cancelRequest(by, id, { expectedVersion, days: [from] })
      default:
        // The first leave goes on: it is what the others take days of.
        return cancelRequest(by, id, { expectedVersion, ...(id === 'leave-1' ? { days: [from] } : {}) })
    }
  }

  /** A holiday becomes known, or that it is none, and everything is counted again. */
  async #feast({ from }: Step): Promise<void> {
    this.#feasts += 1
    const holidays = this.#feasts % 2 === 0 ? [] : [{ date: dayAfter(FIRST, from), name: `Feast ${this.#feasts}` }]
    const { event } = recorded(
      await this.#book.defineCalendar('office', { workingDays: { ...FULL_WEEK, fri: 'am' }, holidays }),
    )
    const cause = { position: event.position, type: 'calendar-defined', about: 'office' } as const
    const by = caller(this.id, { actor: { type: 'system', id: 'late-facts' } })
    await Promise.all(
      IDS.map((id) =>
        here.process.ledger.submit(recountRequest({ ...by, idempotencyKey: `${id}:${event.position}` }, id, cause)),
      ),
    )
  }

  async snapshot(): Promise<void> {
    const command = await takeSnapshot(here.admin, caller(this.id), { asOf: dayAfter(FIRST, 5), name: 'Payroll' })
    recorded(await here.process.ledger.submit(command))
  }
}

// Was once imported otherwise: of several requests that one event takes days of, the one of the same group came first.
const IN_ONE_GROUP: Step[][] = [
  [{ what: 'submit', id: 'care-1', from: 1, length: 5, half: 'full' }],
  [
    { what: 'submit', id: 'sick-2', from: 3, length: 1, half: 'full' },
    { what: 'approve', id: 'care-1', from: 0, length: 0, half: 'full' },
  ],
]

test('I16 law: a book with displaced leave verifies, is folded anew the same, and comes out of an import as it was', async () => {
  await meeting({ displaced: 1, back: 1, moved: 1 }, (seen) =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 10, maxLength: 20, size: 'max' }),
        async (turns) => {
          const book = await Book.open()
          await book.take([{ what: 'submit', id: 'leave-1', from: 0, length: 4, half: 'full' }])
          await book.take([{ what: 'approve', id: 'leave-1', from: 0, length: 0, half: 'full' }])
          await book.take([{ what: 'submit', id: 'sick-1', from: 1, length: 1, half: 'full' }])
          for (const [at, turn] of turns.entries()) {
            await book.take(turn)
            if (at % 5 === 2) await projected.catchUp(book.id, { most: 3 })
          }
          await book.snapshot()
          await projected.catchUp(book.id)
          expect(await listWithheld(projected.pool, { book: book.id })).toEqual([])
          await projected.expectFreshFold(book.id)
          expect(await verifyBook(here.admin, book.id)).toMatchObject({ ok: true })
          const lines = await exportOf(here.admin, book.id)
          count(lines, seen)
          await importLines(there.url, book.id, lines)
          expect(await exportOf(there.admin, book.id)).toEqual(lines)
          expect(await verifyBook(there.admin, book.id)).toMatchObject({ ok: true, events: lines.length })
          const [ours, theirs] = await Promise.all([readRecord(here.admin, book.id), readRecord(there.admin, book.id)])
          expect(faultsIn(theirs)).toEqual([])
          const { accounts: _ours, ...record } = ours
          const { accounts: _theirs, ...imported } = theirs
          expect(imported).toEqual(record)
        },
      ),
      {
        numRuns: Number(process.env['LAW_RUNS'] ?? 12),
        // Each run is a book, and its import: shrinking one that fails takes minutes.
        endOnFailure: true,
        examples: [[IN_ONE_GROUP]],
      },
    ),
  )
})

function count(lines: readonly string[], seen: { displaced: number; back: number; moved: number }): void {
  for (const line of lines) {
    const { data } = JSON.parse(line) as {
      data: { moves?: number; displaced?: { taken: { portion: string }[] }[] }
    }
    if (data.moves !== undefined) seen.moved += 1
    for (const { taken } of data.displaced ?? []) {
      if (taken.some(({ portion }) => portion !== 'none')) seen.displaced += 1
      if (taken.some(({ portion }) => portion === 'none')) seen.back += 1
    }
  }
}
