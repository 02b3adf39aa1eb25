import type { PolicyHistory } from '../policy/policy.ts'
import { recounts } from './recounted.ts'

/**
 * What a policy may limit by leave years: what is earned by hand, what is taken or held, what is paid out. And leave of days that
 * are over, which may be given back what was cut after it.
 */
export const LIMITED_KINDS = ['accrual', 'leave', 'late-leave', 'encashment'] as const

export type LimitedKind = (typeof LIMITED_KINDS)[number]

/** Whether any version of a policy may limit it. */
export function limits(history: PolicyHistory, kind: LimitedKind): boolean {
  switch (kind) {
    case 'accrual':
      // The levels of an assignment may be its own, whatever its policy says.
      return history.some(({ earning, hasOwnTerms }) => earning !== undefined || hasOwnTerms === true)
    case 'leave':
      return history.some(({ spending }) => spending !== undefined)
    case 'late-leave':
      return recounts(history)
    case 'encashment':
      return history.some(({ encashment }) => encashment?.most !== undefined)
  }
}
