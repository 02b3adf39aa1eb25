import { describe, expect, test } from 'vitest'
import { EVERY_DAY, type WorkTime } from '../../../src/domain/calendar/work-time.ts'
import { accrual, consumption, day } from '../../support/builders.ts'
import {
  approve,
  cancel,
  change,
  MONDAY,
  type Order,
  recount,
  reject,
  submit,
  TUESDAY,
  WEDNESDAY,
} from '../../support/builders-orders.ts'
import { given, leaveWith, working } from '../../support/builders-requests.ts'

/*
 * Somebody falls ill on days of approved annual leave. `r1` is the annual leave, Monday to Friday, 6 to 10 July; `s1` the sick
 * leave, whose policy displaces it and is granted at once.
 */

const FRIDAY = day('2026-07-10')
const SICK = { resource: 'sick', dayExclusive: true, overdraftLimit: null }
const POLICIES = {
  annual: leaveWith({}),
  sick: leaveWith({ approval: [], displaces: ['leave'] }, SICK),
}

type Submission = NonNullable<Parameters<typeof submit>[0]>

function sick(also: Submission = {}): Order {
  return submit({ request: 's1', resource: 'sick', from: TUESDAY, to: WEDNESDAY, ...also })
}

/** Approved from Monday to Friday, at positions 1 to 3. */
function onLeave(...steps: readonly Order[]) {
  return given(submit({ to: FRIDAY }), approve(), ...steps).under(POLICIES)
}

const ALL_WEEK = ['2026-07-06 1.00', '2026-07-07 1.00', '2026-07-08 1.00', '2026-07-09 1.00', '2026-07-10 1.00']
const WITHOUT_TUESDAY_AND_WEDNESDAY = ['2026-07-06 1.00', '2026-07-09 1.00', '2026-07-10 1.00']

describe('leave that takes days of other leave', () => {
  test('gives them back in the same event, a line each', () => {
    const ill = onLeave().when(sick())
    ill
      .thenRecorded('request-submitted', {
        displaced: [
          {
            request: 'r1',
            entity: 'e1',
            resource: 'leave',
            version: 3,
            status: 'approved',
            taken: [
              { date: TUESDAY, of: 'full', portion: 'full' },
              { date: WEDNESDAY, of: 'full', portion: 'full' },
            ],
            days: [
              { date: MONDAY, portion: 'full' },
              { date: day('2026-07-09'), portion: 'full' },
              { date: FRIDAY, portion: 'full' },
            ],
          },
        ],
      })
      .thenLines(
        'consumption sick 2026-07-07 -1.00 full',
        'consumption sick 2026-07-08 -1.00 full',
        'reversal of 3.7',
        'reversal of 3.8',
      )
      .thenHolds('2026-07-07 1.00', '2026-07-08 1.00')
      .thenOtherHolds('r1', ...WITHOUT_TUESDAY_AND_WEDNESDAY)
      .thenOther('r1', { status: 'approved', version: 3 })
    expect(ill.shownOther('r1')).toMatchObject({
      total: '3.00',
      displaced: [
        { date: TUESDAY, by: [{ request: 's1', portion: 'full' }] },
        { date: WEDNESDAY, by: [{ request: 's1', portion: 'full' }] },
      ],
      history: [
        { version: 1 },
        { version: 2, type: 'request-approved' },
        { version: 3, type: 'request-displaced', cause: { position: 4, type: 'request-submitted', about: 's1' } },
      ],
    })
    expect(ill.shownOther('s1')).toMatchObject({
      id: 's1',
      total: '2.00',
      days: [{ date: TUESDAY }, { date: WEDNESDAY }],
    })
  })

  test('takes them once it is approved, and none while it is pending or once it is rejected', () => {
    const asked = onLeave().under({ ...POLICIES, sick: leaveWith({ displaces: ['leave'] }, SICK) })
    asked.when(sick()).thenOtherHolds('r1', ...ALL_WEEK)
    asked
      .and(sick())
      .when(approve({ request: 's1' }))
      .thenOtherHolds('r1', ...WITHOUT_TUESDAY_AND_WEDNESDAY)
    asked
      .and(sick())
      .when(reject({ request: 's1' }))
      .thenOtherHolds('r1', ...ALL_WEEK)
  })

  test('whose approval has steps takes them with the last', () => {
    const terms = { displaces: ['leave'], approval: ['hr', 'manager'], roles: { hr: ['m1'] } }
    onLeave(sick(), approve({ request: 's1' }))
      .under({ ...POLICIES, sick: leaveWith(terms, SICK) })
      .withPeople({ e1: { manager: 'm1' } })
      .when(approve({ request: 's1' }))
      .thenOtherHolds('r1', ...WITHOUT_TUESDAY_AND_WEDNESDAY)
  })

  test('takes nothing of leave that is pending, of other resources, of other people, or of a plain consumption', () => {
    given(submit({ to: FRIDAY }))
      .under(POLICIES)
      .when(sick())
      .thenOtherHolds('r1', ...ALL_WEEK)
    onLeave()
      .under({ ...POLICIES, sick: leaveWith({ approval: [], displaces: ['other'] }, SICK) })
      .when(sick())
      .thenOtherHolds('r1', ...ALL_WEEK)
    onLeave()
      .when(sick({ entity: 'e2' }))
      .thenOtherHolds('r1', ...ALL_WEEK)
    given(accrual('9'), consumption('1', { effectiveOn: TUESDAY }))
      .under(POLICIES)
      .when(sick())
      .thenLines('consumption sick 2026-07-07 -1.00 full', 'consumption sick 2026-07-08 -1.00 full')
  })

  test('of a half day takes that half', () => {
    onLeave()
      .when(sick({ to: TUESDAY, fromPortion: 'pm' }))
      .thenLines('consumption sick 2026-07-07 -0.50 pm', 'reversal of 3.7', 'consumption annual 2026-07-07 -0.50 am')
    // Of other halves they share nothing.
    given(submit({ to: TUESDAY, toPortion: 'am' }), approve())
      .under(POLICIES)
      .when(sick({ to: TUESDAY, fromPortion: 'pm' }))
      .thenLines('consumption sick 2026-07-07 -0.50 pm')
  })

  test('of a half day takes the whole, where leave is counted in whole days; and it comes back whole', () => {
    const whole = leaveWith({}, { scale: 0 })
    const days = onLeave().under({ ...POLICIES, annual: whole })
    const ill = sick({ to: TUESDAY, fromPortion: 'pm' })
    days.when(ill).thenLines('consumption sick 2026-07-07 -0.50 pm', 'reversal of 3.7')
    days
      .and(ill)
      .when(cancel({ request: 's1' }))
      .thenLines('reversal of 4.1', 'consumption annual 2026-07-07 -1 full')
  })

  test('of hours between two times takes nothing', () => {
    const hours = leaveWith({ approval: [], displaces: ['leave'] }, { ...SICK, unit: 'hour', dayExclusive: false })
    onLeave()
      .under({ ...POLICIES, sick: hours })
      .withPeople({ e1: { time: working({}) } })
      .when(sick({ to: TUESDAY, fromTime: '09:00', toTime: '11:00' }))
      .thenLines('consumption sick 2026-07-07 -2.00 unclaimed')
      .thenOtherHolds('r1', ...ALL_WEEK)
  })

  test('which has nothing but such days is cancelled, and comes back as it was', () => {
    const short = given(submit(), approve()).under(POLICIES)
    const ill = sick({ from: MONDAY, to: TUESDAY })
    const gone = short.when(ill)
    gone.thenOther('r1', { status: 'cancelled', lines: [], lostAs: 'approved' })
    expect(gone.shownOther('r1')).toMatchObject({ status: 'cancelled', days: [], total: '0.00' })
    short
      .and(ill)
      .when(cancel({ request: 's1' }))
      .thenOther('r1', { status: 'approved', lostAs: null, displaced: [], version: 4 })
      .thenOtherHolds('r1', '2026-07-06 1.00', '2026-07-07 1.00')
  })
})

describe('days are taken again', () => {
  test('where all of the other leave is cancelled, or some of its days', () => {
    const back = onLeave(sick()).when(cancel({ request: 's1' }))
    back
      .thenLines(
        'reversal of 4.1',
        'reversal of 4.2',
        'consumption annual 2026-07-07 -1.00 full',
        'consumption annual 2026-07-08 -1.00 full',
      )
      .thenOtherHolds('r1', ...ALL_WEEK)
      .thenOther('r1', { version: 4, displaced: [] })
    expect(back.shownOther('r1').history.at(-1)).toMatchObject({ version: 4, type: 'request-taken-again' })
    onLeave(sick())
      .when(cancel({ request: 's1', days: [TUESDAY] }))
      .thenOtherHolds('r1', '2026-07-06 1.00', '2026-07-07 1.00', '2026-07-09 1.00', '2026-07-10 1.00')
  })

  test('where it is shortened, moved, or counted again', () => {
    onLeave(sick())
      .when(change({ to: TUESDAY }, { request: 's1' }))
      .thenOtherHolds('r1', '2026-07-06 1.00', '2026-07-08 1.00', '2026-07-09 1.00', '2026-07-10 1.00')
    onLeave(sick())
      .when(change({ from: WEDNESDAY, to: day('2026-07-09') }, { request: 's1' }))
      .thenOtherHolds('r1', '2026-07-06 1.00', '2026-07-07 1.00', '2026-07-10 1.00')
    // Only the afternoon is worked by now: that is all that sick leave takes. The morning is nobody's.
    onLeave(sick({ to: TUESDAY }))
      .withPeople({ e1: { time: working({}) } })
      .when(recount({ request: 's1' }), { people: { e1: { time: working({ tue: 'pm' }) } } })
      .thenHolds('2026-07-07 0.50')
      .thenOtherHolds('r1', '2026-07-06 1.00', '2026-07-08 1.00', '2026-07-09 1.00', '2026-07-10 1.00')
  })

  test('where it asks for other days, until those are approved', () => {
    const asks = leaveWith({ displaces: ['leave'] }, SICK)
    const ill = onLeave(sick(), approve({ request: 's1' })).under({ ...POLICIES, sick: asks })
    const longer = change({ to: FRIDAY }, { request: 's1' })
    ill.when(longer).thenOtherHolds('r1', ...ALL_WEEK)
    ill
      .and(longer)
      .when(approve({ request: 's1' }))
      .thenOtherHolds('r1', '2026-07-06 1.00')
  })

  test('whatever is left for them by now: they were granted', () => {
    const spent = [
      submit({ request: 'r2', from: day('2026-07-13'), to: day('2026-07-17') }),
      approve({ request: 'r2' }),
    ]
    const more = [submit({ request: 'r3', from: day('2026-07-20'), to: day('2026-07-21') }), approve({ request: 'r3' })]
    onLeave(sick(), ...spent, ...more)
      .when(cancel({ request: 's1' }))
      .thenOtherHolds('r1', ...ALL_WEEK)
      .thenChecked('day-free', 'overdraft-allowed', 'request-status', 'request-version')
  })

  test('not where the same leave was given on them meanwhile, nor where nothing is worked on them, nor nobody employed', () => {
    const instead = [submit({ request: 'r2', from: TUESDAY, to: TUESDAY }), approve({ request: 'r2' })]
    onLeave(sick(), ...instead)
      .when(cancel({ request: 's1' }))
      .thenRecorded('request-cancelled', {
        displaced: [{ request: 'r1', lost: [{ date: TUESDAY, why: 'day-taken' }] }],
      })
      .thenOtherHolds('r1', '2026-07-06 1.00', '2026-07-08 1.00', '2026-07-09 1.00', '2026-07-10 1.00')
      .thenOther('r1', { lost: [TUESDAY], displaced: [] })
    const feast = { people: { e1: { time: working({ tue: '0' }) } } }
    onLeave(sick())
      .withPeople({ e1: { time: working({}) } })
      .when(cancel({ request: 's1' }), feast)
      .thenRecorded('request-cancelled', { displaced: [{ lost: [{ date: TUESDAY, why: 'no-working-days' }] }] })
    const left = { people: { e1: { employments: [{ from: null, to: TUESDAY }] } } }
    onLeave(sick())
      .when(cancel({ request: 's1' }), left)
      .thenRecorded('request-cancelled', { displaced: [{ lost: [{ date: WEDNESDAY, why: 'outside-employment' }] }] })
  })

  test('though their policy is retired by now, or its limit lowered: nobody asks for more', () => {
    const retired = leaveWith({}, { retiredFrom: TUESDAY, effectiveFrom: MONDAY })
    const lowered = leaveWith({}, { overdraftLimit: '0', effectiveFrom: MONDAY })
    for (const now of [retired, lowered]) {
      onLeave(sick())
        .when(cancel({ request: 's1' }), { policies: { ...POLICIES, annual: [POLICIES.annual, now] } })
        .thenOtherHolds('r1', ...ALL_WEEK)
    }
    const counted = { people: { e1: { time: working({ tue: '0.5' }) } } }
    onLeave(sick())
      .withPeople({ e1: { time: working({}) } })
      .when(cancel({ request: 's1' }), { ...counted, policies: { ...POLICIES, annual: [POLICIES.annual, retired] } })
      .thenOtherHolds(
        'r1',
        '2026-07-06 1.00',
        '2026-07-07 0.50',
        '2026-07-08 1.00',
        '2026-07-09 1.00',
        '2026-07-10 1.00',
      )
  })

  test('and claimed, where their policy has days claimed by now; lost, where another line has them', () => {
    const free = { annual: leaveWith({}, { dayExclusive: false }), sick: POLICIES.sick }
    const claimed = leaveWith({}, { dayExclusive: true, effectiveFrom: TUESDAY })
    const more = leaveWith({ approval: [] }, { dayExclusive: true, overdraftLimit: null })
    const now = { policies: { ...free, annual: [free.annual, claimed], more } }
    const ill = onLeave(sick()).under(free)
    const ended = cancel({ request: 's1' })
    const again = ['consumption annual 2026-07-07 -1.00', 'consumption annual 2026-07-08 -1.00']
    ill.when(ended).thenLines('reversal of 4.1', 'reversal of 4.2', ...again.map((line) => `${line} unclaimed`))
    ill.when(ended, now).thenLines('reversal of 4.1', 'reversal of 4.2', ...again.map((line) => `${line} full`))
    onLeave(sick(), submit({ request: 'r2', resource: null, policy: 'more', from: TUESDAY, to: TUESDAY }))
      .under({ ...free, more })
      .when(ended, now)
      .thenRecorded('request-cancelled', { displaced: [{ lost: [{ date: TUESDAY, why: 'day-taken' }] }] })
      .thenLines('reversal of 4.1', 'reversal of 4.2', `${again[1]} full`)
  })

  test('and what is left of a day that half of is taken from is claimed by now', () => {
    const free = { annual: leaveWith({}, { dayExclusive: false }), sick: POLICIES.sick }
    const claimed = leaveWith({}, { dayExclusive: true, effectiveFrom: TUESDAY })
    onLeave()
      .under(free)
      .when(sick({ to: TUESDAY, fromPortion: 'pm' }), { policies: { ...free, annual: [free.annual, claimed] } })
      .thenLines('consumption sick 2026-07-07 -0.50 pm', 'reversal of 3.7', 'consumption annual 2026-07-07 -0.50 am')
  })

  test('where hours that others have leave room for them, though nothing is left of the leave but such a day', () => {
    const hours = leaveWith({}, { unit: 'hour', dayExclusive: true, overdraftLimit: null })
    const few = { from: TUESDAY, to: TUESDAY, hoursPerDay: '4' }
    given(accrual('80'), submit(few), approve(), sick({ to: TUESDAY }), consumption('2', { effectiveOn: TUESDAY }))
      .under({ annual: hours, sick: POLICIES.sick })
      .withPeople({ e1: { time: working({ hours: '8' }) } })
      .when(cancel({ request: 's1' }))
      .thenOther('r1', { lost: [], status: 'approved' })
      .thenOtherHolds('r1', '2026-07-07 4.00')
  })

  test('as they are counted by now, where that is something else', () => {
    const hours = leaveWith({}, { unit: 'hour' })
    const eight: WorkTime = working({ hours: '8' })
    const six: WorkTime = working({ hours: '6' })
    given(accrual('80'), submit({ to: FRIDAY }), approve(), sick())
      .under({ annual: hours, sick: POLICIES.sick })
      .withPeople({ e1: { time: eight } })
      .when(cancel({ request: 's1' }), { people: { e1: { time: six } } })
      .thenOtherHolds(
        'r1',
        '2026-07-06 8.00',
        '2026-07-07 6.00',
        '2026-07-08 6.00',
        '2026-07-09 8.00',
        '2026-07-10 8.00',
      )
  })

  test('from the accounts that they were taken from', () => {
    const policies = { annual: leaveWith({ priority: 2 }), carried: leaveWith({ priority: 1 }), sick: POLICIES.sick }
    given(accrual('1.5', { policy: 'carried' }), accrual('9'), submit({ to: FRIDAY }), approve(), sick())
      .under(policies)
      .and(accrual('9', { policy: 'carried' }))
      .when(cancel({ request: 's1' }))
      .thenLines(
        'reversal of 5.1',
        'reversal of 5.2',
        'consumption carried 2026-07-07 -0.50 full',
        'consumption annual 2026-07-07 -0.50 unclaimed',
        'consumption annual 2026-07-08 -1.00 full',
      )
  })

  test('once nobody takes them any more: of two that do, one is not enough', () => {
    const twice = onLeave(sick()).under({
      ...POLICIES,
      parental: leaveWith({ approval: [], displaces: ['leave'] }, { ...SICK, resource: 'parental' }),
    })
    const parental = submit({ request: 'p1', resource: 'parental', from: WEDNESDAY, to: FRIDAY })
    const both = twice.and(parental)
    both.when(cancel({ request: 's1' })).thenOtherHolds('r1', '2026-07-06 1.00', '2026-07-07 1.00')
    both.when(cancel({ request: 'p1' })).thenOtherHolds('r1', ...WITHOUT_TUESDAY_AND_WEDNESDAY)
    both
      .and(cancel({ request: 's1' }))
      .when(cancel({ request: 'p1' }))
      .thenOtherHolds('r1', ...ALL_WEEK)
  })

  test('in a closed month only where they are to be recorded today', () => {
    const closed = { closed: ['2026-07' as never], today: day('2026-08-03') }
    onLeave(sick())
      .when(cancel({ request: 's1' }), closed)
      .thenRefused({ code: 'period-closed', period: '2026-07' as never })
    onLeave(sick({ to: TUESDAY }))
      .when(cancel({ request: 's1', postToday: true }), closed)
      .thenLines('reversal of 4.1', 'consumption annual 2026-08-03 for 2026-07-07 -1.00 full')
  })
})

describe('leave of which others take days', () => {
  test('may give up those days, so that they never come back', () => {
    onLeave(sick(), cancel({ days: [TUESDAY] }))
      .when(cancel({ request: 's1' }))
      .thenOtherHolds('r1', '2026-07-06 1.00', '2026-07-08 1.00', '2026-07-09 1.00', '2026-07-10 1.00')
    onLeave(sick(), cancel())
      .when(cancel({ request: 's1' }))
      .thenLines('reversal of 4.1', 'reversal of 4.2')
    onLeave(sick(), change({ from: WEDNESDAY }))
      .when(cancel({ request: 's1' }))
      .thenOtherHolds('r1', '2026-07-08 1.00', '2026-07-09 1.00', '2026-07-10 1.00')
  })

  test('may be cancelled though nothing is left of it', () => {
    const ill = sick({ from: MONDAY, to: TUESDAY })
    const gone = given(submit(), approve(), ill).under(POLICIES)
    gone.when(cancel()).thenRecorded('request-cancelled').thenLines().thenOther('r1', { lostAs: null, displaced: [] })
    gone.and(cancel()).when(cancel()).thenRefused({
      code: 'invalid-transition',
      requestId: 'r1',
      currentStatus: 'cancelled',
      currentVersion: 4,
    })
    gone
      .and(cancel({ days: [MONDAY] }))
      .when(cancel({ request: 's1' }))
      .thenOtherHolds('r1', '2026-07-07 1.00')
  })

  test('shortened to days that others take has none, until those come back', () => {
    const shortened = onLeave(sick()).when(change({ from: TUESDAY, to: WEDNESDAY }))
    shortened.thenRecorded('request-changed', { status: 'cancelled', days: [], givesUp: true })
    onLeave(sick(), change({ from: TUESDAY, to: WEDNESDAY }))
      .when(cancel({ request: 's1' }))
      .thenOther('r1', { status: 'approved' })
      .thenOtherHolds('r1', '2026-07-07 1.00', '2026-07-08 1.00')
  })

  test('of half of such a day gives up half of what comes back', () => {
    onLeave(sick(), change({ to: WEDNESDAY, toPortion: 'am' }))
      .when(cancel({ request: 's1' }))
      .thenOtherHolds('r1', '2026-07-06 1.00', '2026-07-07 1.00', '2026-07-08 0.50')
  })

  test('extended is not asked for those days again, pending meanwhile', () => {
    const longer = change({ to: day('2026-07-13') })
    const days = { e1: { time: working({}) } }
    onLeave(sick())
      .withPeople(days)
      .when(longer)
      .thenHolds(...WITHOUT_TUESDAY_AND_WEDNESDAY, '2026-07-13 1.00')
    onLeave(sick(), longer)
      .withPeople(days)
      .when(cancel({ request: 's1' }))
      .thenOther('r1', { status: 'pending' })
      .thenOtherHolds('r1', ...ALL_WEEK, '2026-07-13 1.00')
  })

  test('counted again is not given those days', () => {
    onLeave(sick())
      .withPeople({ e1: { time: working({}) } })
      .when(recount(), { people: { e1: { time: EVERY_DAY } } })
      .thenRefused({ code: 'invalid-transition', requestId: 'r1', currentStatus: 'approved', currentVersion: 3 })
  })
})

describe('a late fact about both', () => {
  const works = { e1: { time: working({}) } }
  const feast = { e1: { time: working({ tue: '0' }) } }
  const r1Unmoved = {
    code: 'invalid-transition',
    requestId: 'r1',
    currentStatus: 'approved',
    currentVersion: 3,
  } as const

  test('takes the day from the leave that has it, and its correction gives it back to that, whichever is counted first', () => {
    const told = onLeave()
      .withPeople(works)
      .and(sick())
      .whileSo(feast, recount({ request: 's1' }))
    told.when(recount(), { people: feast }).thenRefused(r1Unmoved)
    told.when(recount()).thenRefused(r1Unmoved)
    told
      .when(recount({ request: 's1' }))
      .thenHolds('2026-07-07 1.00', '2026-07-08 1.00')
      .thenOtherHolds('r1', '2026-07-06 1.00', '2026-07-09 1.00', '2026-07-10 1.00')
    told
      .and(recount({ request: 's1' }))
      .when(recount())
      .thenRefused(r1Unmoved)
  })

  test('that is true takes it from both once the other leave is cancelled; corrected then, it comes back', () => {
    const ended = onLeave()
      .withPeople(works)
      .and(sick())
      .whileSo(feast, recount({ request: 's1' }), cancel({ request: 's1' }))
    ended.when(recount(), { people: feast }).thenRefused({ ...r1Unmoved, currentVersion: 4 })
    ended.when(recount()).thenHolds(...ALL_WEEK)
  })
})
