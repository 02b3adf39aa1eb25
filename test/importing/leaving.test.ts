import { expect, test } from 'vitest'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { LeavingBook, linesIn } from '../http/leaving-book.ts'
import { must, serviceOfFile } from '../http/service-of-file.ts'
import { ledgerOfFile } from '../support/ledger.ts'
import { exportOf, importLines } from './importing.ts'

// Every kind of line that a settlement may have, over several accounts, in an open and in a closed month.

const here = serviceOfFile()
const there = ledgerOfFile()

test('people who left come out of an import as they were, byte by byte; the book is sound before and after', async () => {
  const book = await LeavingBook.of(here, {
    annual: { carryOver: { keep: { upTo: '5' } } },
    other: { earning: undefined, resource: 'other', overdraftLimit: '9' },
  })
  await book.hire('ada', '2025-07-01')
  await book.hire('bob', '2025-07-01')
  await book.run('2026-01-05')
  await book.away('ada', 'over', '2025-12-30', '2026-01-06')
  const other = { entity: 'ada', policy: 'other', effectiveOn: '2026-02-02' }
  await book.post('consumptions', { ...other, amount: '2' })
  await book.post('consumptions', { ...other, effectiveOn: '2025-11-03', amount: '1' })
  await book.post('accruals', { ...other, amount: '1' })
  const ada = await must(book.leave('ada', { on: '2025-12-31', settle: 'pay-out' }))
  // Two days of leave were taken of 12.00; the cut of January is undone; a debt of 1 ends.
  expect(linesIn(ada).toSorted()).toEqual([
    '2025-12-31 settlement -10.00',
    '2025-12-31 settlement 1.00',
    '2026-01-01 correction 5.00',
    '2026-02-02 reversal -1.00',
    '2026-02-02 reversal 2.00',
  ])
  await must(book.call('POST', 'periods/2025-12/close', {}))
  await must(book.leave('bob', { on: '2025-12-15', policies: ['annual'], settle: 'forfeit' }))
  await must(book.leave('bob', { on: '2025-12-15', settle: 'keep' }))

  const id = book.path.slice('/v1/books/'.length)
  const { db } = here.backend
  const lines = await exportOf(db, id)
  await importLines(there.url, id, lines)
  expect(await exportOf(there.admin, id)).toEqual(lines)
  expect(await verifyBook(there.admin, id)).toMatchObject({ ok: true })
  expect(await verifyBook(db, id)).toMatchObject({ ok: true })
})
