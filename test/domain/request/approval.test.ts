import { describe, expect, test } from 'vitest'
import { stepsOf } from '../../../src/domain/request/approval.ts'
import { type RequestTerms, USUAL_TERMS } from '../../../src/domain/request/terms.ts'
import { accrual, dayAfter } from '../../support/builders.ts'
import { ADMIN, approve, cancel, change, reject, submit, TODAY, WEDNESDAY } from '../../support/builders-orders.ts'
import { given, leaveWith } from '../../support/builders-requests.ts'

const employee = (id: string) => ({ type: 'employee', id })
const system = (id: string) => ({ type: 'system', id })

function terms(...parts: readonly Partial<RequestTerms>[]): readonly RequestTerms[] {
  return parts.map((part) => ({ ...USUAL_TERMS, ...part }))
}

describe('the steps of an approval', () => {
  test('of policies that name nobody there is one, and anybody takes it', () => {
    expect(stepsOf([])).toEqual([{ role: null, holders: [] }])
    expect(stepsOf(terms({ approval: null }, { approval: [] }))).toEqual([{ role: null, holders: [] }])
  })

  test('are the roles, one after the other, with whoever has them', () => {
    expect(stepsOf(terms({ approval: ['boss', 'hr'], roles: { hr: ['b', 'a'], boss: ['c'] } }))).toEqual([
      { role: 'boss', holders: ['c'] },
      { role: 'hr', holders: ['a', 'b'] },
    ])
  })

  test('of several policies are all of them, each role once, in the order in which the policies are drawn on', () => {
    const roles = { hr: ['a'], boss: ['c'] }
    expect(stepsOf(terms({ approval: ['hr'], roles }, { approval: ['boss', 'hr'], roles }))).toEqual([
      { role: 'hr', holders: ['a'] },
      { role: 'boss', holders: ['c'] },
    ])
  })

  test('are two for a role that two policies give to others; holders in another order are the same', () => {
    const both = terms({ approval: ['hr'], roles: { hr: ['a', 'b'] } }, { approval: ['hr'], roles: { hr: ['b', 'a'] } })
    expect(stepsOf(both)).toHaveLength(1)
    const others = terms({ approval: ['hr'], roles: { hr: ['a'] } }, { approval: ['hr'], roles: { hr: ['b'] } })
    expect(stepsOf(others)).toEqual([
      { role: 'hr', holders: ['a'] },
      { role: 'hr', holders: ['b'] },
    ])
  })

  test('name nobody as the manager, nor for a role that the policy does not give, whatever it is called', () => {
    const asked = terms({ approval: ['manager', 'hr', 'constructor'], roles: { manager: ['x'] } })
    expect(stepsOf(asked)).toEqual([
      { role: 'manager', holders: [] },
      { role: 'hr', holders: [] },
      { role: 'constructor', holders: [] },
    ])
  })
})

describe('who may decide', () => {
  const byHr = given(submit()).underTerms({ approval: ['hr'], roles: { hr: ['h1', 'h2'] } })
  const forbidden = { code: 'forbidden', requestId: 'r1', role: 'hr' } as const
  const own = { code: 'own-request', requestId: 'r1', entity: 'e1' } as const

  test('anybody, where no policy names a role: but whoever it is for', () => {
    given(submit())
      .when(approve({ by: employee('x') }))
      .thenRecorded('request-approved', { role: null })
    given(submit())
      .when(approve({ by: employee('e1') }))
      .thenRefused(own)
    given(submit())
      .when(reject({ by: employee('e1') }))
      .thenRefused(own)
  })

  test('whoever has the role', () => {
    byHr.when(approve({ by: employee('h1') })).thenRecorded('request-approved', { role: 'hr' })
    byHr.when(reject({ by: employee('h2') })).thenRecorded('request-rejected', { role: 'hr' })
    byHr.when(approve({ by: employee('x') })).thenRefused(forbidden)
    byHr.when(reject({ by: employee('x') })).thenRefused(forbidden)
  })

  test('an administrator, and a system that decides elsewhere', () => {
    byHr.when(approve({ by: ADMIN })).thenRecorded('request-approved')
    byHr.when(approve({ by: system('hris') })).thenRecorded('request-approved')
  })

  test('never whoever it is for: not with the role, not as an administrator', () => {
    const ownRole = given(submit()).underTerms({ approval: ['hr'], roles: { hr: ['e1'] } })
    ownRole.when(approve({ by: employee('e1') })).thenRefused(own)
    ownRole.when(approve({ by: { type: 'admin', id: 'e1' } })).thenRefused(own)
  })

  test('a system that is called as the entity is nobody’s own', () => {
    given(submit())
      .when(approve({ by: system('e1') }))
      .thenRecorded('request-approved')
  })

  test('the manager whom the definition of the entity names', () => {
    const byManager = given(submit()).underTerms({ approval: ['manager'], roles: { manager: ['h1'] } })
    const managed = byManager.withPeople({ e1: { manager: 'b1' }, e2: { manager: 'h1' } })
    managed.when(approve({ by: employee('b1') })).thenRecorded('request-approved', { role: 'manager' })
    const refused = { ...forbidden, role: 'manager' }
    managed.when(approve({ by: employee('h1') })).thenRefused(refused)
    byManager.when(approve({ by: employee('h1') })).thenRefused(refused)
    byManager
      .withPeople({ e1: {} })
      .when(approve({ by: employee('null') }))
      .thenRefused(refused)
  })

  describe('whoever stands in today', () => {
    const standIn = (from: number, to: number, entity = 'h1') =>
      byHr
        .withStandIns({ s1: [{ entity, from: dayAfter(TODAY, from), to: dayAfter(TODAY, to) }] })
        .when(approve({ by: employee('s1') }))

    test('on the first and the last day of it, and between', () => {
      standIn(0, 0).thenRecorded('request-approved', { role: 'hr' })
      standIn(0, 5).thenRecorded('request-approved')
      standIn(-5, 0).thenRecorded('request-approved')
    })

    test('not before it, nor after it', () => {
      standIn(1, 5).thenRefused(forbidden)
      standIn(-5, -1).thenRefused(forbidden)
    })

    test('only for somebody who has the role', () => {
      standIn(0, 0, 'x').thenRefused(forbidden)
    })

    test('not for what is their own', () => {
      byHr
        .withStandIns({ e1: [{ entity: 'h1', from: TODAY, to: TODAY }] })
        .when(approve({ by: employee('e1') }))
        .thenRefused(own)
    })

    test('not for what is theirs for whom they stand in, whatever role they have themselves', () => {
      const standingIn = (from: number, role: string) =>
        given(submit())
          .underTerms({ approval: ['hr'], roles: { hr: [role] } })
          .withStandIns({ s1: [{ entity: 'e1', from: dayAfter(TODAY, from), to: dayAfter(TODAY, 5) }] })
          .when(approve({ by: employee('s1') }))
      standingIn(0, 'e1').thenRefused(own)
      standingIn(0, 's1').thenRefused(own)
      standingIn(1, 's1').thenRecorded('request-approved')
    })

    test('one of several periods is enough', () => {
      const periods = [
        { entity: 'x', from: TODAY, to: TODAY },
        { entity: 'h2', from: TODAY, to: TODAY },
      ]
      byHr
        .withStandIns({ s1: periods })
        .when(approve({ by: employee('s1') }))
        .thenRecorded('request-approved')
    })
  })
})

describe('one step after the other', () => {
  const two = given(submit()).underTerms({ approval: ['hr', 'boss'], roles: { hr: ['h1'], boss: ['b1'] } })

  test('each by whoever has its role', () => {
    two.when(approve({ by: employee('b1') })).thenRefused({ code: 'forbidden', requestId: 'r1', role: 'hr' })
    const half = two.and(approve({ by: employee('h1') }))
    half.when(approve({ by: employee('h1') })).thenRefused({ code: 'forbidden', requestId: 'r1', role: 'boss' })
    half.when(approve({ by: employee('b1') })).thenRecorded('request-approved', { role: 'boss' })
    half.when(reject({ by: employee('b1') })).thenRecorded('request-rejected', { role: 'boss' })
  })

  test('a policy that asks for less meanwhile has the last step left', () => {
    const one = { annual: leaveWith({ approval: ['boss'], roles: { boss: ['b1'] } }) }
    two
      .and(approve({ by: employee('h1') }))
      .when(approve({ by: employee('b1') }), { policies: one })
      .thenRecorded('request-approved', { role: 'boss' })
  })

  test('a change begins with the first again', () => {
    two
      .and(approve({ by: employee('h1') }), change({ to: WEDNESDAY }))
      .when(approve({ by: employee('b1') }))
      .thenRefused({ code: 'forbidden', requestId: 'r1', role: 'hr' })
  })

  test('all policies that are drawn on have theirs', () => {
    const policies = {
      annual: leaveWith({ priority: 1, approval: ['hr'], roles: { hr: ['h1'] } }),
      carried: leaveWith({ approval: ['boss'], roles: { boss: ['b1'] } }),
    }
    const split = given(accrual('1'), accrual('5', { policy: 'carried' }), submit()).under(policies)
    split.when(approve({ by: employee('h1') })).thenRecorded('request-step-approved', { role: 'hr', status: 'pending' })
    split
      .and(approve({ by: employee('h1') }))
      .when(approve({ by: employee('b1') }))
      .thenRecorded('request-approved', { role: 'boss' })
  })
})

describe('a cancellation that is asked for', () => {
  const TERMS = { approval: ['hr', 'boss'], roles: { hr: ['h1'], boss: ['b1'] }, cancellation: 'ask' } as const
  const approved = given(submit(), approve({ by: employee('h1') }), approve({ by: employee('b1') })).underTerms(TERMS)

  test('is decided by whoever decides last', () => {
    const asked = approved.and(cancel())
    asked.when(approve({ by: employee('h1') })).thenRefused({ code: 'forbidden', requestId: 'r1', role: 'boss' })
    asked.when(approve({ by: employee('b1') })).thenRecorded('request-cancelled', { granted: true })
    asked.when(reject({ by: employee('b1') })).thenRecorded('request-cancellation-refused')
  })

  test('is decided by whoever decides last by now, where a policy asks for more meanwhile', () => {
    const more = {
      ...TERMS,
      approval: ['hr', 'boss', 'law', 'owner'],
      roles: { ...TERMS.roles, law: ['l1'], owner: ['o1'] },
    }
    const asked = (by: string) =>
      approved.and(cancel()).when(approve({ by: employee(by) }), { policies: { annual: leaveWith(more) } })
    asked('l1').thenRefused({ code: 'forbidden', requestId: 'r1', role: 'owner' })
    asked('o1').thenRecorded('request-cancelled', { granted: true })
  })

  test('is not asked for by whoever decides last, but done', () => {
    approved.when(cancel({ by: employee('b1') })).thenRecorded('request-cancelled')
    approved.when(cancel({ by: ADMIN })).thenRecorded('request-cancelled')
    approved.when(cancel({ by: employee('h1') })).thenRecorded('request-cancellation-asked')
    approved.when(change({ to: WEDNESDAY }, { by: employee('b1') })).thenRecorded('request-changed')
  })

  test('is only asked for by whoever it is for, whatever else they are', () => {
    given(submit(), approve())
      .underTerms({ cancellation: 'ask' })
      .when(cancel({ by: { type: 'admin', id: 'e1' } }))
      .thenRecorded('request-cancellation-asked')
  })
})
