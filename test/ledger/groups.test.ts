import { beforeAll, describe, expect, test } from 'vitest'
import { Unavailable } from '../../src/ledger/unavailable.ts'
import { accrual, adjustment, consumption, day, reversalOf } from '../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile, recorded, refusalIn } from '../support/ledger.ts'
import { digestOf, faultsIn, readRecord } from '../support/ledger-record.ts'

// Commands that come at once are one group: one database transaction, and still each stands or falls alone.

const daybook = ledgerOfFile()

// What no decision can know of: a rule of the database's own, as somebody might add beside the service.
beforeAll(async () => {
  await daybook.admin.query(`
    alter table ledger.transactions add constraint no_poison check (reference is distinct from 'poison');
    create sequence full_disks;
    grant usage on full_disks to daybook_service;
    create function full_disk() returns trigger language plpgsql as $$
    begin
      if nextval('full_disks') = 1 then
        raise exception 'could not extend file: No space left on device' using errcode = 'disk_full';
      end if;
      return new;
    end $$;
    create trigger full_disk before insert on ledger.transactions
      for each row when (new.reference = 'full-disk') execute function full_disk()`)
})

async function expectSound(book: BookHandle): Promise<void> {
  expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
}

describe('a group', () => {
  test('is one commit, and each of its commands is decided after those before it', async () => {
    const book = await daybook.book()
    const groups = daybook.process.groups.length
    const verdicts = await Promise.all([
      book.submit(accrual('1')),
      book.submit(consumption('1', { effectiveOn: day('2026-02-02') })),
      book.submit(consumption('1', { effectiveOn: day('2026-02-03') })),
      book.submit(accrual('1', { entity: 'e2' })),
    ])
    expect(verdicts.map(refusalIn)).toMatchObject([
      'recorded',
      'recorded',
      { code: 'insufficient-balance' },
      'recorded',
    ])
    expect(daybook.process.groups.slice(groups)).toMatchObject([{ book: book.id, commands: 4, lines: 4, recorded: 3 }])
    const { rows } = await daybook.admin.query<{ commits: number }>(
      `select count(distinct xmin::text)::integer as commits from ledger.events
        where book_id = $1 and type <> 'policy-defined' and type <> 'book-defined'`,
      [book.id],
    )
    expect(rows).toEqual([{ commits: 1 }])
    await expectSound(book)
  })

  test('is bounded by its lines; a single command with more is a group of its own', async () => {
    const process = daybook.another({ limits: { groupLines: 3 } })
    const book = (await daybook.book()).through(process)
    const lines = (count: number) => ({ transactions: Array.from({ length: count }, () => accrual('1')) })
    await Promise.all([2, 1, 1, 5, 3, 1].map((count) => book.submit(lines(count))))
    expect(process.groups.map(({ lines }) => lines)).toEqual([3, 1, 5, 3, 1])
    await expectSound(book)
  })

  test('of many commands at once keeps their order within the book', async () => {
    const book = await daybook.book()
    const verdicts = await Promise.all(Array.from({ length: 500 }, () => book.submit(accrual('0.01'))))
    const positions = verdicts.map((verdict) => recorded(verdict).event.position)
    expect(positions).toEqual(positions.map((_, index) => positions[0]! + index))
    await expectSound(book)
  })

  test('writes what it releases and claims again and again within itself', async () => {
    const book = await daybook.book()
    const monday = day('2026-02-02')
    await book.record(accrual('9'))
    const first = await book.record(consumption('1', { effectiveOn: monday }))
    const next = first.event.position
    const verdicts = await Promise.all([
      book.submit(reversalOf(idIn(first))),
      book.submit(consumption('0.5', { effectiveOn: monday, portion: 'am' })),
      book.submit(reversalOf(`${next + 2}.1`)),
      book.submit({
        transactions: [
          consumption('0.5', { effectiveOn: monday, portion: 'am' }),
          consumption('0.5', { effectiveOn: monday, portion: 'pm' }),
        ],
      }),
      book.submit({
        transactions: [reversalOf(`${next + 4}.1`), consumption('0.5', { effectiveOn: monday, portion: 'am' })],
      }),
    ])
    expect(verdicts.map(refusalIn)).toEqual(Array.from({ length: 5 }, () => 'recorded'))
    await expectSound(book)
  })
})

describe('I5 a command is recorded whole or not at all', () => {
  test('a refused line leaves nothing of its command, and everything of the others', async () => {
    const book = await daybook.book()
    const [before, refused, after] = await Promise.all([
      book.submit(accrual('1')),
      book.submit({ transactions: [accrual('5', { entity: 'e2' }), adjustment('-9')] }),
      book.submit(accrual('1', { entity: 'e2' })),
    ])
    expect(refused).toMatchObject({ outcome: 'refused', refused: { lineIndex: 1 } })
    const { transactions } = await readRecord(daybook.admin, book.id)
    expect(transactions.map(({ position, line }) => `${position}.${line}`)).toEqual([
      idIn(recorded(before)),
      idIn(recorded(after)),
    ])
  })

  test('a thousand lines are recorded whole', async () => {
    const book = await daybook.book()
    const transactions = Array.from({ length: 1_000 }, (_, index) => accrual('1', { entity: `e${index % 300}` }))
    const { event } = await book.record({ transactions })
    expect(event.transactions).toHaveLength(1_000)
    await expectSound(book)
  })
})

describe('I11 a refused command', () => {
  test('leaves every table byte-identical, whatever it was refused for', async () => {
    const book = await daybook.book()
    const used = await book.record(accrual('5'), { idempotencyKey: 'used' })
    const taken = await book.record(consumption('1', { effectiveOn: day('2026-02-02') }))
    const reversal = await book.record(reversalOf(idIn(await book.record(accrual('1')))))
    await book.defineEntity('e1', { kind: 'person', email: 'one@example.org' })
    const before = await digestOf(daybook.admin)

    const refusals = [
      book.submit(adjustment('-9')),
      book.submit(consumption('1', { effectiveOn: day('2026-02-02') })),
      book.submit(reversalOf(idIn(reversal))),
      book.submit(reversalOf(String(reversal.event.transactions[0]!.reverses!.position).concat('.1'))),
      book.submit(reversalOf('999.1')),
      book.submit(accrual('1', { policy: 'none' })),
      book.submit(accrual('1.005')),
      book.submit(accrual('1', { expectedVersion: 99 })),
      book.submit(accrual('6'), { idempotencyKey: 'used' }),
      book.definePolicy('annual', {
        resource: 'other',
        unit: 'day',
        scale: 2,
        dayExclusive: true,
        overdraftLimit: '0',
      }),
      book.defineEntity('e2', { email: 'ONE@example.org' }),
      new NoBook(book).submit(accrual('1')),
    ]
    expect((await Promise.all(refusals)).map(codeIn)).toEqual([
      'insufficient-balance',
      'day-taken',
      'not-reversible',
      'already-reversed',
      'unknown-transaction',
      'unknown-policy',
      'scale-exceeded',
      'version-conflict',
      'idempotency-key-reused',
      'rule-violated',
      'rule-violated',
      'unknown-book',
    ])
    expect(await digestOf(daybook.admin)).toBe(before)
    expect(taken.event.position).toBe(used.event.position + 1)
  })
})

describe('I11 a dry run', () => {
  test('decides as the command would, and records nothing', async () => {
    const book = await daybook.book()
    await book.record(accrual('0.75'))
    const before = await digestOf(daybook.admin)
    const verdicts = await Promise.all([
      book.submit(consumption('0.5', { effectiveOn: day('2026-02-02') }), { dryRun: true }),
      // The one before took nothing.
      book.submit(consumption('0.5', { effectiveOn: day('2026-02-02') }), { dryRun: true }),
      book.submit(consumption('1', { effectiveOn: day('2026-02-02') }), { dryRun: true }),
      book.definePolicy(
        'annual',
        { resource: 'leave', unit: 'day', scale: 3, dayExclusive: true, overdraftLimit: null },
        { dryRun: true },
      ),
      book.definePolicy(
        'annual',
        { resource: 'leave', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: '0' },
        { dryRun: true },
      ),
      book.defineEntity('e1', { name: 'Ada' }, { dryRun: true }),
      book.define({ name: 'Renamed' }, { dryRun: true }),
      book.define({ name: 'A new book' }, { dryRun: true, book: 'never-defined' }),
    ])
    expect(verdicts.map(codeIn)).toEqual([
      'previewed',
      'previewed',
      'insufficient-balance',
      'previewed-definition',
      'unchanged',
      'previewed-definition',
      'previewed-definition',
      'previewed-definition',
    ])
    expect(await digestOf(daybook.admin)).toBe(before)
  })

  test('neither uses up its key nor looks at it: what was recorded is decided once more', async () => {
    const book = await daybook.book()
    const key = { idempotencyKey: 'once' }
    await book.submit(accrual('1'), { ...key, dryRun: true })
    expect((await book.record(accrual('1'), key)).replayed).toBe(false)
    const taken = await book.record(consumption('1'), { idempotencyKey: 'taken' })
    expect(codeIn(await book.submit(accrual('1'), { ...key, dryRun: true }))).toBe('previewed')
    expect(codeIn(await book.submit(accrual('2'), { ...key, dryRun: true }))).toBe('previewed')
    const again = await book.submit(consumption('1'), { dryRun: true, idempotencyKey: 'taken' })
    expect(refusalIn(again)).toMatchObject({ code: 'day-taken', takenBy: idIn(taken) })
    const defining = { dryRun: true, idempotencyKey: 'once' }
    expect(codeIn(await book.defineEntity('e9', { kind: 'person' }, defining))).toBe('previewed-definition')
  })
})

describe('I5 a command that the database refuses although the decision did not', () => {
  test('fails alone: everything else of its group is recorded', async () => {
    const book = await daybook.book()
    const outcomes = await Promise.allSettled([
      book.submit(accrual('2')),
      book.submit(consumption('1', { effectiveOn: day('2026-02-02') })),
      book.submit(accrual('5', { reference: 'poison' }), { idempotencyKey: 'poisoned' }),
      book.submit(consumption('1', { effectiveOn: day('2026-02-03') })),
      book.submit(consumption('1', { effectiveOn: day('2026-02-04') })),
      book.submit(accrual('2'), { idempotencyKey: 'last' }),
    ])
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? codeIn(outcome.value) : 'failed'))).toEqual([
      'recorded',
      'recorded',
      'failed',
      'recorded',
      // What failed gave nothing to take from.
      'insufficient-balance',
      'recorded',
    ])
    expect(outcomes[2]).toMatchObject({ reason: { code: '23514', constraint: 'no_poison' } })
    await expectSound(book)
    // Its key is not used up either.
    expect((await book.record(accrual('5'), { idempotencyKey: 'poisoned' })).replayed).toBe(false)
  })

  test('fails alone also where its group was decided ahead, and the next one after it', async () => {
    const process = daybook.another({ limits: { groupLines: 3 } })
    const book = (await daybook.book()).through(process)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 18 }, (_, index) =>
        book.submit(adjustment('1', index % 6 === 4 ? { reference: 'poison' } : { entity: `e${index % 2}` })),
      ),
    )
    const failed = outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))
    expect(failed).toEqual([4, 10, 16])
    const record = await readRecord(daybook.admin, book.id)
    expect(record.transactions).toHaveLength(15)
    expect(faultsIn(record)).toEqual([])
  })
})

test('a database that could not write for a moment is no reason to call a command bad', async () => {
  const book = await daybook.book()
  expect((await book.record(accrual('1', { reference: 'full-disk' }))).replayed).toBe(false)
  await expectSound(book)
})

describe('overload and the end', () => {
  /** Keeps a book's groups waiting for as long as the callback takes. */
  async function whileLocked(book: BookHandle, use: () => Promise<void>): Promise<void> {
    const client = await daybook.admin.connect()
    try {
      await client.query('begin')
      await client.query('select from ledger.heads where book_id = $1 for update', [book.id])
      await use()
    } finally {
      await client.query('rollback')
      client.release()
    }
  }

  test('beyond the bound of its queues the service says so, and keeps what it has taken', async () => {
    const process = daybook.another({ limits: { queueLines: 3 } })
    const book = (await daybook.book()).through(process)
    let taken: Promise<unknown>[] = []
    await whileLocked(book, async () => {
      taken = [book.submit(accrual('1')), book.submit({ transactions: [accrual('1'), accrual('1')] })]
      expect(process.ledger.stats().queuedLines).toBe(3)
      await expect(book.submit(accrual('1'))).rejects.toThrow(Unavailable)
      await expect(book.submit(accrual('1'))).rejects.toThrow('waiting')
    })
    expect((await Promise.all(taken)).map((verdict) => (verdict as { outcome: string }).outcome)).toEqual([
      'recorded',
      'recorded',
    ])
    expect(process.ledger.stats()).toMatchObject({ queuedLines: 0 })
    await book.record(accrual('1'))
    await expectSound(book)
  })

  test('a command larger than the whole bound is taken when nothing else waits', async () => {
    const process = daybook.another({ limits: { queueLines: 3 } })
    const book = (await daybook.book()).through(process)
    await book.record({ transactions: Array.from({ length: 10 }, () => accrual('1')) })
  })

  test('closing takes nothing more, and answers everything that was taken', async () => {
    const process = daybook.another()
    const [one, other] = [(await daybook.book()).through(process), (await daybook.book()).through(process)]
    let taken: Promise<unknown>[] = []
    let answered = 0
    let closed: Promise<void> | undefined
    await whileLocked(one, async () => {
      taken = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? one : other).submit(accrual('1')))
      for (const answer of taken) void answer.then(() => answered++)
      closed = process.ledger.close()
      await expect(one.submit(accrual('1'))).rejects.toThrow(Unavailable)
    })
    await closed
    expect(answered).toBe(100)
    expect((await readRecord(daybook.admin, one.id)).transactions).toHaveLength(50)
    expect((await readRecord(daybook.admin, other.id)).transactions).toHaveLength(50)
  })
})

/** A book that was never defined. */
class NoBook {
  readonly #book: BookHandle

  constructor(book: BookHandle) {
    this.#book = book
  }

  submit(body: Parameters<BookHandle['submit']>[0]): ReturnType<BookHandle['submit']> {
    return daybook.process.ledger.submit({ ...this.#book.command(body), book: 'never-defined' })
  }
}

function codeIn(verdict: Parameters<typeof refusalIn>[0]): string {
  const refusal = refusalIn(verdict)
  return typeof refusal === 'string' ? refusal : refusal.code
}
