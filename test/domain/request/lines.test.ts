import { expect, test } from 'vitest'
import { withoutLines } from '../../../src/domain/request/lines.ts'
import { accrual, day } from '../../support/builders.ts'
import { bookState } from '../../support/builders-given.ts'
import {
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
import { given, leaveWith } from '../../support/builders-requests.ts'

// What each order records in the ledger, and what the request holds afterwards.

test('submitting holds every working day', () => {
  given()
    .when(submit())
    .thenRecorded('request-submitted', {
      request: 'r1',
      version: 1,
      status: 'pending',
      entity: 'e1',
      resource: 'leave',
      policy: null,
      from: MONDAY,
      to: TUESDAY,
      fromPortion: 'full',
      toPortion: 'full',
      hoursPerDay: null,
      days: [
        { date: MONDAY, portion: 'full' },
        { date: TUESDAY, portion: 'full' },
      ],
    })
    .thenLines('pending annual 2026-07-06 -1.00 full', 'pending annual 2026-07-07 -1.00 full')
    .thenRequest({ agreed: [], cancellation: null, givenBack: [], submittedAt: 2, position: 2 })
    .thenChecked('day-free', 'employed', 'max-consecutive-days', 'max-days-ahead', 'overdraft', 'working-days')
})

test('approving takes what was held, in the same event', () => {
  given(submit())
    .when(approve())
    .thenRecorded('request-approved', { status: 'approved', role: null })
    .thenLines(
      'reversal of 2.1',
      'reversal of 2.2',
      'consumption annual 2026-07-06 -1.00 full',
      'consumption annual 2026-07-07 -1.00 full',
    )
    .thenRequest({ status: 'approved', agreed: [null], submittedAt: 2 })
    .thenChecked('day-free', 'may-decide', 'overdraft', 'request-status', 'request-version')
})

test('a step of several agrees, and leaves the days as they are held', () => {
  given(submit())
    .underTerms({ approval: ['hr', 'manager'], roles: { hr: ['m1'] } })
    .when(approve())
    .thenRecorded('request-step-approved', { status: 'pending', role: 'hr' })
    .thenLines()
    .thenRequest({ status: 'pending', agreed: ['hr'] })
})

test('rejecting frees all of it', () => {
  given(submit())
    .when(reject())
    .thenRecorded('request-rejected', { status: 'rejected', role: null })
    .thenLines('reversal of 2.1', 'reversal of 2.2')
    .thenHolds()
    .thenChecked('may-decide', 'request-status', 'request-version')
})

test('cancelling frees all of it, or the days that are named', () => {
  const approved = given(submit(), approve())
  approved
    .when(cancel())
    .thenRecorded('request-cancelled', { status: 'cancelled' })
    .thenLines('reversal of 3.3', 'reversal of 3.4')
    .thenHolds()
    .thenRequest({ givenBack: [] })
    .thenChecked('request-status', 'request-version')
  approved
    .when(cancel({ days: [TUESDAY] }))
    .thenRecorded('request-cancelled', { status: 'approved', days: [TUESDAY] })
    .thenLines('reversal of 3.4')
    .thenHolds('2026-07-06 1.00')
    .thenRequest({ givenBack: [TUESDAY] })
})

test('days that are cancelled one by one are all of it in the end', () => {
  given(submit(), cancel({ days: [TUESDAY] }))
    .when(cancel({ days: [MONDAY] }))
    .thenRecorded('request-cancelled', { status: 'cancelled', days: [MONDAY] })
    .thenRequest({ givenBack: [MONDAY, TUESDAY] })
})

test('only days that the request has can be cancelled', () => {
  given(submit())
    .when(cancel({ days: [TUESDAY, WEDNESDAY] }))
    .thenRefused({ code: 'rule-violated', rule: 'days-of-the-request', limit: '2026-07-06, 2026-07-07' })
})

test('a day that is drawn from two accounts is named once', () => {
  given(accrual('0.5'), accrual('5', { policy: 'carried' }), submit())
    .under({ annual: leaveWith({ priority: 1 }), carried: leaveWith({}) })
    .when(cancel({ days: [WEDNESDAY] }))
    .thenRefused({ code: 'rule-violated', rule: 'days-of-the-request', limit: '2026-07-06, 2026-07-07' })
})

test('a change frees the old days and holds the new ones, in one event', () => {
  given(submit())
    .when(change({ from: TUESDAY, to: WEDNESDAY }))
    .thenRecorded('request-changed', {
      status: 'pending',
      said: { from: TUESDAY, to: WEDNESDAY },
      from: TUESDAY,
      to: WEDNESDAY,
    })
    .thenLines(
      'reversal of 2.1',
      'reversal of 2.2',
      'pending annual 2026-07-07 -1.00 full',
      'pending annual 2026-07-08 -1.00 full',
    )
    .thenRequest({ version: 2, from: TUESDAY, to: WEDNESDAY })
    .thenChecked(
      'day-free',
      'employed',
      'max-consecutive-days',
      'max-days-ahead',
      'overdraft',
      'request-status',
      'request-version',
      'working-days',
    )
})

test('a change may spend what the request held', () => {
  const held = given(accrual('2'), submit())
  held.when(change({ from: TUESDAY, to: WEDNESDAY })).thenHolds('2026-07-07 1.00', '2026-07-08 1.00')
  held.when(change({ to: WEDNESDAY })).thenRefused({
    code: 'insufficient-balance',
    entity: 'e1',
    policy: 'annual',
    available: '2.00',
    requested: '3.00',
    firstViolatedOn: WEDNESDAY,
  })
})

test('what was approved is decided about again once it is changed, from the first step on', () => {
  given(submit(), approve())
    .when(change({ from: TUESDAY, to: WEDNESDAY }))
    .thenRecorded('request-changed', { status: 'pending' })
    .thenRequest({ status: 'pending', agreed: [] })
    .thenHolds('2026-07-07 1.00', '2026-07-08 1.00')
})

test('a change of nothing but portions keeps the days that were given back as they are', () => {
  const partly = given(submit({ to: WEDNESDAY }), cancel({ days: [TUESDAY] }))
  partly
    .when(change({ toPortion: 'am' }))
    .thenHolds('2026-07-06 1.00', '2026-07-08 0.50')
    .thenRequest({ givenBack: [TUESDAY] })
  partly
    .when(change({ to: WEDNESDAY }))
    .thenHolds('2026-07-06 1.00', '2026-07-07 1.00', '2026-07-08 1.00')
    .thenRequest({ givenBack: [] })
  partly
    .when(change({ from: MONDAY }))
    .thenHolds('2026-07-06 1.00', '2026-07-07 1.00', '2026-07-08 1.00')
    .thenRequest({ givenBack: [] })
})

test('a day that somebody else holds refuses the whole request', () => {
  given(submit({ request: 'r2', from: TUESDAY, to: TUESDAY }))
    .when(submit())
    .thenRefused({ code: 'day-taken', entity: 'e1', date: TUESDAY, portion: 'full', takenBy: '2.1' })
})

test('every line names its request, and no version of an account', () => {
  const { transactions } = given().when(submit()).accepted()
  expect(transactions.map(({ reference }) => reference)).toEqual(['r1', 'r1'])
})

test('an event says what it has to say, and no more', () => {
  const dataOf = (order: Order) =>
    given(submit(), approve()).underTerms({ cancellation: 'ask' }).when(order).accepted().recorded?.data
  const next = { request: 'r1', version: 3 }
  expect(dataOf(cancel())).toStrictEqual({ ...next, status: 'approved' })
  expect(dataOf(cancel({ by: DECIDER }))).toStrictEqual({ ...next, status: 'cancelled' })
  expect(dataOf(cancel({ by: DECIDER, postToday: true }))).toStrictEqual({
    ...next,
    status: 'cancelled',
    intoClosedPeriod: 'post-today',
  })
})

test('a day that is split stays so when it is approved, and claimed once', () => {
  given(accrual('0.5'), accrual('5', { policy: 'carried' }), submit({ to: MONDAY }))
    .under({ annual: leaveWith({ priority: 1 }), carried: leaveWith({}) })
    .when(approve())
    .thenLines(
      'reversal of 3.1',
      'reversal of 3.2',
      'consumption annual 2026-07-06 -0.50 full',
      'consumption carried 2026-07-06 -0.50 unclaimed',
    )
})

test('what a request draws on exists', () => {
  expect(() => given(submit()).when(reject(), { policies: {} })).toThrow('policy annual, which does not exist')
  expect(() => given(submit()).when(recount(), { policies: {} })).toThrow('e1/annual, which is no account')
  const line = { position: 2, line: 1, date: MONDAY, effectiveOn: MONDAY, policy: 'annual', amount: 1n, scale: 0 }
  expect(() => withoutLines({ ...bookState({}), accounts: new Map() }, 'e1', [{ ...line, portion: null }])).toThrow(
    'e1/annual, which is no account',
  )
})

test('a request is a stream, and its version that of its event', () => {
  const { recorded } = given(submit()).when(approve()).accepted()
  expect(recorded?.stream).toEqual({ name: 'request:r1', version: 2 })
})

test('lines for a closed month are recorded today where that is said, and about their own day', () => {
  const closed = { closed: ['2026-07' as never] }
  given()
    .when(submit({ from: MONDAY, to: MONDAY }), { ...closed, today: day('2026-07-08') })
    .thenRefused({ code: 'period-closed', period: '2026-07' as never })
  const next = { ...closed, today: day('2026-08-03') }
  given()
    .when(submit({ to: MONDAY }), next)
    .thenRefused({ code: 'period-closed', period: '2026-07' as never })
  given()
    .when(submit({ to: MONDAY, postToday: true }), next)
    .thenRecorded('request-submitted', { intoClosedPeriod: 'post-today' })
    .thenLines('pending annual 2026-08-03 for 2026-07-06 -1.00 full')
    .thenRequest({ lines: [expect.objectContaining({ date: MONDAY, effectiveOn: day('2026-08-03') })] })
})

test('what is left counts on the day that a line takes effect', () => {
  given(accrual('1', { effectiveOn: day('2026-08-01') }))
    .on('2026-08-03')
    .withClosed('2026-07')
    .when(submit({ to: MONDAY, postToday: true }))
    .thenHolds('2026-07-06 1.00')
})
