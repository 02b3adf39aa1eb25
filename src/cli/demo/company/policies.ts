import { day } from '../days.ts'
import { hr } from './people.ts'

/** A kind of leave of the company: its policy as the service is told it. */
export interface LeaveKind {
  readonly policy: string
  readonly resource: string
  readonly unit: 'day' | 'hour'
  readonly scale: number
  readonly name: string
  readonly overdraftLimit: string
  /** How it is earned, and what a new year does to it; neither: what is recorded by hand, or on credit. */
  readonly earning?: object
  readonly carryOver?: object
  readonly requests: {
    readonly approval: readonly string[]
    readonly roles?: Readonly<Record<string, readonly string[]>>
    readonly automaticUpTo?: string
    readonly cancellation?: 'ask'
    readonly minNoticeDays?: number
    readonly waitingDays?: number
    readonly blackouts?: readonly { readonly from: string; readonly to: string; readonly name: string }[]
  }
}

/** Nobody takes annual leave in the first days of employment. */
export const WAITING_DAYS = 30
/** What is left of a year has to be taken until then: in Munich. */
export const CARRIED_UNTIL = day('2025-03-31')

const ANNUAL = {
  approval: ['manager'],
  waitingDays: WAITING_DAYS,
  blackouts: [{ from: '2025-12-15', to: '2025-12-17', name: 'Stocktaking' }],
} as const

/** Annual leave of London: a twelfth each month, and up to five days go into the next year for good. */
export const LONDON: LeaveKind = {
  policy: 'annual-london',
  resource: 'annual-leave',
  unit: 'day',
  scale: 2,
  name: 'Annual leave, London',
  overdraftLimit: '0',
  earning: londonEarns('25'),
  carryOver: { keep: { upTo: '5' } },
  requests: ANNUAL,
}

/** Decided in spring: from July on everybody in London earns two days a year more. */
export const LONDON_FROM_JULY = { ...LONDON, earning: londonEarns('27'), effectiveFrom: day('2025-07-01') }

/** Those that feed one resource in the order in which it is drawn on. */
export const leaves: readonly LeaveKind[] = [
  {
    policy: 'annual',
    resource: 'annual-leave',
    unit: 'day',
    scale: 1,
    name: 'Annual leave, Munich',
    overdraftLimit: '0',
    earning: {
      every: 'year',
      levels: [{ yearAmount: '30' }],
      week: { days: '5' },
      firstPeriod: 'full-months',
      lastPeriod: 'full-months',
      rounding: { step: '0.5', mode: 'up', of: 'posting' },
    },
    carryOver: { validUntil: '03-31' },
    requests: ANNUAL,
  },
  LONDON,
  {
    policy: 'in-lieu',
    resource: 'time-off-in-lieu',
    unit: 'hour',
    scale: 2,
    name: 'Time off in lieu of overtime',
    overdraftLimit: '0',
    requests: { approval: ['manager'], automaticUpTo: '4' },
  },
  {
    policy: 'study',
    resource: 'study-leave',
    unit: 'day',
    scale: 1,
    name: 'Study leave',
    overdraftLimit: '0',
    earning: { every: 'year', levels: [{ yearAmount: '5' }] },
    carryOver: { keep: 'none' },
    requests: { approval: ['manager', 'hr'], roles: { hr }, cancellation: 'ask' },
  },
  {
    policy: 'volunteering',
    resource: 'volunteering',
    unit: 'day',
    scale: 1,
    name: 'Volunteering, two days a year',
    overdraftLimit: '2',
    requests: { approval: ['manager'], minNoticeDays: 14 },
  },
]

function londonEarns(yearAmount: string): object {
  return {
    every: 'month',
    levels: [{ yearAmount }],
    week: { days: '5' },
    firstPeriod: { joinedBy: 15, then: 'full', else: 'half' },
    rounding: { step: '0.01', mode: 'nearest', of: 'running-total' },
  }
}
