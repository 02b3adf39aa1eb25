import { describe, expect, test } from 'vitest'
import type { CalendarVersion } from '../../../src/domain/calendar/calendar.ts'
import type { WorkTime } from '../../../src/domain/calendar/work-time.ts'
import { FIRST_DAY } from '../../../src/domain/calendar-date.ts'
import { accrual, consumption, day, dayAfter, policy } from '../../support/builders.ts'
import {
  ADMIN,
  approve,
  CAUSE,
  cancel,
  change,
  MONDAY,
  recount,
  reject,
  submit,
  TODAY,
  TUESDAY,
  WEDNESDAY,
} from '../../support/builders-orders.ts'
import { given, leaveWith, working } from '../../support/builders-requests.ts'

// What becomes known too late about the days of a request: its days are counted as the definitions are now.

/** Monday to Friday, and of 6 July half a holiday. */
function halfOff(portion: 'am' | 'pm'): WorkTime {
  const workingDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' } as const
  const office: CalendarVersion = {
    calendar: 'office',
    version: 1,
    effectiveFrom: FIRST_DAY,
    position: 1,
    workingDays,
    hoursPerDay: '8',
    holidays: [{ date: MONDAY, name: 'half a holiday', portion }],
    rota: null,
    workedDays: [],
    region: null,
    publicHolidays: null,
  }
  return { calendar: 'office', patterns: [], calendars: new Map([['office', [office]]]) }
}

const unchanged = (currentStatus: 'approved' | 'cancelled' | 'pending' | 'rejected', currentVersion: number) =>
  ({ code: 'invalid-transition', requestId: 'r1', currentStatus, currentVersion }) as const

/** What `e1` works by now. */
const now = (time: ReturnType<typeof working>) => ({ people: { e1: { time } } })

describe('a day that is off by now', () => {
  test('is given back', () => {
    given(submit())
      .when(recount(), now(working({ mon: '0' })))
      .thenRecorded('request-recounted', {
        version: 2,
        status: 'pending',
        cause: CAUSE,
        days: [{ date: TUESDAY, portion: 'full' }],
      })
      .thenLines('reversal of 2.1')
      .thenHolds('2026-07-07 1.00')
      .thenChecked('working-days')
  })

  test('is given back of what was taken, too', () => {
    given(submit(), approve())
      .when(recount(), now(working({ tue: '0' })))
      .thenRecorded('request-recounted', { status: 'approved' })
      .thenLines('reversal of 3.4')
  })

  test('and was the last one: the request is cancelled', () => {
    given(submit())
      .when(recount(), now(working({ mon: '0', tue: '0' })))
      .thenRecorded('request-recounted', { status: 'cancelled', days: [] })
      .thenHolds()
  })

  test('is no longer asked to be given back', () => {
    const asked = given(submit(), approve(), cancel({ days: [MONDAY] })).underTerms({ cancellation: 'ask' })
    asked.when(recount(), now(working({ mon: '0' }))).thenRequest({ cancellation: null })
    asked.when(recount(), now(working({ tue: '0' }))).thenRequest({ cancellation: [MONDAY] })
    asked.when(recount(), now(working({ mon: '0', tue: '0' }))).thenRequest({ cancellation: null, status: 'cancelled' })
  })
})

describe('a day that counts otherwise by now', () => {
  test('is held anew, by its half', () => {
    given(submit())
      .when(recount(), now(working({ mon: '0.5' })))
      .thenRecorded('request-recounted', {
        days: [
          { date: MONDAY, portion: 'am' },
          { date: TUESDAY, portion: 'full' },
        ],
      })
      .thenLines('reversal of 2.1', 'pending annual 2026-07-06 -0.50 am')
  })

  test('is taken anew, where the request is approved', () => {
    given(submit(), approve())
      .when(recount(), now(working({ mon: '0.5' })))
      .thenLines('reversal of 3.3', 'consumption annual 2026-07-06 -0.50 am')
  })

  test('has other hours', () => {
    given(accrual('40'), submit())
      .under({ annual: policy({ unit: 'hour' }) })
      .when(recount(), now(working({ hours: '6' })))
      .thenLines(
        'reversal of 2.1',
        'reversal of 2.2',
        'pending annual 2026-07-06 -6.00 full',
        'pending annual 2026-07-07 -6.00 full',
      )
  })

  test('costs no hours: nothing of it is left', () => {
    given(accrual('40'), submit())
      .under({ annual: policy({ unit: 'hour' }) })
      .when(recount(), now(working({ hours: '0' })))
      .thenRecorded('request-recounted', { status: 'cancelled', days: [] })
  })
})

describe('a day that is worked by now', () => {
  test('is held, as a new request would', () => {
    given(submit({ from: day('2026-07-03'), to: MONDAY }))
      .when(recount(), now(working({ sat: '1' })))
      .thenLines('pending annual 2026-07-04 -1.00 full')
      .thenHolds('2026-07-03 1.00', '2026-07-04 1.00', '2026-07-06 1.00')
      .thenChecked('day-free', 'overdraft', 'working-days')
  })

  test('counts whatever is left for it', () => {
    given(accrual('2'), submit({ from: day('2026-07-03'), to: MONDAY }))
      .when(recount(), now(working({ sat: '1' })))
      .thenLines('pending annual 2026-07-04 -1.00 full')
      .thenChecked('day-free', 'overdraft-allowed', 'working-days')
  })

  test('is not held where it was given back', () => {
    given(submit({ to: WEDNESDAY }), cancel({ days: [TUESDAY] }))
      .when(recount())
      .thenRefused(unchanged('pending', 2))
  })

  test('is not held where somebody else holds it meanwhile', () => {
    const weekendOf = (portion: 'am' | 'full') =>
      given(
        accrual('9'),
        submit({ from: day('2026-07-03'), to: MONDAY }),
        consumption('0.5', { effectiveOn: day('2026-07-04'), portion }),
      )
    weekendOf('full')
      .when(recount(), now(working({ sat: '1' })))
      .thenRefused(unchanged('pending', 1))
    weekendOf('am')
      .when(recount(), now(working({ sat: '0.5' })))
      .thenRefused(unchanged('pending', 1))
  })

  test('is none of the days that the request has, where somebody else holds it', () => {
    given(
      accrual('9'),
      submit({ from: day('2026-07-03'), to: MONDAY }),
      consumption('1', { effectiveOn: day('2026-07-04') }),
    )
      .when(recount(), now(working({ sat: '1', mon: '0' })))
      .thenRecorded('request-recounted', { days: [{ date: day('2026-07-03'), portion: 'full' }] })
  })

  test('of which somebody else holds a half stays as it is', () => {
    given(
      accrual('9'),
      submit({ to: MONDAY, toPortion: 'am' }),
      consumption('0.5', { effectiveOn: MONDAY, portion: 'pm' }),
    )
      .when(recount(), now(working({ tue: '0' })))
      .thenRefused(unchanged('pending', 1))
  })
})

describe('a day that stays as it is', () => {
  test('is among those that the request has then, under a policy that claims no days, too', () => {
    given(submit())
      .under({ annual: policy({ dayExclusive: false }) })
      .when(recount(), now(working({ mon: '0' })))
      .thenRecorded('request-recounted', { days: [{ date: TUESDAY, portion: 'full' }] })
  })

  test('does not stay where its other half is worked: the line that claims it says which', () => {
    const policies = { annual: leaveWith({ priority: 1 }), carried: leaveWith({}) }
    given(accrual('0.25'), accrual('5', { policy: 'carried' }), submit({ to: MONDAY }))
      .under(policies)
      .withPeople({ e1: { time: halfOff('pm') } })
      .when(recount(), { policies, people: { e1: { time: halfOff('am') } } })
      .thenLines(
        'reversal of 3.1',
        'reversal of 3.2',
        'pending annual 2026-07-06 -0.25 pm',
        'pending carried 2026-07-06 -0.25 unclaimed',
      )
  })
})

describe('employment', () => {
  test('that ends earlier gives back what comes after it', () => {
    given(submit())
      .when(recount(), { people: { e1: { employments: [{ from: null, to: MONDAY }] } } })
      .thenLines('reversal of 2.2')
    given(submit())
      .when(recount(), { people: { e1: { employments: [{ from: TUESDAY, to: null }] } } })
      .thenLines('reversal of 2.1')
  })
})

describe('several periods of employment', () => {
  const period = (from: string, to: string | null) => ({ from: day(from), to: to === null ? null : day(to) })
  const rehired = { people: { e1: { employments: [period('2020-01-01', '2026-07-06'), period('2026-09-01', null)] } } }

  test('leave within an earlier one is not touched by a later one; what is between is given back', () => {
    given(submit({ to: MONDAY }), approve())
      .when(recount(), rehired)
      .thenRefused(unchanged('approved', 2))
    given(submit(), approve()).when(recount(), rehired).thenLines('reversal of 3.4')
  })
})

describe('a request that has lost all its days', () => {
  const off = { e1: { time: working({ mon: '0', tue: '0' }) } }
  const lost = given(submit(), approve()).whileSo(off, recount())

  test('is again what it was once they count again', () => {
    lost
      .when(recount())
      .thenRecorded('request-recounted', { version: 4, status: 'approved' })
      .thenLines('consumption annual 2026-07-06 -1.00 full', 'consumption annual 2026-07-07 -1.00 full')
      .thenRequest({ lost: [], lostAs: null })
    given(submit())
      .whileSo(off, recount())
      .when(recount())
      .thenRecorded('request-recounted', { status: 'pending' })
      .thenLines('pending annual 2026-07-06 -1.00 full', 'pending annual 2026-07-07 -1.00 full')
  })

  test('comes back day by day', () => {
    lost
      .when(recount(), now(working({ mon: '0' })))
      .thenRecorded('request-recounted', { status: 'approved', days: [{ date: TUESDAY, portion: 'full' }] })
      .thenRequest({ lost: [MONDAY], lostAs: null })
  })

  test('stays as it is while none of them counts', () => {
    lost.when(recount(), { people: off }).thenRefused(unchanged('cancelled', 3))
  })

  test('is decided by nobody meanwhile', () => {
    lost.when(approve()).thenRefused(unchanged('cancelled', 3))
    lost.when(cancel()).thenRefused(unchanged('cancelled', 3))
    lost.when(change({ to: MONDAY })).thenRefused(unchanged('cancelled', 3))
  })

  test('stays cancelled where somebody has cancelled what was left of it', () => {
    const monday = { e1: { time: working({ mon: '0' }) } }
    given(submit(), approve())
      .whileSo(monday, recount())
      .and(cancel())
      .when(recount())
      .thenRefused(unchanged('cancelled', 4))
    given(submit()).whileSo(monday, recount()).and(reject()).when(recount()).thenRefused(unchanged('rejected', 3))
  })

  test('comes back where somebody has cancelled other days one by one, but for these', () => {
    given(submit(), approve())
      .whileSo({ e1: { time: working({ mon: '0' }) } }, recount())
      .and(cancel({ days: [TUESDAY] }))
      .when(recount())
      .thenRecorded('request-recounted', { status: 'approved', days: [{ date: MONDAY, portion: 'full' }] })
  })

  test('is not brought back by days that are new, where all it had was cancelled one by one', () => {
    given(submit({ from: day('2026-07-03'), to: MONDAY }), approve(), cancel({ days: [day('2026-07-03'), MONDAY] }))
      .when(recount(), now(working({ sat: '1' })))
      .thenRefused(unchanged('cancelled', 3))
  })
})

describe('nothing to count', () => {
  test('is refused: there is no difference', () => {
    given(submit()).when(recount()).thenRefused(unchanged('pending', 1))
    given(submit(), approve()).when(recount()).thenRefused(unchanged('approved', 2))
  })

  test('is refused: it has no days any more', () => {
    given(submit(), reject())
      .when(recount(), now(working({ mon: '0' })))
      .thenRefused(unchanged('rejected', 2))
  })

  test('under a policy that claims no days, a half that costs as much is none', () => {
    given(submit({ to: MONDAY, toPortion: 'am' }))
      .under({ annual: policy({ dayExclusive: false }) })
      .when(recount(), now(working({ mon: '0.5' })))
      .thenRefused(unchanged('pending', 1))
  })
})

describe('whatever the rules say', () => {
  test('they are about what somebody asks for, and not looked at', () => {
    const strict = { annual: leaveWith({ maxConsecutiveDays: 1, minNoticeDays: 300, approval: ['hr'] }) }
    given(submit({ from: day('2026-07-03'), to: MONDAY }), approve())
      .when(recount(), { ...now(working({ sat: '1' })), policies: strict })
      .thenRecorded('request-recounted', { status: 'approved' })
      .thenLines('consumption annual 2026-07-04 -1.00 full')
  })
})

describe('several accounts', () => {
  const policies = { annual: leaveWith({ priority: 1 }), carried: leaveWith({}) }
  const friday = day('2026-07-03')

  test('are drawn on in their order, with what was freed', () => {
    given(accrual('1'), accrual('5', { policy: 'carried' }), submit({ from: friday, to: MONDAY }))
      .under(policies)
      .when(recount(), now(working({ fri: '0', sat: '1' })))
      .thenLines('reversal of 3.1', 'pending annual 2026-07-04 -1.00 full')
  })

  test('a day is split where the first has a part of it, and the next day sees that', () => {
    given(accrual('2.5'), accrual('5', { policy: 'carried' }), submit({ from: friday, to: MONDAY }))
      .under(policies)
      .when(recount(), now(working({ sat: '1', sun: '1' })))
      .thenLines(
        'pending annual 2026-07-04 -0.50 full',
        'pending carried 2026-07-04 -0.50 unclaimed',
        'pending carried 2026-07-05 -1.00 full',
      )
  })

  test('a day of two lines stays as it is while it costs the same, and both go where it does not', () => {
    const split = given(accrual('0.5'), accrual('5', { policy: 'carried' }), submit()).under(policies)
    split.when(recount()).thenRefused(unchanged('pending', 1))
    split
      .when(recount(), now(working({ mon: '0' })))
      .thenRecorded('request-recounted', { days: [{ date: TUESDAY, portion: 'full' }] })
      .thenLines('reversal of 3.1', 'reversal of 3.2')
  })

  test('the days before are what a day finds gone', () => {
    given(accrual('2.25'), accrual('1.25', { policy: 'carried' }), submit({ from: friday, to: MONDAY }))
      .under(policies)
      .when(recount(), now(working({ sat: '1', sun: '1' })))
      .thenLines(
        'pending annual 2026-07-04 -0.25 full',
        'pending carried 2026-07-04 -0.75 unclaimed',
        'pending annual 2026-07-05 -1.00 full',
      )
  })

  test('too little in all of them: the day goes below the floor of the one that its last day is drawn from', () => {
    given(accrual('1'), accrual('1', { policy: 'carried' }), submit({ from: friday, to: MONDAY }))
      .under(policies)
      .when(recount(), now(working({ sat: '1', sun: '1' })))
      .thenLines('pending carried 2026-07-04 -1.00 full', 'pending carried 2026-07-05 -1.00 full')
  })

  test('a policy in another unit that came to stand first is none to draw on', () => {
    const euros = { ...policies, euros: leaveWith({ priority: 0 }, { unit: 'euro' }) }
    given(accrual('5'), submit({ from: friday, to: MONDAY }))
      .under(policies)
      .and(accrual('5', { policy: 'carried' }))
      .when(recount(), { ...now(working({ sat: '1' })), policies: euros })
      .thenLines('pending annual 2026-07-04 -1.00 full')
  })

  test('one that came to stand first in another unit, with an account of its own, neither', () => {
    const hours = { ...policies, hours: leaveWith({ priority: 2 }, { unit: 'hour' }) }
    given(accrual('5'), accrual('50', { policy: 'hours' }), submit({ from: friday, to: MONDAY }))
      .under(hours)
      .when(recount(), {
        ...now(working({ sat: '1' })),
        policies: { ...hours, hours: leaveWith({ priority: 0 }, { unit: 'hour' }) },
      })
      .thenLines('pending annual 2026-07-04 -1.00 full')
  })
})

test('lines for a closed month are recorded today, and about their own day', () => {
  given(submit({ from: day('2026-07-03'), to: MONDAY }))
    .when(recount({ postToday: true }), {
      ...now(working({ sat: '1' })),
      closed: ['2026-07' as never],
      today: day('2026-08-03'),
    })
    .thenLines('pending annual 2026-08-03 for 2026-07-04 -1.00 full')
})

test('a request that was changed is counted by its new span', () => {
  given(submit({ from: TUESDAY }), change({ from: MONDAY, to: MONDAY }))
    .when(recount(), now(working({ mon: '0.5', tue: '0' })))
    .thenLines('reversal of 3.2', 'pending annual 2026-07-06 -0.50 am')
})

test('it is about one request alone', () => {
  const other = dayAfter(TODAY, 7)
  given(submit(), submit({ request: 'r2', from: other, to: other, by: ADMIN }))
    .when(recount({ request: 'r2' }), now(working({ mon: '0' })))
    .thenLines('reversal of 3.1')
  expect(other).toBe('2026-06-08')
})
