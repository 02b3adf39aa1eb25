import type { ClientBase, Pool } from 'pg'
import type { CalendarDate } from '../domain/calendar-date.ts'
import type { PolicyHistory, PolicyVersion } from '../domain/policy/policy.ts'
import { normalQuantity } from '../domain/quantity.ts'

export interface KeptPolicies {
  /** `heads.definitions` when they were read: they are exact while it is unchanged. */
  readonly definitions: number
  readonly policies: ReadonlyMap<string, PolicyHistory>
}

/** Policies of the books this process wrote to last. */
export class PolicyCache {
  readonly #kept = new Map<string, KeptPolicies>()
  readonly #mostBooks: number

  constructor(mostBooks: number) {
    this.#mostBooks = mostBooks
  }

  get(book: string): KeptPolicies | undefined {
    return this.#kept.get(book)
  }

  set(book: string, kept: KeptPolicies): void {
    this.#kept.delete(book)
    this.#kept.set(book, kept)
    if (this.#kept.size <= this.#mostBooks) return
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest)
      return
    }
  }
}

interface PolicyRow {
  readonly policy_id: string
  readonly version: number
  readonly position: number
  readonly effective_from: CalendarDate
  readonly resource: string
  readonly unit: string
  readonly scale: number
  readonly day_exclusive: boolean
  readonly overdraft_limit: string | null
  readonly name: string | null
}

/** Every version of every policy of a book. */
export async function readPolicies(tx: ClientBase | Pool, book: string): Promise<ReadonlyMap<string, PolicyHistory>> {
  const { rows } = await tx.query<PolicyRow>({
    name: 'read-policies',
    text: `
      select policy_id, version, position, effective_from, resource, unit, scale, day_exclusive, overdraft_limit, name
        from ledger.policy_versions
       where book_id = $1
       order by policy_id, version`,
    values: [book],
  })
  const policies = new Map<string, [PolicyVersion, ...PolicyVersion[]]>()
  for (const row of rows) {
    const version = policyVersionFromRow(row)
    const history = policies.get(version.policy)
    if (history === undefined) policies.set(version.policy, [version])
    else history.push(version)
  }
  return policies
}

function policyVersionFromRow(row: PolicyRow): PolicyVersion {
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
  }
}
