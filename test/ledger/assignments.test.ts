import { describe, expect, test } from 'vitest'
import { MOST_ASSIGNMENT_VERSIONS, MOST_ASSIGNMENTS } from '../../src/commands/define-assignment.ts'
import { recordWorkedHours, reverseWorkedHours } from '../../src/commands/record-worked-hours.ts'
import { caller, day } from '../support/builders.ts'
import { ledgerOfFile, recorded, refusalIn } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'

// That assignments of one entity to one policy have no day in common, whoever writes, and how many there may be.

const daybook = ledgerOfFile()

const assigned = (from: string, to?: string) => ({
  policy: 'sick',
  from: day(from),
  ...(to === undefined ? {} : { to: day(to) }),
})

describe('two processes at once', () => {
  test('of assignments that overlap each other exactly one is recorded', async () => {
    const book = await daybook.book()
    const processes = [daybook.process, daybook.another()]
    for (let round = 0; round < 10; round++) {
      const entity = `e${round}`
      const verdicts = await Promise.all(
        [0, 1, 2, 3].map((number) =>
          book
            .through(processes[number % 2]!)
            .assign({ entity, assignment: `a${number}` }, assigned(`2026-0${number + 1}-01`, '2026-06-30')),
        ),
      )
      expect(verdicts.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(1)
      const refused = verdicts.filter(({ outcome }) => outcome === 'refused')
      expect(refused).toHaveLength(3)
      for (const verdict of refused) {
        expect(refusalIn(verdict)).toMatchObject({ code: 'assignment-overlap', entity })
      }
    }
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  })

  test('of versions of one each is numbered once', async () => {
    const book = await daybook.book()
    const processes = [daybook.process, daybook.another()]
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        book
          .through(processes[number % 2]!)
          .assign(
            { entity: 'e1', assignment: 'a' },
            { ...assigned('2026-01-01'), amounts: { amount: String(number) } },
          ),
      ),
    )
    const versions = verdicts.map(
      (verdict) => (JSON.parse(recorded(verdict).event.dataText) as { version: number }).version,
    )
    expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, number) => number + 1))
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  })
})

describe('the database refuses', () => {
  const COLUMNS =
    'book_id, entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day'

  test('a day that another one has, and another policy: assignments_apart', async () => {
    const book = await daybook.book()
    recorded(await book.assign({ entity: 'e1', assignment: 'a' }, assigned('2026-01-01', '2026-12-31')))
    recorded(await book.assign({ entity: 'e1', assignment: 'a' }, assigned('2026-01-01', '2026-06-30')))
    const insert = (assignment: string, days: string, policy = 'sick') =>
      daybook.admin.query(
        `insert into ledger.assignments (${COLUMNS}) values ('${book.id}', 'e1', '${assignment}', 3, 1, '2026-01-01', '${policy}', 'x', ${days})`,
      )
    for (const days of [`'2026-06-30', null`, `'2025-01-01', '2026-01-01'`, `'2026-02-01', '2026-02-01'`]) {
      await expect(insert('b', days), days).rejects.toMatchObject({ constraint: 'assignments_apart' })
    }
    await expect(insert('a', `'2027-01-01', null`, 'carried')).rejects.toMatchObject({
      constraint: 'assignments_apart',
    })
    await insert('b', `'2026-07-01', null`)
    await insert('c', `'2025-01-01', '2025-12-31'`)
    await insert('d', `'2026-01-01', null`, 'carried')
  })

  test('days in the wrong order and no share at all: assignments_from_before_to, assignments_share_above_zero', async () => {
    const book = await daybook.book()
    const insert = (to: string, share: string) =>
      daybook.admin.query(
        `insert into ledger.assignments (${COLUMNS}, share)
         values ('${book.id}', 'e1', 'a', 1, 1, '2026-01-01', 'sick', 'x', '2026-02-01', '${to}', ${share})`,
      )
    await expect(insert('2026-01-31', '1')).rejects.toMatchObject({ constraint: 'assignments_from_before_to' })
    await expect(insert('2026-02-01', '0')).rejects.toMatchObject({ constraint: 'assignments_share_above_zero' })
  })

  test('any change', async () => {
    const book = await daybook.book()
    recorded(await book.assign({ entity: 'e1', assignment: 'a' }, assigned('2026-01-01')))
    for (const change of [
      'update ledger.assignments set share = 1',
      'delete from ledger.assignments',
      'truncate ledger.assignments',
    ]) {
      await expect(daybook.admin.query(change), change).rejects.toThrow('the record is append-only')
    }
  })
})

test('an assignment has so many versions, an entity so many assignments', async () => {
  const book = await daybook.book()
  recorded(await book.assign({ entity: 'e1', assignment: 'a' }, assigned('1900-01-01', '1900-01-01')))
  const fill = (columns: string) =>
    daybook.admin.query(
      `insert into ledger.assignments (book_id, entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day, share)
       select book_id, entity_id, ${columns} from ledger.assignments, generate_series(2, $2) as n
        where book_id = $1 and assignment_id = 'a' and version = 1`,
      [book.id, columns.startsWith('assignment_id') ? MOST_ASSIGNMENT_VERSIONS : MOST_ASSIGNMENTS],
    )
  await fill('assignment_id, n, position, effective_from, policy_id, resource, from_day, to_day, n')
  const again = book.assign(
    { entity: 'e1', assignment: 'a' },
    { ...assigned('1900-01-01', '1900-01-01'), share: '0.5' },
  )
  expect(refusalIn(await again)).toEqual({ code: 'rule-violated', rule: 'assignment-versions', limit: '250' })
  await fill(`'a' || n, 1, position, effective_from, policy_id, resource, from_day + n, from_day + n, null`)
  const another = book.assign({ entity: 'e1', assignment: 'b' }, assigned('2026-01-01'))
  expect(refusalIn(await another)).toEqual({ code: 'rule-violated', rule: 'assignments-of-entity', limit: '500' })
})

test('of two processes that take the same hours back at once, one does', async () => {
  const book = await daybook.book()
  const processes = [daybook.process, daybook.another()]
  for (let round = 0; round < 10; round++) {
    const hours = recordWorkedHours(caller(book.id), { entity: 'e1', from: day('2026-03-02'), hours: '8' })
    const { position } = recorded(await daybook.process.ledger.submit(hours)).event
    const verdicts = await Promise.all(
      [0, 1, 2, 3].map((number) =>
        processes[number % 2]!.ledger.submit(reverseWorkedHours(caller(book.id), position, {})),
      ),
    )
    expect(verdicts.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(1)
    expect(verdicts.filter(({ outcome }) => outcome === 'refused')).toHaveLength(3)
  }
  expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
})
