import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { Actor } from '../../src/domain/event.ts'
import type { RequestOrder } from '../../src/domain/request/order.ts'
import type { RequestSpan } from '../../src/domain/request/request.ts'
import { spanOf } from '../../src/domain/request/span.ts'
import { day } from './builders.ts'

/*
 * What people ask of a request. Everything that a test does not speak of has a default: `e1` asks, in the request `r1`,
 * for Monday and Tuesday, 6 and 7 July 2026; `m1` decides.
 */

export const TODAY = day('2026-06-01')
export const MONDAY = day('2026-07-06')
export const TUESDAY = day('2026-07-07')
export const WEDNESDAY = day('2026-07-08')

export const EMPLOYEE: Actor = { type: 'employee', id: 'e1' }
export const DECIDER: Actor = { type: 'employee', id: 'm1' }
export const ADMIN: Actor = { type: 'admin', id: 'root' }

/** An order as a test writes it: about the version that there is, unless it says another. */
export type Order = (version: number) => RequestOrder

interface Also {
  readonly request?: string
  readonly by?: Actor
  readonly postToday?: boolean
  readonly expectedVersion?: number
}

const SPAN: RequestSpan = { from: MONDAY, to: TUESDAY, fromPortion: 'full', toPortion: 'full', hoursPerDay: null }

function about({ request = 'r1', postToday = false }: Also) {
  return { request, postToday }
}

export function submit(
  also: Also &
    Partial<RequestSpan> & { entity?: string; resource?: string | null; policy?: string; isDecided?: boolean } = {},
): Order {
  const { by = EMPLOYEE, entity = 'e1', resource = 'leave', policy: drawnOn = null, isDecided = false } = also
  const span = spanOf({ ...SPAN, ...also })
  return () => ({
    kind: 'submit',
    ...about(also),
    actor: by,
    entity,
    resource: drawnOn === null ? resource : null,
    policy: drawnOn,
    span,
    isDecided,
  })
}

export function approve(also: Also = {}): Order {
  return decideAs('approve', also)
}

export function reject(also: Also = {}): Order {
  return decideAs('reject', also)
}

function decideAs(kind: 'approve' | 'reject', also: Also): Order {
  const { by = DECIDER } = also
  return (version) => ({
    kind,
    ...about(also),
    actor: by,
    expectedVersion: also.expectedVersion ?? version,
  })
}

export function cancel(also: Also & { days?: readonly CalendarDate[] } = {}): Order {
  const { by = EMPLOYEE, days = null } = also
  return (version) => ({
    kind: 'cancel',
    ...about(also),
    actor: by,
    expectedVersion: also.expectedVersion ?? version,
    days,
  })
}

export function change(said: Partial<RequestSpan>, also: Also = {}): Order {
  const { by = EMPLOYEE } = also
  return (version) => ({
    kind: 'change',
    ...about(also),
    actor: by,
    expectedVersion: also.expectedVersion ?? version,
    said,
  })
}

export const CAUSE = { position: 1, type: 'calendar-defined', about: 'office' } as const

export function recount(also: Pick<Also, 'request' | 'postToday'> = {}): Order {
  return () => ({ kind: 'recount', ...about(also), cause: CAUSE })
}
