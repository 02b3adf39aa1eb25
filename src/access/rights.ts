import type { EventType } from '../domain/event.ts'

/*
 * Who may do what: the only page that says so. Matching it is pure, in `held.ts`; who somebody is, is found by `identity`.
 */

/** How far a right must reach at least, to call an operation at all; what it reaches further is up to its holder. */
export type Least =
  /** One's own entity is enough. */
  | 'own'
  /** Those of whom one is the manager, or for whose manager one stands in; to decide, also those whose approval names one. */
  | 'team'
  /** Everybody of the book. */
  | 'book'
  /** Any book: the operation itself shows and takes only what belongs to books on which its caller has the right. */
  | 'any-book'
  /** Every book there is or will be. */
  | 'every-book'

export interface Needed {
  readonly right: Right
  readonly least: Least
}

/** Of the route with this operation id. A route without a line does not start. */
export const RIGHTS = {
  readMe: needs('me:read', 'any-book'),
  listBooks: needs('book:read', 'any-book'),
  readBook: needs('book:read', 'book'),
  defineBook: needs('books:define', 'every-book'),

  listPolicies: needs('policies:read', 'book'),
  readPolicy: needs('policies:read', 'book'),
  listPolicyVersions: needs('policies:read', 'book'),
  definePolicy: needs('policies:define', 'book'),

  listEntities: needs('entities:read', 'own'),
  readEntity: needs('entities:read', 'own'),
  defineEntity: needs('entities:define', 'book'),
  eraseEntity: needs('entities:erase', 'book'),
  exportEntity: needs('entities:export', 'own'),
  readRetention: needs('retention:read', 'book'),
  defineRetention: needs('retention:define', 'book'),
  listEmployments: needs('entities:read', 'own'),
  defineEmployment: needs('entities:define', 'book'),

  listCalendars: needs('calendars:read', 'book'),
  readCalendar: needs('calendars:read', 'book'),
  listCalendarVersions: needs('calendars:read', 'book'),
  readPublicHolidays: needs('calendars:read', 'any-book'),
  defineCalendar: needs('calendars:define', 'book'),
  defineCalendarHoliday: needs('calendars:define', 'book'),
  removeCalendarHoliday: needs('calendars:define', 'book'),
  listWorkPatterns: needs('work-patterns:read', 'own'),
  defineWorkPattern: needs('work-patterns:define', 'book'),

  listAssignments: needs('assignments:read', 'own'),
  listEntityAssignments: needs('assignments:read', 'own'),
  readAssignment: needs('assignments:read', 'own'),
  listAssignmentVersions: needs('assignments:read', 'own'),
  defineAssignment: needs('assignments:define', 'book'),

  listWorkedHours: needs('worked-hours:read', 'own'),
  recordWorkedHours: needs('worked-hours:record', 'book'),
  reverseWorkedHours: needs('worked-hours:record', 'book'),
  listNotices: needs('notices:read', 'own'),
  giveNotice: needs('notices:give', 'book'),

  listDelegations: needs('delegations:read', 'own'),
  defineDelegation: needs('delegations:define', 'own'),

  listRequests: needs('requests:read', 'own'),
  readRequest: needs('requests:read', 'own'),
  listAbsences: needs('requests:read', 'own'),
  submitRequest: needs('requests:submit', 'own'),
  changeRequest: needs('requests:submit', 'own'),
  cancelRequest: needs('requests:submit', 'own'),
  approveRequest: needs('requests:decide', 'team'),
  rejectRequest: needs('requests:decide', 'team'),
  readAwayCalendar: needs('absences:read', 'own'),
  listCalendarFeeds: needs('feeds:make', 'own'),
  createCalendarFeed: needs('feeds:make', 'own'),
  revokeCalendarFeed: needs('feeds:make', 'own'),

  recordAccrual: needs('transactions:record', 'book'),
  recordConsumption: needs('transactions:record', 'book'),
  recordAdjustment: needs('transactions:adjust', 'book'),
  recordReversal: needs('transactions:record', 'book'),
  recordTransactions: needs('transactions:record', 'book'),
  recordBulk: needs('transactions:record', 'book'),
  recordEncashment: needs('encashments:record', 'book'),
  recordLeaving: needs('leaving:record', 'book'),
  placeHold: needs('transactions:record', 'book'),
  takeHold: needs('transactions:record', 'book'),
  releaseHold: needs('transactions:record', 'book'),
  listHolds: needs('transactions:read', 'own'),
  readHold: needs('transactions:read', 'own'),
  listTransactions: needs('transactions:read', 'own'),
  readTransaction: needs('transactions:read', 'own'),

  listBalances: needs('balances:read', 'own'),
  listEntityBalances: needs('balances:read', 'own'),
  readStatement: needs('statements:read', 'own'),
  readForecast: needs('balances:read', 'own'),
  readExplanation: needs('balances:read', 'own'),
  listLots: needs('balances:read', 'own'),
  listEntitlements: needs('balances:read', 'own'),

  startRun: needs('runs:start', 'book'),
  listRuns: needs('runs:read', 'book'),
  readRun: needs('runs:read', 'book'),

  takeSnapshot: needs('snapshots:take', 'book'),
  listSnapshots: needs('snapshots:read', 'book'),
  readSnapshot: needs('snapshots:read', 'book'),
  readSnapshotBalances: needs('snapshots:read', 'book'),
  listSnapshotChanges: needs('snapshots:read', 'book'),

  listPeriods: needs('periods:read', 'book'),
  closePeriod: needs('periods:close', 'book'),
  reopenPeriod: needs('periods:close', 'book'),

  readStats: needs('stats:read', 'book'),
  listAudit: needs('audit:read', 'book'),
  listAccesses: needs('accesses:read', 'own'),
  readAccessReview: needs('access-review:read', 'book'),
  listServiceAudit: needs('service-audit:read', 'every-book'),

  readEvents: needs('events:read', 'book'),
  openLive: needs('live:read', 'own'),
  createLiveTicket: needs('live:read', 'own'),

  listWebhooks: needs('webhooks:read', 'book'),
  readWebhook: needs('webhooks:read', 'book'),
  listWebhookDeliveries: needs('webhooks:read', 'book'),
  defineWebhook: needs('webhooks:define', 'book'),
  removeWebhook: needs('webhooks:define', 'book'),
  rotateWebhook: needs('webhooks:define', 'book'),
  replayWebhook: needs('webhooks:define', 'book'),
  testWebhook: needs('webhooks:define', 'book'),

  createKey: needs('keys:define', 'any-book'),
  listKeys: needs('keys:define', 'any-book'),
  rotateKey: needs('keys:define', 'any-book'),
  endKey: needs('keys:define', 'any-book'),

  createUser: needs('users:define', 'every-book'),
  listUsers: needs('users:define', 'every-book'),
  readUser: needs('users:define', 'every-book'),
  changeUser: needs('users:define', 'every-book'),
  endUser: needs('users:define', 'every-book'),
  inviteUser: needs('users:define', 'every-book'),

  listSessions: needs('sessions:manage', 'any-book'),
  endSession: needs('sessions:manage', 'any-book'),
  endSessions: needs('sessions:manage', 'any-book'),
} as const satisfies Record<string, Needed>

/** Of routes that are asked for as `text/event-stream`, which follows what happens instead of reading what happened. */
export const AS_STREAM = {
  readEvents: needs('live:read', 'own'),
} as const satisfies Partial<Record<keyof typeof RIGHTS, Needed>>

export type OperationId = keyof typeof RIGHTS

/** `<noun>:<verb>`. */
export type Right =
  | (typeof ANYBODY)[number]
  | 'absences:read'
  | 'access-review:read'
  | 'accesses:read'
  | 'actors:act-as-service'
  | 'actors:act-for'
  | 'assignments:define'
  | 'assignments:read'
  | 'audit:read'
  | 'balances:read'
  | 'books:define'
  | 'calendars:define'
  | 'delegations:define'
  | 'delegations:read'
  | 'encashments:record'
  | 'entities:define'
  | 'entities:erase'
  | 'entities:export'
  | 'entities:read'
  | 'events:read'
  | 'feeds:make'
  | 'keys:define'
  | 'leaving:record'
  | 'live:read'
  | 'notices:give'
  | 'notices:read'
  | 'periods:close'
  | 'policies:define'
  | 'requests:decide'
  | 'requests:override'
  | 'requests:read'
  | 'requests:submit'
  | 'retention:define'
  | 'retention:read'
  | 'runs:read'
  | 'runs:start'
  | 'service-audit:read'
  | 'snapshots:read'
  | 'snapshots:take'
  | 'statements:read'
  | 'stats:read'
  | 'transactions:adjust'
  | 'transactions:read'
  | 'transactions:record'
  | 'users:define'
  | 'webhooks:define'
  | 'webhooks:read'
  | 'work-patterns:define'
  | 'work-patterns:read'
  | 'worked-hours:read'
  | 'worked-hours:record'

/** How far a right reaches that somebody holds. */
export type Breadth = 'own' | 'team' | 'book'

/** Of anybody with any role on a book, and of whoever has a role at all where there is no book. */
export const ANYBODY = [
  'me:read',
  'sessions:manage',
  'book:read',
  'policies:read',
  'calendars:read',
  'periods:read',
] as const

/** What whoever has an entity may do about it. */
const OWN = [
  'entities:read',
  'entities:export',
  'work-patterns:read',
  'assignments:read',
  'worked-hours:read',
  'notices:read',
  'balances:read',
  'statements:read',
  'transactions:read',
  'requests:read',
  'requests:submit',
  'absences:read',
  'accesses:read',
  'delegations:read',
  'delegations:define',
  'feeds:make',
  'live:read',
] as const satisfies readonly Right[]

/**
 * Of whoever is the manager of somebody today, or stands in for one: about those. It is granted to nobody.
 */
export const TEAM: readonly Right[] = [
  'entities:read',
  'work-patterns:read',
  'assignments:read',
  'worked-hours:read',
  'notices:read',
  'balances:read',
  'statements:read',
  'transactions:read',
  'requests:read',
  'requests:decide',
  'absences:read',
  'delegations:read',
  'feeds:make',
  'live:read',
]

const HR = [
  'entities:read',
  'entities:export',
  'retention:read',
  'entities:define',
  'balances:read',
  'statements:read',
  'transactions:read',
  'transactions:adjust',
  'encashments:record',
  'leaving:record',
  'calendars:define',
  'work-patterns:read',
  'work-patterns:define',
  'assignments:read',
  'assignments:define',
  'worked-hours:read',
  'worked-hours:record',
  'notices:read',
  'notices:give',
  'delegations:read',
  'delegations:define',
  'requests:read',
  'requests:submit',
  'requests:decide',
  'requests:override',
  'absences:read',
  'feeds:make',
  'live:read',
  'stats:read',
  'runs:start',
  'runs:read',
  'actors:act-for',
] as const satisfies readonly Right[]

const PAYROLL = [
  'entities:read',
  'work-patterns:read',
  'assignments:read',
  'worked-hours:read',
  'notices:read',
  'balances:read',
  'statements:read',
  'snapshots:take',
  'snapshots:read',
  'periods:close',
  'runs:read',
] as const satisfies readonly Right[]

const AUDITOR = [
  'entities:read',
  'work-patterns:read',
  'assignments:read',
  'worked-hours:read',
  'notices:read',
  'entities:export',
  'retention:read',
  'balances:read',
  'statements:read',
  'transactions:read',
  'requests:read',
  'absences:read',
  'delegations:read',
  'snapshots:read',
  'stats:read',
  'runs:read',
  'events:read',
  'audit:read',
  'live:read',
  'accesses:read',
  'access-review:read',
  'webhooks:read',
] as const satisfies readonly Right[]

const INTEGRATION = [
  'transactions:record',
  'transactions:adjust',
  'transactions:read',
  'balances:read',
  'entities:define',
  'assignments:define',
  'worked-hours:record',
  'notices:give',
  'requests:read',
  'requests:submit',
  'requests:override',
  'actors:act-for',
] as const satisfies readonly Right[]

const ADMIN = [
  ...HR,
  ...PAYROLL,
  ...AUDITOR,
  ...INTEGRATION,
  'actors:act-as-service',
  'books:define',
  'policies:define',
  'entities:erase',
  'retention:define',
  'keys:define',
  'service-audit:read',
  'users:define',
  'webhooks:define',
] as const satisfies readonly Right[]

/** What a role may do, and about whom. What anybody may is not repeated. */
export const ROLES = {
  employee: { extent: 'own', rights: OWN },
  hr: { extent: 'book', rights: HR },
  payroll: { extent: 'book', rights: PAYROLL },
  auditor: { extent: 'book', rights: AUDITOR },
  integration: { extent: 'book', rights: INTEGRATION },
  admin: { extent: 'book', rights: ADMIN },
} as const satisfies Record<string, { readonly extent: Breadth; readonly rights: readonly Right[] }>

export type Role = keyof typeof ROLES

/**
 * What the answer to a command tells of people, beside what its caller said: each by any of these rights, about whoever it is
 * of. It is left out for whoever has none of them.
 */
export const TOLD_BY = {
  /** How an account stands: what is available of it, its version, on which day it would be too low. */
  balance: ['balances:read'],
  /** A transaction: whose it is, under which policy, how much, for which day, and what undid it. */
  line: ['transactions:read'],
  /** The id of the transaction, or of the request, that has a day. */
  taker: ['transactions:read', 'requests:read'],
  /** A request: all of it, its status, its version, and whom it waits for. */
  request: ['requests:read'],
  /** What decides things about an entity: its employment, its calendar. */
  entity: ['entities:read', 'entities:define'],
  /** Which requests a closed month leaves pending. */
  pending: ['requests:read', 'statements:read'],
  /** What the balances of a snapshot come to. */
  snapshot: ['snapshots:read', 'balances:read'],
} as const satisfies Record<string, readonly Right[]>

export type Tellable = keyof typeof TOLD_BY

/** By which right whoever starts or tries a run is told what it comes to. */
export const RUNS_TOLD_BY = 'runs:read' satisfies Right

/**
 * By which right somebody may read what an event of a type says, about all whom it is of. Whoever may not is not told, either, that
 * a key of theirs was used for it by somebody else, and hears nothing of it.
 */
export const SHOWN_BY = {
  'book-defined': 'book:read',
  'policy-defined': 'policies:read',
  'entity-defined': 'entities:read',
  'calendar-defined': 'calendars:read',
  'work-pattern-defined': 'work-patterns:read',
  'assignment-defined': 'assignments:read',
  'period-closed': 'periods:read',
  'period-reopened': 'periods:read',
  'snapshot-taken': 'snapshots:read',
  'accrual-recorded': 'transactions:read',
  'consumption-recorded': 'transactions:read',
  'adjustment-recorded': 'transactions:read',
  'reversal-recorded': 'transactions:read',
  'transactions-recorded': 'transactions:read',
  'hold-placed': 'transactions:read',
  'hold-taken': 'transactions:read',
  'hold-released': 'transactions:read',
  'hold-lapsed': 'transactions:read',
  earned: 'transactions:read',
  'encashment-recorded': 'transactions:read',
  'settlement-recorded': 'transactions:read',
  'worked-hours-recorded': 'worked-hours:read',
  'worked-hours-reversed': 'worked-hours:read',
  'notice-given': 'notices:read',
  'delegation-defined': 'delegations:read',
  'entity-erased': 'entities:read',
  'retention-defined': 'retention:read',
  'reasons-erased': 'events:read',
  'request-submitted': 'requests:read',
  'request-step-approved': 'requests:read',
  'request-approved': 'requests:read',
  'request-rejected': 'requests:read',
  'request-cancellation-asked': 'requests:read',
  'request-cancellation-refused': 'requests:read',
  'request-cancelled': 'requests:read',
  'request-changed': 'requests:read',
  'request-recounted': 'requests:read',
} as const satisfies Record<EventType, Right>

/** Whether a name is that of a role that can be given. */
export function isRole(name: string): name is Role {
  return Object.hasOwn(ROLES, name)
}

const ALL_RIGHTS: ReadonlySet<string> = new Set([...ANYBODY, ...ADMIN])

/** Whether a name is that of a right. */
export function isRight(name: string): name is Right {
  return ALL_RIGHTS.has(name)
}

function needs<Name extends string, Reaching extends Least>(
  right: Name,
  least: Reaching,
): { readonly right: Name; readonly least: Reaching } {
  return { right, least }
}
