import { EVERY_DAY, type WorkTime } from '../../../src/domain/calendar/work-time.ts'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import type { AssignmentHistory, AssignmentVersion } from '../../../src/domain/earning/assignment.ts'
import { earnedParts } from '../../../src/domain/earning/earned-parts.ts'
import type { AbsentDay, EarningFacts } from '../../../src/domain/earning/facts.ts'
import { printFigure } from '../../../src/domain/earning/figures.ts'
import type { EarningTerms, Level } from '../../../src/domain/earning/terms.ts'
import type { PolicyHistory, PolicyVersion } from '../../../src/domain/policy/policy.ts'
import { day } from '../../support/builders.ts'

/*
 * People who earn, as plain data: what an example does not speak of is as usual. Somebody is assigned from 2026-01-01 on, has
 * always been employed, works Monday to Friday and has no holidays.
 */

/** Everything is text here, so that an example fits on a line. */
export interface Someone {
  readonly earning?: Partial<Omit<EarningTerms, 'levels'>> & { readonly levels?: readonly Level[] } & Level
  /** What else the policy says. */
  readonly policy?: Partial<PolicyVersion>
  /** Later versions of the policy: they say the same but for this. */
  readonly then?: readonly Partial<PolicyVersion>[]
  readonly from?: string
  readonly to?: string
  readonly since?: string
  readonly share?: string
  /** Shares from a day on, later than the first. */
  readonly shares?: Readonly<Record<string, string>>
  readonly assignment?: Partial<AssignmentVersion>
  /** Further assignments: `from` of them is required. */
  readonly more?: readonly Partial<AssignmentVersion>[]
  /** `from/to`; `..` for an end that is open. */
  readonly employed?: readonly string[]
  readonly time?: WorkTime
  /** `from/to` and the hours worked then. */
  readonly worked?: Readonly<Record<string, string>>
  readonly absent?: readonly (Pick<AbsentDay, 'countsAs'> & { on: string; days?: string; hours?: string })[]
}

export function factsOf(someone: Someone): EarningFacts {
  const { employed = [], worked = {}, absent = [], time = EVERY_DAY } = someone
  return {
    entity: 'e1',
    policy: policyOf(someone),
    assignments: [assignmentOf(someone), ...(someone.more ?? []).map((also, at) => furtherOne(also, at))],
    employments: employed.map((days) => ({ from: end(days, 0), to: end(days, 1) })),
    time,
    worked: Object.entries(worked).map(([days, hours], at) => ({
      from: end(days, 0)!,
      to: end(days, 1)!,
      hours,
      position: at + 1,
    })),
    absent: absent.map(({ on, days = null, hours = null, countsAs }) => ({ on: day(on), days, hours, countsAs })),
    notices: [],
  }
}

function end(days: string, at: 0 | 1): CalendarDate | null {
  const text = days.split('/')[at] ?? days
  return text === '..' ? null : day(text)
}

/** Members of a level may stand beside those of the terms: the only level then. */
export function termsOf({ levels, ...all }: NonNullable<Someone['earning']>): EarningTerms {
  const {
    amount,
    yearAmount,
    perHours,
    inLastFullPeriodOfCalendarYear,
    balanceCap,
    yearMax,
    after,
    carryOver,
    ...terms
  } = all
  const level = { amount, yearAmount, perHours, inLastFullPeriodOfCalendarYear, balanceCap, yearMax, after, carryOver }
  // A cast: members that are undefined are left out.
  const only = JSON.parse(JSON.stringify(level)) as Level
  return { every: 'month', ...terms, levels: levels ?? [only] }
}

function policyOf({ earning, policy = {}, then = [] }: Someone): PolicyHistory {
  const first: PolicyVersion = {
    policy: 'annual',
    version: 1,
    effectiveFrom: day('2000-01-01'),
    position: 1,
    resource: 'leave',
    unit: 'day',
    scale: 2,
    dayExclusive: true,
    overdraftLimit: '0',
    name: null,
    requests: null,
    ...(earning === undefined ? {} : { earning: termsOf(earning) }),
    ...policy,
  }
  return [first, ...then.map((also, at) => ({ ...first, version: at + 2, ...also }))]
}

function assignmentOf({ from = '2026-01-01', to, since, share, shares = {}, assignment }: Someone): AssignmentHistory {
  const first: AssignmentVersion = {
    entity: 'e1',
    assignment: 'a1',
    version: 1,
    effectiveFrom: day(from),
    position: 1,
    policy: 'annual',
    from: day(from),
    to: to === undefined ? null : day(to),
    serviceSince: since === undefined ? null : day(since),
    share: share ?? null,
    amounts: null,
    terms: null,
    ...assignment,
  }
  const later = Object.entries(shares).map(([effectiveFrom, share], at) => ({
    ...first,
    version: at + 2,
    effectiveFrom: day(effectiveFrom),
    share,
  }))
  return [first, ...later]
}

function furtherOne(also: Partial<AssignmentVersion>, at: number): AssignmentHistory {
  const [first] = assignmentOf({ from: also.from! })
  return [{ ...first, assignment: `a${at + 2}`, ...also }]
}

/** What somebody earns, as `2026-01-31 1.25`: the day of posting and the exact amount, parts that earn nothing left out. */
export function earned(someone: Someone, through: string): string[] {
  return earnedParts(factsOf(someone), day(through))
    .map(({ postedOn, amount }) => `${postedOn} ${printFigure(amount)}`)
    .filter((text) => !text.endsWith(' 0'))
}
