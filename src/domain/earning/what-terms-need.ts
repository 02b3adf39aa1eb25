import type { CarryOverTerms, EarningTerms } from './terms.ts'

/** What of an entity has to be known to work out what it earns, besides when it is employed and by what it works. */
export interface NeededFacts {
  readonly hoursWorked: boolean
  readonly notices: boolean
  readonly absences: boolean
}

/** As much of a policy or an assignment as says what it looks at. */
interface Looking {
  readonly earning?: EarningTerms
  readonly carryOver?: CarryOverTerms
  readonly terms?: Pick<Looking, 'carryOver' | 'earning'> | null
}

/** What any of some versions of policies and assignments look at. */
export function neededBy(versions: readonly Looking[]): NeededFacts {
  const said = versions.flatMap((version) => [version, ...(version.terms ? [version.terms] : [])])
  const earning = said.flatMap((one) => one.earning ?? [])
  const levels = earning.flatMap((one) => one.levels)
  const carryOver = [...said, ...levels].flatMap((one) => one.carryOver ?? [])
  return {
    hoursWorked: levels.some(({ perHours }) => perHours?.of === 'worked'),
    notices: carryOver.some(({ needsNotice }) => needsNotice === true),
    absences: earning.some(({ basis }) => basis === 'working-time'),
  }
}
