import { fractionOf, ONE } from '../fraction.ts'
import { versionInForce } from '../version-in-force.ts'
import type { AssignmentHistory } from './assignment.ts'
import { inOrder, type Scaling } from './scaling.ts'

/** Amounts times the full-time share that an assignment has on each day. */
export function scaledByShare(history: AssignmentHistory): Scaling {
  return {
    changes: inOrder(history.map(({ effectiveFrom }) => effectiveFrom)),
    on: (day) => {
      const { share } = versionInForce(history, day)
      return share === null ? FULL_TIME : { factor: fractionOf(share), figures: { share } }
    },
  }
}

const FULL_TIME = { factor: ONE, figures: { share: '1' } }
