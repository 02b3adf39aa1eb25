import { expect, test } from 'vitest'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { monthDay, policy } from '../support/builders.ts'
import { ledgerOfFile } from '../support/ledger.ts'
import { readRecord } from '../support/ledger-record.ts'
import { exportOf, importLines } from './importing.ts'

const here = ledgerOfFile()
const there = ledgerOfFile()

test('a policy that earns comes out of an import as it was, byte by byte and row by row', async () => {
  const earns = policy({
    leaveYear: { starts: monthDay('04-01') },
    earning: { every: 'month', levels: [{ yearAmount: '25.50' }, { after: { years: 5 }, yearAmount: '27' }] },
    carryOver: { keep: { upTo: '5.0' }, validUntil: monthDay('03-31') },
    countsAsWorked: false,
  })
  const { id } = await here.book({ annual: earns, carried: policy() })
  const lines = await exportOf(here.admin, id)
  await importLines(there.url, id, lines)
  expect(await exportOf(there.admin, id)).toEqual(lines)
  expect(await verifyBook(there.admin, id)).toMatchObject({ ok: true })
  const [ours, theirs] = await Promise.all([readRecord(here.admin, id), readRecord(there.admin, id)])
  expect(theirs.policyVersions).toEqual(ours.policyVersions)
  expect(ours.policyVersions[0]!['earning']).toMatchObject({ carryOver: { keep: { upTo: '5' } } })
})
