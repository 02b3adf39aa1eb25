import type { AskedLine } from '../recording/asked-line.ts'
import type { MoreLine, TakenPart } from './hold.ts'

/** What a command asks of a hold. */
export type HoldOrder = PlaceOrder | TakeOrder | ReleaseOrder | LapseOrder

export type LineToHold = Extract<AskedLine, { readonly type: 'pending' }>

export interface PlaceOrder {
  readonly kind: 'place'
  readonly hold: string
  readonly lines: readonly LineToHold[]
  /** One of the two: an instant as RFC 3339 has it, UTC, milliseconds; or how long from when it is recorded. */
  readonly end: { readonly expiresAt: string } | { readonly seconds: number }
}

/** About a hold that is there. */
interface LaterHoldOrder {
  readonly hold: string
  /** null: whatever it is. */
  readonly expectedVersion: number | null
}

export interface TakeOrder extends LaterHoldOrder {
  readonly kind: 'take'
  /** null: all of it. The rest is released. */
  readonly parts: readonly TakenPart[] | null
  readonly more: readonly MoreLine[]
}

export interface ReleaseOrder extends LaterHoldOrder {
  readonly kind: 'release'
}

/** Notes that its time is over. */
export interface LapseOrder {
  readonly kind: 'lapse'
  readonly hold: string
}
