import { Decimal } from 'decimal.js'
import type { Pool } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { openPool } from '../../../src/db/pool.ts'
import type { LedgerOfFile } from '../../support/ledger.ts'
import { type Limit, mostOn } from '../../support/limits.ts'

/** Reads as the service does, in its role and unable to write. */
export function readerOf(daybook: LedgerOfFile): { readonly db: Pool } {
  let pool: Pool
  beforeAll(() => {
    pool = openPool({
      url: daybook.url,
      max: 4,
      applicationName: 'daybook test reader',
      role: 'daybook_service',
      settings: { default_transaction_read_only: 'on' },
    })
  })
  afterAll(() => pool.end())
  return {
    get db() {
      return pool
    },
  }
}

const Exact = Decimal.clone({ precision: 60 })

/** A transaction and when it was recorded, straight from the tables. */
export interface RawTransaction {
  readonly position: number
  readonly line: number
  readonly component: 'accrued' | 'consumed' | 'pending' | 'adjusted'
  readonly entity: string
  readonly policy: string
  readonly amount: string
  readonly effectiveOn: string
}

export async function rawTransactions(db: Pool, book: string): Promise<RawTransaction[]> {
  const { rows } = await db.query<RawTransaction>(
    `select position, line, component, entity_id as entity, policy_id as policy, amount::text,
            effective_on as "effectiveOn"
       from ledger.transactions
      where book_id = $1
      order by position, line`,
    [book],
  )
  return rows
}

/** The sum of amounts, to `scale` decimals. */
export function sum(transactions: readonly RawTransaction[], scale: number): string {
  return transactions.reduce((total, { amount }) => total.plus(amount), new Exact(0)).toFixed(scale)
}

/** What a balance says, by adding up one array for every figure of it. */
export function foldBalance(
  transactions: readonly RawTransaction[],
  { asOf, scale, versions }: { asOf: string; scale: number; versions: readonly Limit[] },
): Record<'accrued' | 'consumed' | 'pending' | 'adjusted' | 'available', string> & {
  spendable: string | null
  version: number
} {
  const upTo = (day: string): RawTransaction[] => transactions.filter(({ effectiveOn }) => effectiveOn <= day)
  const of = (component: string): RawTransaction[] => upTo(asOf).filter((one) => one.component === component)
  const negated = (text: string): string => new Exact(text).neg().plus(0).toFixed(scale)
  const most = mostOn(transactions, versions, asOf)
  return {
    accrued: sum(of('accrued'), scale),
    consumed: negated(sum(of('consumed'), scale)),
    pending: negated(sum(of('pending'), scale)),
    adjusted: sum(of('adjusted'), scale),
    available: sum(upTo(asOf), scale),
    spendable: most === null ? null : most.plus(0).toFixed(scale),
    version: transactions.length,
  }
}
