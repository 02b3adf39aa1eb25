import { beforeEach, describe, expect, test } from 'vitest'
import type { RecordCommand } from '../../src/ledger/command.ts'
import { PolicyCache } from '../../src/ledger/policies.ts'
import type { Verdict } from '../../src/ledger/verdict.ts'
import { decideAhead, recordAhead, recordGroup } from '../../src/ledger/writing/group.ts'
import type { Settled } from '../../src/ledger/writing/settle.ts'
import { accrual, adjustment, consumption, day, dayAfter, POLICIES, reversalOf } from '../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile, recorded, refusalIn } from '../support/ledger.ts'
import { digestOf, faultsIn, readRecord } from '../support/ledger-record.ts'

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

describe.each([
  ['its keys are looked for', false],
  ['its keys are taken on trust', true],
])('what the group before left behind is known to the next, although it is not written yet: %s', (_, trusting) => {
  /**
   * Decides each group before the one before it is written.
   * @returns what became of each command, in order
   */
  async function decideAllAhead(
    book: BookHandle,
    ...groups: readonly (readonly RecordCommand[])[]
  ): Promise<Settled[]> {
    const tx = await daybook.process.pool.connect()
    try {
      const before = { command: book.command(accrual('1', { entity: 'somebody-else' })), attempted: undefined }
      let { tip } = await recordGroup(tx, book.id, [before], new PolicyCache(1))
      const settled: Settled[] = []
      let write = async (): Promise<void> => {}
      for (const commands of groups) {
        const group = commands.map((command) => ({ command, attempted: undefined }))
        const ahead = await decideAhead(tx, book.id, group, { tip: tip!, trusting })
        await write()
        tip = tip!.next(ahead!.opened, ahead!.decided)
        write = async () => {
          settled.push(...(await recordAhead(tx, book.id, group, ahead!))!)
        }
      }
      await write()
      expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
      return settled
    } finally {
      tx.release()
    }
  }
  const outcomes = (settled: readonly Settled[]) => (settled as Verdict[]).map(refusalIn)

  let book: BookHandle
  /** Position of the first event that is decided ahead. */
  let next: number
  beforeEach(async () => {
    book = await daybook.book()
    next = (await book.record(accrual('10'))).event.position + 2
  })

  test('I2 its keys', async () => {
    const once = (amount: string) => book.command(accrual(amount), { idempotencyKey: 'once' })
    const [one, again, other] = (await decideAllAhead(book, [once('1')], [once('1.0'), once('2')])) as Verdict[]
    expect(recorded(one!)).toMatchObject({ replayed: false, event: { position: next } })
    expect(recorded(again!)).toMatchObject({ replayed: true, event: { hash: recorded(one!).event.hash } })
    expect(refusalIn(other!)).toEqual({ code: 'idempotency-key-reused', originalPosition: next, differs: ['/amount'] })
  })

  test('I4, I6 its accounts, and those that groups before it changed', async () => {
    const taking = (on: number) => book.command(adjustment('-4', { effectiveOn: day(`2026-02-0${on}`) }))
    const elsewhere = book.command(accrual('1', { entity: 'somebody-else' }))
    const groups = [[taking(1)], [taking(2)], [elsewhere], [taking(3), book.command(accrual('2'))], [taking(4)]]
    expect(outcomes(await decideAllAhead(book, ...groups))).toMatchObject([
      'recorded',
      'recorded',
      'recorded',
      { code: 'insufficient-balance', available: '2.00' },
      'recorded',
      'recorded',
    ])
  })

  test('I3 its days', async () => {
    const on = { effectiveOn: day('2026-02-02') }
    const am = book.command(consumption('0.5', { ...on, portion: 'am' }))
    const full = book.command(consumption('1', on))
    const pm = book.command(consumption('0.5', { ...on, portion: 'pm' }))
    const freed = book.command(reversalOf(`${next}.1`))
    const again = book.command(consumption('0.5', { ...on, portion: 'am' }))
    expect(outcomes(await decideAllAhead(book, [am], [full], [pm], [freed], [again]))).toMatchObject([
      'recorded',
      { code: 'day-taken', takenBy: `${next}.1` },
      'recorded',
      'recorded',
      'recorded',
    ])
  })

  test('I8 its transactions, and which of them are reversed', async () => {
    const reversing = (position: number) => [book.command(reversalOf(`${position}.1`))]
    const settled = await decideAllAhead(
      book,
      [book.command(accrual('1'))],
      reversing(next),
      reversing(next),
      reversing(next + 1),
    )
    expect(outcomes(settled)).toEqual([
      'recorded',
      'recorded',
      { code: 'already-reversed', transaction: `${next}.1`, reversedBy: `${next + 1}.1` },
      { code: 'not-reversible', transaction: `${next + 1}.1` },
    ])
  })
})

test('I9 a definition is known to what comes behind it', async () => {
  const process = daybook.another({ limits: { groupLines: 1 } })
  const book = (await daybook.book()).through(process)
  const [, , , verdict, other] = await Promise.all([
    book.submit(accrual('1', { entity: 'somebody-else' })),
    book.submit(accrual('11')),
    book.definePolicy('annual', { ...POLICIES.annual, overdraftLimit: '5', effectiveFrom: day('1900-01-01') }),
    book.submit(adjustment('-16', { effectiveOn: day('2026-02-02') })),
    book.submit(consumption('1', { effectiveOn: day('2026-02-03') })),
  ])
  expect(recorded(verdict).replayed).toBe(false)
  expect(refusalIn(other)).toMatchObject({ code: 'insufficient-balance', available: '0.00' })
  expect(process.troubles).toEqual([])
})

test.each([
  ['looked for', false],
  ['taken on trust', true],
])(
  'I12 nothing is answered that was decided on another head, keys %s: no record, no refusal, no replay, no preview',
  async (_, trusting) => {
    const book = await daybook.book()
    await book.record(accrual('1'), { idempotencyKey: 'once' })
    const commands = [
      book.command(accrual('1', { entity: 'e2' })),
      book.command(adjustment('-2')),
      book.command(accrual('1'), { idempotencyKey: 'once' }),
      book.command(accrual('1'), { dryRun: true }),
    ]
    const tx = await daybook.process.pool.connect()
    try {
      for (const command of commands) {
        const before = { command: book.command(accrual('0.01')), attempted: undefined }
        const { tip } = await recordGroup(tx, book.id, [before], new PolicyCache(1))
        const group = [{ command, attempted: undefined }]
        const ahead = await decideAhead(tx, book.id, group, { tip: tip!, trusting })
        await book.through(daybook.another()).record(accrual('5'))
        const digest = await digestOf(daybook.admin)
        expect(await recordAhead(tx, book.id, group, ahead!)).toBeUndefined()
        expect(await digestOf(daybook.admin)).toBe(digest)
      }
    } finally {
      tx.release()
    }
  },
)

describe('keys that nobody looked for before the group was decided', () => {
  /** Decides a group on trust, with everything it needs in memory. */
  async function decideOnTrust(book: BookHandle, commands: readonly RecordCommand[]) {
    const before = { command: book.command(accrual('0.01')), attempted: undefined }
    const tx = await daybook.process.pool.connect()
    try {
      const { tip } = await recordGroup(tx, book.id, [before], new PolicyCache(1))
      const group = commands.map((command) => ({ command, attempted: undefined }))
      const ahead = await decideAhead(tx, book.id, group, { tip: tip!, trusting: true })
      const digest = await digestOf(daybook.admin)
      const settled = await recordAhead(tx, book.id, group, ahead!)
      return {
        uncheckedKeys: ahead!.opened.uncheckedKeys,
        settled,
        unchanged: digest === (await digestOf(daybook.admin)),
      }
    } finally {
      tx.release()
    }
  }

  test.each<[what: string, commands: (book: BookHandle) => RecordCommand[]]>([
    ['that would be recorded', (book) => [book.command(accrual('1'), { idempotencyKey: 'once' })]],
    ['that would be refused', (book) => [book.command(adjustment('-99'), { idempotencyKey: 'once' })]],
    [
      'that would be refused, among others that are recorded',
      (book) => [book.command(accrual('1')), book.command(adjustment('-99'), { idempotencyKey: 'once' })],
    ],
  ])('I2 one of a command %s is taken: nothing is recorded, and nothing answered', async (_, commands) => {
    const book = await daybook.book()
    await book.record(accrual('1'), { idempotencyKey: 'once' })
    const { uncheckedKeys, settled, unchanged } = await decideOnTrust(book, commands(book))
    expect(uncheckedKeys).toContain('once')
    expect([settled, unchanged]).toEqual([undefined, true])
  })

  test('are not those of a dry run, which decides afresh whatever its key was used for', async () => {
    const book = await daybook.book()
    await book.record(accrual('1'), { idempotencyKey: 'once' })
    const asking = book.command(accrual('1'), { idempotencyKey: 'once', dryRun: true })
    const { uncheckedKeys, settled, unchanged } = await decideOnTrust(book, [asking])
    expect(uncheckedKeys).toEqual([])
    expect([(settled as Verdict[]).map(refusalIn), unchanged]).toEqual([['previewed'], true])
  })

  test('are free: one command is recorded, another refused', async () => {
    const book = await daybook.book()
    const { settled } = await decideOnTrust(book, [book.command(accrual('1')), book.command(adjustment('-99'))])
    expect((settled as Verdict[]).map(refusalIn)).toMatchObject(['recorded', { code: 'insufficient-balance' }])
  })

  test('I2 law: whatever comes again, and whenever, is answered as it was the first time', async () => {
    const process = daybook.another({ limits: { groupLines: 3 } })
    const book = (await daybook.book()).through(process)
    const first = new Map<string, string>()
    for (let round = 0; round < 400; round++) {
      // Every seventh comes again, some of them twice in one group or in the next one.
      const numbers = [round, round % 7 === 0 ? Math.floor(round / 2) : round, round]
      const verdicts = await Promise.all(
        numbers.map((number) => book.submit(accrual('0.01'), { idempotencyKey: `again-${number}` })),
      )
      for (const [index, verdict] of verdicts.entries()) {
        const { hash } = recorded(verdict).event
        const key = `again-${numbers[index]}`
        expect(first.get(key) ?? hash).toBe(hash)
        first.set(key, hash)
      }
    }
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
    expect(process.troubles).toEqual([])
  })
})

test('I7 a book that ends at the same position with another event, as from a backup, is opened again', async () => {
  const book = await daybook.book()
  await book.record(accrual('1'))
  // As if another event had been recorded at this position.
  const hash = 'ab'.repeat(32)
  await daybook.admin.query(`update ledger.heads set hash = decode($2, 'hex') where book_id = $1`, [book.id, hash])
  expect((await book.record(accrual('1'))).event.previousHash).toBe(hash)
  expect(refusalIn(await book.submit(adjustment('-3')))).toMatchObject({
    code: 'insufficient-balance',
    available: '2.00',
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
