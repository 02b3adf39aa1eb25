import fc from 'fast-check'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { accrual } from '../support/builders.ts'
import { ledgerOfFile } from '../support/ledger.ts'
import { HISTORY_POLICIES, happen, history } from './read/history.ts'
import {
  sampleBook,
  sampleBookWithAssignments,
  sampleBookWithCalendars,
  sampleBookWithPeriods,
  tamper,
} from './verify-sample.ts'

const daybook = ledgerOfFile()
let db: Pool

beforeAll(() => {
  db = openPool({ url: daybook.url, max: 4, applicationName: 'daybook test verify', role: 'daybook_service' })
})
afterAll(() => db.end())

describe('a book that nobody tampered with fits', () => {
  test('with everything in it', async () => {
    const book = await sampleBook(daybook)
    const { rows } = await daybook.admin.query<{ hash: string }>(
      `select encode(hash, 'hex') as hash from ledger.heads where book_id = $1`,
      [book.id],
    )
    expect(await verifyBook(db, book.id)).toEqual({ ok: true, events: 14, transactions: 8, hash: rows[0]!.hash })
  })

  test('after what may be forgotten was erased', async () => {
    const book = await sampleBook(daybook)
    const before = await verifyBook(db, book.id)
    await daybook.admin.query(
      `begin; set local role daybook_eraser; update ledger.events set erasable = null where book_id = '${book.id}'; commit`,
    )
    expect(await verifyBook(db, book.id)).toEqual(before)
  })

  test('with nothing but its own definition', async () => {
    const book = await daybook.book({})
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: true, events: 1, transactions: 0 })
  })

  test('law: whatever happened in it', async () => {
    await fc.assert(
      fc.asyncProperty(history({ maxSteps: 30 }), async (steps) => {
        const book = await daybook.book(HISTORY_POLICIES)
        await happen(book, steps)
        expect(await verifyBook(db, book.id)).toMatchObject({ ok: true })
      }),
      { numRuns: 15 },
    )
  })

  test('while it is written to, as far as its head was', async () => {
    const book = await sampleBook(daybook)
    let verifying = true
    const writing = (async () => {
      while (verifying) await book.record({ transactions: [accrual('1'), accrual('1', { entity: 'e2' })] })
    })()
    for (let round = 0; round < 10; round++) expect(await verifyBook(db, book.id)).toMatchObject({ ok: true })
    verifying = false
    await writing
  })

  test('and one that does not exist is told apart', async () => {
    expect(await verifyBook(db, 'nobody')).toBeUndefined()
  })

  test('progress is told', async () => {
    const book = await sampleBook(daybook)
    const progress: unknown[] = []
    await verifyBook(db, book.id, (step) => progress.push(step))
    expect(progress).toEqual([{ position: 14, head: 14 }])
  })
})

/** What is done to the sample book; `$book` is its id. At which position that shows; null: at none. */
type Case = [name: string, sql: string, position: number | null]

const set = (table: string, change: string, where: string): string =>
  `update ledger.${table} set ${change} where book_id = $book and ${where}`
const event = (position: number, change: string): string => set('events', change, `position = ${position}`)
const line = (position: number, number: number, change: string): string =>
  set('transactions', change, `position = ${position} and line = ${number}`)
const annual = (change: string): string => set('accounts', change, `entity_id = 'e1' and policy_id = 'annual'`)

const events: Case[] = [
  ['data', event(11, `data = '{}'`), 11],
  ['data, by a blank only', event(11, `data = (data::text || ' ')::json`), 11],
  ['decision', event(8, `decision = replace(decision::text, '10.00', '11.00')::json`), 8],
  ['decision, by a blank only', event(8, `decision = (' ' || decision::text)::json`), 8],
  [
    'decision, beyond what is shown',
    event(8, `decision = replace(decision::text, '"rules"', '"more":1,"rules"')::json`),
    8,
  ],
  [
    'decision, about one account more',
    event(8, `decision = replace(decision::text, '"balancesBefore":[', '"balancesBefore":[{},')::json`),
    8,
  ],
  ['decision, to something else', event(8, `decision = '17'`), 8],
  ['erasable', event(7, `erasable = replace(erasable::text, 'earned', 'stolen')::json`), 7],
  ['erasable, by a blank only', event(7, `erasable = (erasable::text || ' ')::json`), 7],
  ['erasable digest', event(7, `erasable_digest = sha256('x')`), 7],
  ['both, to fit each other', event(7, `erasable = '{}', erasable_digest = sha256('{}')`), 7],
  ['idempotency key', event(9, `idempotency_key = 'another'`), 9],
  ['actor type', event(9, `actor_type = 'system'`), 9],
  ['actor id', event(9, `actor_id = 'somebody'`), 9],
  ['actor, as text that reads the same', event(9, `actor_id = 'root","type":"admin', actor_type = ''`), 9],
  ['type', event(14, `type = 'adjustment-recorded'`), 14],
  ['recorded at', event(12, `recorded_at = recorded_at + interval '1 ms'`), 12],
  ['hash', event(10, `hash = sha256('x')`), 10],
  ['stream', event(6, `stream = 'entity:e2'`), 6],
  ['stream version', event(13, `stream_version = 7`), 13],
  ['stream of an event that has none', event(7, `stream = 'x', stream_version = 1`), 7],
  ['a control character', event(9, `actor_id = E'ro\\x1fot'`), 9],
  ['another one', event(9, `actor_id = E'ro\\x1eot'`), 9],
  ['missing', 'delete from ledger.events where book_id = $book and position = 11', 11],
  ['missing at the end', 'delete from ledger.events where book_id = $book and position = 14', 14],
  ['missing from the start', 'delete from ledger.events where book_id = $book and position < 3', 1],
  ['moved', event(14, 'position = 15'), 14],
  [
    'added',
    `insert into ledger.events
     select book_id, 15, type, null, null, 'added', fingerprint, actor_type, actor_id, data, decision, erasable,
            erasable_digest, recorded_at, hash
       from ledger.events
      where book_id = $book
        and position = 14`,
    15,
  ],
]

const transactions: Case[] = [
  ['amount', line(7, 1, 'amount = 11.00'), 7],
  ['amount, by its scale only', line(7, 1, 'amount = 10.0'), 7],
  ['effective day', line(7, 1, `effective_on = '2026-02-01'`), 7],
  ['entity', line(9, 2, `entity_id = 'e2'`), 9],
  ['policy', line(9, 2, `policy_id = 'carried'`), 9],
  ['resource', line(9, 2, `resource = 'leave'`), 9],
  ['portion', line(8, 1, `portion = 'pm'`), 8],
  ['no portion', line(8, 1, 'portion = null'), 8],
  ['reference', line(7, 1, `reference = 'another'`), 7],
  ['no reference', line(7, 1, 'reference = null'), 7],
  ['reference, empty instead of none', line(8, 1, `reference = ''`), 8],
  ['type and component', line(9, 1, `type = 'adjustment', component = 'adjusted'`), 9],
  ['component of a reversal', line(10, 1, `component = 'adjusted'`), 10],
  ['target of a reversal', line(10, 1, 'reverses_position = 9, reverses_line = 3'), 10],
  ['line', line(9, 3, 'line = 4'), 9],
  ['missing', 'delete from ledger.transactions where book_id = $book and position = 11', 11],
  ['one of several missing', 'delete from ledger.transactions where book_id = $book and position = 9 and line = 2', 9],
  [
    'added',
    `insert into ledger.transactions
     values ($book, 14, 2, 'accrual', 'accrued', 'e1', 'annual', 'leave', 99.00, '2026-01-01', null, null, null, null)`,
    14,
  ],
  [
    'added beyond the head',
    `insert into ledger.transactions
     values ($book, 17, 1, 'accrual', 'accrued', 'e1', 'annual', 'leave', 99.00, '2026-01-01', null, null, null, null)`,
    17,
  ],
  [
    'added before the first position',
    `insert into ledger.transactions
     values ($book, -1, 1, 'accrual', 'accrued', 'e1', 'annual', 'leave', 99.00, '2026-01-01', null, null, null, null)`,
    -1,
  ],
  ['to a definition', line(14, 1, 'position = 12'), 12],
]

const heads: Case[] = [
  ['position back', set('heads', 'position = 13', 'true'), 13],
  ['position ahead', set('heads', 'position = 15', 'true'), 15],
  [
    'back as a whole',
    `update ledger.heads h set position = e.position, hash = e.hash, recorded_at = e.recorded_at
       from ledger.events e where h.book_id = $book and e.book_id = h.book_id and e.position = 13`,
    14,
  ],
  ['hash', set('heads', `hash = sha256('x')`, 'true'), 14],
  ['instant', set('heads', `recorded_at = recorded_at + interval '1 ms'`, 'true'), 14],
  ['last definition', set('heads', 'definitions = 12', 'true'), 14],
]

const accounts: Case[] = [
  ['version', annual('version = version + 1'), 10],
  ['last position', annual('last_position = 7'), 10],
  ['resource', annual(`resource = 'other'`), 10],
  ['scale', annual('scale = 3'), 10],
  ['kept from, where all days are kept', annual(`kept_from = '2026-01-01'`), 10],
  ['opening', annual(`opening = '["100","0","0","0"]'`), 10],
  ['days', annual(`days = replace(days::text, '1000', '2000')::json`), 10],
  [
    'a component of a day',
    annual(`days = replace(days::text, '["2026-02-03","0","-100"', '["2026-02-03","-100","0"')::json`),
    10,
  ],
  ['lowest', annual('lowest = lowest - 1'), 10],
  ['whether lots matter', annual('has_lots = true'), 10],
  ['floor, to none', annual('floor = null'), 10],
  ['floor, above every limit', annual('floor = 1'), 10],
  ['floor, to below what the policy allows', annual('floor = -1'), 10],
  ['floor, to what a later version allows', annual('floor = -3'), 10],
  ['floor, to below what was allowed to go below', set('accounts', 'floor = -7', `policy_id = 'wallet'`), 11],
  ['missing', `delete from ledger.accounts where book_id = $book and entity_id = 'e1' and policy_id = 'annual'`, 10],
  [
    'added',
    `insert into ledger.accounts
     values ($book, 'e9', 'annual', 'leave', 1, 7, 2, null, '["0","0","0","0"]', '[["2026-01-31","100","0","0","0"]]', 1, 0, false)`,
    7,
  ],
  ['of another entity', set('accounts', `entity_id = 'e3'`, `entity_id = 'e2' and policy_id = 'wallet'`), 11],
]

const claims: Case[] = [
  ['entity', set('day_claims', `entity_id = 'e2'`, 'position = 9'), 9],
  ['resource', set('day_claims', `resource = 'other'`, 'position = 9'), 9],
  ['day', set('day_claims', `day = '2026-02-04'`, 'position = 9'), 9],
  ['half', set('day_claims', 'am = false, taken = null', 'position = 9'), 9],
  ['what it takes', set('day_claims', 'taken = 0.25', 'position = 9'), 9],
  ['released', set('day_claims', 'released_at_position = 12', 'position = 9'), 9],
  ['not released', set('day_claims', 'released_at_position = null', 'position = 8'), 8],
  ['released by another', set('day_claims', 'released_at_position = 11', 'position = 8'), 8],
  ['missing', 'delete from ledger.day_claims where book_id = $book and position = 9', 9],
  ['added', `insert into ledger.day_claims values ($book, 'e1', 'leave', '2026-05-05', true, true, 7, 1, null)`, 7],
]

const version2 = (change: string): string => set('policy_versions', change, `policy_id = 'annual' and version = 2`)
const e1 = (change: string): string => set('entities', change, `entity_id = 'e1'`)

const definitions: Case[] = [
  ['policy', version2(`policy_id = 'other'`), 12],
  ['version', version2('version = 3'), 12],
  ['position', version2('position = 13'), 12],
  ['effective from', version2(`effective_from = '2027-01-02'`), 12],
  ['resource of a policy', version2(`resource = 'other'`), 12],
  ['unit', version2(`unit = 'hour'`), 12],
  ['scale of a policy', version2('scale = 3'), 12],
  ['day exclusive', version2('day_exclusive = false'), 12],
  ['overdraft limit', version2('overdraft_limit = 4'), 12],
  ['no overdraft limit', version2('overdraft_limit = null'), 12],
  ['name of a policy', version2(`name = 'x'`), 12],
  ['what a policy says of earning', version2(`earning = '{"lateLeave": "recount"}'`), 12],
  ['policy version missing', `delete from ledger.policy_versions where book_id = $book and position = 12`, 12],
  [
    'policy version added',
    `insert into ledger.policy_versions values ($book, 'annual', 3, 14, '2028-01-01', 'leave', 'day', 2, true, 0, null)`,
    14,
  ],
  ['version of an entity', e1('version = 1'), 13],
  ['position of an entity', e1('position = 6'), 13],
  ['kind', e1(`kind = 'robot'`), 13],
  ['department', e1(`department = 'd1'`), 13],
  ['manager', e1(`manager = 'm1'`), 13],
  ['hired on', e1('hired_on = null'), 13],
  ['left on', e1(`left_on = '2026-01-01'`), 13],
  ['calendar', e1(`calendar = 'at'`), 13],
  ['entity missing', 'delete from ledger.entities where book_id = $book', 13],
  ['entity added', `insert into ledger.entities values ($book, 'e7', 1, 13, null, null, null, null, null, null)`, 13],
  ['name of the book', set('books', `name = 'x'`, 'true'), 1],
  ['time zone', set('books', `time_zone = 'Europe/Vienna'`, 'true'), 1],
]

describe.each([
  ['an event', events],
  ['a transaction', transactions],
  ['the head', heads],
  ['an account', accounts],
  ['a claim', claims],
  ['a definition', definitions],
] as const)('tampering with %s shows at its position:', (_what, cases) => {
  test.each(cases)('%s', async (_name, sql, position) => {
    const book = await sampleBook(daybook)
    expect(await tamper(daybook, sql.replaceAll('$book', `'${book.id}'`))).toBeGreaterThan(0)
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: false, position })
  })
})

const march = (change: string): string => set('periods', change, `period = '2025-03'`)
const snapshot = (change: string): string => set('snapshots', change, 'true')
const periods: Case[] = [
  ['the day a line is meant for', line(17, 1, `meant_for = '2025-03-11'`), 17],
  ['a line that is meant for another day', line(20, 1, `meant_for = '2025-01-31'`), 20],
  ['a line that is meant for none any more', line(17, 1, 'meant_for = null'), 17],
  ['the claim of the day it is meant for', set('day_claims', `day = '2025-03-11'`, 'position = 17'), 17],
  ['status', march(`status = 'open'`), 16],
  ['version of a period', march('version = 2'), 16],
  ['position of a period', march('position = 15'), 16],
  ['period', march(`period = '2025-04'`), 16],
  ['period missing', `delete from ledger.periods where book_id = $book and period = '2025-03'`, 16],
  ['period added', `insert into ledger.periods values ($book, '2024-01', 1, 18, 'closed')`, 18],
  ['closed periods of the head', set('heads', `closed_through = '2025-03', first_touched = null`, 'true'), 20],
  ['no closed periods any more', set('heads', 'closed_through = null', 'true'), 20],
  ['known at', snapshot('known_at = 17'), 19],
  ['as of', snapshot(`as_of = '2026-03-30'`), 19],
  ['resource of a snapshot', snapshot(`resource = 'leave'`), 19],
  ['policy of a snapshot', snapshot(`policy_id = 'annual'`), 19],
  ['entities', snapshot(`entities = '["e1"]'`), 19],
  ['no entities', snapshot('entities = null'), 19],
  ['name of a snapshot', snapshot(`name = 'x'`), 19],
  ['count', snapshot('balances = 1'), 19],
  ['digest', snapshot(`digest = sha256('x')`), 19],
  ['snapshot missing', 'delete from ledger.snapshots where book_id = $book', 19],
  [
    'snapshot added',
    `insert into ledger.snapshots values ($book, 20, 3, '2026-01-01', null, null, null, null, 0, sha256(''))`,
    20,
  ],
]

describe('with periods and a snapshot', () => {
  test('a book fits', async () => {
    const book = await sampleBookWithPeriods(daybook)
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: true, events: 20, transactions: 10 })
  })

  test.each(periods)('tampering shows: %s', async (_name, sql, position) => {
    const book = await sampleBookWithPeriods(daybook)
    expect(await tamper(daybook, sql.replaceAll('$book', `'${book.id}'`))).toBeGreaterThan(0)
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: false, position })
  })
})

const office = (change: string): string => set('calendar_versions', change, 'version = 2')
const march2026 = (change: string): string => set('work_patterns', change, `effective_from = '2026-03-01'`)
const calendars: Case[] = [
  ['calendar', office(`calendar_id = 'x'`), 16],
  ['version of a calendar', office('version = 3'), 16],
  ['position of a calendar', office('position = 17'), 16],
  ['from when a calendar decides', office(`effective_from = '2026-07-02'`), 16],
  ['working days', office(`working_days = '{}'`), 16],
  ['hours of a calendar', office(`hours_per_day = '"8"'`), 16],
  ['holidays', office(`holidays = '[{"date":"2026-07-07","name":"x","portion":"full"}]'`), 16],
  ['region', office(`region = 'AT'`), 16],
  ['public holidays', office(`public_holidays = '{"from":2026,"to":2027,"holidays":[]}'`), 16],
  ['calendar version missing', 'delete from ledger.calendar_versions where book_id = $book and version = 1', 15],
  [
    'calendar version added',
    `insert into ledger.calendar_versions values ($book, 'x', 1, 17, '2026-01-01', '{}', '"8"', '[]', null, null)`,
    17,
  ],
  ['entity of a pattern', march2026(`entity_id = 'e2'`), 19],
  ['version of a pattern', march2026('version = 1'), 19],
  ['position of a pattern', march2026('position = 17'), 19],
  ['from when a pattern holds', march2026(`effective_from = '2026-03-02'`), 19],
  ['calendar of a pattern', march2026('calendar = null'), 19],
  ['working days of a pattern', march2026(`working_days = '{}'`), 19],
  ['hours of a pattern', march2026('hours_per_day = null'), 19],
  ['pattern missing', `delete from ledger.work_patterns where book_id = $book and version = 2`, 18],
  ['pattern added', `insert into ledger.work_patterns values ($book, 'e9', '2026-01-01', 1, 18, null, null, null)`, 18],
]

describe('with calendars and work patterns', () => {
  test('a book fits', async () => {
    const book = await sampleBookWithCalendars(daybook)
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: true, events: 19 })
  })

  test.each(calendars)('tampering shows: %s', async (_name, sql, position) => {
    const book = await sampleBookWithCalendars(daybook)
    expect(await tamper(daybook, sql.replaceAll('$book', `'${book.id}'`))).toBeGreaterThan(0)
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: false, position })
  })
})

const second = (change: string): string => set('assignments', change, `entity_id = 'e1' and version = 2`)
const assignments: Case[] = [
  ['entity of an assignment', second(`entity_id = 'e3'`), 16],
  ['assignment', second(`assignment_id = 'x'`), 16],
  ['version of an assignment', second('version = 4'), 16],
  ['position of an assignment', second('position = 14'), 14],
  ['from when an assignment is so', second(`effective_from = '2026-07-02'`), 16],
  ['policy of an assignment', second(`policy_id = 'wallet'`), 16],
  ['resource of an assignment', second(`resource = 'x'`), 16],
  ['first day of an assignment', second(`from_day = '2026-01-02'`), 16],
  ['last day of an assignment', second('to_day = null'), 16],
  ['service', second('service_since = null'), 16],
  ['share', second('share = 0.6'), 16],
  ['amounts', set('assignments', `amounts = '{"yearAmount":"31"}'`, 'position = 15'), 15],
  ['terms', second(`terms = '{}'`), 16],
  ['assignment missing', 'delete from ledger.assignments where book_id = $book and position = 18', 18],
  [
    'who has worked',
    event(20, `data = '{"entity":"e2","from":"2026-03-02","hours":"38.5","reference":"TIME-1","to":"2026-03-06"}'`),
    20,
  ],
  ['hours that were taken back', event(22, `stream = 'worked-hours:21'`), 22],
  [
    'assignment added',
    `insert into ledger.assignments values ($book, 'e9', 'a', 1, 19, '2026-01-01', 'annual', 'x', '2026-01-01')`,
    19,
  ],
]

describe('with assignments', () => {
  test('a book fits', async () => {
    const book = await sampleBookWithAssignments(daybook)
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: true, events: 23 })
  })

  test.each(assignments)('tampering shows: %s', async (_name, sql, position) => {
    const book = await sampleBookWithAssignments(daybook)
    expect(await tamper(daybook, sql.replaceAll('$book', `'${book.id}'`))).toBeGreaterThan(0)
    expect(await verifyBook(db, book.id)).toMatchObject({ ok: false, position })
  })
})

test('the first of several is named, and the record goes before what is derived from it', async () => {
  const book = await sampleBook(daybook)
  for (const sql of [
    line(11, 1, 'amount = -8'),
    line(9, 1, 'amount = 4'),
    annual('version = 1'),
    version2('unit = unit'),
  ]) {
    await tamper(daybook, sql.replaceAll('$book', `'${book.id}'`))
  }
  expect(await verifyBook(db, book.id)).toMatchObject({ ok: false, position: 9 })
})
