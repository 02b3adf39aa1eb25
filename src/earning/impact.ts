import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Pool } from 'pg'
import { query, type RowOf, statement } from '../db/statement.ts'
import { type CalendarDate, dayIn } from '../domain/calendar-date.ts'
import { balanceBy } from '../domain/earning/balance-by.ts'
import { leaveYearOn } from '../domain/earning/leave-year-on.ts'
import { movementsOf } from '../domain/earning/movements.ts'
import { newestVersion, type PolicyVersion } from '../domain/policy/policy.ts'
import { type Minor, printMinor, rescale } from '../domain/quantity.ts'
import { earningFactsOf } from '../ledger/read/earning-facts.ts'
import { readHead } from '../ledger/read/head.ts'
import { worldNow } from '../world-clock.ts'
import type { EarningAccount } from './account.ts'
import { loadAccounts } from './load-accounts.ts'

/** What a new version of a policy would change for whoever is assigned to it, at the end of the leave year that they are in. */
export interface Impact {
  /** How many are assigned. */
  readonly entities: number
  /** What those come to who would have more, and those who would have less; both zero or above. */
  readonly gained: string
  readonly lost: string
  /** The largest differences first, then by entity; so many at most. */
  readonly items: readonly ImpactItem[]
  /** Whose rules cannot be worked out: so many at most. */
  readonly problems: readonly { readonly entity: string; readonly code: 'not-worked-out'; readonly detail: string }[]
}

export interface ImpactItem {
  readonly entity: string
  /** What they will have by what is in force, and by the new version. */
  readonly now: string
  readonly then: string
  readonly difference: string
}

/** Enough for an eye; totals are over everybody. */
const MOST_ITEMS = 1_000
/** Read at once. */
const PAGE = 100
/** Worked out before others have their turn. */
const IN_A_ROW = 5

export const ASSIGNED = statement({
  columns: { entity: 'text' },
  params: ['text', 'text', 'text?', 'int8'],
  text: `
      select distinct entity_id as entity
        from ledger.assignments
       where book_id = $1
         and policy_id = $2
         and ($3::text is null or entity_id > $3)
       order by entity_id
       limit $4`,
})

/**
 * Works out everybody twice: by what is in force, and by a version that is not recorded. Nothing of it stays.
 * @param version of a policy, as it would be recorded
 */
export async function readImpact(
  db: Pool,
  { book, version, now = worldNow() }: { readonly book: string; readonly version: PolicyVersion; readonly now?: Date },
): Promise<Impact> {
  const { policy, scale } = version
  const today = dayIn((await readHead(db, book))?.timeZone ?? 'UTC', now)
  const found = new Found()
  for (let after: string | null = null; ; ) {
    const rows: readonly RowOf<typeof ASSIGNED>[] = await query(db, ASSIGNED, [book, policy, after, PAGE])
    const ids = rows.map(({ entity }) => ({ entity, policy }))
    const { position, facts } = await earningFactsOf(db, book, ids)
    let turn = 0
    for (const account of await loadAccounts(db, { book, position }, facts)) {
      if (++turn % IN_A_ROW === 0) await othersTurn()
      found.add(account.entity, () => differenceOf(account, version, today))
    }
    if (rows.length < PAGE) return found.impact(scale)
    after = rows.at(-1)!.entity
  }
}

interface Difference {
  readonly entity: string
  readonly now: Minor
  readonly then: Minor
}

/** In units of the new version, which may be finer than those in force. */
function differenceOf(account: EarningAccount, version: PolicyVersion, today: CalendarDate): Difference {
  const { entity, facts, movements, lines, names } = account
  const { to } = leaveYearOn(facts, today)
  const postedAt = (name: string) => names.get(name)
  const now = balanceBy({ facts, movements, postedAt }, to)
  const then = balanceBy(
    {
      facts: { ...facts, policy: [...facts.policy, version] },
      movements: movementsOf(lines, version.scale),
      postedAt,
    },
    to,
  )
  return { entity, now: rescale(now, newestVersion(facts.policy).scale, version.scale), then }
}

/** What was found so far: totals of everybody, and the largest differences. */
class Found {
  #entities = 0
  #gained: Minor = 0n
  #lost: Minor = 0n
  #items: Difference[] = []
  readonly #problems: Impact['problems'][number][] = []

  add(entity: string, work: () => Difference): void {
    this.#entities += 1
    try {
      this.#addDifference(work())
    } catch (error) {
      if (this.#problems.length === MOST_ITEMS) return
      const detail = error instanceof Error ? error.message : String(error)
      this.#problems.push({ entity, code: 'not-worked-out', detail })
    }
  }

  #addDifference(one: Difference): void {
    const difference = one.then - one.now
    if (difference > 0n) this.#gained += difference
    else this.#lost -= difference
    this.#items.push(one)
    // Sorted once in a while only: it has twice as many then as it may keep.
    if (this.#items.length === 2 * MOST_ITEMS) this.#items = this.#largest()
  }

  #largest(): Difference[] {
    return this.#items.toSorted(byDifference).slice(0, MOST_ITEMS)
  }

  impact(scale: number): Impact {
    const print = (minor: Minor) => printMinor(minor, scale)
    return {
      entities: this.#entities,
      gained: print(this.#gained),
      lost: print(this.#lost),
      items: this.#largest().map(({ entity, now, then }) => ({
        entity,
        now: print(now),
        then: print(then),
        difference: print(then - now),
      })),
      problems: this.#problems,
    }
  }
}

function byDifference(a: Difference, b: Difference): number {
  const [sizeA, sizeB] = [sizeOf(a), sizeOf(b)]
  if (sizeA !== sizeB) return sizeA > sizeB ? -1 : 1
  return a.entity < b.entity ? -1 : 1
}

function sizeOf({ now, then }: Difference): Minor {
  return then < now ? now - then : then - now
}
