import { describe, expect, test } from 'vitest'
import { accrual, day } from '../../support/builders.ts'
import { ADMIN, approve, cancel, DECIDER, EMPLOYEE, MONDAY, submit, TUESDAY } from '../../support/builders-orders.ts'
import { given, type leaveWith } from '../../support/builders-requests.ts'

// Leave that was approved elsewhere, or is entered by whoever decides.

const entered = (also: Parameters<typeof submit>[0] = {}) => submit({ isDecided: true, by: ADMIN, ...also })

describe('leave that is entered as approved', () => {
  test('is taken at once, in the event of its submission', () => {
    given()
      .when(entered())
      .thenRecorded('request-submitted', { status: 'approved', decided: 'approved' })
      .thenLines('consumption annual 2026-07-06 -1.00 full', 'consumption annual 2026-07-07 -1.00 full')
      .thenShown({ status: 'approved', decidedAt: 'at 2', decidedBy: ADMIN })
  })

  test('is held to no notice, no time ahead and no blackout, and says so', () => {
    const blackouts = [{ from: MONDAY, to: MONDAY, name: 'fair' }]
    given()
      .underTerms({ minNoticeDays: 90, maxDaysAhead: 1, blackouts })
      .when(entered())
      .thenChecked(
        'blackouts-waived',
        'day-free',
        'employed',
        'max-consecutive-days',
        'max-days-ahead-waived',
        'may-decide',
        'min-notice-days-waived',
        'overdraft',
        'working-days',
      )
    given(accrual('5', { effectiveOn: day('2019-01-01') }))
      .underTerms({ minNoticeDays: 14 })
      .when(entered({ from: day('2019-03-04'), to: day('2019-03-05') }))
      .thenHolds('2019-03-04 1.00', '2019-03-05 1.00')
  })

  test('is held to everything else', () => {
    const rule = (terms: Parameters<typeof leaveWith>[0], hiredOn: string | null = null) =>
      given()
        .underTerms(terms)
        .withPeople({ e1: { employments: hiredOn === null ? [] : [{ from: day(hiredOn), to: null }] } })
        .when(entered())
    rule({ maxConsecutiveDays: 1 }).thenRefused({ code: 'rule-violated', rule: 'max-consecutive-days', limit: '1' })
    rule({ waitingDays: 90 }, '2026-06-01').thenRefused({ code: 'rule-violated', rule: 'waiting-days', limit: '90' })
    expect(given(accrual('1')).when(entered()).outcome).toBe('insufficient-balance')
    expect(given(entered({ request: 'r2' })).when(entered()).outcome).toBe('day-taken')
  })

  test('is entered by who may take every step, and never by whoever it is for', () => {
    given()
      .when(entered({ by: EMPLOYEE }))
      .thenRefused({ code: 'own-request', requestId: 'r1', entity: 'e1' })
    given()
      .when(entered({ by: { type: 'admin', id: 'e1' } }))
      .thenRefused({
        code: 'own-request',
        requestId: 'r1',
        entity: 'e1',
      })
    given()
      .when(entered({ by: { type: 'system', id: 'payroll' } }))
      .thenRequest({ status: 'approved' })
    const chain = given()
      .underTerms({ approval: ['manager', 'hr'], roles: { hr: ['h1', 'm1'] } })
      .withPeople({ e1: { manager: 'm1' } })
    chain.when(entered({ by: DECIDER })).thenRequest({ status: 'approved' })
    chain
      .when(entered({ by: { type: 'employee', id: 'h1' } }))
      .thenRefused({ code: 'forbidden', requestId: 'r1', role: 'manager' })
  })

  test('is a request like any other from then on', () => {
    given(entered())
      .when(cancel({ days: [TUESDAY] }))
      .thenLines('reversal of 2.2')
    given(entered())
      .when(approve())
      .thenRefused({ code: 'invalid-transition', requestId: 'r1', currentStatus: 'approved', currentVersion: 1 })
  })
})
