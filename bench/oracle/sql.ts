import { withClient } from '../processes/postgres.ts'
import { Wrong } from '../scenario.ts'

/** The same of the tables of *sql*: every balance is the number of its entries, since each adds one. */
export async function checkSql(url: string): Promise<string[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ accounts: number; different: number; entries: number }>(
      `select count(*) as accounts,
              count(*) filter (where b.balance <> coalesce(e.total, 0)) as different,
              coalesce(sum(e.entries), 0)::bigint as entries
         from balances b
         left join (select entity_id, sum(amount) as total, count(*) as entries from entries group by entity_id) as e
           using (entity_id)`,
    )
    const { accounts, different, entries } = rows[0]!
    if (different > 0) throw new Wrong(`${different} of ${accounts} balances are not the sum of their entries`)
    return [`${entries.toLocaleString('en')} entries equal to their balances`]
  })
}
