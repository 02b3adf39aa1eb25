import { dayIn } from '../../src/domain/calendar-date.ts'
import { type BalanceItem, balanceItem } from '../../src/ledger/read/balance-item.ts'
import { standingFromRow } from '../../src/ledger/read/standing.ts'
import type { AccountRow } from '../../src/ledger/rows/account-row.ts'
import type { Book } from './record.ts'

/** The balance of one account today: one query, by primary key. */
export async function readBalance(
  { pool, policies }: Book,
  { book, entity, policy }: { book: string; entity: string; policy: string },
): Promise<BalanceItem[]> {
  const { rows } = await pool.query<AccountRow>({
    name: 'read-balance',
    text: `
      select entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days
        from ledger.accounts
       where book_id = $1
         and entity_id = $2
         and policy_id = $3`,
    values: [book, entity, policy],
  })
  const asOf = dayIn('UTC', new Date())
  return rows.map((row) => {
    const history = policies.get(policy)!
    const standing = standingFromRow(row, { asOf, policy: history })
    const { resource, last_position: knownAt } = row
    return balanceItem({ entity, resource, policy: history, asOf, knownAt, standing })
  })
}
