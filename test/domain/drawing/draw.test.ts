import { expect, test } from 'vitest'
import type { PolicyBody } from '../../../src/commands/bodies.ts'
import { withAmount } from '../../../src/domain/account/account.ts'
import { draw } from '../../../src/domain/drawing/draw.ts'
import { type Source, sourcesOf } from '../../../src/domain/drawing/sources.ts'
import { accountKey } from '../../../src/domain/recording/book-state.ts'
import type { RequestTerms } from '../../../src/domain/request/terms.ts'
import { day, policy } from '../../support/builders.ts'
import { bookState } from '../../support/builders-given.ts'
import { days, MONDAY, source } from '../../support/builders-sources.ts'

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

test('a part finer than the next account counts is cut to what that one counts', () => {
  const fine = source('a', 25n)
  expect(draw([fine, source('b', 50n, { scale: 1 })], days({}))).toEqual([
    { policy: 'a', date: MONDAY, amount: '0.2', portion: 'full' },
    { policy: 'b', date: MONDAY, amount: '0.8', portion: 'unclaimed' },
  ])
  // Parts are cut only where nothing else helps: here a third account takes the rest as it is.
  expect(draw([fine, source('b', 50n, { scale: 1 }), source('c', 50n)], days({}))).toMatchObject([
    { policy: 'a', amount: '0.25' },
    { policy: 'b', amount: '0.7' },
    { policy: 'c', amount: '0.05' },
  ])
})

test('what is left of a day is taken as it is, also where parts are cut', () => {
  const sources = [source('a', 33n), source('b', 500n, { scale: 1 }), source('c', 8n)] as const
  expect(draw(sources, days({ cost: '1.2' }, { cost: '0.03' }))).toMatchObject([
    { policy: 'a', amount: '0.3' },
    { policy: 'b', amount: '0.9' },
    { policy: 'a', amount: '0.03' },
  ])
})

test('where cutting parts does not help either, the reason is that of the first try', () => {
  const tuesday = { date: day('2025-07-08'), on: day('2025-07-08') }
  const sources = [source('a', 25n), source('b', 7n, { scale: 1 }), source('c', 5n)] as const
  expect(draw(sources, days({}, tuesday))).toMatchObject({
    refusal: { code: 'insufficient-balance', available: '1.00', requested: '2.00', firstViolatedOn: '2025-07-08' },
  })
})

test('a debt that a policy allows is drawn on to its end, and no further', () => {
  const owing = source('a', 50n, { overdraftLimit: '1' })
  expect(draw([owing], days({ cost: '1.5' }))).toMatchObject([{ amount: '1.5' }])
  expect(draw([owing], days({ cost: '1.6' }))).toMatchObject({
    refusal: { code: 'insufficient-balance', available: '1.50', requested: '1.60', firstViolatedOn: MONDAY },
  })
})

test('an account below its floor gives nothing, and says so', () => {
  const below = source('a', -50n)
  expect(draw([below, source('b', 100n)], days({}))).toMatchObject([{ policy: 'b', amount: '1' }])
  expect(draw([below], days({}))).toMatchObject({ refusal: { available: '-0.50', requested: '1.00' } })
})

test('of several accounts with too little, the day that could not be had is told, and no later one', () => {
  const { history, account } = source('a', 100n)
  const later = withAmount(account, { component: 'consumed', amount: -100n, on: day('2025-12-24'), position: 2 })
  expect(draw([{ history, account: later }, source('b', 50n)], days({}))).toMatchObject({
    refusal: { policy: 'a', available: '0.50', requested: '1.00', firstViolatedOn: MONDAY },
  })
})

test('where every account has expired, it is told of the first', () => {
  const expired = source('a', 500n, { requests: { expiresOn: day('2025-07-06') } })
  expect(draw([expired], days({}))).toMatchObject({
    refusal: {
      code: 'insufficient-balance',
      policy: 'a',
      available: '0.00',
      requested: '1.00',
      firstViolatedOn: MONDAY,
    },
  })
})

test('an entity draws on the policies that it has accounts under, and on all where it has none', () => {
  const state = bookState({ a: policy({ overdraftLimit: null }), b: policy() })
  const asked = { entity: 'e1', resource: 'leave', policy: null }
  const policiesOf = (entity: string) => {
    const found = sourcesOf(state, { ...asked, entity }, { first: MONDAY, accountOf: () => undefined })
    return (found as readonly Source[]).map(({ account }) => account.policy)
  }
  const { account } = source('b', 100n)
  state.accounts.set(accountKey({ entity: 'e1', policy: 'b' }), account)
  expect(policiesOf('e1')).toEqual(['b'])
  expect(policiesOf('e2')).toEqual(['a', 'b'])
})

test('a policy that nobody knows is refused by its name, and a resource that nothing counts by its own', () => {
  const asked = { entity: 'e1', resource: 'leave', policy: null }
  const find = (policyId: string | null) =>
    sourcesOf(bookState({}), { ...asked, policy: policyId }, { first: MONDAY, accountOf: () => undefined })
  expect(find('a')).toEqual({ refusal: { code: 'unknown-policy', policy: 'a' } })
  expect(find(null)).toEqual({ refusal: { code: 'unknown-policy', resource: 'leave' } })
})

test('sources are ordered by priority, then the earliest expiry, then id; those of another unit are left out', () => {
  const of = (requests?: Partial<RequestTerms>, also: Partial<PolicyBody> = {}): PolicyBody =>
    policy({ ...also, ...(requests && { requests }) })
  const policies = {
    e: of({ expiresOn: day('2026-03-31') }),
    d: of({ expiresOn: day('2025-12-31') }),
    c: of(),
    b: of(),
    a: of({ priority: 101 }),
    z: of({ priority: 1 }),
    hours: of(undefined, { unit: 'hour' }),
    other: of(undefined, { resource: 'other' }),
  }
  const asked = { entity: 'e1', resource: 'leave', policy: null }
  // In whatever order they were defined.
  for (const defined of [Object.entries(policies), Object.entries(policies).toReversed()]) {
    const state = bookState(Object.fromEntries(defined))
    const found = sourcesOf(state, asked, { first: MONDAY, accountOf: () => undefined }) as readonly Source[]
    expect(found.map(({ account }) => account.policy)).toEqual(['z', 'd', 'e', 'b', 'c', 'a'])
  }
})
