import { expect, test } from 'vitest'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { accrual, consumption, day, reversalOf } from '../support/builders.ts'
import { ledgerOfFile } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { exportOf, importLines } from './importing.ts'

const here = ledgerOfFile()
const there = ledgerOfFile()

test('commands that undo whole commands are found again in their events, and decided to the same', async () => {
  const book = await here.book()
  const on = (date: string) => ({ effectiveOn: day(date) })
  const three = () =>
    book.record({ transactions: [accrual('5'), consumption('1', on('2026-02-02')), accrual('1', { entity: 'e2' })] })
  const [first, second] = [await three(), await book.record(accrual('7', { entity: 'e3' }))]
  await book.record({ type: 'reversal', position: first.event.position, reason: 'sent twice' })
  const third = await three()
  await book.record({
    reference: 'all',
    reason: 'mistakes',
    transactions: [
      { type: 'reversal', position: third.event.position, effectiveOn: day('2026-03-01'), metadata: { by: 'hr' } },
      accrual('2', { reference: 'own' }),
      { type: 'reversal', position: second.event.position, reason: 'too much' },
      reversalOf(`${(await book.record(accrual('1'))).event.position}.1`),
    ],
  })
  const lines = await exportOf(here.admin, book.id)
  const { decidedOtherwise } = await importLines(there.url, book.id, lines)
  expect(decidedOtherwise.count).toBe(0)
  expect(await exportOf(there.admin, book.id)).toEqual(lines)
  expect(await verifyBook(there.admin, book.id)).toMatchObject({ ok: true })
  expect(faultsIn(await readRecord(there.admin, book.id))).toEqual([])
})
