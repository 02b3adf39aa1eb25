import { describe, expect, test } from 'vitest'
import type { BulkItemBody } from '../../src/commands/bodies.ts'
import { recordedReply } from '../../src/commands/replies.ts'
import { accrual, adjustment, consumption, day, policy, reversalOf } from '../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile, recorded, refusalIn } from '../support/ledger.ts'
import { digestOf, faultsIn, readRecord } from '../support/ledger-record.ts'

// I2: one key, one event; a replay gets the first answer.

const daybook = ledgerOfFile()

/** Forgets what may be forgotten of an event, as whoever erases does. */
async function erase(book: BookHandle, position: number): Promise<void> {
  const client = await daybook.admin.connect()
  try {
    await client.query('begin')
    await client.query('set local role daybook_eraser')
    const { rowCount } = await client.query(
      'update ledger.events set erasable = null where book_id = $1 and position = $2',
      [book.id, position],
    )
    expect(rowCount).toBe(1)
    await client.query('commit')
  } finally {
    client.release()
  }
}

describe('I2 a replay', () => {
  const everyKind: [string, (earlier: string) => BulkItemBody][] = [
    ['accrual', () => accrual('1.50', { reason: 'January' })],
    ['consumption', () => consumption('0.5', { portion: 'pm', effectiveOn: day('2026-02-02') })],
    ['adjustment', () => adjustment('-2', { allowNegative: true, expectedVersion: 1, metadata: { by: 'hand' } })],
    ['reversal', (earlier) => reversalOf(earlier, { effectiveOn: day('2026-03-01'), reference: 'undo' })],
    [
      'several',
      (earlier) => ({
        transactions: [
          accrual('3', { reason: 'own' }),
          consumption('1', { policy: 'wallet', reference: 'own' }),
          reversalOf(earlier),
        ],
        reference: 'run-7',
        reason: 'shared',
      }),
    ],
  ]
  test.each(everyKind)(
    'of %s is answered with the bytes of the first answer, and records nothing',
    async (_name, body) => {
      const book = await daybook.book()
      const earlier = await book.record(accrual('10'))
      const sent = body(idIn(earlier))
      const first = await book.record(sent, { idempotencyKey: 'once' })
      // Much may have happened since: balances and policies moved on, and the process that answers may be another.
      await book.record(accrual('100'))
      await book.definePolicy('annual', policy({ scale: 4, overdraftLimit: '50', effectiveFrom: day('2020-01-01') }))
      const before = await digestOf(daybook.admin)
      for (const process of [daybook.process, daybook.another()]) {
        const again = recorded(await book.through(process).submit(sent, { idempotencyKey: 'once' }))
        expect(again).toMatchObject({ replayed: true, event: first.event })
        expect(recordedReply(again)).toBe(recordedReply(first))
      }
      expect(await digestOf(daybook.admin)).toBe(before)
    },
  )

  test('may spell its quantities otherwise, and come from another client', async () => {
    const book = await daybook.book()
    const first = await book.record(accrual('1.5'), { idempotencyKey: 'once' })
    const client = { ip: '198.51.100.7', userAgent: 'other', session: 's' }
    const again = recorded(await book.submit(accrual('1.500'), { idempotencyKey: 'once', client }))
    expect(again).toMatchObject({ replayed: true, event: { hash: first.event.hash } })
  })

  test('is a replay although the rules would refuse it by now', async () => {
    const book = await daybook.book()
    await book.record(accrual('1'))
    const body = consumption('1', { effectiveOn: day('2026-02-02'), expectedVersion: 1 })
    const first = await book.record(body, { idempotencyKey: 'once' })
    expect(recorded(await book.submit(body, { idempotencyKey: 'once' }))).toMatchObject({
      replayed: true,
      event: { position: first.event.position },
    })
  })

  test('of a definition gives the event that it was', async () => {
    const book = await daybook.book({})
    const first = recorded(await book.definePolicy('p', policy(), { idempotencyKey: 'once' }))
    await book.definePolicy('p', policy({ overdraftLimit: '1' }))
    expect(recorded(await book.definePolicy('p', policy(), { idempotencyKey: 'once' }))).toMatchObject({
      replayed: true,
      event: first.event,
    })
  })

  test('in another book is no replay: keys belong to their book', async () => {
    const [one, other] = [await daybook.book(), await daybook.book()]
    await one.record(accrual('1'), { idempotencyKey: 'once' })
    expect(recorded(await other.submit(accrual('1'), { idempotencyKey: 'once' })).replayed).toBe(false)
  })
})

describe('I2 a key that was used for something else', () => {
  test('is refused, and says where and in what the commands differ', async () => {
    const book = await daybook.book()
    const { event } = await book.record(accrual('1', { reason: 'a' }), { idempotencyKey: 'once' })
    const other = await book.submit(accrual('2', { reason: 'b' }), { idempotencyKey: 'once' })
    expect(refusalIn(other)).toEqual({
      code: 'idempotency-key-reused',
      originalPosition: event.position,
      differs: ['/amount', '/reason'],
    })
  })

  test('is refused whatever kind of command it was used for', async () => {
    const book = await daybook.book()
    recorded(await book.definePolicy('p', policy(), { idempotencyKey: 'policy' }))
    recorded(await book.defineEntity('e', { kind: 'person' }, { idempotencyKey: 'entity' }))
    await book.record(accrual('1'), { idempotencyKey: 'accrual' })
    const differs = async (verdict: ReturnType<BookHandle['submit']>) => {
      const refusal = refusalIn(await verdict)
      return typeof refusal !== 'string' && refusal.code === 'idempotency-key-reused' ? refusal.differs : refusal
    }
    expect(await differs(book.submit(accrual('1'), { idempotencyKey: 'policy' }))).toEqual(['/type'])
    expect(await differs(book.defineEntity('e', {}, { idempotencyKey: 'policy' }))).toEqual(['/type'])
    expect(await differs(book.definePolicy('p', policy(), { idempotencyKey: 'accrual' }))).toEqual(['/type'])
    expect(
      await differs(book.definePolicy('p', policy({ overdraftLimit: '3' }), { idempotencyKey: 'policy' })),
    ).toEqual(['/overdraftLimit'])
    expect(await differs(book.defineEntity('e', { kind: 'seat' }, { idempotencyKey: 'entity' }))).toEqual(['/kind'])
  })

  test('a refused command did not use up its key', async () => {
    const book = await daybook.book()
    const body = consumption('1')
    expect(refusalIn(await book.submit(body, { idempotencyKey: 'once' }))).toMatchObject({
      code: 'insufficient-balance',
    })
    await book.record(accrual('1'))
    expect(recorded(await book.submit(body, { idempotencyKey: 'once' })).replayed).toBe(false)
  })
})

describe('I2 the same key several times at once', () => {
  test('in one group: the first is recorded, the others are answered with it', async () => {
    const book = await daybook.book()
    const groups = daybook.process.groups.length
    const verdicts = await Promise.all([
      book.submit(accrual('1'), { idempotencyKey: 'once' }),
      book.submit(accrual('1.0'), { idempotencyKey: 'once' }),
      book.submit(accrual('2'), { idempotencyKey: 'once' }),
      book.submit(accrual('1'), { idempotencyKey: 'twice' }),
    ])
    expect(daybook.process.groups.slice(groups).map(({ commands }) => commands)).toEqual([4])
    const [first, again] = verdicts.slice(0, 2).map(recorded)
    expect([first!.replayed, again!.replayed]).toEqual([false, true])
    expect(recordedReply(again!)).toBe(recordedReply(first!))
    expect(refusalIn(verdicts[2])).toMatchObject({ code: 'idempotency-key-reused', differs: ['/amount'] })
    expect(recorded(verdicts[3]).event.position).toBe(first!.event.position + 1)
  })

  test('in one group, behind one that was refused: the first that is accepted is recorded', async () => {
    const book = await daybook.book()
    const [refused, accepted] = await Promise.all([
      book.submit(consumption('1'), { idempotencyKey: 'once' }),
      book.submit(accrual('1'), { idempotencyKey: 'once' }),
    ])
    expect(refusalIn(refused)).toMatchObject({ code: 'insufficient-balance' })
    expect(recorded(accepted).replayed).toBe(false)
  })

  test('in two processes: one event, and the same bytes for everybody', async () => {
    const book = await daybook.book()
    const processes = [daybook.another(), daybook.another()]
    for (let round = 0; round < 20; round++) {
      const idempotencyKey = `round-${round}`
      const verdicts = await Promise.all(
        processes.flatMap((process) =>
          [1, 2, 3].map(() => book.through(process).submit(accrual('1'), { idempotencyKey })),
        ),
      )
      const answers = verdicts.map(recorded)
      expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1)
      expect(new Set(answers.map((answer) => recordedReply(answer))).size).toBe(1)
    }
    const record = await readRecord(daybook.admin, book.id)
    expect(record.events.filter(({ type }) => type === 'accrual-recorded')).toHaveLength(20)
    expect(faultsIn(record)).toEqual([])
  })

  test('in two processes, asking for different things: one is recorded, the other told so', async () => {
    const book = await daybook.book()
    const other = book.through(daybook.another())
    for (let round = 0; round < 20; round++) {
      const idempotencyKey = `round-${round}`
      const verdicts = await Promise.all([
        book.submit(accrual('1'), { idempotencyKey }),
        other.submit(accrual('2'), { idempotencyKey }),
      ])
      const [first] = verdicts.filter(({ outcome }) => outcome === 'recorded').map(recorded)
      const [second] = verdicts.filter(({ outcome }) => outcome === 'refused')
      expect(refusalIn(second!)).toEqual({
        code: 'idempotency-key-reused',
        originalPosition: first!.event.position,
        differs: ['/amount'],
      })
    }
  })
})

describe('I2 after an erasure', () => {
  const body = {
    transactions: [accrual('1', { reason: 'private' }), accrual('2', { metadata: { doctor: 'x' } })],
    reason: 'ill',
    reference: 'run-1',
  }

  test('nobody can say whether it is the same command, so the key is answered with where it was used', async () => {
    const book = await daybook.book()
    const first = await book.record(body, { idempotencyKey: 'once' })
    await erase(book, first.event.position)
    const otherwiseReasoned = {
      ...body,
      reason: 'otherwise',
      transactions: body.transactions.map((line) => ({ ...line, reason: 'y' })),
    }
    for (const again of [body, otherwiseReasoned]) {
      expect(refusalIn(await book.submit(again, { idempotencyKey: 'once' }))).toEqual({
        code: 'duplicate-idempotency-key',
        originalPosition: first.event.position,
        comparable: false,
      })
    }
  })

  test('what the record still knows is compared as before', async () => {
    const book = await daybook.book()
    const { event } = await book.record(body, { idempotencyKey: 'once' })
    await erase(book, event.position)
    const other = { ...body, transactions: [accrual('1'), accrual('3')] }
    expect(refusalIn(await book.submit(other, { idempotencyKey: 'once' }))).toEqual({
      code: 'idempotency-key-reused',
      originalPosition: event.position,
      differs: ['/transactions/1/amount'],
    })
  })

  test('an entity’s definition is not repeated, although its name and mail were never in the record', async () => {
    const book = await daybook.book()
    const entity = { kind: 'person', name: 'Ada', email: 'ada@example.org', metadata: { shoe: '39' } }
    const first = recorded(await book.defineEntity('e1', entity, { idempotencyKey: 'once' }))
    await erase(book, first.event.position)
    expect(refusalIn(await book.defineEntity('e1', entity, { idempotencyKey: 'once' }))).toEqual({
      code: 'duplicate-idempotency-key',
      originalPosition: first.event.position,
      comparable: false,
    })
  })

  test('the chain still holds', async () => {
    const book = await daybook.book()
    const { event } = await book.record(body)
    await erase(book, event.position)
    const record = await readRecord(daybook.admin, book.id)
    expect(record.events[event.position - 1]!.erasable).toBeNull()
    expect(faultsIn(record)).toEqual([])
  })
})
