import type { WorkTime } from '../calendar/work-time.ts'
import type { CalendarDate } from '../calendar-date.ts'
import type { Employment } from '../definition/facts.ts'
import type { PolicyHistory } from '../policy/policy.ts'
import type { AssignmentHistory } from './assignment.ts'

/** Hours that an entity has worked, over some days: they are spread over them evenly, unless one day is all there is. */
export interface WorkedHours {
  readonly from: CalendarDate
  readonly to: CalendarDate
  /** In its normal spelling. */
  readonly hours: string
  /** Position of the event that recorded it. */
  readonly position: number
}

/** That an entity was told that leave of a leave year (the year in which it begins) will lapse. */
export interface Notice {
  readonly year: number
  readonly givenOn: CalendarDate
  /** Position of the event that recorded it. */
  readonly position: number
}

/** A day, or part of one, on which the entity was absent, whatever policy paid for it. */
export interface AbsentDay {
  readonly on: CalendarDate
  /** Of a working day: what was taken, in days, in its normal spelling; null where it was counted in hours. */
  readonly days: string | null
  readonly hours: string | null
  /** How much of it counts as attended: between '0' and '1'. */
  readonly countsAs: string
}

/** What an entity earns by under one policy, whatever its balance. */
export interface EarningFacts {
  readonly entity: string
  readonly policy: PolicyHistory
  /** By their first day. Those that overlap are none on one policy. */
  readonly assignments: readonly AssignmentHistory[]
  /** By day; empty: always employed. */
  readonly employments: readonly Employment[]
  readonly time: WorkTime
  /** By `from`. */
  readonly worked: readonly WorkedHours[]
  /** By day: of all policies, for a basis of working time. */
  readonly absent: readonly AbsentDay[]
  readonly notices: readonly Notice[]
}
