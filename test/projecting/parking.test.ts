import { afterEach, expect, test } from 'vitest'
import { balances } from '../../projections/balances/project.ts'
import { openBalanceReader } from '../../projections/balances/query.ts'
import { projections } from '../../projections/registry.ts'
import { listBalances } from '../../src/ledger/read/record-balances.ts'
import type { Projection } from '../../src/projecting/projection.ts'
import { listWithheld, retryParked, skipParked, type Withheld } from '../../src/projecting/withheld.ts'
import { readerOf } from '../ledger/read/reading.ts'
import { accrual, day, dayAfter } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile } from '../support/ledger.ts'
import { projectedOfFile } from './projected.ts'
import { tally } from './tally/tally.ts'

const daybook = ledgerOfFile()
const { projection, poison } = tally()
const projected = projectedOfFile(daybook, [...projections, projection])
const reader = readerOf(daybook)

afterEach(() => {
  Object.assign(poison, { throws: undefined, divides: undefined, systemic: false })
})

/** Twelve entities with five events each; one of them meets the poison at its third. */
async function poisoned(): Promise<{ book: BookHandle; at: number }> {
  const book = await daybook.book()
  let at = 0
  for (let event = 0; event < 60; event++) {
    const entity = `e${event % 12}`
    const amount = event === 31 ? '13' : '2.5'
    const { event: recorded } = await book.record(accrual(amount, { entity }))
    if (event === 31) at = recorded.position
  }
  return { book, at }
}

function parkedIn(book: BookHandle): Promise<Withheld[]> {
  return listWithheld(projected.pool, { projection: projection.name, book: book.id })
}

async function totals(book: BookHandle): Promise<Record<string, string>> {
  const { rows } = await daybook.admin.query<{ entity_id: string; total: string }>(
    `select entity_id, total::text from projections.tally_1 where book_id = $1 order by entity_id`,
    [book.id],
  )
  return Object.fromEntries(rows.map(({ entity_id, total }) => [entity_id, total]))
}

test.each([
  ['the fold throws', 'throws', '13 is more than can be understood'],
  ['a statement fails', 'divides', 'division by zero (SQLSTATE 22012)'],
] as const)('where %s, the entity is parked from that event on, and the rest goes on', async (_what, how, error) => {
  const { book, at } = await poisoned()
  poison[how] = '13'
  const advanced = await projected.advance(projection, book.id)
  expect(advanced).toMatchObject({ outcome: 'advanced', position: 65, parked: ['e7'] })
  expect(await parkedIn(book)).toMatchObject([
    { entity: 'e7', position: at, state: 'parked', error, waiting: 3, reason: null },
  ])
  const found = await totals(book)
  expect(found['e7']).toBe('5')
  expect(Object.values(found).filter((total) => total === '12.5')).toHaveLength(11)
  await projected.expectFreshFold(book.id, projection)

  // Whatever comes later for it waits as well, and nobody else does.
  await book.record({ transactions: [accrual('1', { entity: 'e7' }), accrual('1', { entity: 'e8' })] })
  await projected.catchUp(book.id)
  expect(await totals(book)).toMatchObject({ e7: '5', e8: '13.5' })
  expect(await parkedIn(book)).toMatchObject([{ waiting: 4 }])
  await projected.expectFreshFold(book.id, projection)
})

test('retried after the cause is gone, everything is applied that waited; before that, it stays parked', async () => {
  const { book, at } = await poisoned()
  poison.throws = '13'
  await projected.catchUp(book.id)
  const task = await projected.task(projection, book.id)
  expect(await retryParked(projected.pool, task, 'e7', 100)).toMatchObject({ outcome: 'still-parked', position: at })
  await projected.expectFreshFold(book.id, projection)
  poison.throws = undefined
  // In batches of two, each of them a transaction.
  expect(await retryParked(projected.pool, task, 'e7', 2)).toEqual({ outcome: 'applied', transactions: 3 })
  expect(await parkedIn(book)).toEqual([])
  expect((await totals(book))['e7']).toBe('23')
  await projected.expectFreshFold(book.id, projection)
  expect(await retryParked(projected.pool, task, 'e7', 2)).toEqual({ outcome: 'not-parked' })
})

test('an event is skipped with a reason that is kept, and what comes after it is applied', async () => {
  const { book, at } = await poisoned()
  poison.throws = '13'
  await projected.catchUp(book.id)
  const task = await projected.task(projection, book.id)
  const skip = { entity: 'e7', reason: 'entered by mistake, see ticket 7' }
  expect(await skipParked(projected.pool, task, { ...skip, position: at + 1 }, 100)).toEqual({ outcome: 'not-parked' })
  expect(await skipParked(projected.pool, task, { ...skip, position: at }, 100)).toMatchObject({
    outcome: 'applied',
    transactions: 2,
  })
  expect(await parkedIn(book)).toMatchObject([
    { entity: 'e7', position: at, state: 'skipped', reason: skip.reason, waiting: null },
  ])
  expect((await totals(book))['e7']).toBe('10')
  await book.record(accrual('1', { entity: 'e7' }))
  await projected.catchUp(book.id)
  expect((await totals(book))['e7']).toBe('11')
  await projected.expectFreshFold(book.id, projection)
})

test('two poisoned events of one entity are met one after the other', async () => {
  const book = await daybook.book()
  for (const amount of ['1', '13', '2', '13', '3']) await book.record(accrual(amount))
  poison.throws = '13'
  await projected.catchUp(book.id)
  const task = await projected.task(projection, book.id)
  const first = await parkedIn(book)
  expect(first).toMatchObject([{ position: 7, waiting: 4 }])
  expect(await skipParked(projected.pool, task, { entity: 'e1', position: 7, reason: 'one' }, 100)).toMatchObject({
    outcome: 'still-parked',
    position: 9,
  })
  expect(await totals(book)).toEqual({ e1: '3' })
  expect(await skipParked(projected.pool, task, { entity: 'e1', position: 9, reason: 'two' }, 100)).toMatchObject({
    outcome: 'applied',
  })
  expect(await totals(book)).toEqual({ e1: '6' })
  await projected.expectFreshFold(book.id, projection)
})

test('what would fail for everybody parks nobody', async () => {
  const { book } = await poisoned()
  poison.systemic = true
  await expect(projected.advance(projection, book.id)).rejects.toMatchObject({ code: '42P01' })
  expect(await parkedIn(book)).toEqual([])
  poison.systemic = false
  await projected.catchUp(book.id)
  await projected.expectFreshFold(book.id)
})

test('where too many entities fail, it is not them: the book stands still', async () => {
  const book = await daybook.book()
  const lines = Array.from({ length: 150 }, (_, number) => accrual('13', { entity: `e${number}` }))
  await book.record({ transactions: lines })
  poison.throws = '13'
  await expect(projected.advance(projection, book.id)).rejects.toThrow('has parked 100 entities')
  expect(await parkedIn(book)).toEqual([])
})

test('a transaction that nobody should have written parks its entity in every read model of transactions, and reads stay right', async () => {
  const ofTransactions = projections.filter(({ reads }) => reads !== 'requests and claims')
  const book = await daybook.book()
  const bySnapshots = openBalanceReader(reader.db)
  // More accounts than are folded at a time, the poison among the first.
  for (let part = 0; part < 3; part++) {
    await book.record({
      transactions: Array.from({ length: 900 }, (_, number) =>
        accrual('1', { entity: `e${part * 900 + number}`, effectiveOn: dayAfter('2026-01-01', number % 90) }),
      ),
    })
  }
  await daybook.admin.query(`
    begin;
    alter table ledger.transactions drop constraint transactions_type_component_sign;
    insert into ledger.transactions
    select book_id, position, 1001, type, 'owed', 'e2', policy_id, resource, amount, effective_on
      from ledger.transactions where book_id = '${book.id}' and position = 6 and line = 1;
    commit`)
  for (const one of ofTransactions) {
    expect(await projected.advance(one, book.id)).toMatchObject({ position: 8, parked: ['e2'] })
    const [parked] = await listWithheld(projected.pool, { projection: one.name, book: book.id })
    expect(parked).toMatchObject({ entity: 'e2', position: 6, error: 'there is no component owed' })
  }
  const asked = { reach: 'everybody' as const, book: book.id, entity: 'e5', asOf: day('2026-01-05'), limit: 10 }
  expect(await bySnapshots.list(asked)).toEqual(await listBalances(reader.db, asked))
  for (const one of ofTransactions) await projected.expectFreshFold(book.id, one)
  await daybook.admin.query(`
    begin;
    set local session_replication_role = replica;
    delete from ledger.transactions where book_id = '${book.id}' and line = 1001;
    commit`)
  for (const one of ofTransactions) {
    const task = await projected.task(one, book.id)
    expect(await retryParked(projected.pool, task, 'e2', 5_000)).toMatchObject({ outcome: 'applied' })
    await projected.expectFreshFold(book.id, one)
  }
})

test('what is parked or skipped of an entity does not show in its balances', async () => {
  const bySnapshots = openBalanceReader(reader.db)
  const book = await daybook.book()
  await book.record({
    transactions: Array.from({ length: 80 }, (_, number) =>
      accrual('1', { effectiveOn: dayAfter('2026-01-01', number) }),
    ),
  })
  await book.record(accrual('13', { effectiveOn: day('2026-01-02') }))
  await book.record(accrual('1', { effectiveOn: day('2026-01-02') }))
  const failing: Projection = {
    ...balances,
    async project(tx, batch) {
      if (batch.transactions.some(({ amount }) => Number(amount) === 13)) throw new RangeError('thirteen')
      await balances.project(tx, batch)
    },
  }
  const task = { ...(await projected.task(balances, book.id)), projection: failing }
  await projected.advance(failing, book.id)
  const asked = {
    reach: 'everybody' as const,
    book: book.id,
    entity: 'e1',
    policy: 'annual',
    asOf: day('2026-01-05'),
    limit: 10,
  }
  const right = await listBalances(reader.db, asked)
  expect(right?.items).toMatchObject([{ available: '19.00' }])
  expect(await bySnapshots.list(asked)).toEqual(right)
  await skipParked(projected.pool, task, { entity: 'e1', position: 7, reason: 'a test' }, 100)
  expect(await listWithheld(projected.pool, { book: book.id })).toMatchObject([{ state: 'skipped' }])
  expect(await bySnapshots.list(asked)).toEqual(right)
})
