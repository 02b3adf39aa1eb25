import { describe, expect, test } from 'vitest'
import { evolveRequest } from '../../../src/domain/request/evolve-request.ts'
import { isRequestEvent, requestOfStream, streamOfRequest } from '../../../src/domain/request/request.ts'
import { type ShownRequest, shownRequest } from '../../../src/domain/request/shown.ts'
import { accrual, policy } from '../../support/builders.ts'
import {
  ADMIN,
  approve,
  CAUSE,
  cancel,
  change,
  DECIDER,
  EMPLOYEE,
  MONDAY,
  recount,
  reject,
  submit,
  TUESDAY,
  WEDNESDAY,
} from '../../support/builders-orders.ts'
import { given, leaveWith, working } from '../../support/builders-requests.ts'

// A request as its events make it.

describe('what is shown of a request', () => {
  test('that waits', () => {
    given()
      .when(submit())
      .thenShown({
        id: 'r1',
        entity: 'e1',
        resource: 'leave',
        policy: null,
        status: 'pending',
        version: 1,
        from: MONDAY,
        to: TUESDAY,
        fromPortion: 'full',
        toPortion: 'full',
        hoursPerDay: null,
        days: [
          { date: MONDAY, portion: 'full', amount: '1.00', policy: 'annual', status: 'pending' },
          { date: TUESDAY, portion: 'full', amount: '1.00', policy: 'annual', status: 'pending' },
        ],
        total: '2.00',
        cancellation: null,
        reason: 'comment 2',
        submittedAt: 'at 2',
        submittedBy: EMPLOYEE,
        decidedAt: null,
        decidedBy: null,
        history: [
          { version: 1, type: 'request-submitted', at: 'at 2', by: EMPLOYEE, comment: 'comment 2', cause: null },
        ],
      })
  })

  test('that was approved: by whom, and when', () => {
    given(submit())
      .when(approve())
      .thenShown({
        status: 'approved',
        days: [
          { date: MONDAY, portion: 'full', amount: '1.00', policy: 'annual', status: 'approved' },
          { date: TUESDAY, portion: 'full', amount: '1.00', policy: 'annual', status: 'approved' },
        ],
        reason: 'comment 2',
        submittedAt: 'at 2',
        decidedAt: 'at 3',
        decidedBy: DECIDER,
      })
  })

  test('that was rejected: it holds nothing', () => {
    given(submit())
      .when(reject())
      .thenShown({ status: 'rejected', days: [], total: '0.00', decidedAt: 'at 3', decidedBy: DECIDER })
  })

  test('that was granted at once: when, and by nobody', () => {
    const granted = given().underTerms({ automaticUpTo: '2' })
    granted.when(submit()).thenShown({ status: 'approved', decidedAt: 'at 2', decidedBy: null })
    granted
      .and(submit())
      .when(change({ from: TUESDAY, to: WEDNESDAY }))
      .thenShown({ status: 'approved', decidedAt: 'at 3', decidedBy: null })
  })

  test('that waits again: of the decision before nothing', () => {
    given(submit(), approve())
      .when(change({ to: WEDNESDAY }))
      .thenShown({ status: 'pending', decidedAt: null, decidedBy: null })
  })

  test('that only gave up days: the decision before stands', () => {
    given(submit(), approve())
      .when(change({ to: MONDAY }))
      .thenShown({ status: 'approved', decidedAt: 'at 3', decidedBy: DECIDER })
    given(submit(), change({ to: MONDAY }))
      .underTerms({ automaticUpTo: '2' })
      .when(change({ toPortion: 'am' }))
      .thenShown({ status: 'approved', decidedAt: 'at 2', decidedBy: null })
  })

  test('a step, a cancellation and a recount are no decisions; the one before stands', () => {
    given(submit())
      .underTerms({ approval: ['hr', 'boss'], roles: { hr: ['m1'] } })
      .when(approve())
      .thenShown({ decidedAt: null, decidedBy: null })
    given(submit(), approve()).when(cancel()).thenShown({ decidedAt: 'at 3', decidedBy: DECIDER, status: 'cancelled' })
    given(submit(), approve())
      .when(recount(), { people: { e1: { time: working({ mon: '0' }) } } })
      .thenShown({
        decidedAt: 'at 3',
        decidedBy: DECIDER,
        total: '1.00',
        history: [
          { version: 1, type: 'request-submitted', at: 'at 2', by: EMPLOYEE, comment: 'comment 2', cause: null },
          { version: 2, type: 'request-approved', at: 'at 3', by: DECIDER, comment: 'comment 3', cause: null },
          { version: 3, type: 'request-recounted', at: 'at 4', by: ADMIN, comment: 'comment 4', cause: CAUSE },
        ],
      })
  })

  test('that nobody has decided when it is cancelled: no decision', () => {
    given(submit()).when(cancel()).thenShown({ status: 'cancelled', decidedAt: null, decidedBy: null })
  })

  test('whose cancellation is asked for', () => {
    given(submit(), approve())
      .underTerms({ cancellation: 'ask' })
      .when(cancel({ days: [MONDAY] }))
      .thenShown({ cancellation: { days: [MONDAY] }, status: 'approved', decidedAt: 'at 3' })
  })

  test('the portion of a day as it was counted last', () => {
    const portionsOf = ({ days }: ShownRequest) => days.map(({ portion }) => portion)
    expect(portionsOf(given().when(submit({ toPortion: 'am' })).shown)).toEqual(['full', 'am'])
    expect(portionsOf(given(submit()).when(change({ toPortion: 'am' })).shown)).toEqual(['full', 'am'])
    const halved = { people: { e1: { time: working({ mon: '0.5' }) } } }
    expect(portionsOf(given(submit()).when(recount(), halved).shown)).toEqual(['am', 'full'])
  })

  test('amounts with the decimals of their policies, the sum with the most of them', () => {
    given(accrual('1'), accrual('5', { policy: 'carried' }))
      .under({ annual: leaveWith({ priority: 1 }, { scale: 1 }), carried: policy({ scale: 3 }) })
      .when(submit())
      .thenShown({
        days: [
          { date: MONDAY, portion: 'full', amount: '1.0', policy: 'annual', status: 'pending' },
          { date: TUESDAY, portion: 'full', amount: '1.000', policy: 'carried', status: 'pending' },
        ],
        total: '2.000',
      })
  })

  test('is nothing without an event', () => {
    expect(() => shownRequest([])).toThrow('without an event')
  })
})

describe('the events of a request', () => {
  test('begin with its submission', () => {
    const fact = {
      type: 'request-rejected',
      data: { request: 'r1', version: 2, status: 'rejected', role: null },
    } as const
    expect(() => evolveRequest(undefined, fact, { position: 2, transactions: [] })).toThrow('begins with')
  })

  test('are told apart from others, and so are their streams', () => {
    expect(isRequestEvent('request-approved')).toBe(true)
    expect(isRequestEvent('accrual-recorded')).toBe(false)
    expect(streamOfRequest('r1')).toBe('request:r1')
    expect(requestOfStream('request:r1')).toBe('r1')
    expect(requestOfStream('entity:r1')).toBeNull()
    expect(requestOfStream(null)).toBeNull()
  })
})
