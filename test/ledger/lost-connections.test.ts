import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { defineBook } from '../../src/commands/define-book.ts'
import { recordedReply } from '../../src/commands/replies.ts'
import { Unavailable } from '../../src/ledger/unavailable.ts'
import { accrual, adjustment, caller, day, policy } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile, type Process, recorded, refusalIn } from '../support/ledger.ts'
import { type FaultyNetwork, faultyNetwork } from '../support/ledger-proxy.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'

// I2, I10: a connection that breaks around COMMIT leaves the writer in the dark. It looks the outcome up before it
// answers, so that the caller gets the one true outcome, as if nothing had happened.

const daybook = ledgerOfFile()
let network: FaultyNetwork
let process: Process
/** A process whose groups are single lines: all but the first of what comes at once are decided ahead. */
let ahead: Process

beforeAll(async () => {
  network = await faultyNetwork(daybook.url)
  process = daybook.another({ url: network.url })
  ahead = daybook.another({ url: network.url, limits: { groupLines: 1 } })
})
afterAll(() => network.close())

let book: BookHandle
beforeEach(async () => {
  network.restore()
  book = await daybook.book()
})

async function events(type: string): Promise<number> {
  const record = await readRecord(daybook.admin, book.id)
  expect(faultsIn(record)).toEqual([])
  return record.events.filter((event) => event.type === type).length
}

/** Ends the server's side of connections whose transaction is open. */
async function terminateOpenTransactions(): Promise<void> {
  await expect
    .poll(async () => {
      const { rows } = await daybook.admin.query<{ ended: number }>(
        `select count(pg_terminate_backend(pid))::integer as ended from pg_stat_activity
          where datname = current_database() and application_name = 'daybook test writer'
            and (state = 'idle in transaction' or state = 'active' and wait_event = 'ClientRead')`,
      )
      return rows[0]!.ended
    })
    .toBe(1)
}

describe('I10 a group opened under the lock', () => {
  test('whose commit was answered to nobody is recorded once, and answered once as the first', async () => {
    const lost = network.loseCommitAnswer()
    const first = await book.through(process).record(accrual('1'), { idempotencyKey: 'once' })
    await lost
    expect(first.replayed).toBe(false)
    expect(await events('accrual-recorded')).toBe(1)
    const again = recorded(await book.submit(accrual('1'), { idempotencyKey: 'once' }))
    expect(again.replayed).toBe(true)
    expect(recordedReply(again)).toBe(recordedReply(first))
  })

  test('is followed up until the outcome is known, however often the connection breaks meanwhile', async () => {
    const lost = network.loseCommitAnswer()
    const answer = book.through(process).record(accrual('1'))
    await lost
    network.refuse(3)
    expect((await answer).replayed).toBe(false)
    expect(await events('accrual-recorded')).toBe(1)
  })

  test('whose commit never arrived is decided and recorded again', async () => {
    const lost = network.loseCommit()
    const first = await book.through(process).record(accrual('1'))
    await lost
    expect(first.replayed).toBe(false)
    expect(await events('accrual-recorded')).toBe(1)
  })

  test('whose connection the server ends between append and commit is decided and recorded again', async () => {
    const held = network.holdCommit()
    const answer = book.through(process).record(accrual('1'))
    await held
    await terminateOpenTransactions()
    expect((await answer).replayed).toBe(false)
    expect(await events('accrual-recorded')).toBe(1)
  })

  test('gives each of its commands its own outcome', async () => {
    await book.record(accrual('5'), { idempotencyKey: 'before' })
    const through = book.through(process)
    const lost = network.loseCommitAnswer()
    const verdicts = await Promise.all([
      through.submit(accrual('1'), { idempotencyKey: 'a' }),
      through.submit(accrual('1'), { idempotencyKey: 'a' }),
      through.submit(accrual('2'), { idempotencyKey: 'a' }),
      through.submit(accrual('5'), { idempotencyKey: 'before' }),
      through.submit(adjustment('-100', { effectiveOn: day('2026-02-03') })),
      through.submit(adjustment('-6', { effectiveOn: day('2026-02-02') })),
      through.submit(accrual('1'), { dryRun: true }),
    ])
    await lost
    const outcomes = verdicts.map((verdict) => {
      if (verdict.outcome === 'recorded') return verdict.replayed ? 'replayed' : 'recorded'
      const refusal = refusalIn(verdict)
      return typeof refusal === 'string' ? refusal : refusal.code
    })
    expect(outcomes).toEqual([
      'recorded',
      'replayed',
      'idempotency-key-reused',
      'replayed',
      'insufficient-balance',
      'recorded',
      'previewed',
    ])
    expect(await events('adjustment-recorded')).toBe(1)
  })
})

describe('I10 a group decided ahead', () => {
  const faults = ['loseCommitAnswer', 'loseCommit', 'holdCommit'] as const
  test.each(faults)('%s: it and those after it are recorded once, and answered as the first', async (fault) => {
    const through = book.through(ahead)
    const happened = network[fault]({ after: 2 })
    const answers = Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((idempotencyKey) => through.submit(accrual('1'), { idempotencyKey })),
    )
    await happened
    if (fault === 'holdCommit') await terminateOpenTransactions()
    expect((await answers).map((verdict) => recorded(verdict).replayed)).toEqual([false, false, false, false, false])
    expect(await events('accrual-recorded')).toBe(5)
  })
})

describe('I10 a definition', () => {
  test('whose commit was answered to nobody is recorded once, and answered as the first', async () => {
    const lost = network.loseCommitAnswer()
    const verdict = await book.through(process).definePolicy('new', policy())
    await lost
    expect(recorded(verdict).replayed).toBe(false)
    expect(await events('policy-defined')).toBe(5)
  })

  test('of a book, too', async () => {
    const lost = network.loseCommitAnswer()
    const command = defineBook(caller('made-in-the-dark'), { name: 'Made in the dark' })
    expect(recorded(await process.ledger.submit(command))).toMatchObject({ replayed: false, event: { position: 1 } })
    await lost
    expect(faultsIn(await readRecord(daybook.admin, 'made-in-the-dark'))).toEqual([])
  })
})

test('connections that broke while nobody used them cost nobody an answer', async () => {
  await book.through(process).record(accrual('1'))
  await daybook.admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'daybook test writer'`,
  )
  const verdicts = await Promise.all([1, 2, 3].map(() => book.through(process).submit(accrual('1'))))
  expect(verdicts.map(refusalIn)).toEqual(['recorded', 'recorded', 'recorded'])
  expect(await events('accrual-recorded')).toBe(4)
})

test('while the database is away the service says so, and goes on when it is back', async () => {
  network.cut()
  await expect(book.through(process).submit(accrual('1'), { idempotencyKey: 'once' })).rejects.toThrow(Unavailable)
  network.restore()
  expect((await book.through(process).record(accrual('1'), { idempotencyKey: 'once' })).replayed).toBe(false)
})

test('I10 an outcome that cannot be looked up is not guessed: the caller asks again, and gets the first one', async () => {
  const lost = network.loseCommitAnswer()
  const answer = book.through(process).submit(accrual('1'), { idempotencyKey: 'once' })
  await lost
  network.cut()
  await expect(answer).rejects.toThrow(Unavailable)
  network.restore()
  const again = recorded(await book.through(process).submit(accrual('1'), { idempotencyKey: 'once' }))
  expect(again.replayed).toBe(true)
  expect(await events('accrual-recorded')).toBe(1)
})
