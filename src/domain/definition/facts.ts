import type { CalendarDate } from '../calendar-date.ts'

export interface BookFacts {
  readonly name: string | null
  /** IANA name: what "today" means in the book. */
  readonly timeZone: string
}

/** One period of employment, both days included. `from` null: since ever, as nobody said; `to` null: until further notice. */
export interface Employment {
  readonly from: CalendarDate | null
  readonly to: CalendarDate | null
}

/** What is recorded of an entity's employment. */
export interface EmploymentFacts {
  /** Of the last period, as is `leftOn`. */
  readonly hiredOn: CalendarDate | null
  readonly leftOn: CalendarDate | null
  /** By day; null while there is no more than what `hiredOn` and `leftOn` say. */
  readonly employments: readonly Employment[] | null
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
  readonly personnelNumber: string | null
  readonly metadataText: string | null
}
