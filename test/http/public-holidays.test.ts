import { beforeAll, expect, test } from 'vitest'
import { CORRECTED_DAYS, OTHER_DAYS, type SpotCheck } from '../holidays/spot-checks.ts'
import { dayAfter, policy } from '../support/builders.ts'
import { must, serviceOfFile } from './service-of-file.ts'

/*
 * What a day of leave costs in the regions of the tables: dry runs of requests, on dates that were looked up. Whoever asks
 * works Monday to Friday, and on Saturdays in a region of which a Saturday was looked up.
 */

const service = serviceOfFile()

const CHECKS = [...CORRECTED_DAYS, ...OTHER_DAYS]
const regionsOf = (checks: readonly SpotCheck[]): readonly string[] => [...new Set(checks.map(([region]) => region))]

const isSaturday = (date: string): boolean => new Date(date).getUTCDay() === 6
const weekWith = (date: string) => ({
  workingDays: { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: isSaturday(date) ? '1' : '0', sun: '0' },
})

const nobodyIn = (date: string): string => (isSaturday(date) ? 'nowhere-sat' : 'nowhere')
const personIn = (region: string, date: string): string => (isSaturday(date) ? `${region}-sat` : region)

interface Reply {
  readonly code?: string
  readonly request?: { readonly total: string; readonly days: readonly Day[] }
}
interface Day {
  readonly date: string
  readonly portion: string
  readonly amount: string
}

let url: string

/** A calendar for each region, a person for each calendar, and one to whom no region applies. */
beforeAll(async () => {
  const requests = { maxDaysAhead: null, approval: [] }
  url = `/v1/books/${await service.book({ leave: policy({ resource: 'leave', overdraftLimit: null, requests }) })}`
  const calendars = new Map<string, object>()
  for (const [region, date] of CHECKS) {
    const years = CHECKS.filter(([of]) => of === region).map(([, date]) => Number(date.slice(0, 4)))
    const regionYears = { from: Math.min(...years), to: Math.max(...years) + 1 }
    calendars.set(nobodyIn(date), weekWith(date))
    calendars.set(personIn(region, date), { ...weekWith(date), region, regionYears })
  }
  await Promise.all(
    Array.from(calendars, async ([name, body]) => {
      await must(service.call('PUT', `${url}/calendars/${name}`, { body }))
      await must(service.call('PUT', `${url}/entities/${name}`, { body: { calendar: name } }))
    }),
  )
})

async function ask(entity: string, from: string, to = from): Promise<Reply> {
  const body = { entity, policy: 'leave', from, to }
  return (await service.call('POST', `${url}/requests?dryRun=true`, { body })).body as Reply
}

/** What one day costs: its quantity, or why it is not to be had. */
const costOf = ({ code, request }: Reply): string => request?.total ?? code ?? ''

test('a day of leave costs what the law says, on every date that was looked up', async () => {
  const asked = await Promise.all(
    CHECKS.map(async ([region, date, , source]) => ({
      costs: [region, date, costOf(await ask(personIn(region, date), date)), source],
      // What makes the day free is the region, and no weekend.
      elsewhere: costOf(await ask(nobodyIn(date), date)),
    })),
  )
  const cost = { off: 'no-working-days', full: 'no-working-days', worked: '1.00', am: '0.50', pm: '0.50' }
  expect(asked.map(({ costs }) => costs)).toEqual(
    CHECKS.map(([region, date, is, source]) => [region, date, cost[is], source]),
  )
  expect([...new Set(asked.map(({ elsewhere }) => elsewhere))]).toEqual(['1.00'])
})

test('in a week of leave that begins on it, the day stands or is left out', async () => {
  const asked = await Promise.all(
    CHECKS.map(async ([region, date, , source]) => {
      const { request } = await ask(personIn(region, date), date, dayAfter(date, 6))
      const found = request?.days.find((day) => day.date === date)
      return [region, date, found === undefined ? 'left out' : `${found.amount} ${found.portion}`, source]
    }),
  )
  const shown = { off: 'left out', full: 'left out', worked: '1.00 full', am: '0.50 pm', pm: '0.50 am' }
  expect(asked).toEqual(CHECKS.map(([region, date, is, source]) => [region, date, shown[is], source]))
})

test('of the regions that are right without a correction, at least 44 were looked up', () => {
  const corrected = new Set(regionsOf(CORRECTED_DAYS))
  expect(regionsOf(OTHER_DAYS).filter((region) => !corrected.has(region)).length).toBeGreaterThanOrEqual(44)
})
