import { describe, expect, test } from 'vitest'
import { accrual, consumption, day, dayAfter, POLICIES, reversalOf } from '../support/builders.ts'
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

describe('what the group before left behind is known to the next, though it may not be read yet', () => {
  /** A process and a book, and the id of the second event that comes next: its group is the first to be decided ahead. */
  async function alone() {
    const process = daybook.another({ limits: { groupLines: 1 } })
    const book = (await daybook.book()).through(process)
    const { event } = await book.record(accrual('10'))
    return { process, book, second: event.position + 2 }
  }
  const first = () => accrual('1', { entity: 'somebody-else' })

  test('I2 its keys', async () => {
    const { process, book, second } = await alone()
    const once = { idempotencyKey: 'once' }
    const [, one, again, other] = await Promise.all([
      book.submit(first()),
      book.submit(accrual('1'), once),
      book.submit(accrual('1.0'), once),
      book.submit(accrual('2'), once),
    ])
    expect(recorded(one)).toMatchObject({ replayed: false, event: { position: second } })
    expect(recorded(again)).toMatchObject({ replayed: true, event: { hash: recorded(one).event.hash } })
    expect(refusalIn(other)).toEqual({ code: 'idempotency-key-reused', originalPosition: second, differs: ['/amount'] })
    expect(process.troubles).toEqual([])
  })

  test('I4, I6 its accounts', async () => {
    const { process, book } = await alone()
    const taking = (on: number) => consumption('4', { effectiveOn: day(`2026-02-0${on}`) })
    const verdicts = await Promise.all(
      [first(), taking(1), taking(2), taking(3), accrual('2'), taking(4)].map((line) => book.submit(line)),
    )
    expect(verdicts.map(refusalIn)).toMatchObject([
      'recorded',
      'recorded',
      'recorded',
      { code: 'insufficient-balance', available: '2.00' },
      'recorded',
      'recorded',
    ])
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
    expect(process.troubles).toEqual([])
  })

  test('I8 its transactions, and which of them are reversed', async () => {
    const { process, book, second } = await alone()
    const verdicts = await Promise.all(
      [first(), accrual('1'), reversalOf(`${second}.1`), reversalOf(`${second}.1`), reversalOf(`${second + 1}.1`)].map(
        (line) => book.submit(line),
      ),
    )
    expect(verdicts.map(refusalIn).slice(2)).toEqual([
      'recorded',
      { code: 'already-reversed', transaction: `${second}.1`, reversedBy: `${second + 1}.1` },
      { code: 'not-reversible', transaction: `${second + 1}.1` },
    ])
    expect(process.troubles).toEqual([])
  })

  test('I9 its definitions', async () => {
    const { process, book } = await alone()
    const [, , , verdict, other] = await Promise.all([
      book.submit(first()),
      book.submit(accrual('1')),
      book.definePolicy('annual', { ...POLICIES.annual, overdraftLimit: '5', effectiveFrom: day('1900-01-01') }),
      book.submit(consumption('16', { effectiveOn: day('2026-02-02') })),
      book.submit(consumption('1', { effectiveOn: day('2026-02-03') })),
    ])
    expect(recorded(verdict).replayed).toBe(false)
    expect(refusalIn(other)).toMatchObject({ code: 'insufficient-balance', available: '0.00' })
    expect(process.troubles).toEqual([])
  })
})

test('I12 what another process wrote meanwhile is seen: what was decided ahead of it is decided again', async () => {
  const process = daybook.another({ limits: { groupLines: 1 } })
  const other = await daybook.book()
  const book = other.through(process)
  await book.record(accrual('20'))
  const taking = (number: number) => consumption('1', { effectiveOn: dayAfter('2026-02-01', number) })
  const verdicts = await Promise.all(
    Array.from({ length: 30 }, (_, number) => (number % 3 === 2 ? other : book).submit(taking(number))),
  )
  expect(verdicts.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(20)
  for (const refusal of verdicts.map(refusalIn)) {
    if (refusal !== 'recorded') expect(refusal).toMatchObject({ code: 'insufficient-balance', available: '0.00' })
  }
  expect(faultsIn(await readRecord(daybook.admin, other.id))).toEqual([])
  expect(process.troubles).toEqual([])
})
