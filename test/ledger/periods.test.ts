import { describe, expect, test } from 'vitest'
import { readEventByPosition } from '../../src/ledger/read/event-rows.ts'
import { listPeriods } from '../../src/ledger/read/periods.ts'
import { readTransaction } from '../../src/ledger/read/transactions.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { accrual, adjustment, consumption, day, reversalOf } from '../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile, recorded, refusalIn } from '../support/ledger.ts'
import { digestOf, faultsIn, readRecord } from '../support/ledger-record.ts'
import { tamper } from './verify-sample.ts'

const daybook = ledgerOfFile()
const march = day('2025-03-10')
const late = { effectiveOn: march, intoClosedPeriod: 'post-today' } as const
const today = new Date().toISOString().slice(0, 10)
const thisMonth = today.slice(0, 7)

/** A book with ten days for 2025, of which March is closed. */
async function closedMarch(): Promise<BookHandle> {
  const book = await daybook.book()
  await book.record(accrual('10', { effectiveOn: day('2025-01-01') }))
  recorded(await book.close('2025-03', { reason: 'payroll has run' }))
  return book
}

async function expectSound(book: BookHandle): Promise<void> {
  expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  expect(await verifyBook(daybook.admin, book.id)).toMatchObject({ ok: true })
}

describe('a closed period', () => {
  test.each([
    ['accrual', accrual('1', { effectiveOn: march })],
    ['consumption', consumption('1', { effectiveOn: march })],
    ['adjustment', adjustment('-1', { effectiveOn: day('2025-03-31'), allowNegative: true })],
    ['reversal of a line in it', reversalOf('7.1')],
    ['reversal into it', reversalOf('6.1', { effectiveOn: day('2025-03-01') })],
  ])('I11 takes no %s: it is refused, and nothing is recorded', async (_name, body) => {
    const book = await daybook.book()
    await book.record(accrual('10', { effectiveOn: day('2025-01-01') }))
    await book.record(consumption('1', { effectiveOn: day('2025-03-03') }))
    recorded(await book.close('2025-03'))
    const before = await digestOf(daybook.admin)
    expect(refusalIn(await book.submit(body))).toEqual({ code: 'period-closed', period: '2025-03' })
    expect(refusalIn(await book.submit(body, { dryRun: true }))).toEqual({ code: 'period-closed', period: '2025-03' })
    expect(await digestOf(daybook.admin)).toBe(before)
  })

  test('leaves the days after it alone, and what is recorded already', async () => {
    const book = await closedMarch()
    await book.record(consumption('1', { effectiveOn: day('2025-04-01') }))
    await expectSound(book)
  })

  test('takes lines again once it is reopened', async () => {
    const book = await closedMarch()
    recorded(await book.reopen('2025-03'))
    const taken = await book.record(consumption('1', { effectiveOn: march }))
    expect(taken.event.transactions[0]).toMatchObject({ effectiveOn: march, meantFor: null })
    recorded(await book.close('2025-03'))
    expect(refusalIn(await book.submit(consumption('1', { effectiveOn: day('2025-03-11') })))).toMatchObject({
      code: 'period-closed',
    })
    await expectSound(book)
  })

  test('refuses one line of many with its index, and the whole command', async () => {
    const book = await closedMarch()
    const verdict = await book.submit({
      transactions: [consumption('1', { effectiveOn: day('2025-04-01') }), consumption('1', { effectiveOn: march })],
    })
    expect(verdict).toMatchObject({ outcome: 'refused', refused: { lineIndex: 1, refusal: { code: 'period-closed' } } })
  })

  test('is what it was for a command that was recorded before it was closed: its replay is the first answer', async () => {
    const book = await daybook.book()
    const first = await book.record(accrual('10', { effectiveOn: march }), { idempotencyKey: 'before' })
    recorded(await book.close('2025-03'))
    const again = await book.record(accrual('10', { effectiveOn: march }), { idempotencyKey: 'before' })
    expect(again).toMatchObject({ replayed: true, event: { hash: first.event.hash } })
  })
})

describe('a line that is meant for a closed period', () => {
  test('is recorded today, with the day it is about, in the event and its hash', async () => {
    const book = await closedMarch()
    const taken = await book.record(consumption('1', late))
    const [transaction] = taken.event.transactions
    expect(transaction).toMatchObject({ effectiveOn: today, meantFor: march })
    expect(JSON.parse(taken.event.decisionText)).toMatchObject({ checks: ['day-free', 'overdraft', 'posted-today'] })
    const { item } = (await readTransaction(daybook.admin, {
      reach: 'everybody',
      book: book.id,
      at: { position: taken.event.position, line: 1 },
    }))!
    expect(item).toMatchObject({ effectiveOn: today, meantFor: march })
    const read = await readEventByPosition(daybook.admin, book.id, taken.event.position)
    expect(read).toEqual(taken.event)
    await expectSound(book)
  })

  test('takes the day that it is about: the person was away on it', async () => {
    const book = await closedMarch()
    const taken = await book.record(consumption('1', late))
    expect(refusalIn(await book.submit(consumption('1', late)))).toEqual({
      code: 'day-taken',
      entity: 'e1',
      date: march,
      portion: 'full',
      takenBy: idIn(taken),
    })
    await book.record(consumption('1', { effectiveOn: day(today) }))
    await book.record(reversalOf(idIn(taken)))
    await book.record(consumption('0.5', { ...late, portion: 'am' }))
    await expectSound(book)
  })

  test('holds the day against another in the same group, and gives it back within one', async () => {
    const book = await closedMarch()
    const [first, second] = await Promise.all([
      book.submit(consumption('1', late)),
      book.submit(consumption('1', { ...late, policy: 'carried' })),
    ])
    expect([first.outcome, second.outcome]).toEqual(['recorded', 'refused'])
    await expectSound(book)
  })

  test('may be a reversal of what was recorded in it', async () => {
    const book = await daybook.book()
    await book.record(accrual('10', { effectiveOn: day('2025-01-01') }))
    const taken = await book.record(consumption('1', { effectiveOn: march }))
    recorded(await book.close('2025-03'))
    expect(refusalIn(await book.submit(reversalOf(idIn(taken))))).toMatchObject({ code: 'period-closed' })
    const undone = await book.record(reversalOf(idIn(taken), { intoClosedPeriod: 'post-today' }))
    expect(undone.event.transactions[0]).toMatchObject({ type: 'reversal', effectiveOn: today, meantFor: march })
    await book.record(consumption('1', late))
    await expectSound(book)
  })

  test('is recorded as it says where its day is open', async () => {
    const book = await closedMarch()
    const taken = await book.record(consumption('1', { ...late, effectiveOn: day('2025-04-01') }))
    expect(taken.event.transactions[0]).toMatchObject({ effectiveOn: '2025-04-01', meantFor: null })
  })

  test('is refused where today is in a closed period too, which is then the one that is named', async () => {
    const book = await closedMarch()
    recorded(await book.close(thisMonth))
    expect(refusalIn(await book.submit(consumption('1', late)))).toEqual({ code: 'period-closed', period: thisMonth })
  })

  test('is the same command again under its key, also after the period was reopened', async () => {
    const book = await closedMarch()
    const key = { idempotencyKey: 'late' }
    const first = await book.record(consumption('1', late), key)
    recorded(await book.reopen('2025-03'))
    expect(await book.record(consumption('1', late), key)).toMatchObject({ replayed: true, event: first.event })
    expect(refusalIn(await book.submit(consumption('1', { effectiveOn: march }), key))).toMatchObject({
      code: 'idempotency-key-reused',
      differs: ['/intoClosedPeriod'],
    })
    expect(
      refusalIn(await book.submit(consumption('1', { ...late, effectiveOn: day('2025-03-11') }), key)),
    ).toMatchObject({ code: 'idempotency-key-reused', differs: ['/effectiveOn'] })
  })

  test('is decided on today: what is available then, and not on the day it is about', async () => {
    const book = await daybook.book()
    await book.record(accrual('2', { effectiveOn: day('2025-05-01'), policy: 'wallet' }))
    await book.definePolicy('wallet', {
      resource: 'money',
      unit: 'euro',
      scale: 2,
      dayExclusive: false,
      overdraftLimit: '0',
      effectiveFrom: day('1900-01-01'),
    })
    recorded(await book.close('2025-03'))
    await book.record(consumption('2', { ...late, policy: 'wallet' }))
    await expectSound(book)
  })
})

describe('closing and reopening', () => {
  test('a closed period cannot be closed, an open one not be opened; nothing is recorded', async () => {
    const book = await closedMarch()
    const before = await digestOf(daybook.admin)
    expect(refusalIn(await book.close('2025-03'))).toEqual({
      code: 'invalid-transition',
      period: '2025-03',
      currentStatus: 'closed',
    })
    expect(refusalIn(await book.reopen('2025-04'))).toEqual({
      code: 'invalid-transition',
      period: '2025-04',
      currentStatus: 'open',
    })
    expect(await digestOf(daybook.admin)).toBe(before)
  })

  test('the present month may be closed, the next one not', async () => {
    const book = await daybook.book()
    const [year, month] = thisMonth.split('-').map(Number) as [number, number]
    const next = new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 7)
    expect(refusalIn(await book.close(next))).toEqual({
      code: 'rule-violated',
      rule: 'period-has-begun',
      limit: thisMonth,
    })
    recorded(await book.close(thisMonth))
  })

  test('the same key is the same outcome; with another month or reason it is another command', async () => {
    const book = await daybook.book()
    const key = { idempotencyKey: 'close' }
    const first = recorded(await book.close('2025-03', { reason: 'a' }, key))
    expect(recorded(await book.close('2025-03', { reason: 'a' }, key))).toMatchObject({
      replayed: true,
      event: { hash: first.event.hash },
    })
    expect(refusalIn(await book.close('2025-03', { reason: 'b' }, key))).toMatchObject({ differs: ['/reason'] })
    expect(refusalIn(await book.close('2025-04', { reason: 'a' }, key))).toMatchObject({ differs: ['/period'] })
    expect(refusalIn(await book.reopen('2025-03', 'a', key))).toMatchObject({ differs: ['/type'] })
  })

  test('a dry run closes nothing', async () => {
    const book = await daybook.book()
    const before = await digestOf(daybook.admin)
    expect(await book.close('2025-03', {}, { dryRun: true })).toMatchObject({ outcome: 'previewed-definition' })
    expect(await digestOf(daybook.admin)).toBe(before)
  })

  test('the list says what each period is, since when, by whom and why', async () => {
    const book = await daybook.book()
    for (const period of ['2025-01', '2025-02', '2025-03'])
      recorded(await book.close(period, { reason: `of ${period}` }))
    const reopened = recorded(await book.reopen('2025-02', 'arrears', { actor: { type: 'employee', id: 'p1' } }))
    const first = (await listPeriods(daybook.admin, { book: book.id, cursor: undefined, limit: 2 }))!
    const second = (await listPeriods(daybook.admin, { book: book.id, cursor: first.nextCursor!, limit: 2 }))!
    expect(
      [...first.items, ...second.items].map(({ period, status, version, reason }) => [period, status, version, reason]),
    ).toEqual([
      ['2025-01', 'closed', 1, 'of 2025-01'],
      ['2025-02', 'open', 2, 'arrears'],
      ['2025-03', 'open', 1, 'of 2025-03'],
    ])
    expect([first.closedThrough, second.closedThrough]).toEqual(['2025-01', '2025-01'])
    expect(first.items[1]).toMatchObject({
      by: { type: 'employee', id: 'p1' },
      position: reopened.event.position,
      hash: reopened.event.hash,
    })
    expect(second.nextCursor).toBeNull()
    await expectSound(book)
  })
})

describe('beside the service', () => {
  test('I13 the database refuses a group with a line in a closed period, whatever was decided', async () => {
    const book = await closedMarch()
    await expect(
      daybook.admin.query(`update ledger.heads set first_touched = '2025-03' where book_id = $1`, [book.id]),
    ).rejects.toMatchObject({ code: '23514', constraint: 'heads_touches_no_closed_period' })
  })

  test('a process that believes a period to be open is refused by the database, and records nothing', async () => {
    const book = await closedMarch()
    const blind = daybook.another()
    // As a bug would have it: the process remembers the book as of its present definitions, and no closed period.
    const head = (await readRecord(daybook.admin, book.id)).head!
    await tamper(daybook, `update ledger.heads set closed_through = null where book_id = '${book.id}'`)
    await book.through(blind).record(accrual('1', { effectiveOn: day('2025-04-01') }))
    await tamper(daybook, `update ledger.heads set closed_through = '2025-03' where book_id = '${book.id}'`)
    await expect(book.through(blind).submit(accrual('1', { effectiveOn: march }))).rejects.toMatchObject({
      code: '23514',
    })
    expect((await readRecord(daybook.admin, book.id)).head!.position).toBe(head.position + 1)
    await expectSound(book)
  })

  test.each([
    ['meant for a later day', `meant_for = '2999-01-01'`],
    ['meant for the same day', `meant_for = effective_on`],
  ])('no transaction is %s', async (_name, change) => {
    const book = await closedMarch()
    await expect(
      tamper(daybook, `update ledger.transactions set ${change} where book_id = '${book.id}'`),
    ).rejects.toMatchObject({ code: '23514' })
  })
})

test('I9 another process knows at once what was closed or reopened elsewhere', async () => {
  const book = await daybook.book()
  const other = book.through(daybook.another())
  await other.record(accrual('10', { effectiveOn: march }))
  recorded(await book.close('2025-03'))
  expect(refusalIn(await other.submit(accrual('1', { effectiveOn: march })))).toMatchObject({ code: 'period-closed' })
  recorded(await book.reopen('2025-03'))
  await other.record(accrual('1', { effectiveOn: march }))
  await expectSound(book)
})

test('the day that counts as today is that of the book’s time zone', async () => {
  const book = await daybook.book()
  recorded(await book.close('2025-03'))
  const days = new Set<string>()
  for (const timeZone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
    recorded(await book.define({ name: 'A book', timeZone }))
    const { event } = await book.record(accrual('1', late))
    const expected = new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date(event.recordedAt))
    expect(event.transactions[0]!.effectiveOn).toBe(expected)
    days.add(expected)
  }
  // Twenty-five hours apart: never the same day.
  expect(days.size).toBe(2)
})
