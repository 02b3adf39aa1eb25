import type { EarningFacts } from '../earning/facts.ts'
import { neededBy } from '../earning/what-terms-need.ts'
import type { LimitedAccount } from './limited-account.ts'

/** What an account earns has to be worked out, and what that is worked out from has changed since it was read. */
export class Outdated extends Error {
  constructor({ facts: { entity, policy } }: LimitedAccount) {
    super(`what ${entity}/${policy[0].policy} earns by has changed since it was read`)
    this.name = 'Outdated'
  }
}

/** The account, where what it earns by is as it was read. @throws Outdated */
export function upToDate(limited: LimitedAccount): LimitedAccount {
  if (limited.isOutdated === true) throw new Outdated(limited)
  return limited
}

/** Whether leave, under whatever policy, changes what somebody earns. */
export function looksAtAbsences({ policy, assignments }: EarningFacts): boolean {
  return neededBy([...policy, ...assignments.flat()]).absences
}
