import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { PolicyBody } from '../../../../src/commands/bodies.ts'
import type { AssignmentTerms } from '../../../../src/domain/earning/assignment.ts'
import { workedOut } from '../../../../src/domain/earning/work-out.ts'
import { printMinor } from '../../../../src/domain/quantity.ts'
import { day } from '../../../support/builders.ts'
import { working } from '../../../support/builders-requests.ts'
import { type Example, factsOf, movementsFrom } from '../worked.ts'

/*
 * A worked year of each policy of examples/policies. The figures are those of its source, or worked out by hand from it: the
 * comments say how.
 */

interface Year {
  readonly what: string
  /** Who they are: days of the assignment, since when service counts, their share. */
  readonly who?: Partial<Record<'from' | 'serviceSince' | 'share' | 'to', string>>
  readonly time?: Example['time']
  /** By month or span, and the hours. */
  readonly hours?: Readonly<Record<string, string>>
  readonly notices?: Example['notices']
  readonly recorded?: Example['recorded']
  /** The first day that is looked at. */
  readonly since: string
  readonly through: string
  /** The sum of what was earned between these days. */
  readonly earned?: string
  /** Of what was posted between these days: those that are named, in this order. */
  readonly posted: readonly string[]
}

const FIVE_DAYS = working({})
const SIX_DAYS = working({ sat: '1' })
const THREE_DAYS = working({ mon: '0', tue: '0' })

const YEARS: Readonly<Record<string, readonly Year[]>> = {
  'us-federal': [
    {
      // 26 pay periods of 4 hours: 13 days.
      what: 'the first years: 13 days',
      who: { from: '2026-01-11' },
      since: '2026-01-11',
      through: '2027-01-09',
      earned: '104.00',
      posted: ['2026-01-24 accrual 4.00', '2027-01-09 accrual 4.00'],
    },
    {
      // 25 of 6 hours, and 10 in the last that lies wholly in 2026, from 13 to 26 December: 20 days.
      what: 'after three years: 20 days, with the long last period',
      who: { from: '2020-01-06' },
      since: '2026-01-11',
      through: '2027-01-09',
      earned: '160.00',
      posted: ['2026-12-12 accrual 6.00', '2026-12-26 accrual 10.00', '2027-01-09 accrual 6.00'],
    },
    {
      what: 'after fifteen years: 26 days',
      who: { from: '2005-01-03' },
      since: '2026-01-11',
      through: '2027-01-09',
      earned: '208.00',
      posted: ['2026-12-26 accrual 8.00'],
    },
    {
      // Three years are over on 20 January, within the period from 11 to 24 January.
      what: 'a higher rate holds from the next pay period on',
      who: { from: '2023-01-20' },
      since: '2026-01-11',
      through: '2026-02-07',
      posted: ['2026-01-24 accrual 4.00', '2026-02-07 accrual 6.00'],
    },
    {
      what: 'a pay period that is not worked as a whole earns nothing',
      who: { from: '2026-01-14' },
      since: '2026-01-11',
      through: '2026-02-07',
      earned: '4.00',
      posted: ['2026-02-07 accrual 4.00'],
    },
    {
      // 60 and 26 periods of 8 hours: 268.
      what: 'more than 240 hours are not carried into the next leave year',
      who: { from: '2025-01-12', serviceSince: '2000-01-03' },
      recorded: ['2025-01-13 gives 60'],
      since: '2026-01-11',
      through: '2026-01-11',
      posted: ['2026-01-11 carry-over -28.00'],
    },
  ],
  'uk-statutory': [
    { what: 'five days a week: 28', since: '2026-01-01', through: '2026-12-31', posted: ['2026-01-01 accrual 28.0'] },
    {
      what: 'three days a week: 16.8',
      time: THREE_DAYS,
      since: '2026-01-01',
      through: '2026-12-31',
      posted: ['2026-01-01 accrual 16.8'],
    },
    {
      what: 'six days a week: no more than 28',
      time: SIX_DAYS,
      since: '2026-01-01',
      through: '2026-12-31',
      posted: ['2026-01-01 accrual 28.0'],
    },
    {
      // 28 × 184 ÷ 365 is 14.115…, and never rounded down.
      what: 'who joins in July has the part of the year that is left',
      who: { from: '2026-07-01' },
      since: '2026-01-01',
      through: '2026-12-31',
      posted: ['2026-07-01 accrual 14.2'],
    },
    {
      what: 'nothing is carried over',
      recorded: ['2026-08-03 takes 20'],
      since: '2027-01-01',
      through: '2027-01-01',
      posted: ['2027-01-01 carry-over -8.0', '2027-01-01 accrual 28.0'],
    },
  ],
  'uk-irregular-hours': [
    {
      // 12.07 % of 68 are 8.2; of 100, 12.07; of 20.8, 2.51.
      what: '12.07 % of the hours of each month, in whole hours',
      hours: { '2026-04-01/2026-04-30': '100', '2026-05-01/2026-05-31': '20.8', '2026-06-01/2026-06-30': '68' },
      since: '2026-04-01',
      through: '2026-07-31',
      earned: '23.00',
      posted: ['2026-04-30 accrual 12.00', '2026-05-31 accrual 3.00', '2026-06-30 accrual 8.00'],
    },
  ],
  'de-statutory': [
    {
      what: 'five days a week: 20, on the first day of the year',
      who: { from: '2020-01-01' },
      since: '2026-01-01',
      through: '2026-12-31',
      posted: ['2026-01-01 accrual 20.00'],
    },
    {
      what: 'six days a week: 24',
      who: { from: '2020-01-01' },
      time: SIX_DAYS,
      since: '2026-01-01',
      through: '2026-12-31',
      earned: '24.00',
      posted: [],
    },
    {
      what: 'who joins in May has waited in November, and has the whole year (§ 4)',
      who: { from: '2026-05-01' },
      since: '2026-01-01',
      through: '2026-12-31',
      earned: '20.00',
      posted: ['2026-11-01 accrual 20.00'],
    },
    {
      // BAG 17 November 2015, 9 AZR 179/15: on 31 December the six months are not over. 6 × 20 ÷ 12.
      what: 'who joins on 1 July has twelfths of that year (§ 5 (1) a), and the next as a whole',
      who: { from: '2026-07-01' },
      since: '2026-01-01',
      through: '2027-12-31',
      posted: ['2026-12-31 accrual 10.00', '2027-01-01 accrual 20.00'],
    },
    {
      // Full months from 15 August to 14 December: 4 × 20 ÷ 12 is 6.67, which is 7 (§ 5 (2)).
      what: 'at least half a day is rounded up',
      who: { from: '2026-08-15' },
      since: '2026-01-01',
      through: '2026-12-31',
      posted: ['2026-12-31 accrual 7.00'],
    },
    {
      // 5 × 20 ÷ 12 is 8.33.
      what: 'less than half a day stays as it is',
      who: { from: '2026-08-01' },
      since: '2026-01-01',
      through: '2026-12-31',
      posted: ['2026-12-31 accrual 8.33'],
    },
    {
      // 4 × 20 ÷ 12 is 6.67.
      what: 'who leaves in the first half of the year has twelfths (§ 5 (1) c)',
      who: { from: '2020-01-01', to: '2026-04-30' },
      since: '2026-01-01',
      through: '2026-12-31',
      earned: '7.00',
      posted: [],
    },
    {
      what: 'who leaves in the second half has the whole year',
      who: { from: '2020-01-01', to: '2026-08-31' },
      since: '2026-01-01',
      through: '2026-12-31',
      earned: '20.00',
      posted: [],
    },
    {
      what: 'what is left lapses after 31 March where the notice was given in time',
      who: { from: '2020-01-01' },
      recorded: ['2026-08-03 takes 15'],
      notices: [2020, 2021, 2022, 2023, 2024, 2025, 2026].map((year) => ({ year, givenOn: `${year}-02-02` })),
      since: '2027-01-01',
      through: '2027-12-31',
      posted: [
        '2027-01-01 carry-over keeps 5.00 until 2027-03-31',
        '2027-01-01 accrual 20.00',
        '2027-04-01 lapse -5.00',
      ],
    },
    {
      what: 'and never without a notice',
      who: { from: '2026-01-01', serviceSince: '2020-01-01' },
      recorded: ['2026-08-03 takes 15'],
      since: '2027-01-01',
      through: '2027-12-31',
      posted: ['2027-01-01 carry-over keeps 5.00', '2027-01-01 accrual 20.00'],
    },
  ],
  'fr-conges-payes': [
    {
      what: 'a whole reference year: 30 jours ouvrables',
      who: { from: '2026-06-01' },
      since: '2026-06-01',
      through: '2027-05-31',
      earned: '30.00',
      posted: ['2026-06-30 accrual 2.50', '2027-05-31 accrual 2.50'],
    },
    {
      // 9 × 2.5 is 22.5, which is 23.
      what: 'nine months: rounded up to whole days, to be taken within the next year',
      who: { from: '2026-09-01' },
      since: '2026-06-01',
      through: '2027-06-01',
      earned: '23.00',
      posted: ['2027-05-31 accrual 3.00', '2027-06-01 carry-over keeps 23.00 until 2028-05-31'],
    },
  ],
  'au-nes': [
    {
      // 52 weeks of 38 ÷ 13 hours: four weeks of 38.
      what: 'a year of 38 hours a week: 152 hours',
      who: { from: '2026-01-05' },
      time: working({ hours: '7.6' }),
      since: '2026-01-05',
      through: '2027-01-03',
      earned: '152.00',
      posted: ['2026-01-11 accrual 2.92'],
    },
    {
      what: 'half the week, half the hours',
      who: { from: '2026-01-05' },
      time: working({ hours: '3.8' }),
      since: '2026-01-05',
      through: '2027-01-03',
      earned: '76.00',
      posted: [],
    },
  ],
  'ch-or-329a': [
    {
      what: 'four weeks with each year of service; what is left is there for five years',
      who: { from: '2024-03-01' },
      since: '2025-03-01',
      through: '2026-02-28',
      posted: ['2025-03-01 carry-over keeps 20.00 until 2030-02-28', '2025-03-01 accrual 20.00'],
    },
    {
      // 20 × 184 ÷ 365.
      what: 'a year of service that is not complete, in proportion',
      who: { from: '2024-03-01', to: '2026-08-31' },
      since: '2026-03-01',
      through: '2026-12-31',
      posted: ['2026-03-01 accrual 10.08'],
    },
    {
      what: 'three days a week: 12',
      who: { from: '2026-03-01' },
      time: THREE_DAYS,
      since: '2026-03-01',
      through: '2026-12-31',
      posted: ['2026-03-01 accrual 12.00'],
    },
  ],
  'nl-statutory': [
    {
      what: '20 days a year, which lapse on 1 July of the next',
      since: '2026-01-01',
      through: '2026-12-31',
      earned: '20.00',
      posted: ['2026-01-01 accrual 1.67'],
    },
    {
      what: 'and what is left of them',
      recorded: ['2026-12-31 takes 15'],
      since: '2027-01-01',
      through: '2027-07-01',
      posted: ['2027-01-01 carry-over keeps 5.00 until 2027-06-30', '2027-07-01 lapse -5.00'],
    },
  ],
  'nl-extra': [
    {
      what: 'five days a year, which lapse after five',
      since: '2027-01-01',
      through: '2027-01-01',
      posted: ['2027-01-01 carry-over keeps 5.00 until 2031-12-31'],
    },
  ],
  'company-front-loaded': [
    {
      what: 'a year that nothing is taken of: five days go on, until 31 March',
      since: '2026-01-01',
      through: '2027-04-01',
      posted: [
        '2026-01-01 accrual 25.0',
        '2027-01-01 carry-over -20.0',
        '2027-01-01 accrual 25.0',
        '2027-04-01 lapse -5.0',
      ],
    },
    {
      what: 'no more than 30 at once',
      recorded: ['2026-12-31 gives 3 until 2027-12-31'],
      since: '2027-01-01',
      through: '2027-01-31',
      posted: ['2027-01-01 accrual 25.0', '2027-01-01 cap -3.0'],
    },
    {
      what: 'part time earns its share',
      who: { share: '0.8' },
      since: '2026-01-01',
      through: '2026-12-31',
      posted: ['2026-01-01 accrual 20.0'],
    },
    {
      // 25 × 260 ÷ 365 is 17.8.
      what: 'who joins later has the part that is left, in half days',
      who: { from: '2026-04-16' },
      since: '2026-01-01',
      through: '2026-12-31',
      posted: ['2026-04-16 accrual 18.0'],
    },
  ],
  'company-monthly': [
    {
      what: 'twelve months: 25 days, to the last hundredth',
      since: '2026-01-01',
      through: '2026-12-31',
      earned: '25.00',
      posted: ['2026-01-01 accrual 2.08', '2026-02-01 accrual 2.09'],
    },
    {
      // 10 × 25 ÷ 12.
      what: 'who joins by the 15th has the month',
      who: { from: '2026-03-15' },
      since: '2026-01-01',
      through: '2026-12-31',
      earned: '20.83',
      posted: ['2026-03-15 accrual 2.08'],
    },
    {
      what: 'who joins later has not',
      who: { from: '2026-03-16' },
      since: '2026-01-01',
      through: '2026-12-31',
      earned: '18.75',
      posted: ['2026-04-01 accrual 2.08'],
    },
    {
      what: 'who leaves by the 14th has not the month',
      who: { to: '2026-06-14' },
      since: '2026-01-01',
      through: '2026-12-31',
      earned: '10.42',
      posted: [],
    },
    {
      // Five years are over on 15 June 2026.
      what: 'more days with the next leave year',
      who: { from: '2021-06-15' },
      since: '2026-12-01',
      through: '2027-01-31',
      posted: ['2026-12-01 accrual 2.08', '2027-01-01 accrual 2.25'],
    },
    {
      what: 'ten days go on, for three months',
      since: '2027-01-01',
      through: '2027-04-01',
      posted: ['2027-01-01 carry-over -15.00', '2027-04-01 lapse -10.00'],
    },
  ],
  'company-unlimited': [
    { what: 'nothing is ever posted', since: '2026-01-01', through: '2027-12-31', earned: '0.0', posted: [] },
  ],
}

const FOLDER = 'examples/policies'

function policyOf(id: string): PolicyBody {
  return (JSON.parse(readFileSync(`${FOLDER}/${id}.json`, 'utf8')) as { policy: PolicyBody }).policy
}

interface Posted {
  readonly on: string
  readonly rule: string
  readonly amount: bigint
  readonly text: string
}

function postedIn(
  id: string,
  { who = {}, time = FIVE_DAYS, hours = {}, notices = [], recorded = [], through }: Year,
): Posted[] {
  const {
    scale,
    unit,
    overdraftLimit: _limit,
    resource: _resource,
    dayExclusive: _exclusive,
    name: _name,
    requests: _requests,
    ...terms
  } = policyOf(id)
  const dated = Object.entries(who).map(([name, said]) => [name, name === 'share' ? said : day(said)])
  const example: Example = {
    terms,
    scale,
    unit,
    time,
    notices,
    assigned: Object.fromEntries(dated) as Partial<AssignmentTerms>,
  }
  const facts = factsOf(example)
  const worked = Object.entries(hours).map(([span, number], at) => {
    const [from, to] = span.split('/') as [string, string]
    return { from: day(from), to: day(to), hours: number, position: at + 200 }
  })
  const account = { facts: { ...facts, worked }, movements: movementsFrom(recorded, scale), postedAt: () => undefined }
  return workedOut(account, day(through)).flatMap(({ on, kind, lines, carried }) => {
    const until = carried?.validUntil === null || carried === null ? '' : ` until ${carried.validUntil}`
    if (lines.length === 0)
      return [{ on, rule: kind, amount: 0n, text: `${on} ${kind} keeps ${carried?.kept ?? ''}${until}` }]
    return lines.map(({ rule, amount }) => ({ on, rule, amount, text: `${on} ${rule} ${printMinor(amount, scale)}` }))
  })
}

test('each policy has a worked year', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
  expect(files.toSorted()).toEqual(
    Object.keys(YEARS)
      .map((id) => `${id}.json`)
      .toSorted(),
  )
})

describe.each(Object.entries(YEARS))('%s', (id, years) => {
  test.each(years)('$what', (year) => {
    const { since, earned, posted } = year
    const found = postedIn(id, year).filter(({ on }) => on >= since)
    const texts = found.map(({ text }) => text)
    expect(texts.filter((text) => posted.includes(text))).toEqual(posted)
    if (earned === undefined) return
    const sum = found.filter(({ rule }) => rule === 'accrual').reduce((all, { amount }) => all + amount, 0n)
    expect(printMinor(sum, policyOf(id).scale)).toBe(earned)
  })
})
