import { expect, test } from 'vitest'
import { absences } from '../../projections/absences/project.ts'
import { approveRequest, recountRequest, submitRequest } from '../../src/commands/about-request.ts'
import { rebuild, verifyBuild } from '../../src/projecting/rebuild.ts'
import { listWithheld, retryParked, skipParked } from '../../src/projecting/withheld.ts'
import { FULL_WEEK } from '../ledger/verify-sample.ts'
import { projectedOfFile } from '../projecting/projected.ts'
import { accrual, caller, day } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile, recorded } from '../support/ledger.ts'

const daybook = ledgerOfFile()
const projected = projectedOfFile(daybook, [absences])

async function away(book: BookHandle, id: string, entity: string): Promise<void> {
  const body = { id, entity, policy: 'annual', from: day('2026-03-09'), to: day('2026-03-10') }
  const asked = await daybook.process.ledger.submit(submitRequest(caller(book.id), body))
  expect(asked.outcome).toBe('recorded')
}

async function approve(book: BookHandle, id: string): Promise<void> {
  const decided = await daybook.process.ledger.submit(approveRequest(caller(book.id), id, { expectedVersion: 1 }))
  expect(decided.outcome).toBe('recorded')
}

async function statusesIn(book: BookHandle): Promise<Record<string, string>> {
  const { rows } = await daybook.admin.query<{ request: string; status: string }>(
    'select distinct request_id as request, status from projections.absences_1 where book_id = $1',
    [book.id],
  )
  return Object.fromEntries(rows.map(({ request, status }) => [request, status]))
}

/** A book with two requests, of which the first is not in the tables, as if somebody had deleted it there. */
async function bookWithGap(): Promise<BookHandle> {
  const book = await daybook.book()
  for (const entity of ['e1', 'e2']) await book.record(accrual('9', { entity }))
  await away(book, 'r1', 'e1')
  await away(book, 'r2', 'e2')
  await projected.catchUp(book.id)
  await daybook.admin.query(`delete from projections.absences_1 where book_id = $1 and request_id = 'r1'`, [book.id])
  return book
}

test('an event about days that nobody was away on parks its entity, and the others go on', async () => {
  const book = await bookWithGap()
  await approve(book, 'r1')
  await approve(book, 'r2')
  const { admin } = daybook
  await projected.catchUp(book.id)
  expect(await statusesIn(book)).toEqual({ r2: 'approved' })
  const [parked] = await listWithheld(projected.pool, { projection: 'absences', book: book.id })
  expect(parked).toMatchObject({
    entity: 'e1',
    state: 'parked',
    error: 'request-approved of the request r1, by which nobody was away',
  })
  // The days are put back, and what was parked is applied.
  await admin.query(
    `insert into projections.absences_1
     select book_id, 'r1', day, 'e1', portion, 'pending', resource, 1, changed_at
       from projections.absences_1
      where book_id = $1`,
    [book.id],
  )
  const task = await projected.task(absences, book.id)
  expect(await retryParked(projected.pool, task, 'e1', 100)).toMatchObject({ outcome: 'applied' })
  expect(await statusesIn(book)).toEqual({ r1: 'approved', r2: 'approved' })
})

test('what was skipped is left out of a fresh fold, too', async () => {
  const book = await bookWithGap()
  await approve(book, 'r1')
  await projected.catchUp(book.id)
  const [{ position } = { position: 0 }] = await listWithheld(projected.pool, { book: book.id })
  const task = await projected.task(absences, book.id)
  // As it was before somebody deleted it.
  await daybook.admin.query(
    `insert into projections.absences_1
     select book_id, 'r1', day, 'e1', portion, status, resource, version,
            (select recorded_at from ledger.events where book_id = $1 and stream = 'request:r1' and stream_version = 1)
       from projections.absences_1
      where book_id = $1`,
    [book.id],
  )
  const skipped = await skipParked(projected.pool, task, { entity: 'e1', position, reason: 'a test' }, 100)
  expect(skipped).toMatchObject({ outcome: 'applied' })
  expect(await statusesIn(book)).toEqual({ r1: 'pending', r2: 'pending' })
  await projected.expectFreshFold(book.id)
})

test('what is counted again is away on the days that are left, by batch and in a fresh fold alike', async () => {
  const book = await daybook.book()
  const { ledger } = daybook.process
  await book.record(accrual('9', { entity: 'e1' }))
  await book.defineCalendar('office', { workingDays: FULL_WEEK })
  await book.defineEntity('e1', { calendar: 'office' })
  await away(book, 'r1', 'e1')
  await approve(book, 'r1')
  await projected.catchUp(book.id)
  const recount = async (holidays: readonly string[]) => {
    const bodies = holidays.map((date) => ({ date: day(date), name: 'Feast' }))
    const body = { workingDays: FULL_WEEK, effectiveFrom: day('2026-01-01'), holidays: bodies }
    const { event } = recorded(await book.defineCalendar('office', body))
    const cause = { position: event.position, type: 'calendar-defined', about: 'office' } as const
    recorded(await ledger.submit(recountRequest(caller(book.id), 'r1', cause)))
    await projected.catchUp(book.id)
    await projected.expectFreshFold(book.id)
    const { rows } = await daybook.admin.query<{ day: string; status: string }>(
      'select day, status from projections.absences_1 where book_id = $1 order by day',
      [book.id],
    )
    return rows.map(({ day: date, status }) => `${date} ${status}`)
  }
  expect(await recount(['2026-03-10'])).toEqual(['2026-03-09 approved'])
  expect(await recount(['2026-03-09'])).toEqual(['2026-03-10 approved'])
  expect(await recount(['2026-03-09', '2026-03-10'])).toEqual([])
  // The fact is corrected: what had lost all its days comes back.
  expect(await recount([])).toEqual(['2026-03-09 approved', '2026-03-10 approved'])
  expect(await listWithheld(projected.pool, { projection: 'absences', book: book.id })).toEqual([])
})

test('wrong rows are found, and repaired by a rebuild, slice by slice', async () => {
  const book = await daybook.book()
  for (let number = 0; number < 12; number++) {
    await book.record(accrual('9', { entity: `e${number}` }))
    await away(book, `r${number}`, `e${number}`)
    if (number % 2 === 0) await approve(book, `r${number}`)
  }
  await projected.catchUp(book.id)
  const options = {
    db: projected.rebuildPool,
    projection: absences,
    workers: 2,
    slice: 5,
    signal: new AbortController().signal,
    onProgress: () => {},
  }
  expect(await verifyBuild(options)).toEqual([])
  await daybook.admin.query('update projections.absence_years_1 set taken = ~taken where book_id = $1', [book.id])
  expect(await verifyBuild(options)).toEqual([expect.stringContaining('absence_years: 12 rows with other values')])
  expect(await rebuild(options)).toMatchObject({
    outcome: 'switched',
    build: 2,
    repaired: expect.arrayContaining([expect.stringContaining(`${book.id} at 35: absence_years`)]) as unknown,
  })
  expect(await verifyBuild(options)).toEqual([])
  await projected.expectFreshFold(book.id)
})
