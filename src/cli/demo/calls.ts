import { daysOf, type Employee, employees, hoursEarned, leavesIn, type PayPeriod } from './leave-year.ts'

/** A call of the service that records something. Its key follows from what it means, so calling again changes nothing. */
export interface Call {
  readonly method: 'PUT' | 'POST'
  readonly path: string
  readonly idempotencyKey: string
  readonly body: object
  /** Who acts, as `<type>:<id>`; the key that calls, unless given. */
  readonly actor?: string
}

export const FEDERAL_BOOK = 'us-federal-2025'
const resource = 'annual-leave'

/** One policy for each category, all feeding one resource. */
export function policyOf({ category }: Employee): string {
  return `${resource}-category-${category}`
}

export function federalBook(): Call {
  return define('', { name: 'US federal annual leave, leave year 2025', timeZone: 'America/New_York' })
}

/** The policies and employees of the book. */
export function definitions(): Call[] {
  return [
    ...employees.map((employee) =>
      define(`/policies/${policyOf(employee)}`, {
        resource,
        unit: 'hour',
        // Leave is charged by the quarter of an hour at the finest.
        scale: 2,
        // A day may be taken by the hour.
        dayExclusive: false,
        overdraftLimit: '0',
        name: `Annual leave, category ${employee.category}`,
      }),
    ),
    ...employees.map(({ id, name, hiredOn }) => define(`/entities/${id}`, { kind: 'employee', hiredOn, name })),
  ]
}

/** What one pay period brings: the leave taken in it, then what was earned by working through it. */
export function callsIn(period: PayPeriod): Call[] {
  return employees.flatMap((employee) => [...leaveCalls(employee, period), accrualCall(employee, period)])
}

/** A leave of several days is one command: all of them are taken, or none. */
function leaveCalls(employee: Employee, period: PayPeriod): Call[] {
  return leavesIn(employee, period).map((leave) => ({
    method: 'POST',
    path: `/v1/books/${FEDERAL_BOOK}/transactions`,
    idempotencyKey: `leave:${employee.id}:${leave.from}`,
    body: {
      transactions: daysOf(leave).map((day) => ({
        type: 'consumption',
        entity: employee.id,
        policy: policyOf(employee),
        amount: leave.hoursPerDay,
        effectiveOn: day,
      })),
    },
  }))
}

function accrualCall(employee: Employee, period: PayPeriod): Call {
  const name = `2025-PP${String(period.number).padStart(2, '0')}`
  return {
    method: 'POST',
    path: `/v1/books/${FEDERAL_BOOK}/accruals`,
    idempotencyKey: `accrual:${employee.id}:${name}`,
    body: {
      entity: employee.id,
      policy: policyOf(employee),
      amount: hoursEarned(employee.category, period),
      effectiveOn: period.lastDay,
      reference: name,
    },
  }
}

function define(what: string, body: object): Call {
  return {
    method: 'PUT',
    path: `/v1/books/${FEDERAL_BOOK}${what}`,
    idempotencyKey: `define:${FEDERAL_BOOK}${what}`,
    body,
  }
}
