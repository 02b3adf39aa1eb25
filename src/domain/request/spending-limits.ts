import type { SpendingLimits } from '../drawing/spending-limits.ts'
import { exactFrom, unitAt } from '../exact.ts'
import { floorsAhead } from '../limits/ahead.ts'
import type { LimitedAccount } from '../limits/limited-account.ts'
import { floorsRecounted } from '../limits/recounted.ts'
import { yearRoom } from '../limits/spending.ts'
import { spendableFrom } from '../limits/waiting.ts'
import type { RequestLine } from './request.ts'

/** More than any account has. */
const EVERYTHING = 10n ** 18n

/**
 * What the policy of an account says of leave besides what there is, while days of it are drawn.
 * @param held what the request holds of the account so far, and gives back
 */
export function spendingLimits(limited: LimitedAccount, held: readonly RequestLine[]): SpendingLimits {
  return {
    // Of late leave as much may be drawn as is given back where it takes all; its lines are held to what they themselves bring back.
    recounted: (on) => floorsRecounted(limited, { day: on, on, amount: EVERYTHING }),
    floors: (on) => floorsAhead(limited, on)?.floors,
    opensOn: (date) => {
      const opensOn = spendableFrom(limited.facts, date)
      // A day that it has already, it may keep.
      const isClosed = opensOn !== undefined && date < opensOn && held.every((line) => line.date !== date)
      return isClosed ? opensOn : undefined
    },
    room: (date, drawn) => {
      const room = yearRoom(limited, date)
      if (room === undefined) return undefined
      const { year, left, most } = room
      const isIn = (line: { readonly date: string }): boolean => year.from <= line.date && line.date <= year.to
      const back = held.filter(isIn).reduce((sum, { amount, scale }) => sum + amount * unitAt(scale), 0n)
      const taken = drawn.filter(isIn).reduce((sum, { amount }) => sum + exactFrom(amount), 0n)
      // What is above the most already may stay there.
      return { left: (left > 0n ? left : 0n) + back - taken, most }
    },
  }
}
