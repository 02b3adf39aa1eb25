import fc from 'fast-check'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BulkItemBody, LineBody } from '../../src/commands/bodies.ts'
import { previewedReply, reasonsOf, recordedReply } from '../../src/commands/replies.ts'
import { openPool } from '../../src/db/pool.ts'
import { parseTransactionId } from '../../src/domain/transaction.ts'
import { type Foreseen, Foresight } from '../../src/ledger/foreseeing/foresight.ts'
import type { Verdict } from '../../src/ledger/verdict.ts'
import { accrual, adjustment, consumption, day, dayAfter } from '../support/builders.ts'
import { RUN_POLICIES, type StepSpec, stepOf, stepSpec } from '../support/builders-steps.ts'
import { type BookHandle, idIn, ledgerOfFile, recorded, refusalIn } from '../support/ledger.ts'
import { digestOf, faultsIn, readRecord } from '../support/ledger-record.ts'
import { meeting, onceEach } from '../support/meeting.ts'

// What a dry run of a bulk says is what really sending it would have said, as long as nobody else writes; and whoever does
// write never notices it.

const daybook = ledgerOfFile()
let reading: Pool
beforeAll(() => {
  reading = openPool({
    url: daybook.url,
    max: 2,
    applicationName: 'daybook foresight',
    role: 'daybook_service',
    settings: { default_transaction_read_only: 'on' },
  })
})
afterAll(() => reading.end())

/** Decides commands in groups of the sizes given, in turn. */
async function foreseen(
  book: BookHandle,
  bodies: readonly BulkItemBody[],
  sizes: readonly number[] = [1],
): Promise<Foreseen[]> {
  const foresight = new Foresight(reading, book.id, async () => {})
  const outcomes: Foreseen[] = []
  for (let turn = 0; outcomes.length < bodies.length; turn++) {
    const group = bodies.slice(outcomes.length, outcomes.length + sizes[turn % sizes.length]!)
    const from = outcomes.length
    const considered = group.map((body, at) => ({ index: from + at, command: book.command(body, { dryRun: true }) }))
    outcomes.push(...(await foresight.decide(considered)))
  }
  return outcomes
}

type Members = Record<string, unknown>

/** What an outcome says, apart from where and when it was recorded. */
function saidBy(outcome: Foreseen | Verdict, body: BulkItemBody): unknown {
  if (outcome.outcome === 'refused') return outcome.refused
  const text =
    outcome.outcome === 'previewed'
      ? previewedReply(outcome, reasonsOf(outcome.accepted.erasable ?? erasableOf(body)))
      : recordedReply(recorded(outcome as Verdict))
  const { position: _position, recordedAt: _at, hash: _hash, ...reply } = JSON.parse(text) as Members
  const lines = (reply['transactions'] as Members[]).map(
    ({ id: _id, position: _of, recordedAt: _when, ...line }) => line,
  )
  return { ...reply, transactions: lines }
}

function erasableOf({ reason }: BulkItemBody): { reason?: string } {
  return reason === undefined ? {} : { reason }
}

/** Really sends commands, one after the other; what they recorded is named as a dry run names it. */
async function sent(book: BookHandle, bodies: readonly BulkItemBody[]): Promise<unknown[]> {
  const verdicts: Verdict[] = []
  for (const body of bodies) verdicts.push(await book.submit(body))
  const pointers = new Map<string, string>()
  for (const [index, verdict] of verdicts.entries()) {
    if (verdict.outcome !== 'recorded') continue
    for (const { line } of verdict.event.transactions) {
      const pointer = 'transactions' in bodies[index]! ? `/${index}/transactions/${line - 1}` : `/${index}`
      pointers.set(idIn(verdict, line), pointer)
    }
  }
  return verdicts.map((verdict, index) => named(saidBy(verdict, bodies[index]!), pointers))
}

function named(said: unknown, pointers: ReadonlyMap<string, string>): unknown {
  const { refusal } = said as { refusal?: Members }
  if (refusal === undefined) return said
  const names = Object.fromEntries(
    ['takenBy', 'reversedBy'].flatMap((name) => {
      const id = refusal[name]
      return typeof id === 'string' && pointers.has(id) ? [[name, pointers.get(id)]] : []
    }),
  )
  return { ...(said as object), refusal: { ...refusal, ...names } }
}

const WHEREVER: readonly string[] = [
  'previewed',
  'insufficient-balance',
  'already-reversed',
  'already-reversed by an earlier command',
  'version-conflict',
  'unknown-transaction',
  'not-reversible',
]
const ON_SAME_DAYS: readonly string[] = ['day-taken', 'day-taken by an earlier command']

describe('I11 law: the outcomes of a dry run are those of then really sending it', () => {
  /** Books with some history: transactions to undo, days that are taken, an account whose older days are folded. */
  async function bookWithHistory(begun: readonly StepSpec[]) {
    const book = await daybook.book(RUN_POLICIES)
    const transactions: string[] = []
    const versions = new Map<string, number>()
    const many = Array.from({ length: 70 }, (_, number) =>
      adjustment('1', { entity: 'e1', policy: 'wallet', effectiveOn: dayAfter('2026-01-01', number) }),
    )
    transactions.push(idIn(await book.record({ transactions: many })))
    for (const entity of ['e1', 'e2']) await book.record(accrual('20', { entity, effectiveOn: day('2026-01-01') }))
    for (const spec of begun) {
      const { asked } = stepOf({ ...spec, repeats: undefined, policy: undefined })({ transactions, versions, keys: [] })
      if (asked.kind !== 'command') continue
      const verdict = await book.submit(asked.body)
      if (verdict.outcome === 'recorded') {
        for (const { line } of verdict.event.transactions) transactions.push(idIn(verdict, line))
      }
    }
    return { book, seen: { transactions, versions, keys: [] } }
  }

  test.each([
    ['that often meet on a day', 6, 30, ON_SAME_DAYS],
    ['over so many days that accounts are folded', 200, 15, []],
  ])('%s', async (_, days, numRuns, often) => {
    await meeting(onceEach(...WHEREVER, ...often), (met) =>
      fc.assert(
        fc.asyncProperty(
          fc.array(stepSpec({ days }), { minLength: 4, maxLength: 15, size: 'max' }),
          fc.array(fc.tuple(stepSpec({ days }), fc.boolean()), { minLength: 2, maxLength: 40, size: 'max' }),
          fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 4 }),
          async (begun, steps, sizes) => {
            const { book, seen: known } = await bookWithHistory(begun)
            const { position } = (await readRecord(daybook.admin, book.id)).head!
            const bodies = steps.flatMap(([spec, wholly]) => {
              const { asked } = stepOf({ ...spec, repeats: undefined, policy: undefined })(known)
              return asked.kind === 'command' ? [withinReach(asked.body, position, wholly)] : []
            })
            const outcomes = await foreseen(book, bodies, sizes)
            const foretold = outcomes.map((outcome, index) => saidBy(outcome, bodies[index]!))
            for (const outcome of outcomes) {
              const what = whatHappened(outcome)
              if (what in met) met[what]! += 1
            }
            expect(foretold).toEqual(await sent(book, bodies))
          },
        ),
        { numRuns },
      ),
    )
  })
})

/**
 * A command that names no earlier one of the bulk, whose ids nobody can know.
 * @param wholly whether it takes what it takes as it is, and undoes the whole command that it undoes a line of
 */
function withinReach(body: BulkItemBody, position: number, wholly: boolean): BulkItemBody {
  const one = (line: LineBody): LineBody => {
    if (line.type === 'consumption' && !wholly) return ofOneDay(line)
    if (line.type !== 'reversal' || line.transaction === undefined) return line
    return parseTransactionId(line.transaction)!.position > position ? { ...line, transaction: '999999.1' } : line
  }
  if ('transactions' in body) return { ...body, transactions: body.transactions.map(one) }
  const line = one(body)
  if (!wholly || line.type !== 'reversal' || line.transaction === undefined) return line
  const { transaction, ...rest } = line
  return { ...rest, position: parseTransactionId(transaction)!.position }
}

/** What takes a whole day or half of one says so: else few would take any. */
function ofOneDay(line: LineBody & { readonly type: 'consumption' }): LineBody {
  if (line.policy !== 'annual' && line.policy !== 'carried') return line
  return { ...line, amount: line.portion === 'am' || line.portion === 'pm' ? '0.5' : '1' }
}

function whatHappened(outcome: Foreseen): string {
  if (outcome.outcome !== 'refused') return outcome.outcome
  const { refusal } = outcome.refused
  const by = 'takenBy' in refusal ? refusal.takenBy : 'reversedBy' in refusal ? refusal.reversedBy : null
  return by?.startsWith('/') === true ? `${refusal.code} by an earlier command` : refusal.code
}

describe('a dry run of several commands', () => {
  const monday = day('2026-02-02')
  const half = (portion: 'am' | 'pm') => consumption('0.5', { effectiveOn: monday, portion })

  test.each([
    ['in one group', [10]],
    ['each in a group of its own', [1]],
  ])('%s: each sees those before it; one that is refused changes nothing', async (_, sizes) => {
    const book = await daybook.book()
    const taken = await book.record({
      transactions: [accrual('1'), consumption('1', { effectiveOn: day('2026-02-03') })],
    })
    const before = await digestOf(daybook.admin)
    const outcomes = await foreseen(
      book,
      [
        half('am'),
        accrual('1'),
        half('am'),
        half('am'),
        { transactions: [accrual('1'), consumption('1', { effectiveOn: day('2026-02-04') })] },
        consumption('0.5', { effectiveOn: day('2026-02-04'), portion: 'pm' }),
        { type: 'reversal', transaction: idIn(taken, 2) },
        { type: 'reversal', transaction: idIn(taken, 2) },
        consumption('1', { effectiveOn: day('2026-02-03') }),
        accrual('1', { expectedVersion: 6 }),
        accrual('1', { expectedVersion: 6 }),
      ],
      sizes,
    )
    expect(outcomes.map((outcome) => refusalIn(outcome as Verdict))).toMatchObject([
      { code: 'insufficient-balance', available: '0.00' },
      'previewed',
      'previewed',
      { code: 'day-taken', takenBy: '/2' },
      'previewed',
      { code: 'day-taken', takenBy: '/4/transactions/1' },
      'previewed',
      { code: 'already-reversed', reversedBy: '/6' },
      'previewed',
      { code: 'version-conflict', currentVersion: 8 },
      { code: 'version-conflict', currentVersion: 8 },
    ])
    expect(await digestOf(daybook.admin)).toBe(before)
  })

  test('of a book that does not exist is refused', async () => {
    const nowhere = (await daybook.book()).command(accrual('1'))
    const foresight = new Foresight(reading, 'nowhere', async () => {})
    expect(await foresight.decide([{ index: 0, command: nowhere }])).toMatchObject([
      { outcome: 'refused', refused: { refusal: { code: 'unknown-book', book: 'nowhere' } } },
    ])
  })
})

describe('I11 attack: while others write, a dry run', () => {
  test('waits for nobody: not even for whoever has the book locked', async () => {
    const book = await daybook.book()
    const locking = await daybook.admin.connect()
    try {
      await locking.query('begin')
      await locking.query('select 1 from ledger.heads where book_id = $1 for update', [book.id])
      await locking.query('lock table ledger.accounts in exclusive mode')
      const outcomes = await foreseen(book, [accrual('1'), consumption('1')])
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['previewed', 'previewed'])
    } finally {
      await locking.query('rollback')
      locking.release()
    }
  })

  test('holds nobody up: between two groups it has no transaction and no lock', async () => {
    const book = await daybook.book()
    const foresight = new Foresight(reading, book.id, async () => {})
    for (let index = 0; index < 3; index++) {
      await foresight.decide([{ index, command: book.command(accrual('1'), { dryRun: true }) }])
      const { rows } = await daybook.admin.query(
        `select a.state, a.backend_xmin, count(l.pid) as locks
           from pg_stat_activity a
           left join pg_locks l on l.pid = a.pid
          where a.application_name = 'daybook foresight'
          group by a.pid, a.state, a.backend_xmin`,
      )
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) expect(row).toEqual({ state: 'idle', backend_xmin: null, locks: 0 })
      await book.record(accrual('1'))
    }
  })

  test('sees what they have recorded, leaves nothing behind, and does not mistake their lines for its own', async () => {
    const book = await daybook.book()
    const foresight = new Foresight(reading, book.id, async () => {})
    const ask = async (index: number, body: BulkItemBody) =>
      refusalIn((await foresight.decide([{ index, command: book.command(body, { dryRun: true }) }]))[0] as Verdict)
    const tuesday = day('2026-02-03')
    expect(await ask(0, accrual('1'))).toBe('previewed')
    expect(await ask(1, consumption('1', { effectiveOn: day('2026-02-02') }))).toBe('previewed')
    expect(await ask(2, consumption('1', { effectiveOn: tuesday }))).toMatchObject({ code: 'insufficient-balance' })
    const theirs = await book.record({ transactions: [accrual('2'), consumption('1', { effectiveOn: tuesday })] })
    expect(await ask(3, consumption('1', { effectiveOn: tuesday }))).toMatchObject({
      code: 'day-taken',
      takenBy: idIn(theirs, 2),
    })
    expect(await ask(4, consumption('1', { effectiveOn: day('2026-02-02') }))).toMatchObject({ takenBy: '/1' })
    expect(await ask(5, consumption('1', { effectiveOn: day('2026-02-04') }))).toBe('previewed')
    expect(await ask(6, consumption('1', { effectiveOn: day('2026-02-05') }))).toMatchObject({
      code: 'insufficient-balance',
      available: '0.00',
    })
    const record = await readRecord(daybook.admin, book.id)
    expect(record.head!.position).toBe(theirs.event.position)
    expect(faultsIn(record)).toEqual([])
  })
})
