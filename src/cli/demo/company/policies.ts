import type { CalendarDate } from '../../../domain/calendar-date.ts'
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
  readonly requests: {
    readonly approval: readonly string[]
    readonly roles?: Readonly<Record<string, readonly string[]>>
    readonly automaticUpTo?: string
    readonly cancellation?: 'ask'
    readonly priority?: number
    readonly expiresOn?: CalendarDate
    readonly minNoticeDays?: number
    readonly waitingDays?: number
    readonly blackouts?: readonly { readonly from: string; readonly to: string; readonly name: string }[]
  }
}

/** Nobody takes annual leave in the first days of employment. */
export const WAITING_DAYS = 30
/** What was left of 2024 has to be taken until then. */
export const CARRIED_UNTIL = day('2025-03-31')

/** Those that feed one resource in the order in which it is drawn on. */
export const leaves: readonly LeaveKind[] = [
  {
    policy: 'carried-over',
    resource: 'annual-leave',
    unit: 'day',
    scale: 1,
    name: 'Annual leave, carried over from 2024',
    overdraftLimit: '0',
    requests: { approval: ['manager'], priority: 10, expiresOn: CARRIED_UNTIL },
  },
  {
    policy: 'annual',
    resource: 'annual-leave',
    unit: 'day',
    scale: 1,
    name: 'Annual leave 2025',
    overdraftLimit: '0',
    requests: {
      approval: ['manager'],
      waitingDays: WAITING_DAYS,
      blackouts: [{ from: '2025-12-15', to: '2025-12-17', name: 'Stocktaking' }],
    },
  },
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
