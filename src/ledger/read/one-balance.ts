import type { Pool } from 'pg'
import { type CalendarDate, dayIn } from '../../domain/calendar-date.ts'
import { newestVersion } from '../../domain/policy/policy.ts'
import type { AccountRow } from '../account-row.ts'
import { type KeptPolicies, PolicyCache, readPolicies } from '../policies.ts'
import { type BalanceItem, balanceItem, historyAt } from './balance-item.ts'
import { saysAll, standingFromRow } from './standing.ts'

export interface OneBalanceAsked {
  readonly book: string
  readonly entity: string
  readonly policy: string
  /** The end of this day; of today in the book's time zone, unless given. */
  readonly asOf: CalendarDate | undefined
  /** What "today" is reckoned from. */
  readonly now: Date
}

export interface OneBalance {
  readonly head: number
  readonly asOf: CalendarDate
  /** null where the account has no transaction. */
  readonly item: BalanceItem | null
}

/** Reads one account's balance as it stands at the head: what most readers ask for, most of the time. */
export interface OneBalanceReader {
  /**
   * Never stale: the statement that reads it starts after the call.
   * @returns undefined where this short way does not suffice (no such book, or a day that the account's row does not keep)
   */
  read(asked: OneBalanceAsked): Promise<OneBalance | undefined>
}

/** Accounts read by one statement, at most. */
const BATCH = 200

/** Statements under way at once: more would only take the processor from each other. */
const STATEMENTS = 2

const KEPT_BOOKS = 1_000

/** Calls that wait are answered by one statement: under load a read costs a row, not a round trip. */
export function openOneBalanceReader(db: Pool): OneBalanceReader {
  return new Batcher(db)
}

interface Waiting {
  readonly asked: OneBalanceAsked
  readonly resolve: (balance: OneBalance | undefined) => void
  readonly reject: (error: unknown) => void
}

interface Row extends AccountRow {
  readonly ordinal: number
  readonly head: number
  readonly definitions: number
  readonly time_zone: string
}

class Batcher {
  readonly #db: Pool
  readonly #policies = new PolicyCache<KeptPolicies>(KEPT_BOOKS)
  #waiting: Waiting[] = []
  #underWay = 0
  #scheduled = false

  constructor(db: Pool) {
    this.#db = db
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
      const { rows } = await readRows(this.#db, batch)
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
    if (!saysAll(row, { asOf, knownAt: head })) return undefined
    const history = (await this.#policiesAt(book, row.definitions)).get(row.policy_id)
    const policy = history && historyAt(history, head)
    if (policy === undefined) return undefined
    const standing = standingFromRow(row, { asOf, scale: newestVersion(policy).scale })
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

function readRows(db: Pool, batch: readonly Waiting[]) {
  return db.query<Row>({
    name: 'read-one-balances',
    text: `
      select k.ordinal::integer, h.position as head, h.definitions, b.time_zone, a.*
        from unnest($1::text[], $2::text[], $3::text[]) with ordinality as k(book, entity, policy, ordinal)
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
                limit 1) as a on true`,
    values: [
      batch.map(({ asked }) => asked.book),
      batch.map(({ asked }) => asked.entity),
      batch.map(({ asked }) => asked.policy),
    ],
  })
}
