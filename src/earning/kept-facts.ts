import type { Pool } from 'pg'
import type { EarningFacts } from '../domain/earning/facts.ts'
import { neededBy } from '../domain/earning/what-terms-need.ts'
import { earningFactsOf } from '../ledger/read/earning-facts.ts'

/** Enough for everybody who looks at their own account on one morning; some kilobytes each. */
const MOST_KEPT = 2_000

interface Kept {
  /** `heads.definitions` when they were read. */
  readonly definitions: number
  readonly facts: EarningFacts
}

/**
 * What accounts earn by, of those that were asked for last. Facts that follow from definitions alone are exact while the head's
 * `definitions` is unchanged; where hours worked, notices or absences count, they are read each time.
 */
export class KeptFacts {
  readonly #db: Pool
  readonly #kept = new Map<string, Kept>()

  constructor(db: Pool) {
    this.#db = db
  }

  /**
   * @param definitions of the head that the caller has seen
   * @returns undefined where the book does not know the policy
   */
  async of(
    { book, entity, policy }: { readonly book: string; readonly entity: string; readonly policy: string },
    definitions: number,
  ): Promise<EarningFacts | undefined> {
    const key = `${book}\n${entity}\n${policy}`
    const known = this.#kept.get(key)
    if (known?.definitions === definitions) return known.facts
    const { position, facts } = await earningFactsOf(this.#db, book, [{ entity, policy }])
    const [found] = facts
    // A replica may be behind the one that said where the head is.
    if (found !== undefined && position >= definitions && isDefined(found))
      this.#keep(key, { definitions, facts: found })
    return found
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    if (this.#kept.size <= MOST_KEPT) return
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest)
      return
    }
  }
}

function isDefined({ policy, assignments }: EarningFacts): boolean {
  const { hoursWorked, notices, absences } = neededBy([...policy, ...assignments.flat()])
  return !hoursWorked && !notices && !absences
}
