import { describe, expect, test } from 'vitest'
import { absences } from '../../projections/absences/project.ts'
import { openCalendarReader } from '../../projections/absences/query.ts'
import { approveRequest, submitRequest } from '../../src/commands/about-request.ts'
import { definePolicy } from '../../src/commands/define-policy.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { rebuild, verifyBuild } from '../../src/projecting/rebuild.ts'
import { listWithheld, retryParked } from '../../src/projecting/withheld.ts'
import { readerOf } from '../ledger/read/reading.ts'
import { projectedOfFile } from '../projecting/projected.ts'
import { accrual, adjustment, caller, consumption, day, dayAfter, policy, reversalOf } from '../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile, recorded } from '../support/ledger.ts'

/*
 * Who is away is who claims a day, by whatever command: a consumption that belongs to no request shows in the calendar as
 * one that does.
 */

const daybook = ledgerOfFile()
const projected = projectedOfFile(daybook, [absences])
const reader = readerOf(daybook)

const MONDAY = day('2026-03-09')
const TUESDAY = day('2026-03-10')

async function book(): Promise<BookHandle> {
  const book = await daybook.book({
    annual: policy({ overdraftLimit: null }),
    flexitime: policy({ resource: 'flexitime', unit: 'hour', overdraftLimit: null }),
    sick: policy({ resource: 'sick-leave', dayExclusive: false, overdraftLimit: null }),
  })
  return book
}

/** The days in March 2026 that the calendar shows, once it is as far as the book. */
async function shown(book: BookHandle, status?: 'approved' | 'pending'): Promise<string[]> {
  await projected.catchUp(book.id)
  await projected.expectFreshFold(book.id)
  const asked = { book: book.id, from: day('2026-03-01'), to: day('2026-03-31'), status, limit: 50 }
  const calendar = await openCalendarReader(reader.db).read(asked)
  if (typeof calendar !== 'object') throw new Error(`no calendar: ${String(calendar)}`)
  return calendar.items.flatMap(({ entity, days }) =>
    days.map(({ date, portion, status, request, transaction, resource }) =>
      [entity, date, portion, status, resource, request ?? transaction].join(' '),
    ),
  )
}

describe('a consumption of no request', () => {
  test('shows on the day that it claims, until it is reversed', async () => {
    const one = await book()
    const taken = await one.record(consumption('1', { effectiveOn: MONDAY }))
    const half = await one.record(consumption('0.5', { effectiveOn: TUESDAY, portion: 'pm' }))
    expect(await shown(one)).toEqual([
      `e1 ${MONDAY} full approved leave ${idIn(taken)}`,
      `e1 ${TUESDAY} pm approved leave ${idIn(half)}`,
    ])
    expect(await shown(one, 'pending')).toEqual([])
    expect(await shown(one, 'approved')).toHaveLength(2)
    await one.record(reversalOf(idIn(taken)))
    expect(await shown(one)).toEqual([`e1 ${TUESDAY} pm approved leave ${idIn(half)}`])
    const again = await one.record(consumption('1', { effectiveOn: MONDAY }))
    expect(await shown(one)).toContain(`e1 ${MONDAY} full approved leave ${idIn(again)}`)
  })

  test('shows for each person and day of a batch, and goes with the reversal of the whole command', async () => {
    const one = await book()
    const taken = await one.record({
      transactions: [
        accrual('9'),
        consumption('1', { effectiveOn: MONDAY }),
        consumption('1', { effectiveOn: TUESDAY }),
        consumption('0.5', { entity: 'e2', effectiveOn: MONDAY, portion: 'am' }),
      ],
    })
    expect(await shown(one)).toEqual([
      `e1 ${MONDAY} full approved leave ${idIn(taken, 2)}`,
      `e1 ${TUESDAY} full approved leave ${idIn(taken, 3)}`,
      `e2 ${MONDAY} am approved leave ${idIn(taken, 4)}`,
    ])
    await one.record({ type: 'reversal', position: taken.event.position })
    expect(await shown(one)).toEqual([])
    const { rows } = await daybook.admin.query('select from projections.absence_years_1 where book_id = $1', [one.id])
    expect(rows).toEqual([])
  })

  test('shows on the day that is meant, where that is in a closed month', async () => {
    const one = await book()
    recorded(await one.close('2026-03'))
    const late = { effectiveOn: MONDAY, intoClosedPeriod: 'post-today' } as const
    const taken = await one.record(consumption('1', late))
    expect(await shown(one)).toEqual([`e1 ${MONDAY} full approved leave ${idIn(taken)}`])
    await one.record(reversalOf(idIn(taken), { intoClosedPeriod: 'post-today' }))
    expect(await shown(one)).toEqual([])
  })

  test('shows under a policy that counts hours, too', async () => {
    const one = await book()
    const taken = await one.record(consumption('4', { policy: 'flexitime', effectiveOn: MONDAY }))
    expect(await shown(one)).toEqual([`e1 ${MONDAY} full approved flexitime ${idIn(taken)}`])
  })

  test('does not show where it claims no day, nor does what is no consumption', async () => {
    const one = await book()
    await one.record(consumption('1', { policy: 'sick', effectiveOn: MONDAY }))
    await one.record(adjustment('-1', { effectiveOn: MONDAY }))
    await one.record(accrual('1', { effectiveOn: MONDAY }))
    expect(await shown(one)).toEqual([])
  })

  test('that is recorded and reversed before anybody looks never shows', async () => {
    const one = await book()
    await one.record(reversalOf(idIn(await one.record(consumption('1', { effectiveOn: MONDAY })))))
    expect(await shown(one)).toEqual([])
  })

  test('shows beside the requests of the same person, and shares their year', async () => {
    const one = await book()
    const { ledger } = daybook.process
    const body = { id: 'r1', entity: 'e1', policy: 'annual', from: MONDAY, to: MONDAY }
    recorded(await ledger.submit(submitRequest(caller(one.id), body)))
    const taken = await one.record(consumption('1', { effectiveOn: TUESDAY }))
    expect(await shown(one)).toEqual([
      `e1 ${MONDAY} full pending leave r1`,
      `e1 ${TUESDAY} full approved leave ${idIn(taken)}`,
    ])
    recorded(await ledger.submit(approveRequest(caller(one.id), 'r1', { expectedVersion: 1 })))
    await one.record(reversalOf(idIn(taken)))
    expect(await shown(one)).toEqual([`e1 ${MONDAY} full approved leave r1`])
  })
})

describe('a consumption whose policy has days claimed later', () => {
  const exclusive = async (one: BookHandle, dayExclusive: boolean): Promise<void> => {
    const body = {
      ...policy({ resource: 'sick-leave', dayExclusive, overdraftLimit: null }),
      effectiveFrom: day('2026-03-01'),
    }
    const defined = await daybook.process.ledger.submit(definePolicy(caller(one.id), 'sick', body))
    expect(defined).toMatchObject({ outcome: 'recorded' })
  }
  const sick = (effectiveOn: CalendarDate) => consumption('1', { policy: 'sick', effectiveOn })

  test('shows since then, until it is reversed', async () => {
    const one = await book()
    const [monday, tuesday, reversed] = [
      await one.record(sick(MONDAY)),
      await one.record(sick(TUESDAY)),
      await one.record(sick(TUESDAY)),
    ]
    await one.record(reversalOf(idIn(reversed)))
    expect(await shown(one)).toEqual([])
    await exclusive(one, true)
    expect(await shown(one)).toEqual([
      `e1 ${MONDAY} full approved sick-leave ${idIn(monday)}`,
      `e1 ${TUESDAY} full approved sick-leave ${idIn(tuesday)}`,
    ])
    await one.record(reversalOf(idIn(monday)))
    expect(await shown(one)).toEqual([`e1 ${TUESDAY} full approved sick-leave ${idIn(tuesday)}`])
    const again = await one.record(sick(MONDAY))
    expect(await shown(one)).toContain(`e1 ${MONDAY} full approved sick-leave ${idIn(again)}`)
  })

  test('shows once, whenever the calendar looks, and whichever definition it was', async () => {
    const one = await book()
    const monday = await one.record(sick(MONDAY))
    await exclusive(one, true)
    await exclusive(one, false)
    const tuesday = await one.record(sick(TUESDAY))
    await exclusive(one, true)
    await one.record(reversalOf(idIn(monday)))
    expect(await shown(one)).toEqual([`e1 ${TUESDAY} full approved sick-leave ${idIn(tuesday)}`])
  })

  test('is left to its requests where it belongs to one', async () => {
    const one = await book()
    const body = { id: 'r1', entity: 'e1', policy: 'sick', from: MONDAY, to: MONDAY }
    recorded(await daybook.process.ledger.submit(submitRequest(caller(one.id), body)))
    await exclusive(one, true)
    expect(await shown(one)).toEqual([`e1 ${MONDAY} full pending sick-leave r1`])
  })
})

test('a reversal of a day that nobody was away on parks its entity, and the others go on', async () => {
  const one = await book()
  const taken = await one.record(consumption('1', { effectiveOn: MONDAY }))
  await projected.catchUp(one.id)
  const gone = await daybook.admin.query(
    'with gone as (delete from projections.absence_claims_1 where book_id = $1 returning *) select * from gone',
    [one.id],
  )
  await one.record(reversalOf(idIn(taken)))
  await one.record(consumption('1', { entity: 'e2', effectiveOn: MONDAY }))
  await projected.catchUp(one.id)
  const [parked] = await listWithheld(projected.pool, { projection: 'absences', book: one.id })
  expect(parked).toMatchObject({
    entity: 'e1',
    state: 'parked',
    error: `a reversal of ${idIn(taken)}, by which nobody was away`,
  })
  const { position, line, entity_id, day, portion, resource, changed_at } = gone.rows[0] as Record<string, unknown>
  await daybook.admin.query('insert into projections.absence_claims_1 values ($1, $2, $3, $4, $5, $6, $7, $8)', [
    one.id,
    position,
    line,
    entity_id,
    day,
    portion,
    resource,
    changed_at,
  ])
  const task = await projected.task(absences, one.id)
  expect(await retryParked(projected.pool, task, 'e1', 100)).toMatchObject({ outcome: 'applied' })
  expect(await shown(one)).toEqual([expect.stringMatching(/^e2 /)])
})

test('a command of more lines than a batch has is applied whole', async () => {
  const one = await book()
  const lines = Array.from({ length: 40 }, (_, number) => consumption('1', { effectiveOn: dayAfter(MONDAY, number) }))
  const { event } = await one.record({ transactions: lines })
  await one.record(consumption('1', { entity: 'e2', effectiveOn: MONDAY }))
  await projected.catchUp(one.id, { most: 7 })
  expect(await shown(one)).toHaveLength(24)
  await one.record({ type: 'reversal', position: event.position })
  await projected.catchUp(one.id, { most: 7 })
  expect(await shown(one)).toHaveLength(1)
})

test('a build of an earlier version is not read; the rebuild shows what was taken before it', async () => {
  const one = await book()
  const taken = await one.record(consumption('1', { effectiveOn: MONDAY }))
  await one.record(reversalOf(idIn(await one.record(consumption('1', { effectiveOn: TUESDAY })))))
  const options = {
    db: projected.rebuildPool,
    projection: absences,
    workers: 2,
    slice: 3,
    signal: new AbortController().signal,
    onProgress: () => {},
  }
  await daybook.admin.query(
    `update projections.builds set version = 1 where projection = 'absences' and state = 'active'`,
  )
  const asked = { book: one.id, from: MONDAY, to: MONDAY, limit: 9 }
  expect(await openCalendarReader(reader.db).read(asked)).toBe('not-built')
  expect(await rebuild(options)).toMatchObject({ outcome: 'switched' })
  expect(await verifyBuild(options)).toEqual([])
  expect(await shown(one)).toEqual([`e1 ${MONDAY} full approved leave ${idIn(taken)}`])
})
