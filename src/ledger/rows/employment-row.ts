import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { Employment, EmploymentFacts } from '../../domain/definition/facts.ts'

/** The employment of an entity, as columns of `ledger.entities`. */
interface EmploymentRow {
  readonly hired_on: CalendarDate | null
  readonly left_on: CalendarDate | null
  /** JSON. */
  readonly employments: string | null
}

export function employmentFromRow({ hired_on, left_on, employments }: EmploymentRow): EmploymentFacts {
  return {
    hiredOn: hired_on,
    leftOn: left_on,
    employments: employments === null ? null : (JSON.parse(employments) as readonly Employment[]),
  }
}
