import { describe, expect, test } from 'vitest'
import {
  employedAs,
  employmentsOf,
  isEmployedOn,
  MOST_EMPLOYMENTS,
  withEmployment,
} from '../../../src/domain/definition/employment.ts'
import type { Employment, EmploymentFacts } from '../../../src/domain/definition/facts.ts'
import { day, dayAfter } from '../../support/builders.ts'

const period = (from: string | null, to: string | null): Employment => ({
  from: from === null ? null : day(from),
  to: to === null ? null : day(to),
})
const said = (hiredOn: string | null, leftOn: string | null) => {
  const { from, to } = period(hiredOn, leftOn)
  return { hiredOn: from, leftOn: to }
}
/** One definition after the other, each by `hiredOn` and `leftOn`. */
function defined(...definitions: (readonly [string | null, string | null])[]): EmploymentFacts {
  return definitions.reduce<EmploymentFacts | undefined>((current, [hiredOn, leftOn]) => {
    return accepted(employedAs(current, said(hiredOn, leftOn)))
  }, undefined)!
}
function accepted(result: ReturnType<typeof employedAs>): EmploymentFacts {
  if ('refusal' in result) throw new Error(JSON.stringify(result))
  return result
}
const refused = (rule: string, limit: string) => ({ refusal: { code: 'rule-violated', rule, limit } })

const FIRST = ['2020-01-01', '2026-03-31'] as const
const AGAIN = ['2026-09-01', null] as const
const BOTH = [period(...FIRST), period(...AGAIN)]

describe('hiredOn and leftOn', () => {
  test('say what the only period is, and nothing where neither was ever said', () => {
    expect(employmentsOf(defined([null, null]))).toEqual([])
    expect(employmentsOf(defined(FIRST))).toEqual([period(...FIRST)])
    expect(employmentsOf(defined(FIRST, ['2019-01-01', null]))).toEqual([period('2019-01-01', null)])
    expect(employmentsOf(defined(FIRST, [null, null]))).toEqual([])
    expect(defined(FIRST, ['2020-01-01', null])).toEqual({ ...said('2020-01-01', null), employments: null })
  })

  test('begin another period after the day on which the one before ended, and leave that as it was', () => {
    expect(defined(FIRST, AGAIN)).toEqual({ ...said(...AGAIN), employments: BOTH })
    expect(employmentsOf(defined([null, '2026-03-31'], AGAIN))).toEqual([period(null, '2026-03-31'), period(...AGAIN)])
    expect(employmentsOf(defined(FIRST, ['2026-04-01', null]))).toHaveLength(2)
  })

  test('not on that day, nor before: the period is corrected', () => {
    expect(employmentsOf(defined(FIRST, ['2026-03-31', null]))).toEqual([period('2026-03-31', null)])
    expect(employmentsOf(defined(['2020-01-01', null], AGAIN))).toEqual([period(...AGAIN)])
  })

  test('set the last of several', () => {
    expect(employmentsOf(defined(FIRST, AGAIN, ['2026-10-01', '2026-12-31']))).toEqual([
      period(...FIRST),
      period('2026-10-01', '2026-12-31'),
    ])
    expect(employmentsOf(defined(FIRST, AGAIN, [null, '2026-12-31']))).toEqual([
      period(...FIRST),
      period('2026-09-01', '2026-12-31'),
    ])
  })

  test('that are both not said leave several as they are, and one that was put by itself', () => {
    expect(defined(FIRST, AGAIN, [null, null])).toEqual(defined(FIRST, AGAIN))
    const put = accepted(withEmployment(undefined, period(...FIRST)))
    expect(employedAs(put, said(null, null))).toEqual(put)
  })

  test('that repeat an earlier period take back those after it', () => {
    expect(employmentsOf(defined(FIRST, AGAIN, FIRST))).toEqual([period(...FIRST)])
  })

  test('that reach into an earlier period are refused', () => {
    const apart = refused('employments-apart', '2020-01-01/2026-03-31')
    expect(employedAs(defined(FIRST, AGAIN), said('2026-03-31', null))).toEqual(apart)
    expect(employedAs(defined(FIRST, AGAIN), said('2020-01-01', null))).toEqual(apart)
  })
})

describe('one period', () => {
  test('is added in its place, or changed', () => {
    const one = accepted(withEmployment(undefined, period(...AGAIN)))
    expect(one).toEqual({ ...said(...AGAIN), employments: [period(...AGAIN)] })
    const both = accepted(withEmployment(one, period(...FIRST)))
    expect(both).toEqual({ ...said(...AGAIN), employments: BOTH })
    expect(accepted(withEmployment(both, period('2020-01-01', '2025-12-31'))).employments).toEqual([
      period('2020-01-01', '2025-12-31'),
      period(...AGAIN),
    ])
    expect(accepted(withEmployment(both, period('2026-09-01', '2026-12-31')))).toMatchObject(
      said('2026-09-01', '2026-12-31'),
    )
  })

  test('stands beside what hiredOn and leftOn have said', () => {
    expect(withEmployment(defined(FIRST), period(...AGAIN))).toEqual({ ...said(...AGAIN), employments: BOTH })
  })

  test('must not overlap another one, by a single day', () => {
    const both = defined(FIRST, AGAIN)
    const refusals = [
      [period('2026-03-31', '2026-04-30'), '2020-01-01/2026-03-31'],
      [period('2026-05-01', '2026-09-01'), '2026-05-01/2026-09-01'],
      [period('2019-01-01', null), '2019-01-01/..'],
      [period('2027-01-01', '2027-12-31'), '2026-09-01/..'],
      [period('2020-01-01', null), '2020-01-01/..'],
    ] as const
    for (const [one, limit] of refusals) expect(withEmployment(both, one)).toEqual(refused('employments-apart', limit))
    expect(accepted(withEmployment(both, period('2026-04-01', '2026-08-31'))).employments).toHaveLength(3)
    expect(withEmployment(defined([null, '2026-03-31']), period('2020-01-01', '2020-01-02'))).toEqual(
      refused('employments-apart', '../2026-03-31'),
    )
  })

  test('does not end before it begins', () => {
    expect(withEmployment(undefined, period('2026-01-02', '2026-01-01'))).toEqual(
      refused('from-not-after-to', '2026-01-02'),
    )
    expect(withEmployment(undefined, period('2026-01-01', '2026-01-01'))).toHaveProperty('employments')
  })

  test('is one of at most a hundred', () => {
    let facts: EmploymentFacts | undefined
    const at = (number: number) => ({ from: dayAfter('2026-01-01', number), to: dayAfter('2026-01-01', number) })
    for (let number = 0; number < MOST_EMPLOYMENTS; number++) facts = accepted(withEmployment(facts, at(number)))
    expect(withEmployment(facts, at(MOST_EMPLOYMENTS))).toEqual(refused('employments-at-most', '100'))
  })
})

test('employed is whoever nothing is known of, or is within a period', () => {
  expect(isEmployedOn([], day('2026-01-01'))).toBe(true)
  const days = ['2019-12-31', '2020-01-01', '2026-03-31', '2026-04-01', '2026-08-31', '2026-09-01', '2999-12-31']
  expect(days.map((one) => isEmployedOn(BOTH, day(one)))).toEqual([false, true, true, false, false, true, true])
})
