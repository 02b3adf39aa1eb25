import { createHash } from 'node:crypto'
import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { takeSnapshot } from '../../src/commands/take-snapshot.ts'
import { listBalances } from '../../src/ledger/read/record-balances.ts'
import { listSnapshotChanges, type SnapshotChange } from '../../src/ledger/read/snapshot-changes.ts'
import { snapshotLines } from '../../src/ledger/read/snapshot-lines.ts'
import { listSnapshots, type SnapshotItem } from '../../src/ledger/read/snapshots.ts'
import { listTransactions } from '../../src/ledger/read/transactions.ts'
import { HISTORY_POLICIES, happen, history, someDay } from '../ledger/read/history.ts'
import { accrual, caller, consumption, day } from '../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile, recorded } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'

const daybook = ledgerOfFile()

const days = ['2024-12-31', '2025-01-15', '2025-02-01', '2025-02-28', '2025-03-10', '2025-06-30', '2026-01-31'].map(day)
const aDay = fc.constantFrom(...days)

async function take(book: BookHandle, asOf: (typeof days)[number]): Promise<SnapshotItem> {
  recorded(await daybook.process.ledger.submit(await takeSnapshot(daybook.admin, caller(book.id), { asOf })))
  return (await listSnapshots(daybook.admin, { book: book.id, cursor: undefined, limit: 100 }))!.items.at(-1)!
}

async function textOf(book: BookHandle, snapshot: SnapshotItem): Promise<string> {
  let text = ''
  for await (const batch of snapshotLines(daybook.admin, book.id, snapshot, { entities: 2 })) text += `${batch.text}\n`
  return text
}

async function changesOf(book: BookHandle, snapshot: SnapshotItem): Promise<SnapshotChange[]> {
  const items: SnapshotChange[] = []
  let cursor: string | undefined
  do {
    const page = (await listSnapshotChanges(daybook.admin, { book: book.id, snapshot, cursor, limit: 2 }))!
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return items
}

async function available(book: BookHandle, asOf: (typeof days)[number]): Promise<Map<string, Decimal>> {
  const { items } = (await listBalances(daybook.admin, { reach: 'everybody', book: book.id, asOf, limit: 1_000 }))!
  return new Map(items.map(({ entity, policy, available }) => [`${entity}/${policy}`, new Decimal(available)]))
}

// Fails where a line is printed from what the book is now: a present scale, a present limit, the account's row.
test('I14 law: a snapshot has its digest whatever happens later, and its changes sum up to now − then', async () => {
  await fc.assert(
    fc.asyncProperty(history({ maxSteps: 12 }), someDay, history({ maxSteps: 12 }), async (before, asOf, after) => {
      const book = await daybook.book(HISTORY_POLICIES)
      await happen(book, before)
      const snapshot = await take(book, asOf)
      const then = await available(book, asOf)
      const text = await textOf(book, snapshot)
      expect(createHash('sha256').update(text).digest('hex')).toBe(snapshot.digest)

      await happen(book, after)
      expect(await textOf(book, snapshot)).toBe(text)

      const now = await available(book, asOf)
      const changes = await changesOf(book, snapshot)
      const changed = new Map(changes.map((change) => [`${change.entity}/${change.policy}`, change]))
      for (const account of new Set([...then.keys(), ...now.keys()])) {
        const difference = (now.get(account) ?? new Decimal(0)).minus(then.get(account) ?? 0)
        const change = changed.get(account)
        expect(difference.eq(change?.difference ?? 0), `${account} by ${difference.toFixed()}`).toBe(true)
        if (change === undefined) continue
        expect(new Decimal(change.then).plus(change.difference).eq(change.now)).toBe(true)
        expect(change.transactions).toHaveLength(change.transactionCount)
      }
    }),
    { numRuns: 25 },
  )
})

type Step =
  | { readonly kind: 'line'; readonly on: (typeof days)[number]; readonly late: boolean; readonly takes: boolean }
  | { readonly kind: 'undo'; readonly which: number; readonly late: boolean }
  | { readonly kind: 'close' | 'reopen'; readonly period: string }

const period = fc.constantFrom('2024-12', '2025-01', '2025-02', '2025-03', '2025-06')
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('line' as const), on: aDay, late: fc.boolean(), takes: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('undo' as const), which: fc.nat(20), late: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const), period }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const), period }) },
)

// The rule once more, as simply as it can be said: a set of closed months. Two processes, so that neither may rely on what
// it remembers.
function monthBefore(period: string): string {
  const day = new Date(`${period}-01T00:00:00Z`)
  day.setUTCDate(0)
  return day.toISOString().slice(0, 7)
}

test('I13 law: a line is refused exactly where its month is closed, or else recorded today where it says so', async () => {
  const other = daybook.another()
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, fc.boolean()), { minLength: 1, maxLength: 25 }), async (steps) => {
      const book = await daybook.book()
      let through = ''
      const lines: { id: string; on: string; undone: boolean }[] = []
      for (const [what, elsewhere] of steps) {
        const process = elsewhere ? book.through(other) : book
        if ('period' in what) {
          const may = what.period <= through === (what.kind === 'reopen')
          const verdict = await (what.kind === 'close' ? process.close(what.period) : process.reopen(what.period))
          expect(verdict.outcome).toBe(may ? 'recorded' : 'refused')
          if (may) through = what.kind === 'close' ? what.period : monthBefore(what.period)
          continue
        }
        const into = what.late ? ({ intoClosedPeriod: 'post-today' } as const) : {}
        const target = what.kind === 'undo' ? lines.filter(({ undone }) => !undone)[what.which] : undefined
        if (what.kind === 'undo' && target === undefined) continue
        const on = what.kind === 'line' ? what.on : target!.on
        const body =
          what.kind === 'undo'
            ? ({ type: 'reversal', transaction: target!.id, ...into } as const)
            : (what.takes ? consumption : accrual)('1', { policy: 'sick', effectiveOn: what.on, ...into })
        const verdict = await process.submit(body)
        const inTheWay = on.slice(0, 7) <= through
        if (inTheWay && !what.late) {
          expect(verdict).toMatchObject({
            outcome: 'refused',
            refused: { refusal: { code: 'period-closed', period: on.slice(0, 7) } },
          })
          continue
        }
        const done = recorded(verdict)
        const today = done.event.recordedAt.slice(0, 10)
        const [transaction] = done.event.transactions
        expect(transaction).toMatchObject(
          inTheWay ? { effectiveOn: today, meantFor: on } : { effectiveOn: on, meantFor: null },
        )
        if (target !== undefined) target.undone = true
        else lines.push({ id: idIn(done), on: transaction!.effectiveOn, undone: false })
      }
      expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
      const { items } = (await listTransactions(daybook.admin, { reach: 'everybody', book: book.id, limit: 1_000 }))!
      expect(items.length).toBeLessThanOrEqual(steps.length)
    }),
    { numRuns: 40 },
  )
})
