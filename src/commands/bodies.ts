import type { OwnHoliday, Weekday, WorkingDays } from '../domain/calendar/calendar.ts'
import type { DayParts } from '../domain/calendar/day-parts.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import type { AssignmentTerms } from '../domain/earning/assignment.ts'
import type { EarningPolicyTerms } from '../domain/earning/terms.ts'
import type { MoreLine, TakenPart } from '../domain/hold/hold.ts'
import type { KindVisibleTo } from '../domain/policy/policy.ts'
import type { RequestTerms } from '../domain/request/terms.ts'
import type { Portion } from '../domain/transaction.ts'
import type { Json } from '../ledger/rows/canonical.ts'

/*
 * Request bodies as the edge hands them over: validated, otherwise as they were sent. Quantities match
 * `QUANTITY_PATTERN` and have the sign their type wants; days exist; ids match the pattern of ids.
 */

interface AnyBody {
  readonly reference?: string
  readonly reason?: string
  readonly metadata?: { readonly [member: string]: Json }
}

interface AnyLineBody extends AnyBody {
  readonly expectedVersion?: number
  /** What becomes of a line for a closed period; without it, it is refused. */
  readonly intoClosedPeriod?: 'post-today'
}

interface AccountBody extends AnyLineBody {
  readonly entity: string
  readonly policy: string
  readonly effectiveOn: CalendarDate
}

interface AmountBody extends AccountBody {
  readonly amount: string
}

export interface AccrualBody extends AmountBody {
  /** The last day on which it may be taken. */
  readonly validUntil?: CalendarDate
  /** Whether it counts as carried into its leave year. */
  readonly carriedIn?: boolean
}

export interface ConsumptionBody extends AmountBody {
  readonly resource?: never
  readonly portion?: Portion
}

/** Leave of a resource: taken from as many of the entity's accounts as it takes. */
export interface DrawingBody extends Omit<AmountBody, 'policy'> {
  readonly policy?: never
  readonly resource: string
  readonly portion?: Portion
}

export interface AdjustmentBody extends AccountBody {
  /** Or `to`. */
  readonly amount?: string
  /** What the balance is to be at the end of the day. */
  readonly to?: string
  readonly allowNegative?: boolean
}

export interface ReversalBody extends AnyLineBody {
  /** `<position>.<line>`. Or `position`. */
  readonly transaction?: string
  /** Of the command whose lines are all undone. */
  readonly position?: number
  readonly effectiveOn?: CalendarDate
  readonly allowNegative?: boolean
}

export type LineBody =
  | (AccrualBody & { readonly type: 'accrual' })
  | (ConsumptionBody & { readonly type: 'consumption' })
  | (AdjustmentBody & { readonly type: 'adjustment' })
  | (ReversalBody & { readonly type: 'reversal' })

/** A line, which names its account or draws on those of a resource. */
export type LineOrDrawingBody = LineBody | (DrawingBody & { readonly type: 'consumption' })

/** What is paid out instead of taken. */
export interface EncashmentBody extends AmountBody {
  /** What one unit is worth. */
  readonly rate?: string
}

/** Lines of several accounts, all recorded or none; `reference`, `reason` and `metadata` hold for lines without their own. */
export interface TransactionsBody<Line extends LineOrDrawingBody = LineOrDrawingBody> extends AnyBody {
  readonly transactions: readonly Line[]
}

/** One command of a bulk whose lines name their accounts, without its key. */
export type BulkItemBody = LineBody | TransactionsBody<LineBody>

export interface BookBody {
  readonly name?: string | null
  readonly timeZone?: string
}

export interface PolicyBody extends EarningPolicyTerms {
  readonly resource: string
  readonly unit: string
  readonly scale: number
  readonly dayExclusive: boolean
  readonly overdraftLimit: string | null
  readonly name?: string | null
  /** What is left out of it is as usual; null: nothing is said about requests. */
  readonly requests?: Partial<RequestTerms> | null
  /** From when on nothing is accrued or taken under it. */
  readonly retiredFrom?: CalendarDate
  /** Who sees of what kind an absence is. */
  readonly kindVisibleTo?: KindVisibleTo
  readonly effectiveFrom?: CalendarDate
}

export interface SubmitRequestBody {
  readonly id?: string
  readonly entity: string
  /** One of the two. */
  readonly resource?: string
  readonly policy?: string
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly fromPortion?: Portion
  readonly toPortion?: Portion
  readonly portions?: DayParts
  readonly hoursPerDay?: string
  readonly fromTime?: string
  readonly toTime?: string
  /** It was approved elsewhere, or by whoever enters it. */
  readonly decided?: 'approved'
  readonly intoClosedPeriod?: 'post-today'
  readonly reason?: string
  readonly metadata?: { readonly [member: string]: Json }
}

export interface DecideRequestBody {
  readonly expectedVersion: number
  readonly intoClosedPeriod?: 'post-today'
  readonly comment?: string
}

export interface CancelRequestBody extends DecideRequestBody {
  readonly days?: readonly CalendarDate[]
}

export interface ChangeRequestBody extends DecideRequestBody {
  readonly from?: CalendarDate
  readonly to?: CalendarDate
  readonly fromPortion?: Portion
  readonly toPortion?: Portion
  readonly portions?: DayParts
  readonly hoursPerDay?: string
  readonly fromTime?: string
  readonly toTime?: string
}

/** A line that is to be held. */
export interface HeldLineBody {
  readonly entity: string
  readonly policy: string
  readonly amount: string
  readonly effectiveOn: CalendarDate
  readonly portion?: Portion
  readonly expectedVersion?: number
}

export interface PlaceHoldBody {
  /** One for each account and day, or half of it. */
  readonly lines: readonly HeldLineBody[]
  /** An instant as RFC 3339 has it. Or `seconds`. */
  readonly expiresAt?: string
  readonly seconds?: number
  readonly reference?: string
  readonly metadata?: { readonly [member: string]: Json }
}

export interface TakeHoldBody {
  readonly expectedVersion?: number
  /** What of it is taken; all, unless said. */
  readonly lines?: readonly TakenPart[]
  readonly more?: readonly MoreLine[]
}

export interface ReleaseHoldBody {
  readonly expectedVersion?: number
}

export interface DelegationBody {
  readonly from: CalendarDate
  readonly to: CalendarDate
}

/** Of every weekday, or of each. */
export type HoursBody = string | { readonly [weekday in Weekday]?: string | undefined }

export interface HolidayBody {
  readonly name: string
  /** What of the day is off: all of it, unless said; `none`: it is no holiday here. */
  readonly portion?: OwnHoliday['portion']
}

export interface WorkedDayBody {
  readonly date: CalendarDate
  readonly name?: string | null
  readonly like: Weekday
}

export interface CalendarBody {
  readonly workingDays: WorkingDays
  readonly hoursPerDay?: HoursBody
  /** One a day. */
  readonly holidays?: readonly ({ readonly date: CalendarDate } & HolidayBody)[]
  /** One a day, and none that is among the holidays. */
  readonly workedDays?: readonly WorkedDayBody[]
  /** A rota, instead of `workingDays`. */
  readonly weeks?: readonly WorkingDays[] | null
  /** Goes with `weeks`. */
  readonly weeksFrom?: CalendarDate | null
  readonly region?: string | null
  readonly regionYears?: { readonly from: number; readonly to: number }
  readonly effectiveFrom?: CalendarDate
}

export interface AssignmentBody {
  readonly policy: string
  readonly from: CalendarDate
  /** Not before `from`. */
  readonly to?: CalendarDate | null
  readonly serviceSince?: CalendarDate | null
  readonly share?: string | null
  readonly amounts?: AssignmentTerms['amounts']
  readonly terms?: AssignmentTerms['terms']
  readonly effectiveFrom?: CalendarDate
}

export interface WorkedHoursBody {
  readonly entity: string
  readonly from: CalendarDate
  /** Not before `from`, which it is unless said. */
  readonly to?: CalendarDate
  readonly hours: string
  readonly reference?: string
}

export interface ReverseWorkedHoursBody {
  readonly reason?: string
}

export interface NoticeBody {
  readonly entity: string
  readonly policy: string
  readonly year: number
  readonly givenOn: CalendarDate
}

export interface WorkPatternBody {
  readonly calendar?: string | null
  readonly workingDays?: WorkingDays | null
  /** A rota, instead of `workingDays`. */
  readonly weeks?: readonly WorkingDays[] | null
  /** Goes with `weeks`. */
  readonly weeksFrom?: CalendarDate | null
  readonly hoursPerDay?: HoursBody | null
}

export interface ClosePeriodBody {
  readonly reason?: string
}

export interface ReopenPeriodBody {
  readonly reason: string
}

export interface EraseBody {
  readonly reason: string
  readonly force?: boolean | undefined
}

export interface RetentionBody {
  readonly reasonsMonths?: number | null | undefined
  readonly profileMonthsAfterLeaving?: number | null | undefined
}

export interface SnapshotBody {
  /** The end of this day. */
  readonly asOf: CalendarDate
  readonly resource?: string
  readonly policy?: string
  readonly entities?: readonly string[]
  readonly name?: string
}

export interface EmploymentBody {
  readonly to?: CalendarDate | null
}

/** What becomes of what is left on the accounts of somebody who leaves. */
export type Settling = 'pay-out' | 'forfeit' | 'keep'

export interface LeavingBody {
  /** The last day. */
  readonly on: CalendarDate
  /** Only what is left under these is settled; under all, unless given. */
  readonly policies?: readonly string[]
  readonly settle: Settling
}

export interface EntityBody {
  readonly kind?: string | null
  readonly department?: string | null
  readonly manager?: string | null
  readonly hiredOn?: CalendarDate | null
  readonly leftOn?: CalendarDate | null
  readonly calendar?: string | null
  readonly name?: string | null
  readonly email?: string | null
  readonly personnelNumber?: string | null
  readonly metadata?: { readonly [member: string]: Json } | null
}
