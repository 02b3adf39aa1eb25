import type { PolicyHistory } from '../policy/policy.ts'

/** What a policy may limit by leave years: what is paid out. */
export const LIMITED_KINDS = ['encashment'] as const

export type LimitedKind = (typeof LIMITED_KINDS)[number]

/** Whether any version of a policy limits it. */
export function limits(history: PolicyHistory, kind: LimitedKind): boolean {
  switch (kind) {
    case 'encashment':
      return history.some(({ encashment }) => encashment?.most !== undefined)
  }
}
