import { describe, expect, test } from 'vitest'
import { submitRequest } from '../../src/commands/about-request.ts'
import type { BulkItemBody, EncashmentBody, PolicyBody } from '../../src/commands/bodies.ts'
import type { Caller } from '../../src/commands/context.ts'
import { recordEncashment } from '../../src/commands/record-encashment.ts'
import { OF_RECORD } from '../../src/domain/authority.ts'
import type { Verdict } from '../../src/ledger/verdict.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { exportOf, importLines } from '../importing/importing.ts'
import { accrual, caller, consumption, day, dayAfter, policy, reversalOf } from '../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile, type Process, recorded, refusalIn } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'

// What a policy allows in one leave year is decided on everything that was recorded, whoever recorded it a moment before.

const daybook = ledgerOfFile()
const there = ledgerOfFile()

const ANNUAL: PolicyBody = policy({ overdraftLimit: '0', encashment: { most: '5' } })

function encashing(
  { ledger }: Pick<Process, 'ledger'>,
  book: BookHandle,
  body: Partial<EncashmentBody> = {},
  also: Partial<Caller> = {},
): Promise<Verdict> {
  const asked = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: day('2026-06-01'), ...body }
  return ledger.submit(recordEncashment(caller(book.id, also), asked))
}

async function paidOut(book: BookHandle): Promise<number> {
  const { transactions } = await readRecord(daybook.admin, book.id)
  return -transactions.reduce((sum, { rule, amount }) => (rule === 'encashment' ? sum + Number(amount) : sum), 0)
}

describe('encashments', () => {
  test('of two processes at once are never more than the most of the leave year', async () => {
    const book = await daybook.book({ annual: ANNUAL })
    await book.record(accrual('100'))
    const processes = [daybook.another(), daybook.another()]
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, (_, at) => encashing(processes[at % 2]!, book, { amount: at % 3 === 0 ? '2' : '1' })),
    )
    expect(await paidOut(book)).toBe(5)
    const refused = verdicts.filter(({ outcome }) => outcome === 'refused')
    expect(new Set(refused.map((verdict) => JSON.stringify(refusalIn(verdict))))).toEqual(
      new Set([JSON.stringify({ code: 'rule-violated', rule: 'encashment-most', limit: '5' })]),
    )
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  })

  test('of one group see those before them, and what is taken back', async () => {
    const book = await daybook.book({ annual: ANNUAL })
    await book.record(accrual('100'))
    const { process } = daybook
    const verdicts = await Promise.all([
      encashing(process, book, { amount: '4' }),
      encashing(process, book, { amount: '2' }),
      encashing(process, book, { amount: '1' }),
      encashing(process, book, { amount: '1' }),
    ])
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['recorded', 'refused', 'recorded', 'refused'])
    const again = await Promise.all([
      book.submit(reversalOf(idIn(recorded(verdicts[0])))),
      encashing(process, book, { amount: '4' }),
      encashing(process, book, { amount: '1' }),
    ])
    expect(again.map(({ outcome }) => outcome)).toEqual(['recorded', 'recorded', 'refused'])
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  })

  test('of oneself are somebody else’s to decide', async () => {
    const book = await daybook.book({ annual: ANNUAL })
    await book.record(accrual('100'))
    const authority = { ...OF_RECORD, selves: ['e1'], decides: true, overrides: true, adjusts: true }
    const verdict = await encashing(daybook.process, book, {}, { authority })
    expect(refusalIn(verdict)).toEqual({ code: 'own-account', entity: 'e1' })
  })

  test('for a closed month are recorded today, and count in the leave year that they are about', async () => {
    const book = await daybook.book({ annual: ANNUAL })
    await book.record(accrual('100', { effectiveOn: day('2024-01-01') }))
    recorded(await book.close('2024-12'))
    const late = { effectiveOn: day('2024-12-31'), intoClosedPeriod: 'post-today' } as const
    recorded(await encashing(daybook.process, book, { ...late, amount: '5' }))
    expect(refusalIn(await encashing(daybook.process, book, late))).toMatchObject({ rule: 'encashment-most' })
  })
})

describe('leave', () => {
  const SPENT: PolicyBody = policy({
    overdraftLimit: '0',
    dayExclusive: false,
    spending: { yearMost: '5' },
    requests: { approval: [], maxDaysAhead: null, countCalendarDays: true },
  })

  test('of two processes at once is never more than the most of the leave year, asked for or simply taken', async () => {
    const book = await daybook.book({ annual: SPENT })
    await book.record(accrual('100'))
    const processes = [daybook.another(), daybook.another()]
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, (_, at) => {
        const [from, to] = [dayAfter('2026-03-02', at), dayAfter('2026-03-02', at + (at % 3))]
        if (at % 4 === 0) return book.through(processes[at % 2]!).submit(consumption('1', { effectiveOn: from }))
        const body = { entity: 'e1', resource: 'leave', from, to }
        return processes[at % 2]!.ledger.submit(submitRequest(caller(book.id), body))
      }),
    )
    const { transactions } = await readRecord(daybook.admin, book.id)
    const taken = transactions.filter(({ component }) => component === 'consumed')
    expect(taken.reduce((sum, { amount }) => sum - Number(amount), 0)).toBe(5)
    const refusals = verdicts.filter(({ outcome }) => outcome === 'refused').map(refusalIn)
    expect(new Set(refusals.map((refusal) => JSON.stringify(refusal)))).toEqual(
      new Set([JSON.stringify({ code: 'rule-violated', rule: 'year-most', limit: '5' })]),
    )
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  })

  test('is asked for again where a history is imported', async () => {
    const book = await daybook.book({ annual: { ...SPENT, spending: { yearMost: '5', from: { days: 10 } } } })
    await book.record(accrual('100'))
    recorded(await book.defineEntity('e1', { hiredOn: day('2026-02-20') }))
    await book.record(consumption('3', { effectiveOn: day('2026-03-02') }))
    const body = { entity: 'e1', resource: 'leave', from: day('2026-03-05'), to: day('2026-03-06') }
    const asked = recorded(await daybook.process.ledger.submit(submitRequest(caller(book.id), body)))
    expect(JSON.parse(asked.event.decisionText)).toMatchObject({
      checks: expect.arrayContaining(['waiting', 'year-most']) as string[],
    })
    recorded(await book.defineEntity('e1', { hiredOn: day('2026-03-20') }))
    expect(refusalIn(await book.submit(consumption('1', { effectiveOn: day('2026-03-03') })))).toMatchObject({
      rule: 'waiting',
    })
    const lines = await exportOf(daybook.admin, book.id)
    await importLines(there.url, book.id, lines)
    expect(await exportOf(there.admin, book.id)).toEqual(lines)
  })
})

describe('leave that is spent ahead', () => {
  const AHEAD: PolicyBody = policy({
    dayExclusive: false,
    earning: { every: 'month', levels: [{ yearAmount: '24' }], basis: 'working-time' },
    spending: { of: 'year' },
  })
  const UNPAID = policy({ resource: 'unpaid', dayExclusive: false, overdraftLimit: null, countsAsWorked: false })

  async function assigned(): Promise<BookHandle> {
    const book = await daybook.book({ annual: AHEAD, unpaid: UNPAID })
    recorded(await book.assign({ entity: 'e1', assignment: 'a' }, { policy: 'annual', from: day('2026-01-01') }))
    return book
  }

  function unpaid(month: string, days: number): BulkItemBody {
    return {
      transactions: Array.from({ length: days }, (_, at) =>
        consumption('1', { policy: 'unpaid', effectiveOn: dayAfter(`${month}-01`, at) }),
      ),
    }
  }

  test('of two processes at once is never more than the leave year brings, nor below what the database allows', async () => {
    const book = await assigned()
    const handles = [daybook.another(), daybook.another()].map((process) => book.through(process))
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        handles[at % 2]!.submit(consumption('1', { effectiveOn: dayAfter('2026-03-02', 3 * at) })),
      ),
    )
    expect(verdicts.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(24)
    const record = await readRecord(daybook.admin, book.id)
    expect(faultsIn(record)).toEqual([])
    expect(record.accounts).toMatchObject([{ lowest: '-24.00', floor: '-24.00' }])
    expect(await verifyBook(daybook.admin, book.id)).toMatchObject({ ok: true })
  })

  test('counts what a command of the same group has changed of what is earned', async () => {
    const book = await assigned()
    const [away, tooMuch, enough] = await Promise.all([
      book.submit(unpaid('2026-06', 30)),
      book.submit(consumption('22.01', { effectiveOn: day('2026-07-01') })),
      book.submit(consumption('22', { effectiveOn: day('2026-07-01') })),
    ])
    recorded(away)
    expect(refusalIn(tooMuch)).toMatchObject({ code: 'insufficient-balance', available: '22.00' })
    expect(JSON.parse(recorded(enough).event.decisionText)).toMatchObject({ ahead: [{ amount: '22.00' }] })
  })

  test('is decided again alike where a history is imported', async () => {
    const book = await assigned()
    await Promise.all([
      book.record(unpaid('2026-06', 30)),
      book.record(consumption('20', { effectiveOn: day('2026-07-01') })),
      book.record(unpaid('2026-08', 31)),
    ])
    expect(refusalIn(await book.submit(consumption('0.01', { effectiveOn: day('2026-07-01') })))).toMatchObject({
      available: '0.00',
    })
    const lines = await exportOf(daybook.admin, book.id)
    await importLines(there.url, book.id, lines)
    expect(await exportOf(there.admin, book.id)).toEqual(lines)
    expect(await verifyBook(there.admin, book.id)).toMatchObject({ ok: true })
    expect(faultsIn(await readRecord(there.admin, book.id))).toEqual([])
  })
})

test('a history with what leave years limit is imported as it is', async () => {
  const book = await daybook.book({ annual: { ...ANNUAL, leaveYear: { starts: 'service' } } })
  const { process } = daybook
  await book.record(accrual('100'))
  recorded(await encashing(process, book, { amount: '5', effectiveOn: day('2026-04-01') }))
  recorded(await book.defineEntity('e1', { hiredOn: day('2020-05-01') }))
  recorded(await encashing(process, book, { amount: '5', rate: '10', reason: 'asked', metadata: { by: 'mail' } }))
  expect(refusalIn(await encashing(process, book))).toMatchObject({ rule: 'encashment-most' })
  const lines = await exportOf(daybook.admin, book.id)
  await importLines(there.url, book.id, lines)
  expect(await exportOf(there.admin, book.id)).toEqual(lines)
  expect(await verifyBook(there.admin, book.id)).toMatchObject({ ok: true })
  expect(faultsIn(await readRecord(there.admin, book.id))).toEqual([])
})
