import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { SnapshotBody } from '../../src/commands/bodies.ts'
import { reverseWorkedHours } from '../../src/commands/record-worked-hours.ts'
import { recordedReply } from '../../src/commands/replies.ts'
import { takeSnapshot } from '../../src/commands/take-snapshot.ts'
import { type Imported, importBook } from '../../src/importing/import-book.ts'
import type { Verdict } from '../../src/ledger/verdict.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { openImportPool } from '../../src/service/pools.ts'
import {
  FULL_WEEK,
  sampleBook,
  sampleBookWithAssignments,
  sampleBookWithCalendars,
  sampleBookWithPeriods,
  sampleBookWithRequests,
} from '../ledger/verify-sample.ts'
import { accrual, adjustment, caller, consumption, day, dayAfter, policy, reversalOf } from '../support/builders.ts'
import { RUN_POLICIES, stepOf, stepSpec } from '../support/builders-steps.ts'
import { BookHandle, idIn, ledgerOfFile, recorded } from '../support/ledger.ts'
import { digestOf, faultsIn, readRecord } from '../support/ledger-record.ts'
import { meeting } from '../support/meeting.ts'
import { type Asked, runClients } from '../support/oracle-run.ts'
import { exportOf, importLines, rehashed } from './importing.ts'

// An export is the book: what is imported of it elsewhere has the same history, and goes on as the book itself would.

const here = ledgerOfFile()
const there = ledgerOfFile()

function bookThere(id: string): BookHandle {
  return new BookHandle(id, there.process.ledger)
}

/** Nothing is wrong with what was imported, and nothing of it differs from what it was exported from but rows' folding. */
async function expectSame(id: string, lines: readonly string[]): Promise<void> {
  expect(await exportOf(there.admin, id)).toEqual(lines)
  expect(await verifyBook(there.admin, id)).toMatchObject({ ok: true, events: lines.length })
  const [ours, theirs] = await Promise.all([readRecord(here.admin, id), readRecord(there.admin, id)])
  expect(faultsIn(theirs)).toEqual([])
  const { accounts: _ours, ...record } = ours
  const { accounts: _theirs, ...imported } = theirs
  expect(imported).toEqual(record)
}

function answer(verdict: Verdict): unknown {
  switch (verdict.outcome) {
    case 'recorded':
      return {
        replayed: verdict.replayed,
        hash: verdict.event.hash,
        reply: verdict.event.transactions.length === 0 ? null : recordedReply(verdict),
      }
    case 'refused':
      return verdict.refused
    default:
      return verdict.outcome
  }
}

test('a book in which everything occurs comes out byte-identical, whole, and is told apart by nobody', async () => {
  const book = await sampleBook(here)
  const lines = await exportOf(here.admin, book.id)
  const imported = await importLines(there.url, book.id, lines)
  const { hash } = JSON.parse(lines.at(-1)!) as { hash: string }
  expect(imported).toEqual({ events: 14, transactions: 8, hash, decidedOtherwise: { count: 0, first: [] } })
  await expectSame(book.id, lines)
})

test('calendars come out as they were recorded, whatever is known of public holidays today, and so do work patterns', async () => {
  const book = await sampleBookWithCalendars(here)
  const lines = await exportOf(here.admin, book.id)
  expect(await importLines(there.url, book.id, lines)).toMatchObject({ events: 19 })
  await expectSame(book.id, lines)
  const same = { workingDays: FULL_WEEK, holidays: [] }
  expect(await bookThere(book.id).defineCalendar('office', same)).toMatchObject({ event: { position: 20 } })
})

test('assignments come out in all their versions, and so do hours and notices; an overlap is refused there as well', async () => {
  const book = await sampleBookWithAssignments(here)
  const lines = await exportOf(here.admin, book.id)
  expect(await importLines(there.url, book.id, lines)).toMatchObject({ events: 23 })
  await expectSame(book.id, lines)
  const twin = bookThere(book.id)
  const overlapping = { policy: 'sick', from: day('2026-09-30') }
  expect(await twin.assign({ entity: 'e1', assignment: 'c' }, overlapping)).toMatchObject({
    refused: { refusal: { code: 'assignment-overlap', other: { id: 'a' } } },
  })
  const same = { policy: 'sick', from: day('2026-10-01') }
  expect(await twin.assign({ entity: 'e1', assignment: 'b' }, same)).toMatchObject({ outcome: 'unchanged' })
  const again = await there.process.ledger.submit(reverseWorkedHours(caller(book.id), 20, {}))
  expect(again).toMatchObject({ refused: { refusal: { code: 'already-reversed', reversedBy: '22' } } })
})

test('requests come out as they were decided: whoever decided, whatever was drawn, in closed periods, too', async () => {
  const book = await sampleBookWithRequests(here)
  const lines = await exportOf(here.admin, book.id)
  expect(await importLines(there.url, book.id, lines)).toMatchObject({ events: 35 })
  await expectSame(book.id, lines)
})

/** A command, as it is asked of the book and of its twin. */
type Sent = [Asked, { idempotencyKey: string; dryRun: boolean }]

test('law: whatever clients did, the import is byte-identical, answers their keys as the book does, and decides as it does', async () => {
  await meeting({ recorded: 10, refused: 10, replayed: 10 }, (seen) =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(6, 300).chain((days) => fc.array(stepSpec({ days }), { minLength: 20, maxLength: 80 })),
        fc.array(stepSpec({ days: 6 }), { minLength: 10, maxLength: 20 }),
        async (steps, later) => {
          const book = await here.book(RUN_POLICIES)
          const run = await runClients(here.admin, [book], [steps.map(stepOf)])
          const lines = await exportOf(here.admin, book.id)
          await importLines(there.url, book.id, lines)
          await expectSame(book.id, lines)

          const asks = (
            on: BookHandle,
            asked: Asked,
            sent: { idempotencyKey: string; dryRun: boolean },
          ): Promise<Verdict> =>
            asked.kind === 'policy' ? on.definePolicy(asked.policy, asked.body, sent) : on.submit(asked.body, sent)
          const twin = bookThere(book.id)
          const seenBy = {
            transactions: lines.map((_, index) => `${index + 1}.1`),
            versions: new Map(),
            keys: [],
          }
          // What was recorded, once more under its key; and as dry runs, which look at no key, what was refused or never asked.
          const asked: Sent[] = [
            ...run.told.flatMap(({ asked, key, verdict }): Sent[] =>
              // Definitions that changed nothing are in no history: their keys are free again.
              asked.kind === 'policy' && verdict.outcome !== 'recorded'
                ? []
                : [[asked, { idempotencyKey: key, dryRun: verdict.outcome !== 'recorded' }]],
            ),
            ...later.map(
              (spec, index): Sent => [stepOf(spec)(seenBy).asked, { idempotencyKey: `later-${index}`, dryRun: true }],
            ),
          ]
          for (const [one, sent] of asked) {
            const [ours, theirs] = [answer(await asks(book, one, sent)), answer(await asks(twin, one, sent))]
            expect(theirs).toEqual(ours)
            const { replayed } = ours as { replayed?: boolean }
            if (replayed === true) seen.replayed++
            else if (ours === 'previewed') seen.recorded++
            else seen.refused++
          }
        },
      ),
      { numRuns: 12 },
    ),
  )
})

test('reasons, metadata, references and keys of every kind, erased or not, replay as they do in the book', async () => {
  const book = await here.book()
  const bodies = [
    accrual('10', { reason: 'earned "x" \\ ë', reference: 'r "1"', metadata: { 'a b': [1, 'x\u2028'] } }),
    accrual('5.50', { reason: 'to be forgotten', expectedVersion: 1 }),
    {
      transactions: [
        consumption('0.5', { effectiveOn: day('2026-02-02'), portion: 'am', reason: 'own' }),
        adjustment('-1.0', { allowNegative: false, reference: 'own' }),
      ],
      reference: 'shared',
      reason: 'shared',
      metadata: { n: 1.5 },
    },
  ]
  const keys = bodies.map((_, index) => `k "${index}" \\`)
  for (const [index, body] of bodies.entries()) await book.record(body, { idempotencyKey: keys[index]! })
  await book.record(reversalOf('8.1', { effectiveOn: day('2026-02-03') }), { idempotencyKey: 'undo' })
  await here.admin.query(
    'begin; set local role daybook_eraser; ' +
      `update ledger.events set erasable = null where book_id = '${book.id}' and position = 7; commit`,
  )
  const lines = await exportOf(here.admin, book.id)
  await importLines(there.url, book.id, lines)
  await expectSame(book.id, lines)
  const twin = bookThere(book.id)
  const other = { ...accrual('10'), reason: 'another' }
  for (const [index, body] of [...bodies, ...bodies.map(() => other)].entries()) {
    const also = { idempotencyKey: keys[index % keys.length]! }
    expect(answer(await twin.submit(body, also))).toEqual(answer(await book.submit(body, also)))
  }
  const also = { idempotencyKey: 'undo' }
  const undo = reversalOf('8.1', { effectiveOn: day('2026-02-03') })
  expect(answer(await twin.submit(undo, also))).toMatchObject({ replayed: true })
})

test('a definition that said more than its event replays by what the record knows; its profile is not in the history', async () => {
  const book = await here.book()
  const said = { kind: 'person', name: 'Ada', email: 'ada@example.com' }
  recorded(await book.defineEntity('ada', said, { idempotencyKey: 'ada' }))
  const lines = await exportOf(here.admin, book.id)
  await importLines(there.url, book.id, lines)
  const twin = bookThere(book.id)
  expect(await twin.defineEntity('ada', said, { idempotencyKey: 'ada' })).toMatchObject({
    outcome: 'recorded',
    replayed: true,
  })
  expect(await twin.defineEntity('ada', { kind: 'robot' }, { idempotencyKey: 'ada' })).toMatchObject({
    refused: { refusal: { code: 'idempotency-key-reused', differs: ['/kind'] } },
  })
  const { rows } = await there.admin.query('select 1 from ledger.profiles where book_id = $1', [book.id])
  expect(rows).toEqual([])
})

test('an account whose older days were folded, back-dated within one group: opened again, as the writer does', async () => {
  const book = await here.book({ wallet: policy({ resource: 'money', dayExclusive: false }) })
  for (let from = 0; from < 150; from += 50) {
    await book.record({
      transactions: Array.from({ length: 50 }, (_, index) =>
        accrual('1', { policy: 'wallet', effectiveOn: dayAfter('2026-01-01', from + index) }),
      ),
    })
  }
  // Ends a group of the import: the account's older days are in its opening now.
  recorded(await book.definePolicy('other', policy()))
  const late = await book.record(accrual('1', { policy: 'wallet', effectiveOn: dayAfter('2026-01-01', 149) }))
  expect(late.event.transactions).toHaveLength(1)
  await book.record(adjustment('-1', { policy: 'wallet', effectiveOn: day('2026-01-02') }))
  await book.record(consumption('1', { policy: 'wallet', effectiveOn: dayAfter('2026-01-01', 148) }))
  const lines = await exportOf(here.admin, book.id)
  await importLines(there.url, book.id, lines)
  await expectSame(book.id, lines)
})

describe('periods and snapshots', () => {
  const late = { effectiveOn: day('2025-03-10'), intoClosedPeriod: 'post-today' } as const

  async function snapshot(book: BookHandle, body: SnapshotBody) {
    const command = await takeSnapshot(here.admin, caller(book.id), body)
    return { command, recorded: async () => recorded(await here.process.ledger.submit(command)).event.position }
  }

  test('come with the book, whatever was late, reopened, erased or snapshot of another position', async () => {
    const book = await sampleBookWithPeriods(here)
    recorded(await book.close('2025-03'))
    const taken = await book.record(consumption('1', { ...late, effectiveOn: day('2025-03-11'), reference: 'late' }))
    await book.record(reversalOf(idIn(taken), { intoClosedPeriod: 'post-today' }))
    // Others write while it is computed: it is known at an earlier position than the one before it.
    const early = await snapshot(book, { asOf: day('2025-12-31'), resource: 'annual-leave', name: 'Payroll "1"' })
    await book.record(accrual('5', { effectiveOn: day('2025-04-01') }))
    await early.recorded()
    await (await snapshot(book, { asOf: day('2026-12-31'), policy: 'wallet', entities: ['e2', 'e2'] })).recorded()
    const reopened = recorded(await book.reopen('2025-03', 'an agreement in arrears'))
    await book.close('2025-03', { reason: 'again' })
    await here.admin.query(
      'begin; set local role daybook_eraser; ' +
        `update ledger.events set erasable = null where book_id = '${book.id}' and position = ${reopened.event.position}; commit`,
    )
    const lines = await exportOf(here.admin, book.id)
    expect(lines.join('')).toContain('"meantFor":"2025-03-11"')
    await importLines(there.url, book.id, lines)
    await expectSame(book.id, lines)

    const twin = bookThere(book.id)
    const asked = [
      () => [
        book.submit(consumption('1', { effectiveOn: day('2025-03-10') })),
        twin.submit(consumption('1', { effectiveOn: day('2025-03-10') })),
      ],
      () => [book.submit(accrual('1', late), { dryRun: true }), twin.submit(accrual('1', late), { dryRun: true })],
      () => [book.close('2025-03'), twin.close('2025-03')],
      () => [book.reopen('2025-04'), twin.reopen('2025-04')],
    ]
    for (const ask of asked) {
      const [ours, theirs] = await Promise.all(ask())
      expect(answer(theirs!)).toEqual(answer(ours!))
    }
  })

  test('the key of a closing is refused with another reason, and replays with its own', async () => {
    const book = await here.book()
    const close = (of: BookHandle, reason: string) =>
      of.close('2025-03', { reason }, { idempotencyKey: 'closing of march' })
    recorded(await close(book, 'payroll is done'))
    await importLines(there.url, book.id, await exportOf(here.admin, book.id))
    const twin = bookThere(book.id)
    expect(answer(await close(twin, 'payroll is done'))).toMatchObject({ replayed: true })
    expect(answer(await close(twin, 'another'))).toMatchObject({
      refusal: { code: 'idempotency-key-reused', differs: ['/reason'] },
    })
  })

  test('a late line is decided on the day that was today when it was recorded', async () => {
    const book = await here.book()
    await book.record(accrual('10', { effectiveOn: day('2020-01-01') }))
    await book.close('2025-03')
    const { event } = await book.record(consumption('1', late))
    const lines = await exportOf(here.admin, book.id)
    // As if all of it had been recorded a year before.
    const today = event.recordedAt.slice(0, 10)
    const past = event.recordedAt.replace(/^\d{4}/, (year) => String(Number(year) - 1))
    const old = lines.map((line) =>
      line.replaceAll(`"${today}"`, `"${past.slice(0, 10)}"`).replace(/"recordedAt":"[^"]*"/, `"recordedAt":"${past}"`),
    )
    const chained = rehashed(old, 0, JSON.parse(old[0]!) as Json)
    await importLines(there.url, book.id, chained)
    expect(await exportOf(there.admin, book.id)).toEqual(chained)
  })

  describe('nothing is written where', () => {
    let book: BookHandle
    let lines: string[]
    beforeAll(async () => {
      book = await sampleBookWithPeriods(here)
      lines = await exportOf(here.admin, book.id)
    })

    test.each<[what: string, line: number, forge: (event: Forged) => unknown, message: RegExp]>([
      [
        'a line is in a closed month',
        20,
        (event) => {
          event.transactions[0]!['effectiveOn'] = '2025-01-31'
        },
        /^line 20: its command would have been refused: period-closed \{"period":"2025-01"\}$/,
      ],
      [
        'a late line is on another day than that it was recorded on',
        17,
        (event) => {
          event.transactions[0]!['effectiveOn'] = '2025-04-01'
        },
        /^line 17: .*its transactions would be others$/,
      ],
      [
        'a late line does not say what it is meant for',
        17,
        (event) => {
          delete event.transactions[0]!['meantFor']
        },
        /^line 17: /,
      ],
      [
        'a month is closed that is closed',
        18,
        (event) => {
          event['type'] = 'period-closed'
        },
        /^line 18: its command would have been refused: invalid-transition/,
      ],
      [
        'a month is reopened that is open',
        16,
        (event) => {
          event['type'] = 'period-reopened'
          event['erasable'] = { ...(event['erasable'] as object), reason: 'x' }
        },
        /^line 16: its command would have been refused: invalid-transition/,
      ],
      [
        'a month is closed that was still to come',
        16,
        (event) => {
          Object.assign(event['data'] as object, { period: '2999-01' })
        },
        /^line 16: its command would have been refused: rule-violated .*period-has-begun/,
      ],
      [
        'a snapshot has another digest',
        19,
        (event) => {
          Object.assign(event['data'] as object, { digest: 'ab'.repeat(32) })
        },
        /^line 19: .*its data would be /,
      ],
      [
        'a snapshot has another number of balances',
        19,
        (event) => {
          Object.assign(event['data'] as object, { count: 7 })
        },
        /^line 19: .*its data would be /,
      ],
      [
        'a snapshot knew less',
        19,
        (event) => {
          Object.assign(event['data'] as object, { knownAt: 7 })
        },
        /^line 19: .*its data would be /,
      ],
      [
        'a snapshot knew what was not there yet',
        19,
        (event) => {
          Object.assign(event['data'] as object, { knownAt: 19 })
        },
        /^line 19: .*its data would be /,
      ],
      [
        'a snapshot is of a day that there is not',
        19,
        (event) => {
          Object.assign(event['data'] as object, { asOf: '2026-02-30' })
        },
        /^line 19: no command says what it says: \/asOf /,
      ],
    ])('%s, every hash computed anew', async (_what, line, forge, message) => {
      const event = JSON.parse(lines[line - 1]!) as Forged
      forge(event)
      const before = await digestOf(there.admin)
      await expect(importLines(there.url, book.id, rehashed(lines, line - 1, event), 5)).rejects.toThrow(message)
      expect(await digestOf(there.admin)).toBe(before)
    })
  })
})

describe('nothing is written, and why is said:', () => {
  let book: BookHandle
  let lines: string[]
  beforeAll(async () => {
    book = await sampleBook(here)
    lines = await exportOf(here.admin, book.id)
  })

  async function expectRefused(id: string, tampered: readonly string[], message: RegExp): Promise<void> {
    const before = await digestOf(there.admin)
    await expect(importLines(there.url, id, tampered, 5)).rejects.toThrow(message)
    expect(await digestOf(there.admin)).toBe(before)
  }

  test('a book that has events', async () => {
    const another = await there.book(undefined, 'taken')
    expect(another.id).toBe('taken')
    await expectRefused('taken', lines, /^The book taken is not empty: it has 5 events\.$/)
  })

  test('a file of another book, an empty one, one that begins late, ends in the middle of a line, has a line twice', async () => {
    await expectRefused('other', lines, /^line 1: it is an event of the book book-\d+, not other$/)
    await expectRefused(book.id, [], /^line 1: there is no event$/)
    await expectRefused(book.id, lines.slice(1), /^line 1: it has the position 2, where 1 comes next$/)
    await expectRefused(book.id, [...lines.slice(0, 3), lines[3]!.slice(0, 50)], /^line 4: it is not JSON$/)
    await expectRefused(
      book.id,
      [...lines.slice(0, 9), ...lines.slice(8)],
      /^line 10: it has the position 9, where 10 comes next$/,
    )
    await expectRefused(book.id, [...lines.slice(0, 4), '', ...lines.slice(4)], /^line 5: it is not JSON$/)
    await expectRefused(book.id, [`${lines[0]}\r`, ...lines.slice(1)], /^line 1: it is not the canonical JSON/)
  })

  test('law: any change of any value of any line, at that line', async () => {
    const places = lines.flatMap((line, index) => pathsIn(JSON.parse(line) as Json).map((path) => ({ index, path })))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.constantFrom(...changes), async ({ index, path }, change) => {
        const tampered = lines.with(index, JSON.stringify(changed(JSON.parse(lines[index]!) as Json, path, change)))
        fc.pre(tampered[index] !== lines[index])
        await expectRefused(book.id, tampered, new RegExp(`^line ${index + 1}: `))
      }),
      { numRuns: 200 },
    )
  })

  test('law: a change of what was decided, although every hash from there on was computed anew', async () => {
    const places = lines.flatMap((line, index) =>
      pathsIn(JSON.parse(line) as Json)
        .filter(([member]) => member === 'decision')
        .map((path) => ({ index, path })),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), async ({ index, path }) => {
        const forged = rehashed(lines, index, changed(JSON.parse(lines[index]!) as Json, path, 'another'))
        await expectRefused(
          book.id,
          forged,
          new RegExp(`^line ${index + 1}: .*(its decision would be|decided by rules)`),
        )
      }),
      { numRuns: 50 },
    )
  })

  // Positions: 1 the book, 2–5 policies, 6 an entity, 7 earns, 8 takes a morning, 9 three lines, 10 reverses 8.
  test.each<[what: string, line: number, forge: (event: Forged) => unknown, message: RegExp]>([
    [
      'an amount that no line may take',
      8,
      (event) => {
        event.transactions[0]!['amount'] = '-11.00'
      },
      /^line 8: its command would have been refused: rule-violated \{"rule":"one-day-a-line"/,
    ],
    [
      'a figure that later ones rest on',
      7,
      (event) => {
        event.transactions[0]!['amount'] = '12.00'
      },
      /^line 8: deciding it again gives something else: its decision would be .*"available":"12\.00"/,
    ],
    [
      'a key twice',
      9,
      (event) => {
        event['idempotencyKey'] = (JSON.parse(lines[7]!) as Forged)['idempotencyKey']!
      },
      /^line 9: its idempotency key "key-\d+" is that of an earlier line$/,
    ],
    [
      'a component that its type does not have',
      7,
      (event) => {
        event.transactions[0]!['component'] = 'adjusted'
      },
      /^line 7: deciding it again gives something else: its transactions would be others$/,
    ],
    [
      'a line more than a command of its type has',
      7,
      (event) => event.transactions.push({ ...event.transactions[0]!, id: '7.2' }),
      /^line 7: .*its transactions would be others$/,
    ],
    [
      'no line',
      7,
      (event) => {
        event.transactions = []
      },
      /^line 7: it has no transactions$/,
    ],
    [
      'a policy that there is not',
      7,
      (event) => {
        event.transactions[0]!['policy'] = 'none'
      },
      /^line 7: its command would have been refused: unknown-policy/,
    ],
    [
      'a reversal of what is to come',
      10,
      (event) => {
        event.transactions[0]!['reverses'] = '11.1'
      },
      /^line 10: its command would have been refused: unknown-transaction/,
    ],
    [
      'what no command can say',
      7,
      (event) => {
        event['data'] = { expectedVersion: -1 }
      },
      /^line 7: no command says what it says: \/expectedVersion must be a whole number/,
    ],
    [
      'more than its type says',
      7,
      (event) => {
        event['data'] = { portion: 'am' }
      },
      /^line 7: no command says what it says: \/portion is not known here$/,
    ],
    [
      'a definition that changes nothing',
      13,
      (event) => {
        Object.assign(event['data'] as object, { department: 'd1', hiredOn: null, version: 2 })
      },
      /^line 13: it defines what position 6 defined already$/,
    ],
    [
      'a version out of turn',
      13,
      (event) => {
        Object.assign(event['data'] as object, { version: 3 })
      },
      /^line 13: .*its data would be \{.*"version":2\}$/,
    ],
    [
      'more to be erased than the command said',
      7,
      (event) => {
        event['erasable'] = { ...(event['erasable'] as object), more: 'x' }
      },
      /^line 7: .*its erasable would be/,
    ],
    [
      'a salt that is none',
      7,
      (event) => {
        event['erasable'] = { ...(event['erasable'] as object), salt: 'x' }
      },
      /^line 7: its erasable is not one: \/salt must be 128 bits/,
    ],
    [
      'a type that nobody knows',
      7,
      (event) => {
        event['type'] = 'leave-granted'
      },
      /^line 7: it is not an event: \/type /,
    ],
    [
      'an instant that does not exist',
      7,
      (event) => {
        event['recordedAt'] = '2026-02-30T00:00:00.000Z'
      },
      /^line 7: it is not an event: \/recordedAt /,
    ],
    [
      'an instant before the one before',
      7,
      (event) => {
        event['recordedAt'] = '1999-01-01T00:00:00.000Z'
      },
      /^line 7: it was recorded at 1999-01-01T00:00:00\.000Z, before the line before it$/,
    ],
    [
      'a first event that makes no book',
      1,
      (event) => {
        Object.assign(event, {
          type: 'entity-defined',
          data: {
            entity: 'e',
            version: 1,
            kind: 'x',
            department: null,
            manager: null,
            hiredOn: null,
            leftOn: null,
            calendar: null,
          },
        })
      },
      /^line 1: the first event does not make a book$/,
    ],
  ])('%s, every hash computed anew', async (_what, line, forge, message) => {
    const event = JSON.parse(lines[line - 1]!) as Forged
    forge(event)
    await expectRefused(book.id, rehashed(lines, line - 1, event), message)
  })

  test('an error of the database itself, or of whoever looks at the whole before it is committed', async () => {
    const before = await digestOf(there.admin)
    const pool = openImportPool(there.url)
    async function* all(): AsyncGenerator<readonly string[]> {
      yield lines
    }
    const accept = (imported: Imported): void => {
      throw new Error(`${imported.events} events, and not what was noted`)
    }
    await expect(importBook(pool, { book: book.id, lines: all(), accept })).rejects.toThrow('14 events, and not')
    async function* broken(): AsyncGenerator<readonly string[]> {
      yield lines.slice(0, 8)
      await there.admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'daybook import' and datname = current_database()`,
      )
      yield lines.slice(8)
    }
    await expect(importBook(pool, { book: book.id, lines: broken() })).rejects.toThrow()
    await pool.end()
    expect(await digestOf(there.admin)).toBe(before)
  })
})

type Json = null | boolean | number | string | Json[] | { [member: string]: Json }
type Forged = { [member: string]: Json } & { transactions: { [member: string]: Json }[] }
type Path = readonly (string | number)[]

/** The way to every value that holds no others. */
function pathsIn(value: Json): Path[] {
  if (value === null || typeof value !== 'object') return [[]]
  const members = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value)
  return members.flatMap(([name, member]) => pathsIn(member).map((path) => [name, ...path]))
}

const changes = ['another', 'gone', 'more', 'null'] as const

/** The document with one value changed. */
function changed(document: Json, [name, ...rest]: Path, change: (typeof changes)[number]): Json {
  if (name === undefined) return otherThan(document, change)
  const copy = structuredClone(document) as { [member: string]: Json }
  if (rest.length === 0 && change === 'gone') delete copy[name]
  else copy[name] = changed(copy[name]!, rest, change)
  return copy
}

function otherThan(value: Json, change: (typeof changes)[number]): Json {
  if (change === 'more') return [value]
  if (change === 'null') return null
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  return value === null ? 'x' : endingOtherwise(value as string)
}

function endingOtherwise(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith('1') ? '2' : '1'}`
}
