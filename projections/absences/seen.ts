import type { KindVisibleTo } from '../../src/domain/policy/policy.ts'
import type { Portion } from '../../src/domain/transaction.ts'
import type { AwayDay, EntityAway, Seen, SeenAway, SeenDay } from './calendar.ts'

/**
 * What somebody sees of the days of an entity. Of their own all; of those whose manager they are, what kind it is unless that
 * is for hr alone; of others of their team only that they are away, and what kind it is where their team may know it.
 * Days whose kind is hidden show neither by what nor whether by one thing or by two, and only what is approved.
 * @returns undefined where that is nothing
 */
export function seenAway({ entity, days }: EntityAway, seen: Seen): SeenAway | undefined {
  if (seen.own.includes(entity)) return { entity, days }
  const isReached = seen.reached.includes(entity)
  if (!isReached && !seen.team.includes(entity)) return undefined
  const shown: SeenDay[] = []
  const hidden: AwayDay[] = []
  for (const day of days) {
    const kind = seen.kinds.get(day.resource) ?? 'manager'
    if (isReached && kind !== 'hr') shown.push(day)
    else if (day.status === 'approved') {
      if (showsToTeam(kind)) shown.push(withKind(day))
      else hidden.push(day)
    }
  }
  const all = [...shown, ...bare(hidden)].toSorted(byDay)
  return all.length === 0 ? undefined : { entity, days: all }
}

function showsToTeam(kind: KindVisibleTo): boolean {
  return kind === 'team'
}

function withKind({ date, portion, resource, changedAt }: AwayDay): SeenDay {
  return { date, portion, resource, changedAt }
}

/** Each date once: two halves are a whole day, and the same half twice is one. */
function bare(days: readonly AwayDay[]): readonly SeenDay[] {
  return Array.from(
    Map.groupBy(days, ({ date }) => date),
    ([date, ofDate]): SeenDay => {
      const portions = new Set(ofDate.map(({ portion }) => portion))
      const changedAt = ofDate.map((day) => day.changedAt).reduce((last, at) => (at > last ? at : last))
      return { date, portion: portionOf(portions), changedAt }
    },
  )
}

function portionOf(portions: ReadonlySet<Portion>): Portion {
  if (portions.has('full') || portions.size > 1) return 'full'
  return portions.has('am') ? 'am' : 'pm'
}

/** By date, then portion. */
function byDay(a: SeenDay, b: SeenDay): number {
  if (a.date !== b.date) return a.date < b.date ? -1 : 1
  return a.portion < b.portion ? -1 : a.portion > b.portion ? 1 : 0
}
