import type { Pool } from 'pg'
import type { Seen } from '../../../projections/absences/query.ts'
import { entitiesOf, extentOf, grantsOn } from '../../access/held.ts'
import type { Principal } from '../../access/principal.ts'
import { readKinds } from '../../ledger/read/kinds.ts'
import { readReached } from '../../ledger/read/reached.ts'
import { readTeam } from '../../ledger/read/teammates.ts'
import { todayIn } from '../../ledger/read/today.ts'
import { worldNow } from '../../world-clock.ts'

export interface AbsencesAsked {
  readonly book: string
  /** Only of entities of this department, which nobody is told of whom they may not read. */
  readonly department?: string | undefined
  /** Only of entities with this manager. */
  readonly manager?: string | undefined
}

/**
 * Whose absences a caller sees, and how much of them: their own, those of whoever they are the manager of, and of their team
 * that somebody is away. Who is in which department, or has which other manager, is not said of their team.
 * @param db must not be a moment old
 * @returns `'everybody'`: all of everybody; undefined: they may not ask at all (any more)
 */
export async function absencesSeen(
  db: Pool,
  principal: Principal,
  { book, department, manager }: AbsencesAsked,
): Promise<Seen | 'everybody' | undefined> {
  const today = await todayIn(db, book, worldNow())
  const grants = grantsOn(principal, book, today)
  const extent = extentOf(grants, 'absences:read')
  if (extent === undefined) return undefined
  if (extent === 'book') return 'everybody'
  const own = entitiesOf(grants)
  const [reached, team, kinds] = await Promise.all([
    readReached(db, { book, entities: own, on: today }),
    readTeam(db, { book, entities: own }),
    readKinds(db, { book, on: today }),
  ])
  const areTeam = (): readonly string[] => {
    if (department !== undefined) return []
    if (manager === undefined) return [...team.managers, ...team.members]
    return team.managers.includes(manager) ? team.members : []
  }
  return { own, reached, team: areTeam(), kinds }
}
