import { describe, expect, test } from 'vitest'
import { accrual, consumption, day, reversalOf } from '../support/builders.ts'
import { idIn, ledgerOfFile, recorded, refusalIn } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'

// A group is decided while the one before it is still being written, on what memory knows. Commands that come at once to
// a process with groups of one line are one group each: the first is opened under the lock, all others are decided ahead.

const daybook = ledgerOfFile()

describe('I3 a half day that the group before freed', () => {
  const monday = day('2026-02-02')
  async function bothHalvesTaken() {
    const process = daybook.another({ limits: { groupLines: 1 } })
    const book = (await daybook.book()).through(process)
    await book.record(accrual('10'))
    const am = await book.record(consumption('0.5', { effectiveOn: monday, portion: 'am' }))
    const pm = await book.record(consumption('0.5', { effectiveOn: monday, portion: 'pm' }))
    return { process, book, am, pm }
  }
  const taking = (portion: 'am' | 'pm' | 'full') => consumption('0.5', { effectiveOn: monday, portion })

  test('is free, and the other half is not: also for who only asks whether it would be', async () => {
    const { book, am, pm } = await bothHalvesTaken()
    const [, , ...verdicts] = await Promise.all([
      book.submit(accrual('1')),
      book.submit(reversalOf(idIn(am))),
      book.submit(taking('pm'), { dryRun: true }),
      book.submit(taking('am'), { dryRun: true }),
    ])
    const taken = { code: 'day-taken', entity: 'e1', date: monday, portion: 'pm', takenBy: idIn(pm) }
    expect(verdicts.map(refusalIn)).toEqual([taken, 'previewed'])
  })

  test('can be taken by the next group, and only once', async () => {
    const { process, book, am, pm } = await bothHalvesTaken()
    const [, , ...verdicts] = await Promise.all([
      book.submit(accrual('1')),
      book.submit(reversalOf(idIn(am))),
      book.submit(taking('pm')),
      book.submit(taking('am')),
      book.submit(taking('am')),
      book.submit(taking('full')),
    ])
    const again = idIn(recorded(verdicts[1]))
    const taken = { code: 'day-taken', entity: 'e1', date: monday }
    expect(verdicts.map(refusalIn)).toEqual([
      { ...taken, portion: 'pm', takenBy: idIn(pm) },
      'recorded',
      { ...taken, portion: 'am', takenBy: again },
      { ...taken, portion: 'full', takenBy: again },
    ])
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
    // The database had nothing to object to: the decisions were right in the first place.
    expect(process.troubles).toEqual([])
  })
})
