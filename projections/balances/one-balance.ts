import type { Pool } from 'pg'
import { dayIn } from '../../src/domain/calendar-date.ts'
import { newestVersion } from '../../src/domain/policy/policy.ts'
import type { AccountRow } from '../../src/ledger/account-row.ts'
import { type KeptPolicies, PolicyCache, readPolicies } from '../../src/ledger/policies.ts'
import { balanceItem, historyAt } from '../../src/ledger/read/balance-item.ts'
import type { OneBalance, OneBalanceAsked, OneBalanceReader } from '../../src/ledger/read/one-balance.ts'
import { saysAll, standingFromRow } from '../../src/ledger/read/standing.ts'
import { isActive, NotActive } from '../../src/projecting/active-build.ts'
import type { Build } from '../../src/projecting/projection.ts'
import { monthEnd } from './month.ts'
import { type NearSnapshotRow, nearSnapshot, standingNear } from './near-snapshot.ts'

/** Accounts read by one statement, at most. */
const BATCH = 200

/** Statements under way at once: more would only take the processor from each other. */
const STATEMENTS = 2

const KEPT_BOOKS = 1_000

/**
 * Calls that wait are answered by one statement: under load a read costs a row, not a round trip. It reads one build; a
 * call throws `NotActive` when that is read no more.
 */
export function openOneBalanceReader(db: Pool, build: Build): OneBalanceReader {
  return new Batcher(db, build)
}

interface Waiting {
  readonly asked: OneBalanceAsked
  readonly resolve: (balance: OneBalance | undefined) => void
  readonly reject: (error: unknown) => void
}

interface Row extends AccountRow, NearSnapshotRow {
  readonly ordinal: number
  readonly head: number
  readonly definitions: number
  readonly time_zone: string
  readonly is_active: boolean | null
}

class Batcher {
  readonly #db: Pool
  readonly #build: Build
  readonly #policies = new PolicyCache<KeptPolicies>(KEPT_BOOKS)
  #waiting: Waiting[] = []
  #underWay = 0
  #scheduled = false

  constructor(db: Pool, build: Build) {
    this.#db = db
    this.#build = build
  }

  read(asked: OneBalanceAsked): Promise<OneBalance | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ asked, resolve, reject })
      this.#schedule()
    })
  }

  // Whatever else this turn of the event loop brings goes along.
  #schedule(): void {
    if (this.#scheduled || this.#underWay >= STATEMENTS || this.#waiting.length === 0) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      const batch = this.#waiting.splice(0, BATCH)
      this.#underWay += 1
      void this.#answer(batch).finally(() => {
        this.#underWay -= 1
        this.#schedule()
      })
      this.#schedule()
    })
  }

  async #answer(batch: readonly Waiting[]): Promise<void> {
    try {
      const { rows } = await readRows(this.#db, this.#build, batch)
      if (rows.some(({ is_active }) => is_active !== true)) throw new NotActive()
      const found = new Map(rows.map((row) => [row.ordinal, row]))
      for (const [index, { asked, resolve }] of batch.entries()) {
        const row = found.get(index + 1)
        resolve(row && (await this.#balance(asked, row)))
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  async #balance({ book, entity, asOf: day, now }: OneBalanceAsked, row: Row): Promise<OneBalance | undefined> {
    const asOf = day ?? dayIn(row.time_zone, now)
    const { head } = row
    if (row.entity_id === null) return { head, asOf, item: null }
    const history = (await this.#policiesAt(book, row.definitions)).get(row.policy_id)
    const policy = history && historyAt(history, head)
    if (policy === undefined) return undefined
    const { scale } = newestVersion(policy)
    const standing = saysAll(row, { asOf, knownAt: head })
      ? standingFromRow(row, { asOf, scale })
      : standingNear(row, { asOf, knownAt: head, scale })
    if (standing === undefined) return undefined
    return { head, asOf, item: balanceItem({ entity, resource: row.resource, policy, asOf, knownAt: head, standing }) }
  }

  async #policiesAt(book: string, definitions: number) {
    const kept = this.#policies.get(book)
    if (kept?.definitions === definitions) return kept.policies
    const policies = await readPolicies(this.#db, book)
    // Read a moment later, they may hold a version more than the head knows; whoever uses them leaves that out.
    this.#policies.set(book, { definitions, policies })
    return policies
  }
}

function readRows(db: Pool, build: Build, batch: readonly Waiting[]) {
  return db.query<Row>({
    name: `balances-one-${build.number}`,
    text: `
      select k.ordinal::integer, h.position as head, h.definitions, b.time_zone, ${isActive(build)} as is_active,
             a.*, n.*
        from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[])
               with ordinality as k(book, entity, policy, as_of, month_end, ordinal)
       cross join lateral (
               select position, definitions
                 from ledger.heads
                where book_id = k.book
                limit 1) as h
       cross join lateral (
               select time_zone
                 from ledger.books
                where book_id = k.book
                limit 1) as b
        left join lateral (
               select entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days, floor
                 from ledger.accounts
                where book_id = k.book
                  and entity_id = k.entity
                  and policy_id = k.policy
                limit 1) as a on true${nearSnapshot({
                  build,
                  book: 'k.book',
                  entity: 'k.entity',
                  policy: 'k.policy',
                  asOf: 'k.as_of',
                  monthEnd: 'k.month_end',
                  knownAt: 'h.position',
                  needed: 'a.kept_from > k.as_of',
                })}`,
    values: [
      batch.map(({ asked }) => asked.book),
      batch.map(({ asked }) => asked.entity),
      batch.map(({ asked }) => asked.policy),
      batch.map(({ asked }) => asked.asOf ?? null),
      batch.map(({ asked }) => (asked.asOf === undefined ? null : monthEnd(asked.asOf))),
    ],
  })
}
