import { describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { EVERY_DAY } from '../../src/domain/calendar/work-time.ts'
import { whyNotCounted, workingDaysIn } from '../../src/domain/calendar/working-days.ts'
import { readWorkTimes, WorkTimeCache } from '../../src/ledger/work-times.ts'
import { day } from '../support/builders.ts'
import { testDatabase } from '../support/database.ts'
import { genericPlan } from '../support/generic-plan.ts'
import { type BookHandle, ledgerOfFile, refusalIn, WRITER_CONNECTION } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { FULL_WEEK, sampleBookWithCalendars } from './verify-sample.ts'

const daybook = ledgerOfFile()

function july(fromDay: string, toDay: string) {
  return { from: day(fromDay), to: day(toDay), fromPortion: 'full', toPortion: 'full' } as const
}

async function definitionsOf(book: BookHandle): Promise<number> {
  return (await readRecord(daybook.admin, book.id)).head!.definitions
}

test('I15 an entity has its calendar in all versions and its patterns by day; one that nobody defined has none', async () => {
  const book = await sampleBookWithCalendars(daybook)
  const times = await readWorkTimes(daybook.admin, book.id, ['e1', 'e2', 'e1'])
  expect([...times.keys()]).toEqual(['e1', 'e2'])
  expect(times.get('e2')).toBe(EVERY_DAY)
  const time = times.get('e1')!
  expect(time.calendar).toBeNull()
  expect(time.patterns.map(({ effectiveFrom, calendar }) => [effectiveFrom, calendar])).toEqual([
    ['2026-03-01', 'office'],
    ['2026-09-01', null],
  ])
  expect(time.calendars.get('office')!.map(({ version }) => version)).toEqual([1, 2])
  expect(workingDaysIn(time, july('2026-06-30', '2026-07-03')).map(({ hours }) => hours)).toEqual(['8', '8', '8', '4'])
  expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
})

test('the calendar of the definition counts, exists or not', async () => {
  const book = await daybook.book()
  await book.defineEntity('e1', { calendar: 'office' })
  const read = async () => (await readWorkTimes(daybook.admin, book.id, ['e1'])).get('e1')!
  const asked = july('2026-07-01', '2026-07-31')
  expect(whyNotCounted(await read(), asked)).toEqual({ code: 'unknown-calendar', calendar: 'office' })
  await book.defineCalendar('office', { workingDays: { ...FULL_WEEK, mon: '0' } })
  expect(whyNotCounted(await read(), asked)).toBeUndefined()
  expect(workingDaysIn(await read(), asked)).toHaveLength(19)
})

test('I15 what is kept is exact: each definition moves `definitions`, and nothing is kept beyond that', async () => {
  const book = await daybook.book()
  const cache = new WorkTimeCache({ books: 2, entitiesOfBook: 3 })
  const kept = async (...entities: string[]) =>
    cache.of(daybook.admin, { book: book.id, definitions: await definitionsOf(book) }, entities)
  const hoursOn = async (date: string) => workingDaysIn((await kept('e1')).get('e1')!, july(date, date))[0]?.hours
  expect(await hoursOn('2026-07-01')).toBe('8')
  await book.defineWorkPattern('e1', '2026-07-01', { hoursPerDay: '6' })
  expect(await hoursOn('2026-07-01')).toBe('6')
  await book.defineCalendar('office', { workingDays: FULL_WEEK, hoursPerDay: '5' })
  await book.defineWorkPattern('e1', '2026-07-01', { calendar: 'office' })
  expect(await hoursOn('2026-07-01')).toBe('5')
  await book.defineCalendar('office', { workingDays: FULL_WEEK, hoursPerDay: '4', effectiveFrom: day('1900-01-01') })
  expect(await hoursOn('2026-07-01')).toBe('4')
  const all = await kept('e1', 'e2', 'e3', 'e4', 'e5')
  expect([...all.keys()]).toEqual(['e1', 'e2', 'e3', 'e4', 'e5'])
  expect((await kept('e4', 'e1')).get('e1')).toEqual(all.get('e1'))
})

test('two processes define patterns of one entity at once: one after the other, none lost', async () => {
  const book = await daybook.book()
  const other = book.through(daybook.another())
  await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      [book, other][number % 2]!.defineWorkPattern('e1', `2026-07-${String(10 + (number % 5))}`, {
        hoursPerDay: String(1 + number),
      }),
    ),
  )
  const record = await readRecord(daybook.admin, book.id)
  expect(faultsIn(record)).toEqual([])
  expect(record.workPatterns).toHaveLength(5)
  expect(Math.max(...record.workPatterns.map(({ version }) => Number(version)))).toBe(20)
})

describe('bounds', () => {
  test('of the patterns of an entity', async () => {
    const book = await daybook.book()
    await daybook.admin.query(
      `insert into ledger.work_patterns (book_id, entity_id, effective_from, version, position)
       select $1, 'e1', date '2000-01-01' + n, n, 1 from generate_series(1, 500) n`,
      [book.id],
    )
    const refused = await book.defineWorkPattern('e1', '2026-07-01', { hoursPerDay: '5' })
    expect(refusalIn(refused)).toEqual({ code: 'rule-violated', rule: 'work-patterns-of-entity', limit: '500' })
    const again = await book.defineWorkPattern('e1', '2000-01-02', { hoursPerDay: '6' })
    expect(again).toMatchObject({ outcome: 'recorded' })
  })

  test('of the versions of a calendar', async () => {
    const book = await daybook.book()
    await daybook.admin.query(
      `insert into ledger.calendar_versions values ($1, 'office', 250, 1, '2026-01-01', '{}', '"8"', '[]', null, null)`,
      [book.id],
    )
    const refused = await book.defineCalendar('office', { workingDays: FULL_WEEK })
    expect(refusalIn(refused)).toEqual({ code: 'rule-violated', rule: 'calendar-versions', limit: '250' })
  })
})

test.each([
  `update ledger.calendar_versions set hours_per_day = '"1"'`,
  'delete from ledger.calendar_versions',
  'truncate ledger.calendar_versions',
])('I15 the versions of calendars do not change: %s', async (change) => {
  await sampleBookWithCalendars(daybook)
  await expect(daybook.admin.query(change)).rejects.toThrow('the record is append-only')
  const client = await daybook.admin.connect()
  try {
    await client.query('begin; set local role daybook_service')
    await expect(client.query(change)).rejects.toThrow('permission denied')
  } finally {
    await client.query('rollback')
    client.release()
  }
})

// A plan is kept, and made while the tables are empty: see plans.test.ts.
test('work times are found by their whole keys, in a database that has just been migrated', async () => {
  const database = await testDatabase()
  const { role: _role, pipeline: _pipeline, ...connection } = WRITER_CONNECTION
  const db = openPool({ url: database.url, max: 1, applicationName: 'daybook test', ...connection })
  try {
    await readWorkTimes(db, 'b', ['e1'])
    const prepared = await db.query<{ statement: string }>(
      `select statement from pg_prepared_statements where name = 'read-work-times'`,
    )
    const lines = (await genericPlan(db, prepared.rows[0]!.statement, 'text')).map((line) => line.trim())
    const conditions = lines
      .filter((line) => line.startsWith('Index Cond'))
      .map((line) => line.replaceAll(/^.*?\(|\)$|[a-z_0-9]+\./g, ''))
    expect(lines.filter((line) => line.includes('Seq Scan on'))).toEqual([])
    expect(conditions.toSorted()).toEqual([
      '(book_id = $1) AND (calendar_id = calendar)',
      '(book_id = $1) AND (entity_id = entity)',
      '(book_id = $1) AND (entity_id = entity)',
    ])
  } finally {
    await db.end()
    await database.drop()
  }
})
