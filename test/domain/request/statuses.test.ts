import { describe, expect, test } from 'vitest'
import {
  ADMIN,
  approve,
  cancel,
  change,
  DECIDER,
  MONDAY,
  type Order,
  recount,
  reject,
  submit,
  TUESDAY,
  WEDNESDAY,
} from '../../support/builders-orders.ts'
import { given } from '../../support/builders-requests.ts'

/*
 * Every status of a request, met by every order. The policy has two steps of approval, of `hr` and of `boss`, and asks
 * for cancellations of what was approved.
 */

const TERMS = { approval: ['hr', 'boss'], roles: { hr: ['m1'], boss: ['m1'] }, cancellation: 'ask' } as const

const STATUSES = {
  'not there': [],
  pending: [submit()],
  'half approved': [submit(), approve()],
  approved: [submit(), approve(), approve()],
  'asked back': [submit(), approve(), approve(), cancel()],
  'asked back in part': [submit(), approve(), approve(), cancel({ days: [MONDAY] })],
  'given back in part': [submit(), approve(), approve(), cancel({ by: ADMIN, days: [MONDAY] })],
  rejected: [submit(), reject()],
  cancelled: [submit(), cancel()],
} as const satisfies Record<string, readonly Order[]>

const ORDERS = {
  submit: submit(),
  approve: approve(),
  reject: reject(),
  'cancel, by whoever it is for': cancel(),
  'cancel, by whoever may decide': cancel({ by: DECIDER }),
  'cancel Monday, by whoever it is for': cancel({ days: [MONDAY] }),
  'cancel Tuesday, by whoever may decide': cancel({ by: DECIDER, days: [TUESDAY] }),
  'change, by whoever it is for': change({ to: WEDNESDAY }),
  'change, by whoever may decide': change({ to: WEDNESDAY }, { by: DECIDER }),
  'recount, with nothing different': recount(),
} as const satisfies Record<string, Order>

const OUTCOMES: Record<keyof typeof STATUSES, Record<keyof typeof ORDERS, string>> = {
  'not there': {
    submit: 'request-submitted → pending',
    approve: 'unknown-request',
    reject: 'unknown-request',
    'cancel, by whoever it is for': 'unknown-request',
    'cancel, by whoever may decide': 'unknown-request',
    'cancel Monday, by whoever it is for': 'unknown-request',
    'cancel Tuesday, by whoever may decide': 'unknown-request',
    'change, by whoever it is for': 'unknown-request',
    'change, by whoever may decide': 'unknown-request',
    'recount, with nothing different': 'unknown-request',
  },
  pending: {
    submit: 'version-conflict',
    approve: 'request-step-approved → pending',
    reject: 'request-rejected → rejected',
    'cancel, by whoever it is for': 'request-cancelled → cancelled',
    'cancel, by whoever may decide': 'request-cancelled → cancelled',
    'cancel Monday, by whoever it is for': 'request-cancelled → pending',
    'cancel Tuesday, by whoever may decide': 'request-cancelled → pending',
    'change, by whoever it is for': 'request-changed → pending',
    'change, by whoever may decide': 'request-changed → pending',
    'recount, with nothing different': 'invalid-transition',
  },
  'half approved': {
    submit: 'version-conflict',
    approve: 'request-approved → approved',
    reject: 'request-rejected → rejected',
    'cancel, by whoever it is for': 'request-cancelled → cancelled',
    'cancel, by whoever may decide': 'request-cancelled → cancelled',
    'cancel Monday, by whoever it is for': 'request-cancelled → pending',
    'cancel Tuesday, by whoever may decide': 'request-cancelled → pending',
    'change, by whoever it is for': 'request-changed → pending',
    'change, by whoever may decide': 'request-changed → pending',
    'recount, with nothing different': 'invalid-transition',
  },
  approved: {
    submit: 'version-conflict',
    approve: 'invalid-transition',
    reject: 'invalid-transition',
    'cancel, by whoever it is for': 'request-cancellation-asked → approved',
    'cancel, by whoever may decide': 'request-cancelled → cancelled',
    'cancel Monday, by whoever it is for': 'request-cancellation-asked → approved',
    'cancel Tuesday, by whoever may decide': 'request-cancelled → approved',
    'change, by whoever it is for': 'rule-violated',
    'change, by whoever may decide': 'request-changed → pending',
    'recount, with nothing different': 'invalid-transition',
  },
  'asked back': {
    submit: 'version-conflict',
    approve: 'request-cancelled → cancelled',
    reject: 'request-cancellation-refused → approved',
    'cancel, by whoever it is for': 'invalid-transition',
    'cancel, by whoever may decide': 'request-cancelled → cancelled',
    'cancel Monday, by whoever it is for': 'request-cancellation-asked → approved',
    'cancel Tuesday, by whoever may decide': 'request-cancelled → approved',
    'change, by whoever it is for': 'rule-violated',
    'change, by whoever may decide': 'request-changed → pending',
    'recount, with nothing different': 'invalid-transition',
  },
  'asked back in part': {
    submit: 'version-conflict',
    approve: 'request-cancelled → approved',
    reject: 'request-cancellation-refused → approved',
    'cancel, by whoever it is for': 'request-cancellation-asked → approved',
    'cancel, by whoever may decide': 'request-cancelled → cancelled',
    'cancel Monday, by whoever it is for': 'invalid-transition',
    'cancel Tuesday, by whoever may decide': 'request-cancelled → approved',
    'change, by whoever it is for': 'rule-violated',
    'change, by whoever may decide': 'request-changed → pending',
    'recount, with nothing different': 'invalid-transition',
  },
  'given back in part': {
    submit: 'version-conflict',
    approve: 'invalid-transition',
    reject: 'invalid-transition',
    'cancel, by whoever it is for': 'request-cancellation-asked → approved',
    'cancel, by whoever may decide': 'request-cancelled → cancelled',
    'cancel Monday, by whoever it is for': 'rule-violated',
    'cancel Tuesday, by whoever may decide': 'request-cancelled → cancelled',
    'change, by whoever it is for': 'rule-violated',
    'change, by whoever may decide': 'request-changed → pending',
    'recount, with nothing different': 'invalid-transition',
  },
  rejected: {
    submit: 'version-conflict',
    approve: 'invalid-transition',
    reject: 'invalid-transition',
    'cancel, by whoever it is for': 'invalid-transition',
    'cancel, by whoever may decide': 'invalid-transition',
    'cancel Monday, by whoever it is for': 'invalid-transition',
    'cancel Tuesday, by whoever may decide': 'invalid-transition',
    'change, by whoever it is for': 'invalid-transition',
    'change, by whoever may decide': 'invalid-transition',
    'recount, with nothing different': 'invalid-transition',
  },
  cancelled: {
    submit: 'version-conflict',
    approve: 'invalid-transition',
    reject: 'invalid-transition',
    'cancel, by whoever it is for': 'invalid-transition',
    'cancel, by whoever may decide': 'invalid-transition',
    'cancel Monday, by whoever it is for': 'invalid-transition',
    'cancel Tuesday, by whoever may decide': 'invalid-transition',
    'change, by whoever it is for': 'invalid-transition',
    'change, by whoever may decide': 'invalid-transition',
    'recount, with nothing different': 'invalid-transition',
  },
}

describe.each(Object.entries(STATUSES))('a request that is %s', (status, steps) => {
  const outcomes = OUTCOMES[status as keyof typeof STATUSES]
  test.each(Object.entries(ORDERS))('%s', (name, order) => {
    const { outcome } = given(...steps)
      .underTerms(TERMS)
      .when(order)
    expect(outcome).toBe(outcomes[name as keyof typeof ORDERS])
  })
})

describe('a version', () => {
  const pending = given(submit())

  test('is the one that the caller saw, or nothing happens', () => {
    const conflict = { code: 'version-conflict', requestId: 'r1', currentVersion: 1 } as const
    pending.when(approve({ expectedVersion: 0 })).thenRefused({ ...conflict, expectedVersion: 0 })
    pending.when(cancel({ expectedVersion: 2 })).thenRefused({ ...conflict, expectedVersion: 2 })
    pending.when(submit()).thenRefused({ ...conflict, expectedVersion: 0 })
  })

  test('counts events, and each says which it made', () => {
    pending.when(approve()).thenRecorded('request-approved', { version: 2 }).thenRequest({ version: 2, position: 3 })
  })

  test('of a request that is not there is none', () => {
    given().when(approve()).thenRefused({ code: 'unknown-request', requestId: 'r1' })
    given().when(recount()).thenRefused({ code: 'unknown-request', requestId: 'r1' })
  })

  test('is told with the status, where that does not allow what is asked', () => {
    given(submit(), reject())
      .when(approve())
      .thenRefused({ code: 'invalid-transition', requestId: 'r1', currentStatus: 'rejected', currentVersion: 2 })
  })
})
