import type { AuditOutcome } from '../entry.ts'

/** Which entries somebody wants to see. */
export interface AuditFilter {
  readonly actor: { readonly type: string; readonly id: string | null } | undefined
  readonly entity: string | undefined
  readonly action: string | undefined
  readonly outcome: AuditOutcome | undefined
  /** From this instant on (RFC 3339). */
  readonly from: string | undefined
  /** Before this one. */
  readonly to: string | undefined
}

/** Where a list is: what comes later has a later time, or the same one and a later number. */
export interface Place {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** What of the same time comes first: the record. */
  readonly source: 0 | 1
  /** The position, or the number in the chain. */
  readonly number: number
}

export const BEGINNING: Place = { at: 0, source: 0, number: 0 }

/** Something in its place. */
export interface InPlace<Item> {
  readonly place: Place
  readonly item: Item
}

/** What one source has after a place, in order. */
export interface Looked<Item> {
  readonly found: readonly InPlace<Item>[]
  /** Up to where nothing is missing; undefined: to its end. */
  readonly upTo: Place | undefined
}
