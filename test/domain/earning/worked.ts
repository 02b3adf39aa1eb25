import { EVERY_DAY, type WorkTime } from '../../../src/domain/calendar/work-time.ts'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import type { Employment } from '../../../src/domain/definition/facts.ts'
import type { AssignmentHistory, AssignmentTerms, AssignmentVersion } from '../../../src/domain/earning/assignment.ts'
import type { EarningFacts, Notice } from '../../../src/domain/earning/facts.ts'
import type { Movement } from '../../../src/domain/earning/movement.ts'
import type { EarningPolicyTerms } from '../../../src/domain/earning/terms.ts'
import { type Posting, workedOut } from '../../../src/domain/earning/work-out.ts'
import type { PolicyVersion } from '../../../src/domain/policy/policy.ts'
import { printMinor, toMinor } from '../../../src/domain/quantity.ts'

/** A policy, somebody who earns by it, and what people recorded: as short as an example can be. */
export interface Example {
  readonly terms: EarningPolicyTerms
  /** Later versions, by the day from which they hold. */
  readonly later?: readonly { readonly from: string; readonly terms: EarningPolicyTerms }[]
  readonly scale?: number
  readonly unit?: string
  readonly assigned?: Partial<AssignmentTerms> | null
  readonly employed?: readonly Employment[]
  readonly time?: WorkTime
  readonly notices?: readonly { readonly year: number; readonly givenOn: string }[]
  /** `'2026-03-02 takes 1'`, `'2026-01-01 gives 5 until 2026-06-30'`, `'2026-01-01 carries 5'`, by day. */
  readonly recorded?: readonly string[]
}

export function factsOf({ terms, later = [], scale = 2, unit = 'day', ...example }: Example): EarningFacts {
  const version = (of: EarningPolicyTerms, number: number, effectiveFrom: string): PolicyVersion => ({
    policy: 'annual',
    resource: 'leave',
    unit,
    scale,
    dayExclusive: false,
    overdraftLimit: '0',
    name: null,
    requests: null,
    version: number,
    effectiveFrom: effectiveFrom as CalendarDate,
    position: number,
    ...of,
  })
  return {
    entity: 'e1',
    policy: [version(terms, 1, '1900-01-01'), ...later.map(({ from, terms: of }, at) => version(of, at + 2, from))],
    assignments: example.assigned === null ? [] : [assignment(example.assigned ?? {})],
    employments: example.employed ?? [],
    time: example.time ?? EVERY_DAY,
    worked: [],
    absent: [],
    notices: (example.notices ?? []).map(
      (notice, at): Notice => ({
        year: notice.year,
        givenOn: notice.givenOn as CalendarDate,
        position: 50 + at,
      }),
    ),
  }
}

export function assignment(said: Partial<AssignmentTerms>): AssignmentHistory {
  const from = said.from ?? ('2026-01-01' as CalendarDate)
  const version: AssignmentVersion = {
    entity: 'e1',
    assignment: 'a1',
    policy: 'annual',
    from,
    to: null,
    serviceSince: null,
    share: null,
    amounts: null,
    terms: null,
    version: 1,
    effectiveFrom: from,
    position: 40,
    ...said,
  }
  return [version]
}

export function movementsFrom(lines: readonly string[], scale: number): readonly Movement[] {
  return lines.map((line, at): Movement => {
    const [on, verb, amount, , until] = line.split(' ')
    return {
      on: on as CalendarDate,
      amount: toMinor(amount!, scale) as bigint,
      way: verb === 'takes' || verb === 'cuts' ? 'takes' : 'gives',
      by: verb === 'takes' ? 'leave' : verb === 'adds' || verb === 'cuts' ? 'adjustment' : 'accrual',
      validUntil: (until as CalendarDate | undefined) ?? null,
      isCarriedIn: verb === 'carries',
      position: 100 + at,
    }
  })
}

/** What an example comes to: a line for each that is posted, such as `2026-01-31 accrual 2.50`. */
export function worked(example: Example, through: string): readonly string[] {
  return postings(example, through).flatMap(({ on, lines, carried, kind }) =>
    lines.length === 0
      ? [`${on} ${kind} keeps ${carried?.kept}${carried?.validUntil ? ` until ${carried.validUntil}` : ''}`]
      : lines.map(({ rule, amount }) => `${on} ${rule} ${printMinor(amount, example.scale ?? 2)}`),
  )
}

export function postings(example: Example, through: string): readonly Posting[] {
  const { scale = 2 } = example
  const movements = movementsFrom(example.recorded ?? [], scale)
  return workedOut({ facts: factsOf(example), movements, postedAt: () => undefined }, through as CalendarDate)
}
