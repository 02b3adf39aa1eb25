import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { takeSnapshot } from '../../src/commands/take-snapshot.ts'
import { openPool } from '../../src/db/pool.ts'
import type { RecordCommand } from '../../src/ledger/command.ts'
import { snapshotLines } from '../../src/ledger/read/snapshot-lines.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { accrual, adjustment, caller, consumption, day, POLICIES, policy } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile, recorded, refusalIn } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { meeting } from '../support/meeting.ts'
import { HISTORY_POLICIES, happen, history } from './read/history.ts'

// I6: a limit holds on its own days; the database and its verification say so too.

const daybook = ledgerOfFile()
let db: Pool

beforeAll(() => {
  db = openPool({ url: daybook.url, max: 2, applicationName: 'daybook test limits', role: 'daybook_service' })
})
afterAll(() => db.end())

const yesterday = { policy: 'wallet', effectiveOn: day('2026-02-01') }
const today = { policy: 'wallet', effectiveOn: day('2026-02-02') }
const wallet = (overdraftLimit: string | null, effectiveFrom?: typeof today.effectiveOn) =>
  policy({ ...POLICIES.wallet, overdraftLimit, ...(effectiveFrom === undefined ? {} : { effectiveFrom }) })

/** Ten may be owed, and from today on nothing. */
async function tightened(): Promise<BookHandle> {
  const book = await daybook.book({ wallet: wallet('10') })
  await book.definePolicy('wallet', wallet('0', today.effectiveOn))
  return book
}

async function accountOf({ id }: BookHandle): Promise<{ lowest: string; floor: string | null }> {
  const [account] = (await readRecord(daybook.admin, id)).accounts
  return { lowest: account!.lowest, floor: account!.floor }
}

async function expectSound({ id }: BookHandle): Promise<void> {
  expect(faultsIn(await readRecord(daybook.admin, id))).toEqual([])
  expect(await verifyBook(db, id)).toMatchObject({ ok: true })
}

/** A service that does not look at limits, and is right otherwise. */
async function submitCarelessly(book: BookHandle, body: Parameters<BookHandle['command']>[0]) {
  const command = book.command(body)
  const careless: RecordCommand = {
    ...command,
    decide(state, position) {
      const policies = new Map(
        Array.from(state.policies, ([id, history]) => [
          id,
          history.map((version) => ({ ...version, overdraftLimit: null })) as unknown as typeof history,
        ]),
      )
      return command.decide({ ...state, policies }, position)
    },
  }
  return daybook.process.ledger.submit(careless)
}

describe('the database refuses it too, where the service is wrong', () => {
  test('what is dated before a tighter limit, and lowers the days from that one on', async () => {
    const book = await tightened()
    await book.record(accrual('3', yesterday))
    const before = await readRecord(daybook.admin, book.id)
    await expect(submitCarelessly(book, consumption('10', yesterday))).rejects.toThrow('accounts_not_overdrawn')
    await expect(submitCarelessly(book, consumption('4', today))).rejects.toThrow('accounts_not_overdrawn')
    expect(await readRecord(daybook.admin, book.id)).toEqual(before)
    // The same way takes what the days bear.
    recorded(await submitCarelessly(book, consumption('3', yesterday)))
    await expectSound(book)
  })

  test('and takes what is owed while more may be owed', async () => {
    const book = await daybook.book({ wallet: wallet('0') })
    await book.definePolicy('wallet', wallet('5', day('2026-03-01')))
    await book.record(accrual('1', { policy: 'wallet', effectiveOn: day('2026-02-01') }))
    await book.record(consumption('5', { policy: 'wallet', effectiveOn: day('2026-03-10') }))
    await book.record(consumption('1', { policy: 'wallet', effectiveOn: day('2026-02-15') }))
    expect(await accountOf(book)).toEqual({ lowest: '0.00', floor: '0.00' })
    await expect(
      submitCarelessly(book, consumption('0.01', { policy: 'wallet', effectiveOn: day('2026-02-15') })),
    ).rejects.toThrow('accounts_not_overdrawn')
    await expectSound(book)
  })
})

test('I6 a limit that is tightened over an account leaves it where it is: it may come up, and not go down', async () => {
  const book = await daybook.book({ wallet: wallet('10') })
  await book.record(consumption('8', yesterday))
  await book.definePolicy('wallet', wallet('2', today.effectiveOn))
  await book.record(accrual('1', { policy: 'wallet', effectiveOn: day('2026-01-01') }))
  expect(await accountOf(book)).toEqual({ lowest: '-7.00', floor: '-8.00' })
  expect(refusalIn(await book.submit(consumption('1', yesterday)))).toMatchObject({
    available: '-5.00',
    firstViolatedOn: today.effectiveOn,
  })
  await book.record(accrual('9', today))
  expect(await accountOf(book)).toEqual({ lowest: '-7.00', floor: '-15.00' })
  // By now no day is below its own limit, and none has to be.
  await book.record(consumption('3', yesterday))
  expect(await accountOf(book)).toEqual({ lowest: '-10.00', floor: '-10.00' })
  await expectSound(book)
})

test('law: what an account is held to is verified, whatever limits there were; and made anew for books of before', async () => {
  const [, migration] = /^(with changed[^;]*;)/m.exec(
    await readFile(new URL('../../migrations/0010-limits-on-their-own-days.sql', import.meta.url), 'utf8'),
  )!
  await meeting({ changed: 2 }, (met) =>
    fc.assert(
      fc.asyncProperty(history({ maxSteps: 40 }), async (steps) => {
        const book = await daybook.book(HISTORY_POLICIES)
        await happen(book, steps)
        await expectSound(book)
        // As it was before: the lowest balance of all kept days, and a limit of some version.
        const { rowCount } = await daybook.admin.query(
          `update ledger.accounts a
            set lowest = (select min(balance) from (
                   select sum(sum(amount)) over (order by effective_on) as balance, effective_on
                     from ledger.transactions t
                    where t.book_id = a.book_id and t.entity_id = a.entity_id and t.policy_id = a.policy_id
                    group by effective_on) d where a.kept_from is null or d.effective_on >= a.kept_from),
                floor = -1000
          where book_id = $1
            and (select count(distinct coalesce(overdraft_limit, -1))
                   from ledger.policy_versions v
                  where v.book_id = a.book_id and v.policy_id = a.policy_id and v.position < a.last_position) > 1`,
          [book.id],
        )
        met.changed += rowCount ?? 0
        await daybook.admin.query(migration!)
        await expectSound(book)
      }),
      { numRuns: 15 },
    ),
  )
})

test.each([
  ['lowest', 'lowest = lowest + 1'],
  ['floor, to the limit of another day', 'floor = -10'],
  ['floor, above its own', 'floor = floor + 0.01'],
  ['floor, to none', 'floor = null'],
])('of an account under two limits, another %s is found', async (_name, change) => {
  const book = await tightened()
  await book.record(accrual('3', yesterday))
  await book.record(consumption('2', today))
  await expectSound(book)
  await daybook.admin.query(`update ledger.accounts set ${change} where book_id = $1`, [book.id])
  expect(await verifyBook(db, book.id)).toMatchObject({ ok: false })
})

async function snapshotOf(book: BookHandle): Promise<{ position: number; spendable: unknown }> {
  const command = await takeSnapshot(daybook.admin, caller(book.id), { asOf: yesterday.effectiveOn })
  const { event } = recorded(await daybook.process.ledger.submit(command))
  return { position: event.position, spendable: await spendableIn(book, event.position) }
}

async function spendableIn({ id }: BookHandle, position: number): Promise<unknown> {
  const scope = { asOf: yesterday.effectiveOn, knownAt: position - 1, resource: null, policy: null, entities: null }
  let text = ''
  for await (const batch of snapshotLines(db, id, { ...scope, position })) text += batch.text
  return (JSON.parse(text) as { spendable: unknown }).spendable
}

describe('a snapshot', () => {
  test('says what can be spent by the limits of all later days', async () => {
    const book = await tightened()
    await book.record(accrual('3', yesterday))
    expect((await snapshotOf(book)).spendable).toBe('3.00')
    await book.record(accrual('1', { policy: 'wallet', effectiveOn: day('2026-05-01') }))
    await book.record(adjustment('-3', { ...today, allowNegative: true }))
    expect((await snapshotOf(book)).spendable).toBe('0.00')
    await expectSound(book)
  })

  test('of the first rules is computed by the limit of its day alone, as it was recorded', async () => {
    const book = await tightened()
    await book.record(accrual('3', yesterday))
    const { position } = await snapshotOf(book)
    await daybook.admin.query(
      `begin; set local session_replication_role = replica;
       update ledger.events set decision = replace(decision::text, ',"rules":4', '')::json
        where book_id = '${book.id}' and position = ${position}; commit`,
    )
    expect(await spendableIn(book, position)).toBe('13.00')
  })
})
