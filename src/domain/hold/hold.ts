import type { CalendarDate } from '../calendar-date.ts'
import type { Minor } from '../quantity.ts'
import type { Portion } from '../transaction.ts'

export const HOLD_STATUSES = ['held', 'taken', 'released', 'lapsed'] as const

export type HoldStatus = (typeof HOLD_STATUSES)[number]

/** Lines that one hold has at most. */
export const MOST_HELD_LINES = 100

/** How long a hold may last: 30 days. */
export const LONGEST_HOLD_SECONDS = 30 * 86_400

/** A `pending` line of a hold: of the event that placed it. */
export interface HoldLine {
  readonly line: number
  readonly entity: string
  readonly policy: string
  readonly resource: string
  /** Held, greater than zero. */
  readonly amount: Minor
  readonly scale: number
  readonly effectiveOn: CalendarDate
  readonly portion: Portion | null
  /** What was taken of it; zero while it is held, and where it was given back. */
  readonly taken: Minor
}

/** What the next decision about a hold needs of it. */
export interface HoldState {
  readonly hold: string
  /** 1 while it holds its lines, 2 once it ended. */
  readonly version: number
  /** Of its last event. */
  readonly position: number
  /** The position of its first, whose lines are held. */
  readonly placedPosition: number
  /** RFC 3339, UTC, milliseconds, as all of them. */
  readonly placedAt: string
  readonly status: HoldStatus
  /** From then on it holds nothing, whether or not that is recorded yet. */
  readonly expiresAt: string
  /** null: it did not. */
  readonly endedAt: string | null
  readonly reference: string | null
  readonly lines: readonly HoldLine[]
}

/** A part of a hold that is to be taken; what is not said of it need not be. */
export interface TakenPart {
  readonly entity: string
  readonly policy: string
  readonly effectiveOn: CalendarDate
  readonly portion?: Portion
  readonly amount: string
}

/** What is recorded besides, in the same event. */
export interface MoreLine {
  readonly type: 'accrual' | 'consumption'
  readonly entity: string
  readonly policy: string
  readonly amount: string
  readonly effectiveOn: CalendarDate
  readonly portion?: Portion
  readonly validUntil?: CalendarDate
  readonly expectedVersion?: number
  readonly reference?: string
}

interface AnyFact {
  readonly hold: string
  readonly version: number
  readonly expiresAt: string
}

/** What an event of a hold says besides its transactions: `data`, by type. */
export type HoldFact =
  /** `seconds`: as it was said, in place of an instant. `expectedVersions`: those that lines said, by their numbers. */
  | {
      readonly type: 'hold-placed'
      readonly data: AnyFact & {
        readonly status: 'held'
        readonly seconds?: number
        readonly expectedVersions?: Readonly<Record<string, number>>
      }
    }
  /** `lines`, `more`: as they were said. `taken`: of each line that was held, in their order. */
  | {
      readonly type: 'hold-taken'
      readonly data: AnyFact & {
        readonly status: 'taken'
        readonly taken: readonly string[]
        readonly lines?: readonly TakenPart[]
        readonly more?: readonly MoreLine[]
      }
    }
  | { readonly type: 'hold-released'; readonly data: AnyFact & { readonly status: 'released' } }
  | { readonly type: 'hold-lapsed'; readonly data: AnyFact & { readonly status: 'lapsed' } }

export type HoldEventType = HoldFact['type']

export function isHoldEvent(type: string): type is HoldEventType {
  return type.startsWith('hold-')
}

/** An event of a hold, read back. A cast: the data of an event are those of its type. */
export function holdFact(type: HoldEventType, data: unknown): HoldFact {
  return { type, data } as HoldFact
}

/** Which event of its hold's own stream that with this data is. */
export function holdStreamAt({ hold, version }: HoldFact['data']): { name: string; version: number } {
  return { name: `hold:${hold}`, version }
}

/** @returns null where it is the stream of something else, or none */
export function holdOfStream(stream: string | null): string | null {
  return stream?.startsWith('hold:') === true ? stream.slice('hold:'.length) : null
}

/** Whether a hold is over at an instant: recorded as such or not. */
export function isOver({ expiresAt }: Pick<HoldState, 'expiresAt'>, now: string): boolean {
  // All instants are printed the same way.
  return expiresAt <= now
}
