import type { ClientBase, Pool } from 'pg'
import { query, type RowOf } from '../db/statement.ts'
import { dayIn } from '../domain/calendar-date.ts'
import type { EarningPolicyTerms } from '../domain/earning/terms.ts'
import type { Closing, Period } from '../domain/period/period.ts'
import type { PolicyHistory, PolicyVersion } from '../domain/policy/policy.ts'
import { normalQuantity } from '../domain/quantity.ts'
import type { RequestTerms } from '../domain/request/terms.ts'
import { CLOSED_PERIODS, POLICIES } from './policies.sql.ts'

export interface KeptPolicies {
  /** `heads.definitions` when they were read: they are exact while it is unchanged. */
  readonly definitions: number
  readonly policies: ReadonlyMap<string, PolicyHistory>
}

/** What a command is decided on besides policies. */
export interface KeptDefinitions extends KeptPolicies {
  readonly periods: KeptPeriods
}

/** The closed periods of a book, and what its "today" means. */
export interface KeptPeriods {
  /** The last closed month; null: none is closed. */
  readonly closedThrough: Period | null
  readonly timeZone: string
}

export const NO_PERIODS: KeptPeriods = { closedThrough: null, timeZone: 'UTC' }

/** Policies, and closed periods, of the books that were asked for last. */
export class PolicyCache<Kept extends KeptPolicies = KeptDefinitions> {
  readonly #kept = new Map<string, Kept>()
  readonly #mostBooks: number

  constructor(mostBooks: number) {
    this.#mostBooks = mostBooks
  }

  get(book: string): Kept | undefined {
    return this.#kept.get(book)
  }

  set(book: string, kept: Kept): void {
    this.#kept.delete(book)
    this.#kept.set(book, kept)
    if (this.#kept.size <= this.#mostBooks) return
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest)
      return
    }
  }
}

/** @returns null where nothing is closed, so that nothing has to be looked at */
export function closingAt({ closedThrough, timeZone }: KeptPeriods, now: string): Closing | null {
  return closedThrough === null ? null : { closedThrough, today: dayIn(timeZone, new Date(now)) }
}

/** Through which month a book is closed, and its time zone. */
export async function readPeriods(tx: ClientBase | Pool, book: string): Promise<KeptPeriods> {
  const [row] = await query(tx, CLOSED_PERIODS, [book])
  return row === undefined ? NO_PERIODS : { closedThrough: row.closed_through, timeZone: row.time_zone }
}

/** Every version of every policy of a book. */
export async function readPolicies(tx: ClientBase | Pool, book: string): Promise<ReadonlyMap<string, PolicyHistory>> {
  const rows = await query(tx, POLICIES, [book])
  const policies = new Map<string, [PolicyVersion, ...PolicyVersion[]]>()
  for (const row of rows) {
    const version = policyVersionFromRow(row)
    const history = policies.get(version.policy)
    if (history === undefined) policies.set(version.policy, [version])
    else history.push(version)
  }
  return policies
}

function policyVersionFromRow(row: RowOf<typeof POLICIES>): PolicyVersion {
  return {
    policy: row.policy_id,
    version: row.version,
    position: row.position,
    effectiveFrom: row.effective_from,
    resource: row.resource,
    unit: row.unit,
    scale: row.scale,
    dayExclusive: row.day_exclusive,
    overdraftLimit: row.overdraft_limit === null ? null : normalQuantity(row.overdraft_limit),
    name: row.name,
    requests: row.requests === null ? null : (JSON.parse(row.requests) as RequestTerms),
    ...(row.retired_from === null ? {} : { retiredFrom: row.retired_from }),
    ...(row.kind_visible_to === null ? {} : { kindVisibleTo: row.kind_visible_to }),
    ...(row.earning === null ? {} : (JSON.parse(row.earning) as EarningPolicyTerms)),
    ...(row.own_terms === null ? {} : { hasOwnTerms: true }),
  }
}
