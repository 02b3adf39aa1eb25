import { describe, expect, test } from 'vitest'
import { stepsLeft, stepsOf } from '../../../src/domain/request/approval.ts'
import { USUAL_TERMS } from '../../../src/domain/request/terms.ts'
import { accrual } from '../../support/builders.ts'
import { ADMIN, approve, cancel, change, reject, submit, TUESDAY, WEDNESDAY } from '../../support/builders-orders.ts'
import { given, leaveWith } from '../../support/builders-requests.ts'

const ROLES = { hr: ['h1'], head: ['d1'] }
const by = (id: string) => ({ by: { type: 'employee', id } })
const chain = (...approval: readonly string[]) => ({ policies: { annual: leaveWith({ approval, roles: ROLES }) } })
const forbidden = (role: string) => ({ code: 'forbidden', requestId: 'r1', role }) as const

describe('a request that its manager has agreed to, whose chain changes from manager and hr', () => {
  const agreed = given(submit())
    .underTerms({ approval: ['manager', 'hr'], roles: ROLES })
    .withPeople({ e1: { manager: 'm1' } })
    .and(approve(by('m1')))

  test('to hr and manager, asks hr alone', () => {
    const now = chain('hr', 'manager')
    agreed.when(approve(by('m1')), now).thenRefused(forbidden('hr'))
    agreed.when(approve(by('h1')), now).thenRecorded('request-approved', { role: 'hr' })
    agreed.when(approve({ by: ADMIN }), now).thenRecorded('request-approved', { role: 'hr' })
  })

  test('to hr and head, asks both of them', () => {
    const now = chain('hr', 'head')
    agreed.when(approve(by('m1')), now).thenRefused(forbidden('hr'))
    agreed.when(approve(by('d1')), now).thenRefused(forbidden('hr'))
    agreed
      .when(approve(by('h1')), now)
      .thenRecorded('request-step-approved', { role: 'hr' })
      .thenRequest({ status: 'pending', agreed: ['manager', 'hr'] })
  })

  test('to one in which the manager is in the middle, asks those before and after', () => {
    const now = chain('head', 'manager', 'hr')
    agreed.when(approve(by('d1')), now).thenRecorded('request-step-approved', { role: 'head' })
    agreed.when(approve(by('h1')), now).thenRefused(forbidden('head'))
  })

  test('to the manager alone, asks the manager once more: a definition approves nothing', () => {
    const now = chain('manager')
    agreed.when(approve(by('h1')), now).thenRefused(forbidden('manager'))
    agreed.when(approve(by('m1')), now).thenRecorded('request-approved', { role: 'manager' })
    agreed.when(reject(by('m1')), now).thenRecorded('request-rejected', { role: 'manager' })
  })

  test('to nobody in particular, asks anybody', () => {
    const now = { policies: { annual: leaveWith({}) } }
    agreed.when(approve(by('x')), now).thenRecorded('request-approved', { role: null })
    agreed.when(approve(by('x')), chain()).thenRecorded('request-approved', { role: null })
    agreed.when(approve(by('e1')), now).thenRefused({ code: 'own-request', requestId: 'r1', entity: 'e1' })
  })

  test('from a day after its first, is asked as it was', () => {
    const first = leaveWith({ approval: ['manager', 'hr'], roles: ROLES })
    const later = leaveWith({ approval: ['head'], roles: ROLES }, { effectiveFrom: TUESDAY })
    agreed
      .when(approve(by('h1')), { policies: { annual: [first, later] } })
      .thenRecorded('request-approved', { role: 'hr' })
  })

  test('is rejected by whoever is asked', () => {
    agreed.when(reject(by('m1')), chain('hr', 'manager')).thenRefused(forbidden('hr'))
    agreed.when(reject(by('h1')), chain('hr', 'manager')).thenRecorded('request-rejected', { role: 'hr' })
  })

  test('begins anew once it is changed, and not where it only gives up days', () => {
    const now = chain('hr', 'manager')
    agreed.when(change({ to: WEDNESDAY }), now).thenRequest({ agreed: [] })
    agreed.when(change({ from: TUESDAY }), now).thenRequest({ agreed: ['manager'], status: 'pending' })
  })
})

test('a manager who is another one by now is not asked again: the role has agreed', () => {
  given(submit())
    .underTerms({ approval: ['manager', 'hr'], roles: ROLES })
    .withPeople({ e1: { manager: 'm1' } })
    .and(approve(by('m1')))
    .when(approve(by('m2')), { people: { e1: { manager: 'm2' } } })
    .thenRefused(forbidden('hr'))
})

test('somebody with two roles agrees for each of them', () => {
  const both = given(submit()).underTerms({ approval: ['hr', 'head'], roles: { hr: ['b1'], head: ['b1'] } })
  both.when(approve(by('b1'))).thenRecorded('request-step-approved', { role: 'hr' })
  both
    .and(approve(by('b1')))
    .when(approve(by('b1')))
    .thenRecorded('request-approved', { role: 'head' })
})

test('a role that stands twice in a chain agrees once', () => {
  given(submit())
    .underTerms({ approval: ['hr', 'head', 'hr'], roles: ROLES })
    .and(approve(by('h1')))
    .when(approve(by('d1')))
    .thenRecorded('request-approved', { role: 'head' })
})

test('a role that two policies give to others agrees for each of them, and keeps both', () => {
  const policies = {
    annual: leaveWith({ priority: 1, approval: ['hr'], roles: { hr: ['a1'] } }),
    carried: leaveWith({ approval: ['hr', 'head'], roles: { hr: ['b1'], head: ['d1'] } }),
  }
  const split = given(accrual('1'), accrual('5', { policy: 'carried' }), submit()).under(policies)
  const half = split.and(approve(by('a1')))
  half.when(approve(by('a1'))).thenRefused(forbidden('hr'))
  half.when(approve(by('d1'))).thenRefused(forbidden('hr'))
  half
    .and(approve(by('b1')))
    .when(approve(by('d1')))
    .thenRecorded('request-approved', { role: 'head' })
})

test('a cancellation is decided by whoever decides last by now, whoever has agreed', () => {
  const terms = { approval: ['manager', 'hr'], roles: ROLES, cancellation: 'ask' } as const
  given(submit())
    .underTerms(terms)
    .withPeople({ e1: { manager: 'm1' } })
    .and(approve(by('m1')), approve(by('h1')), cancel())
    .when(approve(by('m1')), { policies: { annual: leaveWith({ ...terms, approval: ['hr', 'manager'] }) } })
    .thenRecorded('request-cancelled', { granted: true })
})

test('what is left is never nothing: somebody can always decide', () => {
  const steps = stepsOf([{ ...USUAL_TERMS, approval: ['hr', 'head'], roles: ROLES }])
  const left = (...agreed: readonly (string | null)[]) =>
    stepsLeft(steps, { agreed, cancellation: null }).map(({ role }) => role)
  expect(left()).toEqual(['hr', 'head'])
  expect(left('head')).toEqual(['hr'])
  expect(left('manager', 'hr')).toEqual(['head'])
  expect(left('hr', 'head')).toEqual(['head'])
  expect(stepsLeft(steps, { agreed: [], cancellation: 'all' }).map(({ role }) => role)).toEqual(['head'])
})
