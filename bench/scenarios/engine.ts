import { EVERY_DAY } from '../../src/domain/calendar/work-time.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { EarningFacts } from '../../src/domain/earning/facts.ts'
import type { Movement } from '../../src/domain/earning/movement.ts'
import { carriedName } from '../../src/domain/earning/posting.ts'
import type { MonthDay } from '../../src/domain/earning/terms.ts'
import { type Recorded, toPost } from '../../src/domain/earning/to-post.ts'
import { nameOf, type Posting, workedOut } from '../../src/domain/earning/work-out.ts'
import { interleaved } from '../entrants.ts'
import type { Series } from '../report/result.ts'
import { median } from '../report/statistics.ts'
import { bar, named } from '../report/verdicts.ts'
import { type Scenario, Wrong } from '../scenario.ts'
import { timed } from './timed.ts'

const FIRST_YEAR = 2016
const YEARS = 10
/** Days off of each year, each a line of its own. */
const DAYS_OFF = 20
/** Of one year; of ten years a tenth of them. */
const TURNS = 20_000
const FIRST_DAY = day(FIRST_YEAR, 1, 1)

const ONE_YEAR = 'a leave year'
const TEN_YEARS = 'ten years corrected'

/** In the second half of each year. */
const MOVEMENTS: readonly Movement[] = Array.from({ length: YEARS * DAYS_OFF }, (_, at) => ({
  on: day(FIRST_YEAR + Math.floor(at / DAYS_OFF), 7, 1 + (at % DAYS_OFF)),
  amount: 100n,
  way: 'takes',
  by: 'leave',
  validUntil: null,
  isCarriedIn: false,
  position: 2 + at,
}))

const BEFORE = factsOf('27', '29')
const AFTER = factsOf('28', '30')
const RECORDED = recordedOf(worked(BEFORE, YEARS))
/** The first of every month: what is carried, and what lapses, is so on one of them. */
const CORRECTED_DAYS = 12 * YEARS

/** What the rules come to for one person, with no database and no HTTP. */
export const engine: Scenario = {
  name: 'engine',
  title: 'The rules by themselves: a leave year, and ten years that are corrected',
  async run(bench) {
    const turns = Math.max(100, Math.round((TURNS * bench.plan.seconds) / 8))
    const series = await interleaved(bench, [
      {
        name: ONE_YEAR,
        measure: () => timed(bench, undefined, turns, () => repeat(turns, aLeaveYear)),
      },
      {
        name: TEN_YEARS,
        measure: () => timed(bench, undefined, turns / 10, () => repeat(turns / 10, tenYears)),
      },
    ])
    return {
      about:
        `One person who earns monthly, 27 days a year and 29 from the sixth on, takes ${DAYS_OFF} single days a year and carries five days over ` +
        'until the end of March. A leave year is worked out from nothing; ten years are worked out by a policy that gives a day more since the ' +
        'beginning, and compared with what was posted by the other.',
      unit: 'turns/s',
      series,
      verdicts: [
        bar(ONE_YEAR, msOf(series, ONE_YEAR), 'at most', 0.15, 'ms'),
        bar(TEN_YEARS, msOf(series, TEN_YEARS), 'at most', 2, 'ms'),
      ],
      checks: [`each turn came to 12 postings, or to ${CORRECTED_DAYS} corrected days`],
    }
  },
}

/** @param isRight whether it came to what it should */
async function repeat(turns: number, isRight: () => boolean): Promise<void> {
  for (let turn = 0; turn < turns; turn++) if (!isRight()) throw new Wrong('the rules came to something else')
}

function aLeaveYear(): boolean {
  return worked(BEFORE, 1).length === 12
}

function tenYears(): boolean {
  return toPost(worked(AFTER, YEARS), RECORDED).correction?.days.length === CORRECTED_DAYS
}

function worked(facts: EarningFacts, years: number): readonly Posting[] {
  return workedOut(
    { facts, movements: MOVEMENTS.slice(0, years * DAYS_OFF), postedAt: () => undefined },
    lastDayOf(years),
  )
}

function msOf(series: readonly Series[], name: string): number {
  return 1_000 / median(named(series, name).rates)
}

function factsOf(first: string, later: string): EarningFacts {
  const version = { version: 1, effectiveFrom: FIRST_DAY, position: 1 }
  return {
    entity: 'e',
    policy: [
      {
        ...version,
        policy: 'annual',
        resource: 'leave',
        unit: 'day',
        scale: 2,
        dayExclusive: false,
        overdraftLimit: '0',
        name: null,
        requests: null,
        earning: { every: 'month', levels: [{ yearAmount: first }, { yearAmount: later, after: { years: 5 } }] },
        carryOver: { keep: { upTo: '5' }, validUntil: '03-31' as MonthDay },
      },
    ],
    assignments: [
      [
        {
          ...version,
          entity: 'e',
          assignment: 'a',
          policy: 'annual',
          from: FIRST_DAY,
          to: null,
          serviceSince: null,
          share: null,
          amounts: null,
          terms: null,
        },
      ],
    ],
    employments: [],
    time: EVERY_DAY,
    worked: [],
    absent: [],
    notices: [],
  }
}

function recordedOf(postings: readonly Posting[]): Recorded {
  const names = new Set(postings.map(nameOf))
  const byDay = new Map<CalendarDate, bigint>()
  for (const { on, lines } of postings) {
    byDay.set(
      on,
      lines.reduce((sum, { amount }) => sum + amount, byDay.get(on) ?? 0n),
    )
  }
  return {
    has: (name) => names.has(name),
    byDay,
    carried: new Map(postings.flatMap(({ carried }) => (carried === null ? [] : [[carriedName(carried), carried]]))),
    through: new Map(['', 'a'].map((id) => [id, lastDayOf(YEARS)])),
  }
}

function lastDayOf(years: number): CalendarDate {
  return day(FIRST_YEAR + years - 1, 12, 31)
}

// A cast: the brand of a day is that of checked text.
function day(year: number, month: number, date: number): CalendarDate {
  return `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}` as CalendarDate
}
