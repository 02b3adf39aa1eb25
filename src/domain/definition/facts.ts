import type { CalendarDate } from '../calendar-date.ts'
import type { EmploymentFacts } from './employment.ts'

export interface BookFacts {
  readonly name: string | null
  /** IANA name: what "today" means in the book. */
  readonly timeZone: string
}

/** What decides things about an entity, and is recorded. */
export interface EntityFacts extends EmploymentFacts {
  readonly version: number
  /** Position of the event that recorded it. */
  readonly position: number
  readonly kind: string | null
  readonly department: string | null
  readonly manager: string | null
  readonly calendar: string | null
}

/** A period in which one entity decides in place of another. */
export interface DelegationFacts {
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly version: number
  /** Position of the event that recorded it. */
  readonly position: number
}

/** What is known of a person beside the record, and can be erased. `metadataText` is canonical JSON. */
export interface Profile {
  readonly name: string | null
  readonly email: string | null
  readonly metadataText: string | null
}
