import { expect, test } from 'vitest'
import { eraseEntity } from '../../src/commands/erase-entity.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { accrual, adjustment, caller, consumption, day } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile, recorded } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { exportOf, importLines } from './importing.ts'

// An erasure is part of the history: whoever imports a history forgets what was forgotten.

const here = ledgerOfFile()
const there = ledgerOfFile()

async function bookOfAda(): Promise<BookHandle> {
  const book = await here.book()
  recorded(await book.defineEntity('ada', { hiredOn: day('2020-01-01'), leftOn: day('2024-01-31'), name: 'Ada' }))
  await book.record(accrual('10', { entity: 'ada', reason: 'quartz' }))
  await book.record(accrual('10', { entity: 'ben', reason: 'feldspar' }))
  await book.record(adjustment('1', { entity: 'ben', reason: 'mica' }), { actor: { type: 'manager', id: 'ada' } })
  return book
}

async function erase(book: BookHandle, entity: string, force = false): Promise<void> {
  recorded(await here.process.ledger.submit(eraseEntity(caller(book.id), entity, { reason: 'asked', force })))
}

async function reasonsThere(book: BookHandle): Promise<(string | null)[]> {
  const { rows } = await there.admin.query<{ reason: string | null }>(
    `select erasable ->> 'reason' as reason from ledger.events where book_id = $1 and type <> 'policy-defined' order by position`,
    [book.id],
  )
  return rows.map(({ reason }) => reason)
}

test('an export that was made after an erasure comes out byte-identical, and goes on', async () => {
  const book = await bookOfAda()
  await erase(book, 'ada')
  recorded(await book.defineEntity('ada', { hiredOn: day('2020-01-01') }))
  await erase(book, 'ada', true)
  await book.record(consumption('1', { entity: 'ben', reason: 'after' }))
  const lines = await exportOf(here.admin, book.id)
  await importLines(there.url, book.id, lines)
  expect(await exportOf(there.admin, book.id)).toEqual(lines)
  expect(await verifyBook(there.admin, book.id)).toMatchObject({ ok: true, events: lines.length })
  expect(faultsIn(await readRecord(there.admin, book.id))).toEqual([])
})

test('I1 an export whose first part was read before the erasure, and its last part after it, brings nothing back', async () => {
  const book = await bookOfAda()
  const before = await exportOf(here.admin, book.id)
  await erase(book, 'ada')
  const after = await exportOf(here.admin, book.id)
  const mixed = [...before, ...after.slice(before.length)]
  expect(mixed.join('\n')).toContain('quartz')
  await importLines(there.url, book.id, mixed)
  expect(await exportOf(there.admin, book.id)).toEqual(after)
  expect((await reasonsThere(book)).filter((reason) => reason !== null)).toEqual(['feldspar', 'asked'])
  expect(await verifyBook(there.admin, book.id)).toMatchObject({ ok: true })
})
