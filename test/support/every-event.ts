import type { Pool } from 'pg'
import { holdIdFor, placeHold, releaseHold, takeHold } from '../../src/commands/about-hold.ts'
import {
  approveRequest,
  cancelRequest,
  changeRequest,
  recountRequest,
  rejectRequest,
  requestIdFor,
  submitRequest,
} from '../../src/commands/about-request.ts'
import { closePeriod, reopenPeriod } from '../../src/commands/close-period.ts'
import type { Caller } from '../../src/commands/context.ts'
import { defineAssignment } from '../../src/commands/define-assignment.ts'
import { defineBook } from '../../src/commands/define-book.ts'
import { defineCalendar } from '../../src/commands/define-calendar.ts'
import { defineDelegation } from '../../src/commands/define-delegation.ts'
import { defineEmployment } from '../../src/commands/define-employment.ts'
import { defineEntity } from '../../src/commands/define-entity.ts'
import { definePolicy } from '../../src/commands/define-policy.ts'
import { defineRetention } from '../../src/commands/define-retention.ts'
import { defineWorkPattern } from '../../src/commands/define-work-pattern.ts'
import { eraseEntity } from '../../src/commands/erase-entity.ts'
import { eraseReasons } from '../../src/commands/erase-reasons.ts'
import { giveNotice } from '../../src/commands/give-notice.ts'
import { recordEarned } from '../../src/commands/record-earned.ts'
import { recordEncashment } from '../../src/commands/record-encashment.ts'
import { recordSettlement } from '../../src/commands/record-settlement.ts'
import {
  recordAccrual,
  recordAdjustment,
  recordConsumption,
  recordReversal,
  recordTransactions,
} from '../../src/commands/record-transactions.ts'
import { recordWorkedHours, reverseWorkedHours } from '../../src/commands/record-worked-hours.ts'
import { takeSnapshot } from '../../src/commands/take-snapshot.ts'
import { openPool } from '../../src/db/pool.ts'
import { OF_RECORD } from '../../src/domain/authority.ts'
import { parsePeriod } from '../../src/domain/period/period.ts'
import type { Command } from '../../src/ledger/command.ts'
import { openLedger } from '../../src/ledger/open-ledger.ts'
import { readEventPage } from '../../src/ledger/read/events.ts'
import { SERVICE_ROLE, WRITER_SETTINGS } from '../../src/service/pools.ts'
import { playTime } from '../../src/world-clock.ts'
import { day, monthDay } from './builders.ts'

/** Of a carry-over that cuts three days of 2026. */
const CUT = {
  type: 'adjustment',
  amount: '-3',
  allowNegative: true,
  reference: null,
  expectedVersion: null,
  postToday: true,
  byRule: { rule: 'carry-over', period: { from: day('2026-01-01'), to: day('2026-12-31') } },
} as const

/*
 * Commands that record an event of every type. Between them they say everything that a command can say: what an event
 * may hold is what these hold.
 */

export const EVERY_EVENT_BOOK = 'example'

const book = EVERY_EVENT_BOOK
const line = { entity: 'e1', policy: 'annual-leave' }
let keys = 0

/** Who asks, who decides first, who decides last. */
const as = {
  employee: { actor: { type: 'employee', id: 'e3' } },
  standIn: { actor: { type: 'manager', id: 'm2' } },
  hr: { actor: { type: 'employee', id: 'h1' } },
  admin: { actor: { type: 'admin', id: 'hr' } },
  key: {
    actor: { type: 'client', id: '5f0c1d2e3a4b5c6d' },
    via: { kind: 'client', id: '5f0c1d2e3a4b5c6d' },
    authority: { ...OF_RECORD, decides: true },
  },
} satisfies Record<string, Partial<Caller>>
const EVERY_OTHER = { mon: '1', tue: '0', wed: '1', thu: '0', fri: 'pm', sat: '0', sun: '0' } as const

const postToday = { intoClosedPeriod: 'post-today' } as const

const commands: readonly (Command | ((db: Pool) => Promise<Command>))[] = [
  defineBook(caller(), { name: 'Example', timeZone: 'Europe/Vienna' }),
  definePolicy(caller(), 'annual-leave', {
    resource: 'annual-leave',
    unit: 'day',
    scale: 1,
    dayExclusive: true,
    overdraftLimit: '0',
    name: 'Annual leave',
    requests: {
      approval: ['manager', 'hr'],
      roles: { hr: ['h1'] },
      cancellation: 'ask',
      maxDaysAhead: 3_660,
      minNoticeDays: 0,
      waitingDays: 90,
      blackouts: [{ from: day('2034-12-18'), to: day('2034-12-22'), name: 'Stocktaking' }],
    },
    leaveYear: { starts: monthDay('04-01') },
    earning: { every: 'month', levels: [{ yearAmount: '25' }, { after: { years: 5 }, yearAmount: '27.50' }] },
    carryOver: { keep: { upTo: '5' }, validFor: { months: 3 } },
    spending: { of: 'year', from: { months: 3 }, yearMost: '30.0' },
    encashment: { keepBack: '20' },
    countsAsWorked: '0.5',
    lateLeave: 'as-posted',
  }),
  defineEntity(caller(), 'e1', {
    kind: 'employee',
    department: 'sales',
    manager: 'm1',
    hiredOn: day('2024-03-01'),
    calendar: 'at',
    name: 'Eva Example',
    email: 'eva@example.com',
    personnelNumber: '00017',
  }),
  closePeriod(caller(), parsePeriod('2025-03')!, { reason: 'payroll has run' }),
  recordAccrual(caller(), {
    ...line,
    amount: '25',
    effectiveOn: day('2026-01-01'),
    reference: 'leave-year-2026',
    expectedVersion: 0,
    ...postToday,
  }),
  recordConsumption(caller({ actor: { type: 'employee', id: 'e1' } }), {
    ...line,
    amount: '0.5',
    effectiveOn: day('2026-07-06'),
    portion: 'am',
    expectedVersion: 1,
    ...postToday,
    reason: 'dentist',
    metadata: { channel: 'mobile' },
  }),
  recordAdjustment(caller(), {
    ...line,
    amount: '-30',
    effectiveOn: day('2026-08-01'),
    allowNegative: true,
    expectedVersion: 2,
    ...postToday,
    reason: 'moved to part time',
  }),
  recordReversal(caller(), {
    transaction: '7.1',
    effectiveOn: day('2026-08-02'),
    allowNegative: true,
    expectedVersion: 3,
    ...postToday,
  }),
  recordTransactions(caller(), {
    reference: 'summer',
    reason: 'two afternoons',
    transactions: [
      {
        type: 'consumption',
        ...line,
        amount: '0.5',
        effectiveOn: day('2026-08-10'),
        portion: 'pm',
        expectedVersion: 4,
      },
      {
        type: 'consumption',
        ...line,
        amount: '0.5',
        effectiveOn: day('2026-08-11'),
        portion: 'pm',
        reference: 'summer-2',
        reason: 'moved',
        metadata: { instead: '2026-07-06' },
      },
      { type: 'reversal', transaction: '6.1', effectiveOn: day('2026-07-07'), allowNegative: true },
      // The only one whose day is closed: recorded today, whatever day that is.
      { type: 'accrual', ...line, entity: 'e2', amount: '1', effectiveOn: day('2025-03-10'), ...postToday },
    ],
  }),
  reopenPeriod(caller(), parsePeriod('2025-03')!, { reason: 'a bonus in arrears' }),
  (db) =>
    takeSnapshot(db, caller(), {
      asOf: day('2025-03-31'),
      resource: 'annual-leave',
      policy: 'annual-leave',
      entities: ['e1'],
      name: 'Payroll March 2025',
    }),
  defineCalendar(
    caller(),
    'at',
    {
      workingDays: { mon: '1', tue: '1', wed: '1', thu: '1', fri: '0.5', sat: '0', sun: '0' },
      hoursPerDay: '7.7',
      holidays: [{ date: day('2026-12-24'), name: 'Christmas Eve', portion: 'pm' }],
      region: 'AT',
      regionYears: { from: 2026, to: 2026 },
      effectiveFrom: day('2026-01-01'),
    },
    {
      during: () => ({ holidays: [{ date: day('2026-10-26'), name: 'Nationalfeiertag', portion: 'full' }] }),
      parts: [],
    },
  ),
  defineWorkPattern(
    caller(),
    { entity: 'e1', effectiveFrom: day('2026-07-01') },
    {
      calendar: 'at',
      workingDays: { mon: '1', tue: '0', wed: '1', thu: '0', fri: '1', sat: '0', sun: '0' },
      hoursPerDay: { fri: '4' },
    },
  ),
  defineEntity(caller(), 'e3', { manager: 'm1', hiredOn: day('2025-01-01') }),
  defineDelegation(caller(), { entity: 'm1', delegate: 'm2' }, { from: day('2026-01-01'), to: day('2034-12-31') }),
  defineAssignment(
    caller(),
    { entity: 'e1', assignment: 'a-2026' },
    {
      policy: 'annual-leave',
      from: day('2026-01-01'),
      to: day('2026-12-31'),
      serviceSince: day('2020-09-01'),
      share: '0.80',
      amounts: { yearAmount: '30' },
    },
  ),
  defineAssignment(
    caller(),
    { entity: 'e1', assignment: 'a-2027' },
    {
      policy: 'annual-leave',
      from: day('2027-01-01'),
      amounts: { amount: '2.5' },
      terms: {
        carryOver: { keep: 'none' },
        earning: { every: 'month', levels: [{ amount: '2.50' }] },
      },
      effectiveFrom: day('2027-03-01'),
    },
  ),
  recordWorkedHours(caller(), {
    entity: 'e1',
    from: day('2026-03-01'),
    to: day('2026-03-31'),
    hours: '162.50',
    reference: 'TIME-2026-03',
  }),
  recordWorkedHours(caller(), { entity: 'e1', from: day('2026-04-01'), hours: '8' }),
  // The number of the key is the position of the command before.
  reverseWorkedHours(caller(), keys, { reason: 'entered twice' }),
  giveNotice(caller(), { entity: 'e1', policy: 'annual-leave', year: 2026, givenOn: day('2026-10-01') }),
  recordAccrual(caller(), { ...line, entity: 'e3', amount: '5', effectiveOn: day('2034-01-01') }),
  submitRequest(caller(as.employee), {
    id: 'r-17',
    entity: 'e3',
    resource: 'annual-leave',
    from: day('2034-07-03'),
    to: day('2034-07-04'),
    toPortion: 'am',
    hoursPerDay: '7.5',
    ...postToday,
    reason: 'Tyrol',
  }),
  changeRequest(caller(as.employee), 'r-17', {
    expectedVersion: 1,
    from: day('2034-07-03'),
    to: day('2034-07-05'),
    fromPortion: 'pm',
    toPortion: 'full',
    hoursPerDay: '8',
    ...postToday,
  }),
  approveRequest(caller(as.standIn), 'r-17', { expectedVersion: 2, ...postToday }),
  approveRequest(caller(as.hr), 'r-17', { expectedVersion: 3, ...postToday, comment: 'Enjoy it' }),
  cancelRequest(caller(as.employee), 'r-17', { expectedVersion: 4, days: [day('2034-07-05')], ...postToday }),
  approveRequest(caller(as.hr), 'r-17', { expectedVersion: 5, ...postToday }),
  cancelRequest(caller(as.employee), 'r-17', { expectedVersion: 6 }),
  rejectRequest(caller(as.hr), 'r-17', { expectedVersion: 7, ...postToday }),
  submitRequest(caller(as.employee), {
    entity: 'e3',
    policy: 'annual-leave',
    from: day('2034-08-07'),
    to: day('2034-08-07'),
  }),
  rejectRequest(caller(as.standIn), requestIdFor(`example-${keys - 1}`), { expectedVersion: 1, ...postToday }),
  defineWorkPattern(
    caller(),
    { entity: 'e3', effectiveFrom: day('2034-07-04') },
    { workingDays: { mon: '1', tue: '0.5', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' } },
  ),
  // Every command is one event; the snapshot gets its key later, so this key's number is the position of the one before.
  recountRequest(caller({ actor: { type: 'system', id: 'late-facts' } }), 'r-17', {
    position: keys,
    type: 'work-pattern-defined',
    about: 'e3',
  }),
  defineCalendar(
    caller(),
    'at',
    {
      workingDays: { mon: '1', tue: '1', wed: '1', thu: '1', fri: '0.5', sat: '0', sun: '0' },
      hoursPerDay: { fri: '6.5' },
    },
    null,
  ),
  defineCalendar(
    caller(),
    'rota',
    {
      workingDays: EVERY_OTHER,
      weeks: [EVERY_OTHER],
      weeksFrom: day('2026-01-05'),
      workedDays: [{ date: day('2026-12-12'), name: 'Made up', like: 'fri' }],
      region: 'HU',
      regionYears: { from: 2026, to: 2026 },
    },
    {
      during: () => ({
        holidays: [{ date: day('2026-03-15'), name: 'Nemzeti ünnep', portion: 'full' }],
        workedDays: [{ date: day('2026-01-10'), name: null, like: 'fri' }],
      }),
      parts: ['HU-BU'],
    },
  ),
  defineWorkPattern(
    caller(),
    { entity: 'e4', effectiveFrom: day('2026-07-01') },
    { weeks: [EVERY_OTHER], weeksFrom: day('2026-07-01') },
  ),
  definePolicy(caller(), 'sick-leave', {
    resource: 'sick-leave',
    unit: 'day',
    scale: 0,
    dayExclusive: false,
    overdraftLimit: null,
  }),
  submitRequest(caller(as.employee), {
    id: 'r-18',
    entity: 'e3',
    resource: 'sick-leave',
    from: day('2026-02-03'),
    to: day('2026-02-03'),
  }),
  // A request is pending in it.
  closePeriod(caller(), parsePeriod('2026-02')!, {}),
  // Here as well: the number of the key is the position of the command before.
  recordAccrual(caller(), { ...line, entity: 'e5', amount: '5', effectiveOn: day('2034-01-01') }),
  recordReversal(caller(), { position: keys }),
  recordAccrual(caller(), { ...line, entity: 'e5', amount: '6', effectiveOn: day('2034-01-01') }),
  recordTransactions(caller(), { transactions: [{ type: 'reversal', position: keys }] }),
  defineEmployment(caller(), { entity: 'e5', from: day('2020-01-01') }, { to: day('2026-03-31') }),
  defineEntity(caller(), 'e5', { hiredOn: day('2026-09-01') }),
  ...countedOtherwise(),
  submitRequest(caller(as.admin), {
    id: 'r-21',
    entity: 'e3',
    resource: 'annual-leave',
    from: day('2034-09-04'),
    to: day('2034-09-05'),
    decided: 'approved',
  }),
  changeRequest(caller(as.admin), 'r-21', { expectedVersion: 1, to: day('2034-09-04') }),
  definePolicy(caller(), 'sick-leave', {
    resource: 'sick-leave',
    unit: 'day',
    scale: 0,
    dayExclusive: false,
    overdraftLimit: null,
    retiredFrom: day('2036-01-01'),
    kindVisibleTo: 'hr',
  }),
  ...displaced(),
  // A line of it is there.
  definePolicy(caller(), 'sick-leave', {
    resource: 'sick-leave',
    unit: 'day',
    scale: 0,
    dayExclusive: true,
    overdraftLimit: null,
    effectiveFrom: day('2026-02-01'),
  }),
  defineEntity(caller(), 'e9', { kind: 'employee', hiredOn: day('2020-01-01'), name: 'Ida Example' }),
  eraseEntity(caller(), 'e9', { reason: 'asked for by letter', force: true }),
  defineRetention(caller(), { reasonsMonths: 36, profileMonthsAfterLeaving: 24 }),
  eraseReasons(caller({ actor: { type: 'system', id: 'retention' } }), { after: 0, upTo: 1 }),
  ...earned(),
  recordAccrual(caller(), { ...line, entity: 'e7', amount: '25', effectiveOn: day('2034-01-01') }),
  defineAssignment(
    caller(),
    { entity: 'e8', assignment: 'a-2034' },
    { policy: 'annual-leave', from: day('2034-01-01') },
  ),
  recordConsumption(caller(), { ...line, entity: 'e8', amount: '1', effectiveOn: day('2034-05-08') }),
  recordEncashment(caller(), {
    ...line,
    entity: 'e7',
    amount: '2.50',
    effectiveOn: day('2034-11-30'),
    rate: '210.150',
    reference: 'PAY-2034-11',
    expectedVersion: 1,
    intoClosedPeriod: 'post-today',
    reason: 'asked for it',
  }),
  recordSettlement(
    caller(),
    { entity: 'e7', body: { on: day('2034-12-31'), policies: ['annual-leave'], settle: 'pay-out' } },
    {
      told: {
        requests: [
          {
            request: 'r-30',
            status: 'cancelled',
            days: [{ date: day('2035-01-02'), policy: 'annual-leave', amount: '1.0' }],
          },
        ],
        postings: [{ policy: 'annual-leave', rule: 'accrual', on: day('2034-12-01'), amount: '2.5' }],
        accounts: [
          { policy: 'annual-leave', before: '19.0', givenBack: '1.0', posted: '2.5', settled: '22.5', after: '0.0' },
        ],
      },
      lines: [
        {
          ...line,
          type: 'adjustment',
          entity: 'e7',
          amount: '-22.5',
          effectiveOn: day('2034-12-31'),
          allowNegative: true,
          reference: null,
          expectedVersion: 2,
          postToday: true,
          byRule: { rule: 'settlement', period: { from: day('2034-12-31'), to: day('2034-12-31') } },
        },
      ],
    },
  ),
  ...enteredLate(),
  // Behind everything else: the time is played from here on.
  ...holds(),
]

/** What ends by itself is recorded without a command. */
const LAPSED = 2

/** Leave of a day before something was cut, and more than is left. */
function enteredLate(): readonly Command[] {
  const account = { entity: 'e10', policy: 'kept' }
  const effectiveOn = day('2026-05-01')
  return [
    definePolicy(caller(), 'kept', {
      resource: 'kept',
      unit: 'day',
      scale: 1,
      dayExclusive: false,
      overdraftLimit: '0',
      carryOver: { on: monthDay('05-01'), keep: 'none' },
    }),
    recordAccrual(caller(), { ...account, amount: '3', effectiveOn: day('2026-03-01') }),
    recordEarned(caller({ actor: { type: 'system', id: 'earning' } }), {
      ...account,
      kind: 'carry-over',
      lines: [{ ...account, ...CUT, effectiveOn }],
      carried: { on: effectiveOn, earnedBefore: effectiveOn, kept: '0', validUntil: null, neverLapses: '0' },
      decision: {},
    }),
    recordConsumption(caller(), { ...account, amount: '1', effectiveOn: day('2026-03-03') }),
  ]
}

/** What is valid for some time, and what the rules of a policy post. */
function earned(): readonly Command[] {
  const account = { entity: 'e6', policy: 'annual-leave' }
  const effectiveOn = day('2027-01-01')
  return [
    recordAccrual(caller(), { ...account, amount: '8', effectiveOn: day('2026-03-01'), carriedIn: true }),
    recordAccrual(caller(), { ...account, amount: '2', effectiveOn, validUntil: day('2027-06-30') }),
    recordAdjustment(caller(), { ...account, to: '11', effectiveOn }),
    recordTransactions(caller(), { transactions: [{ type: 'adjustment', ...account, to: '12', effectiveOn }] }),
    recordEarned(caller({ actor: { type: 'system', id: 'earning' } }), {
      ...account,
      kind: 'carry-over',
      lines: [{ ...account, ...CUT, effectiveOn }],
      carried: {
        on: effectiveOn,
        earnedBefore: effectiveOn,
        kept: '5',
        validUntil: day('2027-03-31'),
        neverLapses: '1',
      },
      decision: {},
    }),
    // What is taken of the lot that lapses in between is no loss to the second day.
    recordTransactions(caller(), {
      transactions: [
        { type: 'adjustment', ...account, amount: '-1', effectiveOn: day('2027-03-30') },
        { type: 'accrual', ...account, amount: '1', effectiveOn: day('2027-04-02') },
      ],
    }),
    recordConsumption(caller(), {
      entity: 'e6',
      resource: 'annual-leave',
      amount: '1',
      effectiveOn: day('2027-04-05'),
    }),
    recordTransactions(caller(), {
      transactions: [
        { type: 'consumption', entity: 'e6', resource: 'annual-leave', amount: '1', effectiveOn: day('2027-04-06') },
      ],
    }),
  ]
}

/** Requests that count something else than whole working days. */
function countedOtherwise(): readonly Command[] {
  const terms = { scale: 2, dayExclusive: false, overdraftLimit: null }
  const ofOneDay = { from: day('2035-07-02'), to: day('2035-07-02') }
  const ofAWeek = { from: day('2035-07-02'), to: day('2035-07-08') }
  return [
    definePolicy(caller(), 'parental', {
      ...terms,
      resource: 'parental',
      unit: 'day',
      requests: { countCalendarDays: true, maxDaysAhead: null },
    }),
    definePolicy(caller(), 'flexitime', {
      ...terms,
      resource: 'flexitime',
      unit: 'hour',
      requests: { maxDaysAhead: null },
    }),
    submitRequest(caller(), {
      id: 'r-19',
      entity: 'e4',
      policy: 'parental',
      ...ofAWeek,
      portions: { '2035-07-04': 'am', '2035-07-05': 'none' },
    }),
    changeRequest(caller(), 'r-19', { expectedVersion: 1, portions: { '2035-07-08': 'am' } }),
    submitRequest(caller(), {
      id: 'r-20',
      entity: 'e4',
      policy: 'flexitime',
      ...ofOneDay,
      fromTime: '09:00',
      toTime: '11:30',
    }),
    changeRequest(caller(), 'r-20', { expectedVersion: 1, fromTime: '09:00', toTime: '12:00' }),
  ]
}

/** Leave whose days other leave takes: what the events of both say. */
function displaced(): readonly Command[] {
  const days = (from: string, to = from) => ({ from: day(from), to: day(to) })
  const about = { resource: 'annual-leave', entity: 'e3' }
  const known = { ...about, decided: 'approved' } as const
  const terms = { unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: null } as const
  const displaces = ['annual-leave', 'parental']
  const halfDays = { mon: 'am', tue: '1', wed: '1', thu: '0.5', fri: '1', sat: '0', sun: '0' } as const
  const lateFacts = (): Caller => caller({ actor: { type: 'system', id: 'late-facts' } })
  // The number of the key is the position of the command before, as above.
  const cause = (entity: string) => ({ position: keys - 1, type: 'work-pattern-defined', about: entity }) as const
  return [
    definePolicy(caller(), 'sick-pay', {
      ...terms,
      resource: 'sick-pay',
      requests: { approval: [], displaces, maxDaysAhead: null },
    }),
    definePolicy(caller(), 'care', { ...terms, resource: 'care', requests: { displaces, maxDaysAhead: null } }),
    recordAccrual(caller(), { ...line, entity: 'e3', amount: '20', effectiveOn: day('2034-01-01') }),
    // Two of its days are taken, and it moves on afterwards in every way.
    submitRequest(caller(as.employee), { id: 'r-22', ...about, ...days('2034-10-02', '2034-10-06') }),
    approveRequest(caller(as.standIn), 'r-22', { expectedVersion: 1 }),
    approveRequest(caller(as.hr), 'r-22', { expectedVersion: 2 }),
    submitRequest(caller(as.employee), {
      id: 'r-23',
      entity: 'e3',
      resource: 'sick-pay',
      ...days('2034-10-02', '2034-10-03'),
    }),
    cancelRequest(caller(as.employee), 'r-22', { expectedVersion: 4, days: [day('2034-10-06')] }),
    rejectRequest(caller(as.hr), 'r-22', { expectedVersion: 5 }),
    defineWorkPattern(caller(), { entity: 'e3', effectiveFrom: day('2034-10-01') }, { workingDays: halfDays }),
    recountRequest(lateFacts(), 'r-22', cause('e3')),
    cancelRequest(caller(as.admin), 'r-22', { expectedVersion: 7, days: [day('2034-10-06')] }),
    changeRequest(caller(as.admin), 'r-22', { expectedVersion: 8, to: day('2034-10-10') }),
    approveRequest(caller(as.standIn), 'r-22', { expectedVersion: 9 }),
    approveRequest(caller(as.key), 'r-22', { expectedVersion: 10 }),
    changeRequest(caller(as.admin), 'r-22', { expectedVersion: 11, to: day('2034-10-11') }),
    rejectRequest(caller(as.standIn), 'r-22', { expectedVersion: 12 }),
    // Of what is given up again, one day is given otherwise by then.
    submitRequest(caller(as.admin), { id: 'r-24', ...known, ...days('2034-11-07', '2034-11-13') }),
    submitRequest(caller(as.employee), {
      id: 'r-25',
      entity: 'e3',
      resource: 'care',
      ...days('2034-11-07', '2034-11-10'),
    }),
    approveRequest(caller(as.hr), 'r-25', { expectedVersion: 1 }),
    submitRequest(caller(as.admin), { id: 'r-26', ...known, ...days('2034-11-07') }),
    changeRequest(caller(as.admin), 'r-25', { expectedVersion: 2, from: day('2034-11-09') }),
    submitRequest(caller(as.admin), { id: 'r-27', ...known, ...days('2034-11-09') }),
    cancelRequest(caller(as.admin), 'r-25', { expectedVersion: 3 }),
    // Where only the morning is worked by now, only that is taken of leave of which every day counts.
    submitRequest(caller(as.admin), {
      id: 'r-28',
      entity: 'e4',
      resource: 'parental',
      decided: 'approved',
      ...days('2035-08-06'),
    }),
    submitRequest(caller(as.admin), { id: 'r-29', entity: 'e4', resource: 'sick-pay', ...days('2035-08-06') }),
    defineWorkPattern(caller(), { entity: 'e4', effectiveFrom: day('2035-08-01') }, { workingDays: halfDays }),
    recountRequest(lateFacts(), 'r-29', cause('e4')),
  ]
}

/** Stock and a room that are held: taken in part and paid for, released, and over. */
function holds(): (typeof commands)[number][] {
  const [stock, room] = [
    { resource: 'stock', unit: 'piece', scale: 0, dayExclusive: false, overdraftLimit: '0' },
    { resource: 'room', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: null },
  ]
  const on = day('2035-09-01')
  const item = { entity: 'item-7', policy: 'stock', effectiveOn: on }
  const morning = { entity: 'room-1', policy: 'rooms', amount: '0.5', effectiveOn: on, portion: 'am' } as const
  const [first, second, third] = [caller(), caller(), caller()]
  return [
    definePolicy(caller(), 'stock', stock),
    definePolicy(caller(), 'rooms', room),
    recordAccrual(caller(), { ...item, amount: '10', effectiveOn: day('2035-01-01') }),
    playing(
      '2035-09-01T08:00:00Z',
      placeHold(first, {
        lines: [{ ...item, amount: '3' }, morning],
        expiresAt: '2035-09-01T08:15:00Z',
        reference: 'cart-17',
        metadata: { channel: 'shop' },
      }),
    ),
    takeHold(caller(), holdIdFor(first.idempotencyKey), {
      expectedVersion: 1,
      lines: [{ ...item, amount: '2' }, morning],
      more: [
        { ...morning, type: 'consumption', entity: 'room-2', expectedVersion: 0 },
        { ...item, type: 'accrual', entity: 'ada', amount: '2', validUntil: day('2035-12-31'), reference: 'order-17' },
      ],
    }),
    placeHold(second, { lines: [{ ...item, amount: '1', expectedVersion: 4 }], seconds: 1_500 }),
    placeHold(third, { lines: [{ ...item, amount: '1' }], expiresAt: '2035-09-01T08:18:00Z' }),
    releaseHold(caller(), holdIdFor(third.idempotencyKey), { expectedVersion: 1 }),
    placeHold(caller(), { lines: [{ ...item, amount: '1' }], expiresAt: '2035-09-01T08:20:00Z' }),
    playing('2035-09-01T08:30:00Z', recordConsumption(caller(), { ...item, amount: '8' })),
  ]
}

function playing(from: string, command: Command): () => Promise<Command> {
  return () => {
    playTime({ from: new Date(from) })
    return Promise.resolve(command)
  }
}

function caller(also: Partial<Caller> = {}): Caller {
  keys += 1
  return {
    book,
    idempotencyKey: `example-${keys}`,
    actor: { type: 'system', id: 'payroll' },
    client: { ip: '192.0.2.7', userAgent: 'hr/4.2', session: null },
    dryRun: false,
    ...also,
  }
}

/**
 * Records all of it in a database.
 * @returns the events as they are exported, one a line
 */
export async function recordEveryEvent(url: string): Promise<string[]> {
  // Knows nothing of a test run: a release records it as well.
  const pool = openPool({
    url,
    max: 4,
    applicationName: 'daybook every event',
    role: SERVICE_ROLE,
    settings: WRITER_SETTINGS,
    pipeline: true,
  })
  const watcher = { group: () => {}, recorded: () => {}, trouble: () => {} }
  const ledger = openLedger({ pool, limits: { groupLines: 1_000, queueLines: 20_000 }, watcher })
  try {
    for (const command of commands) {
      const verdict = await ledger.submit(typeof command === 'function' ? await command(pool) : command)
      if (verdict.outcome !== 'recorded') throw new Error(`not recorded: ${JSON.stringify(verdict)}`)
    }
    const page = await readEventPage(pool, { book, after: 0, limit: commands.length + LAPSED })
    return [...page!.items]
  } finally {
    playTime(undefined)
    await ledger.close()
    await pool.end()
  }
}
