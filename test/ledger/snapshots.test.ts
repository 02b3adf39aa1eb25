import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SnapshotBody } from '../../src/commands/bodies.ts'
import type { Caller } from '../../src/commands/context.ts'
import { takeSnapshot } from '../../src/commands/take-snapshot.ts'
import { openPool } from '../../src/db/pool.ts'
import { listBalances } from '../../src/ledger/read/record-balances.ts'
import { listSnapshotChanges } from '../../src/ledger/read/snapshot-changes.ts'
import { snapshotLines } from '../../src/ledger/read/snapshot-lines.ts'
import { listSnapshots, readSnapshot, readSnapshotPage, type SnapshotItem } from '../../src/ledger/read/snapshots.ts'
import { canonicalJson, type Json } from '../../src/ledger/rows/canonical.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { accrual, adjustment, caller, consumption, day, POLICIES, policy, reversalOf } from '../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile, recorded, refusalIn } from '../support/ledger.ts'
import { digestOf, faultsIn, readRecord } from '../support/ledger-record.ts'

const daybook = ledgerOfFile()
let db: Pool

beforeAll(() => {
  db = openPool({ url: daybook.url, max: 4, applicationName: 'daybook test read', role: 'daybook_service' })
})
afterAll(() => db.end())

const asOf = day('2026-03-31')

async function submit(book: BookHandle, body: SnapshotBody, also: Partial<Caller> = {}) {
  return daybook.process.ledger.submit(await takeSnapshot(db, caller(book.id, also), body))
}

async function take(book: BookHandle, body: SnapshotBody = { asOf }): Promise<SnapshotItem> {
  const { event } = recorded(await submit(book, body))
  return (await readSnapshot(db, { book: book.id, id: String(event.position) }))!.item!
}

async function linesOf(book: BookHandle, snapshot: SnapshotItem, entities?: number): Promise<string> {
  let text = ''
  for await (const batch of snapshotLines(db, book.id, snapshot, entities === undefined ? {} : { entities })) {
    text += `${batch.text}\n`
  }
  return text
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Balances with everything in them that a line shows in its own way. */
async function payrollBook(): Promise<BookHandle> {
  const book = await daybook.book({
    ...POLICIES,
    odd: policy({ resource: 'odd', unit: 'a "quoted", \\ unit é', scale: 0, dayExclusive: false, overdraftLimit: '3' }),
  })
  await book.record(accrual('10'))
  await book.record(consumption('1', { effectiveOn: day('2026-02-02') }))
  await book.record(accrual('7.25', { entity: 'E2', policy: 'wallet' }))
  await book.record(consumption('9', { entity: 'E2', policy: 'wallet', effectiveOn: day('2026-06-01') }))
  await book.record(adjustment('-0.5', { entity: 'e10', policy: 'sick' }))
  await book.record(accrual('4', { entity: 'e-2', policy: 'odd', effectiveOn: day('2026-12-01') }))
  await book.record(accrual('4', { entity: 'e.2', policy: 'odd' }))
  return book
}

describe('the lines of a snapshot', () => {
  test('are the balances of its day and its position, as canonical JSON, ordered by characters', async () => {
    const book = await payrollBook()
    const snapshot = await take(book)
    const { items } = (await listBalances(db, {
      reach: 'everybody',
      book: book.id,
      asOf,
      knownAt: { position: snapshot.knownAt },
      limit: 100,
    }))!
    const expected = items
      .toSorted((a, b) => (`${a.entity}\n${a.policy}` < `${b.entity}\n${b.policy}` ? -1 : 1))
      .map((item) => `${canonicalJson(item as unknown as Json)}\n`)
    expect(expected).toHaveLength(5)
    const text = await linesOf(book, snapshot)
    expect(text).toBe(expected.join(''))
    expect(snapshot).toMatchObject({ count: 5, digest: sha256(text), asOf, name: null })
  })

  test('are the same however many entities are summed at once', async () => {
    const book = await payrollBook()
    const snapshot = await take(book)
    for (const entities of [1, 2, 3]) expect(sha256(await linesOf(book, snapshot, entities))).toBe(snapshot.digest)
  })

  test('I14 stay the same, whatever is recorded and defined later', async () => {
    const book = await payrollBook()
    const snapshot = await take(book)
    const before = await linesOf(book, snapshot)
    await book.record(accrual('100', { effectiveOn: day('2026-01-01') }))
    await book.record(accrual('1', { entity: 'a-new-one' }))
    await book.definePolicy('annual', policy({ scale: 4, overdraftLimit: '9', effectiveFrom: day('2026-01-01') }))
    await book.definePolicy('later', policy({ resource: 'leave' }))
    recorded(await book.close('2026-01'))
    expect(await linesOf(book, snapshot)).toBe(before)
    expect(sha256(before)).toBe(snapshot.digest)
  })

  test.each<[name: string, only: Partial<SnapshotBody>, accounts: string[]]>([
    ['a policy', { policy: 'wallet' }, ['E2/wallet']],
    ['a resource', { resource: 'odd' }, ['e-2/odd', 'e.2/odd']],
    [
      'entities, in whatever order they are named',
      { entities: ['e10', 'nobody', 'E2', 'e10'] },
      ['E2/wallet', 'e10/sick'],
    ],
    ['both', { entities: ['e1', 'E2'], resource: 'money' }, ['E2/wallet']],
    ['what is not there', { resource: 'nothing' }, []],
  ])('are only those of %s, where that is asked for', async (_name, only, accounts) => {
    const book = await payrollBook()
    const snapshot = await take(book, { asOf, ...only })
    const text = await linesOf(book, snapshot)
    const balances =
      text === ''
        ? []
        : text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as { entity: string; policy: string })
    expect(balances.map(({ entity, policy }) => `${entity}/${policy}`)).toEqual(accounts)
    expect(snapshot).toMatchObject({ count: accounts.length, digest: sha256(text) })
  })

  test('can be had in pages, which together are all of them', async () => {
    const book = await payrollBook()
    await book.record(accrual('1', { policy: 'wallet' }))
    await book.record(accrual('1', { policy: 'sick' }))
    const snapshot = await take(book)
    for (const limit of [1, 2, 3, 100]) {
      const items: string[] = []
      let cursor: string | undefined
      do {
        const page = await readSnapshotPage(db, { book: book.id, snapshot, cursor, limit })
        expect(page.items.length).toBeLessThanOrEqual(limit)
        items.push(...page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      expect(items.map((item) => `${item}\n`).join('')).toBe(await linesOf(book, snapshot))
    }
  })

  test('have this digest for ever: the form of a line cannot be changed any more', async () => {
    const book = await daybook.book(POLICIES, 'golden')
    await book.record(accrual('10'))
    await book.record(consumption('0.5', { effectiveOn: day('2026-02-02'), portion: 'pm' }))
    await book.record(adjustment('-2.75', { entity: 'e2', policy: 'wallet' }))
    expect((await take(book)).digest).toBe(
      sha256(
        '{"accrued":"10.00","adjusted":"0.00","asOf":"2026-03-31","available":"9.50","consumed":"0.50","entity":"e1","knownAt":8,"pending":"0.00","policy":"annual","resource":"leave","spendable":"9.50","unit":"day","version":2}\n' +
          '{"accrued":"0.00","adjusted":"-2.75","asOf":"2026-03-31","available":"-2.75","consumed":"0.00","entity":"e2","knownAt":8,"pending":"0.00","policy":"wallet","resource":"money","spendable":"2.25","unit":"euro","version":1}\n',
      ),
    )
  })
})

describe('taking a snapshot', () => {
  test('is known at the head when it began, not when it was recorded', async () => {
    const book = await payrollBook()
    const before = (await readRecord(db, book.id)).head!.position
    const command = await takeSnapshot(db, caller(book.id), { asOf })
    await book.record(accrual('100'))
    const { event } = recorded(await daybook.process.ledger.submit(command))
    expect(JSON.parse(event.dataText)).toMatchObject({ knownAt: before })
    expect(event.position).toBe(before + 2)
  })

  test('the same key is the first snapshot again; with something else in it, another command', async () => {
    const book = await payrollBook()
    const key = { idempotencyKey: 'march' }
    const first = recorded(await submit(book, { asOf, name: 'March' }, key))
    await book.record(accrual('100'))
    const again = recorded(await submit(book, { asOf, name: 'March' }, key))
    expect(again).toMatchObject({ replayed: true, event: { hash: first.event.hash, dataText: first.event.dataText } })
    expect(refusalIn(await submit(book, { asOf: day('2026-04-30'), name: 'March' }, key))).toMatchObject({
      code: 'idempotency-key-reused',
      differs: ['/asOf'],
    })
    expect(refusalIn(await book.submit(accrual('1'), key))).toMatchObject({ code: 'idempotency-key-reused' })
  })

  test('two at the same instant under one key are one', async () => {
    const book = await payrollBook()
    const other = daybook.another()
    const commands = await Promise.all(
      [1, 2].map(() => takeSnapshot(db, caller(book.id, { idempotencyKey: 'twice' }), { asOf })),
    )
    const verdicts = await Promise.all([daybook.process.ledger.submit(commands[0]!), other.ledger.submit(commands[1]!)])
    const events = verdicts.map((verdict) => recorded(verdict).event)
    expect(events[0]!.hash).toBe(events[1]!.hash)
    expect((await listSnapshots(db, { book: book.id, cursor: undefined, limit: 10 }))!.items).toHaveLength(1)
  })

  test.each([
    ['under a policy that is not there', { asOf, policy: 'nothing' }, { code: 'unknown-policy', policy: 'nothing' }],
  ])('%s is refused, and nothing is recorded', async (_name, body, refusal) => {
    const book = await payrollBook()
    const before = await digestOf(daybook.admin)
    expect(refusalIn(await submit(book, body))).toEqual(refusal)
    expect(await digestOf(daybook.admin)).toBe(before)
  })

  test('of a book that is not there is refused', async () => {
    const command = await takeSnapshot(db, caller('nowhere'), { asOf })
    expect(refusalIn(await daybook.process.ledger.submit(command))).toEqual({ code: 'unknown-book', book: 'nowhere' })
  })

  test('a dry run says what it would come to, and records nothing', async () => {
    const book = await payrollBook()
    const before = await digestOf(daybook.admin)
    expect(await submit(book, { asOf }, { dryRun: true })).toMatchObject({
      outcome: 'previewed-definition',
      definition: { kind: 'snapshot', snapshot: { count: 5 } },
    })
    expect(await digestOf(daybook.admin)).toBe(before)
  })

  test('the record and the tables fit', async () => {
    const book = await payrollBook()
    await take(book, { asOf, entities: ['e1', 'E2'], name: 'some' })
    await take(book)
    await book.record(accrual('1'))
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: true })
  })
})

describe('what changed since', () => {
  async function changesOf(book: BookHandle, snapshot: SnapshotItem, limit = 50) {
    const items = []
    let cursor: string | undefined
    do {
      const page = (await listSnapshotChanges(db, { book: book.id, snapshot, cursor, limit }))!
      items.push(...page.items)
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return items
  }

  test('is nothing where nothing was recorded, or nothing that is effective by then', async () => {
    const book = await payrollBook()
    const snapshot = await take(book)
    expect(await changesOf(book, snapshot)).toEqual([])
    await book.record(accrual('5', { effectiveOn: day('2026-04-01') }))
    expect(await changesOf(book, snapshot)).toEqual([])
  })

  test('is told by account, with the transactions that did it', async () => {
    const book = await payrollBook()
    const snapshot = await take(book)
    const taken = await book.record(consumption('1', { effectiveOn: day('2026-03-02') }))
    const made = await book.record(accrual('2', { entity: 'late', effectiveOn: asOf }))
    const wallet = await book.record(accrual('1', { entity: 'E2', policy: 'wallet' }))
    const undone = await book.record(reversalOf(idIn(wallet)))
    const expected = [
      {
        entity: 'E2',
        policy: 'wallet',
        then: '7.25',
        now: '7.25',
        difference: '0.00',
        transactions: [idIn(wallet), idIn(undone)],
        transactionCount: 2,
      },
      {
        entity: 'e1',
        policy: 'annual',
        then: '9.00',
        now: '8.00',
        difference: '-1.00',
        transactions: [idIn(taken)],
        transactionCount: 1,
      },
      {
        entity: 'late',
        policy: 'annual',
        then: '0.00',
        now: '2.00',
        difference: '2.00',
        transactions: [idIn(made)],
        transactionCount: 1,
      },
    ]
    expect(await changesOf(book, snapshot)).toEqual(expected)
    expect(await changesOf(book, snapshot, 1)).toEqual(expected)
  })

  test('is only about what the snapshot is of', async () => {
    const book = await payrollBook()
    const one = await take(book, { asOf, entities: ['e1'] })
    const other = await take(book, { asOf, policy: 'wallet' })
    const resource = await take(book, { asOf, resource: 'money' })
    await book.record({ transactions: [accrual('1'), accrual('1', { entity: 'E2', policy: 'wallet' })] })
    expect((await changesOf(book, one)).map(({ entity }) => entity)).toEqual(['e1'])
    expect((await changesOf(book, other)).map(({ entity }) => entity)).toEqual(['E2'])
    expect((await changesOf(book, resource)).map(({ entity }) => entity)).toEqual(['E2'])
  })

  test('is known at one position for all pages of a walk', async () => {
    const book = await payrollBook()
    const snapshot = await take(book)
    await book.record({ transactions: [accrual('1', { entity: 'a' }), accrual('1', { entity: 'b' })] })
    const first = (await listSnapshotChanges(db, { book: book.id, snapshot, cursor: undefined, limit: 1 }))!
    await book.record({ transactions: [accrual('1', { entity: 'b' }), accrual('1', { entity: 'c' })] })
    const second = (await listSnapshotChanges(db, { book: book.id, snapshot, cursor: first.nextCursor!, limit: 5 }))!
    expect(second.knownAt).toBe(first.knownAt)
    expect(second.items).toMatchObject([{ entity: 'b', difference: '1.00' }])
  })
})
