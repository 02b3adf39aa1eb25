import { beforeAll, expect, test } from 'vitest'
import { stats } from '../../projections/stats/project.ts'
import { openStatsReader, type StatsAsked } from '../../projections/stats/query.ts'
import { readerOf } from '../ledger/read/reading.ts'
import { projectedOfFile } from '../projecting/projected.ts'
import { accrual, adjustment, consumption, day, policy } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile } from '../support/ledger.ts'

// What is shown of a book to whoever must not know what a person has.

const daybook = ledgerOfFile()
const projected = projectedOfFile(daybook, [stats])
const reader = readerOf(daybook)
const PEOPLE = Array.from('abcdefghij')
/** The years that are looked at from are after the test, so that all of it is recorded in a month that is over. */
const LATER = new Date('2099-06-15T12:00:00Z')

let book: BookHandle

beforeAll(async () => {
  book = await daybook.book({
    annual: policy({ dayExclusive: false }),
    sick: policy({ dayExclusive: false, resource: 'sick', overdraftLimit: null }),
    few: policy({ dayExclusive: false, resource: 'few' }),
  })
  const on = (month: string) => ({ effectiveOn: day(`2098-${month}-10`) })
  for (const entity of PEOPLE) await book.record(accrual('20', { entity, ...on('01') }))
  for (const entity of PEOPLE.slice(0, 5)) await book.record(consumption('2', { entity, ...on('02') }))
  for (const entity of PEOPLE.slice(0, 4)) await book.record(consumption('1', { entity, ...on('03') }))
  await book.record(consumption('1.5', { entity: 'j', ...on('04') }))
  await book.record(adjustment('-1', { entity: 'a', ...on('01') }))
  for (const entity of PEOPLE.slice(0, 4)) await book.record(accrual('3', { entity, policy: 'few', ...on('01') }))
  for (const entity of PEOPLE.slice(0, 3)) await book.record(consumption('1', { entity, policy: 'sick', ...on('01') }))
  for (const entity of PEOPLE.slice(3, 6)) await book.record(consumption('1', { entity, policy: 'sick', ...on('05') }))
  await projected.catchUp(book.id)
})

async function read(also: Partial<StatsAsked> = {}) {
  const asked = { book: book.id, asOf: day('2098-12-31'), top: 9, now: LATER, ofManyOnly: true, ...also }
  const found = await openStatsReader(reader.db).read(asked)
  if (typeof found !== 'object') throw new Error(`no statistics: ${String(found)}`)
  return found
}

const NOT_TOLD = { adjusted: null, pending: null, available: null, transactions: null }

test('is what at least five people have, and neither who nor any total from which the rest would follow', async () => {
  const { balances, topConsumers } = await read()
  expect(topConsumers).toEqual([])
  expect(balances).toEqual([
    { resource: 'leave', unit: 'day', accrued: '200.00', consumed: '15.50', ...NOT_TOLD },
    { resource: 'sick', unit: 'day', accrued: null, consumed: '6.00', ...NOT_TOLD },
  ])
})

test('is as of the end of an earlier month where few have something in those after it', async () => {
  const consumed = async (asOf: string) => {
    const { balances } = await read({ asOf: day(asOf) })
    return balances.map(({ resource, consumed }) => `${resource} ${String(consumed)}`)
  }
  expect(await consumed('2098-01-30')).toEqual([])
  expect(await consumed('2098-01-31')).toEqual(['leave null'])
  expect(await consumed('2098-02-27')).toEqual(['leave null'])
  // In February five; in March four more, who are told of with the one of April.
  expect(await consumed('2098-02-28')).toEqual(['leave 10.00'])
  expect(await consumed('2098-03-31')).toEqual(['leave 10.00'])
  expect(await consumed('2098-04-30')).toEqual(['leave 15.50'])
  expect(await consumed('2098-05-31')).toEqual(['leave 15.50', 'sick 6.00'])
})

test('has nothing of a month that is not over, nor before what was recorded in it can be seen', async () => {
  const resources = async (now: string) => (await read({ now: new Date(now) })).balances.map(({ resource }) => resource)
  expect(await resources('2098-05-31T12:00:00Z')).toEqual(['leave'])
  expect(await resources('2098-06-01T23:59:59Z')).toEqual(['leave'])
  expect(await resources('2098-06-02T00:00:00Z')).toEqual(['leave', 'sick'])
})

test('does not move when something is recorded later about a month that was told', async () => {
  // Recorded today, it would count in the month of today, which is long over by then: so this is asked as of today.
  const now = new Date()
  const before = await read({ now, asOf: day('2098-12-31') })
  await book.record(accrual('7', { entity: 'a', effectiveOn: day('2020-01-01') }))
  await projected.catchUp(book.id)
  expect({ ...(await read({ now, asOf: day('2098-12-31') })), position: 0, events: [] }).toEqual({
    ...before,
    position: 0,
    events: [],
  })
})
