/*
 * Answers as they look, of one request from its submission on: what the OpenAPI document shows beside their schemas. A
 * test holds each against the schema it stands by.
 */

const EMPLOYEE = { type: 'employee', id: 'ada' }
const WHEN = '2026-06-01T08:15:30.250Z'
const recorded = { position: 42, recordedAt: WHEN, hash: '9f'.repeat(32) }
const line = {
  type: 'pending',
  entity: 'ada',
  policy: 'annual-leave',
  resource: 'annual-leave',
  reverses: null,
  reversedBy: null,
  reference: 'r-17',
  reason: null,
  position: 42,
  recordedAt: WHEN,
}

const SUBMITTED_REQUEST = {
  id: 'r-17',
  entity: 'ada',
  resource: 'annual-leave',
  policy: null,
  status: 'pending',
  version: 1,
  from: '2026-07-06',
  to: '2026-07-07',
  fromPortion: 'full',
  toPortion: 'am',
  hoursPerDay: null,
  days: [
    { date: '2026-07-06', portion: 'full', amount: '1.0', policy: 'annual-leave', status: 'pending' },
    { date: '2026-07-07', portion: 'am', amount: '0.5', policy: 'annual-leave', status: 'pending' },
  ],
  total: '1.5',
  cancellation: null,
  waitingFor: [{ role: 'manager', entities: ['m1', 'm2'] }],
  reason: 'Holidays in Tyrol',
  submittedAt: WHEN,
  submittedBy: EMPLOYEE,
  decidedAt: null,
  decidedBy: null,
  history: [
    { version: 1, type: 'request-submitted', at: WHEN, by: EMPLOYEE, comment: 'Holidays in Tyrol', cause: null },
  ],
}

export const REQUEST_RECORDED = {
  ...recorded,
  request: SUBMITTED_REQUEST,
  checks: ['employed', 'working-days', 'max-days-ahead'],
  transactions: [
    { id: '42.1', ...line, amount: '-1.0', effectiveOn: '2026-07-06', portion: 'full' },
    { id: '42.2', ...line, amount: '-0.5', effectiveOn: '2026-07-07', portion: 'am' },
  ],
  balances: [
    {
      entity: 'ada',
      policy: 'annual-leave',
      resource: 'annual-leave',
      unit: 'day',
      asOf: '2026-07-07',
      available: '23.5',
      spendable: '23.5',
      pending: '1.5',
      version: 3,
    },
  ],
}

const APPROVED_WHEN = '2026-06-02T09:00:00.000Z'
const MANAGER = { type: 'manager', id: 'm1' }

export const REQUEST_APPROVED = {
  ...SUBMITTED_REQUEST,
  status: 'approved',
  version: 2,
  waitingFor: [],
  days: SUBMITTED_REQUEST.days.map((day) => ({ ...day, status: 'approved' })),
  decidedAt: APPROVED_WHEN,
  decidedBy: MANAGER,
  history: [
    ...SUBMITTED_REQUEST.history,
    { version: 2, type: 'request-approved', at: APPROVED_WHEN, by: MANAGER, comment: 'Enjoy it', cause: null },
  ],
}

/** What was held is free, and taken instead. */
export const APPROVAL_RECORDED = {
  ...recorded,
  position: 45,
  recordedAt: APPROVED_WHEN,
  request: REQUEST_APPROVED,
  checks: [],
  transactions: [
    ...REQUEST_RECORDED.transactions.map(({ id, amount, ...held }, index) => ({
      ...held,
      id: `45.${index + 1}`,
      type: 'reversal',
      amount: amount.slice(1),
      reverses: id,
      portion: null,
      position: 45,
      recordedAt: APPROVED_WHEN,
    })),
    ...REQUEST_RECORDED.transactions.map((held, index) => ({
      ...held,
      id: `45.${index + 3}`,
      type: 'consumption',
      position: 45,
      recordedAt: APPROVED_WHEN,
    })),
  ],
  balances: REQUEST_RECORDED.balances.map((balance) => ({ ...balance, pending: '0.0', version: 7 })),
}

export const ABSENCES = {
  items: [
    {
      request: 'r-16',
      transaction: null,
      entity: 'e2',
      resource: 'annual-leave',
      status: 'approved',
      days: [{ date: '2026-07-06', portion: 'full' }],
    },
  ],
}

export const DELEGATION = {
  entity: 'm1',
  delegate: 'm2',
  from: '2026-07-01',
  to: '2026-07-31',
  version: 1,
  ...recorded,
}

export const CALENDAR = {
  id: 'de-by',
  workingDays: { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' },
  weeks: null,
  weeksFrom: null,
  hoursPerDay: '8',
  holidays: [{ date: '2026-12-24', name: 'Christmas Eve', portion: 'pm' }],
  workedDays: [],
  region: 'DE-BY',
  publicHolidays: {
    from: 2026,
    to: 2026,
    holidays: [{ date: '2026-01-01', name: 'Neujahr', portion: 'full' }],
  },
  version: 1,
  effectiveFrom: '1900-01-01',
  ...recorded,
}
