import { expect, test } from 'vitest'
import type { BulkItemBody } from '../../src/commands/bodies.ts'
import type { Verdict } from '../../src/ledger/verdict.ts'
import { accrual, adjustment, consumption, dayAfter, POLICIES, policy, reversalOf } from '../support/builders.ts'
import { idIn, ledgerOfFile, type Recorded, recorded } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'

// I4, I7: nobody leads. Any number of processes write to one book at once, and what one of them remembers of the book is
// wrong as soon as another wrote to it. Read before the lock, or in one statement with it, balances would be silently
// wrong while positions and hashes looked perfect: so what is compared here are the accounts with their transactions.

const daybook = ledgerOfFile()
const CLIENTS = 24
const COMMANDS = 60

test('I3, I4, I7 two processes on one book, under load and with policies that change meanwhile', async () => {
  const handle = await daybook.book()
  const handles = [daybook.another(), daybook.another()].map((process) => handle.through(process))
  const verdicts: Verdict[] = []
  let rounds = 0

  async function client(number: number): Promise<void> {
    const book = handles[number % handles.length]!
    let last: Recorded | undefined
    for (let round = 0; round < COMMANDS; round++) {
      rounds++
      const verdict = await book.submit(commandOf(number, round, last))
      verdicts.push(verdict)
      if (verdict.outcome === 'recorded') last = verdict
    }
  }
  async function policies(): Promise<void> {
    for (let version = 2; rounds < CLIENTS * COMMANDS; version++) {
      const limit = String(version % 4)
      const on = { effectiveFrom: dayAfter('2026-01-01', version % 30) }
      await handles[version % 2]!.definePolicy('annual', policy({ overdraftLimit: limit, ...on }))
      await handles[version % 2]!.definePolicy('wallet', { ...POLICIES.wallet, overdraftLimit: limit, ...on })
    }
  }
  await Promise.all([policies(), ...Array.from({ length: CLIENTS }, (_, number) => client(number))])

  const record = await readRecord(daybook.admin, handle.id)
  expect(faultsIn(record)).toEqual([])
  const answered = verdicts.filter(({ outcome }) => outcome === 'recorded').map(recorded)
  expect(answered.every(({ event }) => record.events[event.position - 1]?.hash === event.hash)).toBe(true)
  expect(answered.length).toBe(record.events.filter(({ stream }) => stream === null).length)
  expect(answered.length).toBeGreaterThan((CLIENTS * COMMANDS) / 3)
  // There was something to disagree about: both wrote, in turns.
  expect(verdicts.filter(({ outcome }) => outcome === 'refused').length).toBeGreaterThan(20)
  expect(record.policyVersions.length).toBeGreaterThan(10)
})

/** Two hot entities that all clients share, a few days, and a client's own last line now and then. */
function commandOf(client: number, round: number, last: Recorded | undefined): BulkItemBody {
  const entity = `e${round % 2}`
  const effectiveOn = dayAfter('2026-01-01', (client * 7 + round * 3) % 30)
  const where = { entity, effectiveOn }
  switch (round % 5) {
    case 0:
      return accrual('1', where)
    case 1:
      return consumption('1', { ...where, portion: client % 2 === 0 ? 'am' : 'pm' })
    case 2:
      return {
        transactions: [
          accrual('0.5', { ...where, policy: 'wallet' }),
          consumption('1', { ...where, policy: 'wallet' }),
        ],
      }
    case 3:
      return last === undefined ? accrual('1', where) : reversalOf(idIn(last))
    default:
      return adjustment('-0.25', { ...where, policy: 'wallet', allowNegative: client % 5 === 0 })
  }
}

test('I7 books do not wait for one another: one is locked, the other goes on', async () => {
  const [locked, free] = [await daybook.book(), await daybook.book()]
  const client = await daybook.admin.connect()
  try {
    await client.query('begin')
    await client.query('select from ledger.heads where book_id = $1 for update', [locked.id])
    const waiting = locked.record(accrual('1'))
    await free.record(accrual('1'))
    await client.query('rollback')
    await waiting
  } finally {
    client.release()
  }
})
