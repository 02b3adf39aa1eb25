import type { LiveEvent } from '@daybook/client'

export interface Seat {
  readonly id: string
  readonly state: 'free' | 'held' | 'sold'
  /** Of its account: whoever wants the seat says which one they saw. */
  readonly version: number
  /** Of the event that made it so: of two reports the later one is right, whichever comes first. */
  readonly position: number
  readonly hold: string
  readonly until: string
}
/** `owner`: the reference of its hold. */
export type OwnedSeat = Seat & { readonly owner: string }
/** What a page is told: not who the others are. */
export type SeenSeat = Seat & { readonly mine: boolean }
export type Verb = 'hold' | 'take' | 'release'
export type Outcome = { readonly status: 200 | 409; readonly seat: SeenSeat } | { readonly status: 400 | 500 }

/** The seats that an event is about, as they are after it. */
export function seatsIn({ position, type, data = {}, transactions = [], decision = {} }: LiveEvent): OwnedSeat[] {
  const { hold = '', expiresAt: until = '' } = data as { hold?: string; expiresAt?: string }
  const { balancesBefore = [] } = decision as { balancesBefore?: { entity: string; version: number }[] }
  const state = type === 'hold-placed' ? 'held' : type === 'hold-taken' ? 'sold' : 'free'
  return balancesBefore.map(({ entity: id, version: before }) => {
    const lines = transactions.filter(({ entity }) => entity === id)
    const owner = state === 'free' ? '' : String(lines.at(-1)?.['reference'])
    return { id, state, version: before + lines.length, position, hold, until, owner }
  })
}
