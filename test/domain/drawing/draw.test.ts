import { expect, test } from 'vitest'
import type { PolicyBody } from '../../../src/commands/bodies.ts'
import { emptyAccount, withAmount } from '../../../src/domain/account/account.ts'
import { type DayToDraw, draw } from '../../../src/domain/drawing/draw.ts'
import { type Source, sourcesOf } from '../../../src/domain/drawing/sources.ts'
import { exactFrom } from '../../../src/domain/exact.ts'
import { type RequestTerms, USUAL_TERMS } from '../../../src/domain/request/terms.ts'
import { day, policy } from '../../support/builders.ts'
import { bookState, policyHistory } from '../../support/builders-given.ts'

const MONDAY = day('2025-07-07')

/** Whole Mondays, unless they say something else. */
function days(...parts: readonly (Partial<Omit<DayToDraw, 'cost'>> & { readonly cost?: string })[]): DayToDraw[] {
  return parts.map(({ cost = '1', ...part }) => ({
    date: MONDAY,
    on: MONDAY,
    portion: 'full',
    cost: exactFrom(cost),
    ...part,
  }))
}

/** An account under a policy, with so many minor units earned long ago. */
function source(
  id: string,
  earned: bigint,
  { requests, ...body }: Partial<PolicyBody> & { requests?: Partial<RequestTerms> } = {},
): Source {
  const [version] = policyHistory(id, [policy(body)])
  const history: Source['history'] = [
    { ...version, requests: requests === undefined ? null : { ...USUAL_TERMS, ...requests } },
  ]
  const { resource, scale } = version
  const account = emptyAccount({ entity: 'e1', policy: id, resource, scale })
  const on = day('2025-01-01')
  return {
    history,
    account: earned === 0n ? account : withAmount(account, { component: 'accrued', amount: earned, on, position: 1 }),
  }
}

test('a day is split where the first account has only a part of it, and claimed by the first line', () => {
  expect(draw([source('a', 50n), source('b', 100n)], days({}))).toEqual([
    { policy: 'a', date: MONDAY, amount: '0.5', portion: 'full' },
    { policy: 'b', date: MONDAY, amount: '0.5', portion: 'unclaimed' },
  ])
})

test('it is claimed by the first line whose policy claims days', () => {
  expect(draw([source('a', 50n, { dayExclusive: false }), source('b', 100n)], days({}))).toMatchObject([
    { policy: 'a', portion: 'unclaimed' },
    { policy: 'b', portion: 'full' },
  ])
})

test('what has expired is not drawn from on a later day', () => {
  const expiring = source('a', 500n, { requests: { expiresOn: MONDAY } })
  const tuesday = { date: day('2025-07-08'), on: day('2025-07-08') }
  expect(draw([expiring, source('b', 500n)], days({}, tuesday))).toMatchObject([{ policy: 'a' }, { policy: 'b' }])
  expect(draw([expiring], days({}, tuesday))).toMatchObject({
    refusal: { code: 'insufficient-balance', available: '0.00', requested: '2.00', firstViolatedOn: '2025-07-08' },
  })
})

test('an unlimited account gives whatever is asked', () => {
  expect(draw([source('a', 0n, { overdraftLimit: null })], days({}, {}))).toHaveLength(2)
})

test('a half day under a policy without decimals is refused, and not rounded', () => {
  const half = days({ portion: 'am', cost: '0.5' })
  expect(draw([source('a', 5n, { scale: 0 })], half)).toEqual({
    refusal: { code: 'scale-exceeded', policy: 'a', scale: 0, amount: '0.5' },
  })
  expect(draw([source('a', 5n, { scale: 0 }), source('b', 100n)], half)).toMatchObject([{ policy: 'b', amount: '0.5' }])
})

test('what is left on a later day counts, too', () => {
  const account = source('a', 100n)
  const later = withAmount(account.account, {
    component: 'consumed',
    amount: -100n,
    on: day('2025-12-24'),
    position: 2,
  })
  expect(draw([{ ...account, account: later }], days({}))).toMatchObject({
    refusal: { code: 'insufficient-balance', available: '0.00', requested: '1.00', firstViolatedOn: '2025-12-24' },
  })
})

test('sources are ordered by priority, then the earliest expiry, then id; those of another unit are left out', () => {
  const of = (requests?: Partial<RequestTerms>, also: Partial<PolicyBody> = {}): PolicyBody =>
    policy({ ...also, ...(requests && { requests }) })
  const state = bookState({
    e: of({ expiresOn: day('2026-03-31') }),
    d: of({ expiresOn: day('2025-12-31') }),
    c: of(),
    b: of(),
    a: of({ priority: 101 }),
    z: of({ priority: 1 }),
    hours: of(undefined, { unit: 'hour' }),
    other: of(undefined, { resource: 'other' }),
  })
  const asked = { entity: 'e1', resource: 'leave', policy: null }
  const found = sourcesOf(state, asked, { first: MONDAY, accountOf: () => undefined }) as readonly Source[]
  expect(found.map(({ account }) => account.policy)).toEqual(['z', 'd', 'e', 'b', 'c', 'a'])
})
