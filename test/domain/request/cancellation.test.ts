import { describe, test } from 'vitest'
import { accrual } from '../../support/builders.ts'
import {
  ADMIN,
  approve,
  cancel,
  change,
  EMPLOYEE,
  MONDAY,
  reject,
  submit,
  TUESDAY,
  WEDNESDAY,
} from '../../support/builders-orders.ts'
import { given, leaveWith } from '../../support/builders-requests.ts'

// How what was approved is given back: at once, or only once somebody agrees.

describe('cancellation', () => {
  const approved = given(submit(), approve())

  test('free: whoever asks takes it back', () => {
    approved.underTerms({ cancellation: 'free' }).when(cancel()).thenRecorded('request-cancelled')
  })

  test('ask: it is asked for, and the request stays as it is', () => {
    approved
      .underTerms({ cancellation: 'ask' })
      .when(cancel())
      .thenRecorded('request-cancellation-asked', { status: 'approved' })
      .thenLines()
      .thenRequest({ cancellation: 'all' })
      .thenHolds('2026-07-06 1.00', '2026-07-07 1.00')
    approved
      .underTerms({ cancellation: 'ask' })
      .when(cancel({ days: [MONDAY] }))
      .thenRecorded('request-cancellation-asked', { days: [MONDAY] })
      .thenRequest({ cancellation: [MONDAY] })
  })

  test('ask: what nobody has approved yet is cancelled at once', () => {
    given(submit()).underTerms({ cancellation: 'ask' }).when(cancel()).thenRecorded('request-cancelled')
  })

  test('ask: it may not be changed by somebody who may not decide', () => {
    approved
      .underTerms({ cancellation: 'ask' })
      .when(change({ to: WEDNESDAY }))
      .thenRefused({ code: 'rule-violated', rule: 'cancellation', limit: 'ask' })
  })

  test('one policy of several that says ask is enough', () => {
    given(accrual('1'), accrual('5', { policy: 'carried' }), submit(), approve())
      .under({ annual: leaveWith({ priority: 1 }), carried: leaveWith({ cancellation: 'ask' }) })
      .when(cancel())
      .thenRecorded('request-cancellation-asked')
  })

  test('agreed, what was asked for is free', () => {
    const asked = approved.underTerms({ cancellation: 'ask' })
    asked
      .and(cancel({ days: [MONDAY] }))
      .when(approve())
      .thenRecorded('request-cancelled', { days: [MONDAY], granted: true, status: 'approved' })
      .thenHolds('2026-07-07 1.00')
      .thenRequest({ cancellation: null, givenBack: [MONDAY] })
    asked.and(cancel()).when(approve()).thenRecorded('request-cancelled', { granted: true, status: 'cancelled' })
  })

  test('not agreed, all stays, and it may be asked for again', () => {
    const asked = approved.underTerms({ cancellation: 'ask' }).and(cancel())
    asked
      .when(reject())
      .thenRecorded('request-cancellation-refused', { status: 'approved' })
      .thenLines()
      .thenHolds('2026-07-06 1.00', '2026-07-07 1.00')
      .thenRequest({ cancellation: null })
    asked.and(reject()).when(cancel()).thenRecorded('request-cancellation-asked')
  })

  test('nobody agrees to their own', () => {
    approved
      .underTerms({ cancellation: 'ask' })
      .and(cancel())
      .when(approve({ by: EMPLOYEE }))
      .thenRefused({ code: 'own-request', requestId: 'r1', entity: 'e1' })
  })

  test('other days take the place of those that were asked for; the same ones are nothing new', () => {
    const asked = approved.underTerms({ cancellation: 'ask' }).and(cancel({ days: [MONDAY] }))
    asked.when(cancel({ days: [TUESDAY] })).thenRequest({ cancellation: [TUESDAY] })
    asked.when(cancel({ days: [MONDAY, TUESDAY] })).thenRequest({ cancellation: [MONDAY, TUESDAY] })
    asked.when(cancel()).thenRequest({ cancellation: 'all' })
    asked
      .when(cancel({ days: [MONDAY] }))
      .thenRefused({ code: 'invalid-transition', requestId: 'r1', currentStatus: 'approved', currentVersion: 3 })
  })

  test('days that are cancelled at once are no longer asked for; the others still are', () => {
    const asked = approved.underTerms({ cancellation: 'ask' })
    const some = asked.and(cancel({ days: [MONDAY, TUESDAY] }))
    some.when(cancel({ by: ADMIN, days: [MONDAY] })).thenRequest({ cancellation: [TUESDAY] })
    asked
      .and(cancel({ days: [MONDAY] }))
      .when(cancel({ by: ADMIN, days: [MONDAY] }))
      .thenRequest({ cancellation: null })
    asked
      .and(cancel())
      .when(cancel({ by: ADMIN, days: [MONDAY] }))
      .thenRequest({ cancellation: 'all' })
    asked
      .and(cancel())
      .when(cancel({ by: ADMIN }))
      .thenRequest({ cancellation: null })
    given(submit({ to: WEDNESDAY }), approve(), cancel({ days: [TUESDAY] }))
      .underTerms({ cancellation: 'ask' })
      .when(cancel({ by: ADMIN, days: [MONDAY] }))
      .thenRequest({ cancellation: [TUESDAY] })
  })
})
